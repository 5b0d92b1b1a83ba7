#pragma once

#include "replay_state.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace strata::migrate {

/// The state in which a revision's operations are compiled.
struct PreparedState {
    /// As far as the operations look at it: see ReplayState::around().
    schema::MetaData before{};
    /// Whether operations change what only the database knows, which cannot be asked: they are compiled as they are.
    bool blind = false;
};

/// Which of the things that the operation needs are not known in this state, and since when; empty where all are.
[[nodiscard]] std::string unknown_reason(const ReplayState& state, const Operation& operation);

/// The state of a history as revisions are run one after another, or taken back. Each is replayed once, and a state
/// that comes before the last one is reached by undoing. Not thread safe; borrows the graph and the dialect.
class ReplayedHistory {
public:
    /// `dialect` is the database's, by which the user's own SQL is read; null: it counts for every database.
    explicit ReplayedHistory(const RevisionGraph& graph, const core::Dialect* dialect = nullptr)
        : graph_(graph), dialect_(dialect) {}

    /// The state at these revisions. They fitted the database when they ran, so an operation that does not fit only
    /// makes its table unknown. The reference is valid until the next call.
    [[nodiscard]] const ReplayState& at(const RevisionIds& ids);
    /// As at(), but throws MigrationError where an operation does not fit, unless the user's own SQL came before it.
    [[nodiscard]] const ReplayState& strictly_at(const RevisionIds& ids);
    /// Records that this revision was run after those of at().
    void advance(RevisionIds ids, const Revision& revision, const std::vector<Operation>& operations);

    /// What the database has; nothing where there is none to ask.
    using Live = std::function<std::optional<schema::MetaData>()>;
    /// Checks that the revision's operations, up or down, fit the state at these revisions, one after another. Where
    /// they do not, or what they need is not known, it is read from the live database. Throws MigrationError, naming
    /// the revision and the first operation that fits neither or needs what is not known.
    [[nodiscard]] PreparedState prepare(const RevisionIds& ids, const Revision& revision,
                                        const std::vector<Operation>& operations, const Live& live);

    /// Calls `job` with the state at these revisions, and undoes what it does to it.
    void on_trial(const RevisionIds& ids, const std::function<void(ReplayState&)>& job);

private:
    struct Entry {
        const Revision* revision;
        RevisionIds ids;         // after it
        ReplayState::Mark mark;  // before it
    };
    void go_to(const RevisionIds& ids, bool strictly);
    void step_back();
    void replay(const Revision& revision, bool strictly);
    [[nodiscard]] const RevisionIds& ids_before_last() const;
    [[nodiscard]] PreparedState prepare_blind(const Revision& revision, const std::vector<Operation>& operations,
                                              const std::optional<std::string>& wrong);

    const RevisionGraph& graph_;
    const core::Dialect* dialect_;
    ReplayState state_;
    std::vector<Entry> entries_;
};

}  // namespace strata::migrate
