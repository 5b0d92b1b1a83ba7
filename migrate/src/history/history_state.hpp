#pragma once

#include <strata/migrate/graph.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <vector>

namespace strata::migrate {

/// The shape of a database according to its history.
struct HistoryState {
    schema::MetaData metadata;
    /// Whether the database may hold what no operation describes: the history contains the user's own SQL, or the
    /// database was stamped while its shape was another.
    bool opaque = false;
};

/// Replays applied revisions and all their ancestors. They fitted the database when they ran, so an operation that does
/// not fit only marks the state as opaque.
[[nodiscard]] HistoryState replay_history(const RevisionGraph& graph, const RevisionIds& ids);

/// Checks that the revision's operations fit the state, one after another. Where the history is opaque or they do not
/// fit it, the tables that they name are read from the live database, if they fit better there. Throws MigrationError,
/// naming the revision and the first operation that fits neither.
void prepare_state(HistoryState& state, const Revision& revision, const std::vector<Operation>& operations,
                   const std::function<schema::MetaData()>& live);

}  // namespace strata::migrate
