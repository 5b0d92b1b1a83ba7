#pragma once

#include "operations/unread.hpp"

#include <strata/migrate/graph.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <optional>
#include <vector>

namespace strata::migrate {

/// The shape of a database according to its history.
struct HistoryState {
    schema::MetaData metadata;
    /// Whether the database may hold what no operation describes: the history contains the user's own SQL, or the
    /// database was stamped while its shape was another.
    bool opaque = false;
    Unread unread{};
};

/// Replays applied revisions and all their ancestors. They fitted the database when they ran, so an operation that does
/// not fit only marks the state as opaque.
[[nodiscard]] HistoryState replay_history(const RevisionGraph& graph, const RevisionIds& ids);

/// The states around a revision that is to be run.
struct PreparedState {
    /// The state in which its operations are compiled, where that is not the history's.
    std::optional<schema::MetaData> live;
    /// What replay makes of the history with its operations.
    HistoryState after;
};

/// Checks that the revision's operations fit the history, one after another. Where the history is opaque or they do not
/// fit it, the tables that they name are read from the live database, if they fit better there; and so is what is not
/// known after a rename. Throws MigrationError, naming the revision and the first operation that fits neither or needs
/// what is not known.
[[nodiscard]] PreparedState prepare_state(const HistoryState& history, const Revision& revision,
                                          const std::vector<Operation>& operations,
                                          const std::function<schema::MetaData()>& live);

/// The state of a history as revisions are run one after another, so that each is replayed once. Not thread safe;
/// borrows the graph.
class ReplayedHistory {
public:
    explicit ReplayedHistory(const RevisionGraph& graph) : graph_(graph) {}

    /// The state at these revisions. It is replayed from the beginning unless it is the last one.
    [[nodiscard]] const HistoryState& at(const RevisionIds& ids);
    /// Records that the database is at these revisions now, and what replay makes of that.
    void advance(RevisionIds ids, HistoryState state);

private:
    const RevisionGraph& graph_;
    std::optional<RevisionIds> ids_;
    HistoryState state_;
};

}  // namespace strata::migrate
