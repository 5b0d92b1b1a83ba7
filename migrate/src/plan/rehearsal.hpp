#pragma once

#include "history/history_state.hpp"
#include "run/direction.hpp"

#include <strata/migrate/compiler.hpp>
#include <strata/migrate/graph.hpp>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace strata::migrate {
namespace detail {
class DialectOperationCompiler;
}

/// A revision's operations, and the state in which they are compiled.
struct RehearsedRevision {
    const Revision& revision;
    Direction direction;
    std::vector<Operation> operations;
    RevisionIds before;  ///< what the version table names before it runs
    RevisionIds after;
};

/// Plans revision after revision, as though each had run. Borrows the graph; used by one thread.
class Rehearsal {
public:
    /// Starts from what replay makes of these revisions.
    Rehearsal(const core::Dialect& dialect, const RevisionGraph& graph, RevisionIds at);
    /// Starts from the connected database, which is at these revisions.
    Rehearsal(core::Connection& connection, const RevisionGraph& graph, RevisionIds at);

    /// Takes the statements that `write` makes of the compiled revision and the shape, whose metadata is the state
    /// before, and goes on from the shape that this leaves. Throws MigrationError that names the revision.
    using Write =
        std::function<std::vector<Statement>(CompiledRevision&, Snapshot& shape, const RehearsedRevision& revision)>;
    [[nodiscard]] std::vector<Statement> next(const Revision& revision, Direction direction, const Write& write);

    /// Says how to find out what revisions make whose SQL only a database of the dialect follows.
    using FollowSql = std::function<schema::MetaData(const RevisionIds& at)>;
    void follow_sql(FollowSql follow) { follow_sql_ = std::move(follow); }

    [[nodiscard]] const RevisionIds& at() const noexcept { return at_; }
    /// The metadata after what was rehearsed so far; where nothing follows the user's SQL, what replay says.
    [[nodiscard]] schema::MetaData metadata();
    /// The state that says what is not known of metadata(), where the user's SQL is not followed; else null. Valid
    /// until the next call.
    [[nodiscard]] const ReplayState* not_followed();

private:
    /// The revision's operations on their way, and in `shape` the state before them.
    [[nodiscard]] std::unique_ptr<CompiledRevision> compile(ReplayedHistory& history, const RevisionIds& ids,
                                                            const Revision& revision,
                                                            const std::vector<Operation>& operations,
                                                            Snapshot& shape) const;
    void follow_text();
    [[nodiscard]] bool follows_sql() const;

    const detail::DialectOperationCompiler& compiler_;
    const RevisionGraph& graph_;
    RevisionIds at_;
    ReplayedHistory history_;
    Snapshot shape_;
    FollowSql follow_sql_;
    std::function<schema::MetaData()> live_;  // the database's own metadata, as long as nothing was rehearsed
};

}  // namespace strata::migrate
