#pragma once

#include <strata/migrate/graph.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <vector>

namespace strata::migrate {

/// The shape a database has by its history.
struct HistoryState {
    schema::MetaData metadata;
    /// Whether the database may hold what no operation says: SQL of the user's own is part of the history, or it was
    /// stamped when it was something else.
    bool opaque = false;
};

/// Replays revisions that were applied, and all before them. They fitted the database, so what does not fit here only
/// makes the state opaque.
[[nodiscard]] HistoryState replay_history(const RevisionGraph& graph, const RevisionIds& ids);

/// Checks that the revision's operations fit the state, one after the other. Where the history is opaque or they do not
/// fit it, the tables that the operations name are taken from the live database when it knows them better. Throws
/// MigrationError that names the revision and the operation that fits neither.
void prepare_state(HistoryState& state, const Revision& revision, const std::vector<Operation>& operations,
                   const std::function<schema::MetaData()>& live);

}  // namespace strata::migrate
