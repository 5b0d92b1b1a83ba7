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
    /// Whether SQL of the user's own is part of it: then the database may hold what no operation says.
    bool opaque = false;
};

/// Replays the revisions and all before them, which have run: what does not fit makes the rest opaque.
[[nodiscard]] HistoryState replay_history(const RevisionGraph& graph, const RevisionIds& ids);

/// Checks that the revision's operations fit the state, one after the other. Where the history is opaque, or they do
/// not fit, the tables that they name are taken from the live database when it knows them better. Throws MigrationError
/// that names the operation that fits neither.
void prepare_state(HistoryState& state, const Revision& revision, const std::vector<Operation>& operations,
                   const std::function<schema::MetaData()>& live);

}  // namespace strata::migrate
