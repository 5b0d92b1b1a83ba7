#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/compiler.hpp>
#include <strata/migrate/upgrade.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace strata::migrate {

enum class Direction { up, down };

/// `Running upgrade 91b0c2d4e5f6 -> 3f2a9c1b7d04, add genre to songs`
[[nodiscard]] std::string progress_line(const Revision& revision, Direction direction);

/// Runs revisions on one connection, each in one transaction with its version row. The caller holds the migration lock.
class Runner {
public:
    Runner(core::Connection& connection, const RevisionGraph& graph, const Progress& progress)
        : connection_(connection), graph_(graph), progress_(progress) {}

    /// Runs them in order and returns the ids of those that another process has not run in between.
    RevisionIds run(const Revisions& path, Direction direction);

private:
    bool run_one(const Revision& revision, Direction direction);
    bool attempt(const Revision& revision, Direction direction, bool& done);
    [[nodiscard]] bool changed_since(const RevisionIds& ids) const;
    void run_steps(const std::vector<Step>& steps, std::size_t& at);
    [[nodiscard]] std::pair<std::string, std::string> failed_operation(const std::vector<Operation>& operations,
                                                                       const std::vector<Step>& steps,
                                                                       std::size_t failed) const;

    core::Connection& connection_;
    const RevisionGraph& graph_;
    const Progress& progress_;
};

/// A connection that may change the schema, also while others write.
[[nodiscard]] core::PooledConnection connect_for_migration(const core::Engine& engine);

/// Runs the call again while another process holds the database's write lock (SQLite), for as long as a migrator waits.
void wait_for_writers(const std::function<void()>& call);

}  // namespace strata::migrate
