#pragma once

#include "direction.hpp"
#include "history/history_state.hpp"
#include "history_table.hpp"
#include "versions.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/migration_lock.hpp>
#include <strata/migrate/compiler.hpp>
#include <strata/migrate/upgrade.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strata::migrate {

/// `Running upgrade 91b0c2d4e5f6 -> 3f2a9c1b7d04, add genre to songs`
[[nodiscard]] std::string progress_line(const Revision& revision, Direction direction);

/// Runs revisions on one connection, each in one transaction with its version row. The caller holds the migration lock,
/// but the runner does not rely on it: a revision runs only if it is the next one according to the version rows that
/// its own transaction reads.
class Runner {
public:
    Runner(core::Connection& connection, const VersionTable& versions, const HistoryTable& log,
           const RevisionGraph& graph, ReplayedHistory& history, const RunOptions& options);

    /// Names revisions that have not run here, so that taking them back does nothing but say so in the version table.
    void pass_over(Revisions revisions) { passed_over_ = std::move(revisions); }

    /// Runs the revisions in order and returns the ids of those that no other process has run in between. Throws
    /// MigrationError when another run goes in the other direction at the same time.
    RevisionIds run(const Revisions& path, Direction direction);

    /// Runs the revisions in one transaction, which is rolled back, and returns the ids of those that ran. Nothing
    /// stays.
    RevisionIds dry_run(const Revisions& path, Direction direction);

    /// Whether the connection's state could not be restored, so that it must not go back to a pool.
    [[nodiscard]] bool spoilt() const noexcept { return spoilt_; }

private:
    class Bracket;
    struct Plan;

    bool run_one(const Revision& revision, Direction direction);
    [[nodiscard]] Versions read_versions() const;
    void check_next(const RevisionIds& ids, const Revision& revision, Direction direction) const;
    [[nodiscard]] Plan plan(const RevisionIds& ids, const Revision& revision, Direction direction) const;
    void commit(const Revision& revision);
    bool attempt(const Revision& revision, Direction direction, bool& done);
    [[nodiscard]] bool changed_since(const RevisionIds& ids) const;
    [[nodiscard]] HistoryEntry entry_of(const Revision& revision, Direction direction,
                                        const std::vector<Operation>& operations) const;
    RevisionIds run_inside(Plan& plan, const Revision& revision, Direction direction, const RevisionIds& ids,
                           std::optional<Place>& at);
    [[noreturn]] void report(const Revision& revision, const std::vector<Operation>& operations,
                             const std::optional<Place>& at) const;
    void run_statements(CompiledRevision& compiled, std::optional<Place>& at);
    [[nodiscard]] std::pair<std::string, std::string> failed_operation(const std::vector<Operation>& operations,
                                                                       const std::optional<Place>& failed) const;

    core::Connection& connection_;
    const VersionTable& versions_;
    const HistoryTable& log_;
    const RevisionGraph& graph_;
    ReplayedHistory& history_;
    const RunOptions& options_;
    const OperationCompiler& compiler_;
    Revisions passed_over_;
    bool spoilt_ = false;
};

/// Takes the migration lock. If another process still holds it after two seconds, reports that in one line.
void wait_for_lock(std::optional<core::MigrationLock>& lock, core::Connection& connection, const Progress& progress);

/// A connection that may change the schema, waiting for other writers if necessary.
[[nodiscard]] core::PooledConnection connect_for_migration(const core::Engine& engine);

/// Repeats the call while another process holds the database's write lock (SQLite), for as long as a migration waits
/// and `worth_it` says that the call may still succeed.
void wait_for_writers(const std::function<void()>& call, const std::function<bool()>& worth_it = [] { return true; });

}  // namespace strata::migrate
