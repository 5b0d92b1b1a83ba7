#pragma once

#include <strata/core/engine.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/migrate/row_progress.hpp>
#include <strata/schema/version_tables.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

/// Runs migrations from within a program: `migrate::upgrade("sqlite:///music.db")`. Each revision runs in one
/// transaction with its version row, under the migration lock: any number of processes may call it at once and each
/// revision runs once. A revision that fails leaves nothing; the MigrationError names the revision, the operation and
/// the cause. If the answer to a COMMIT is lost, the MigrationError says that it is unknown whether the revision took
/// effect.
namespace strata::migrate {

/// Called with `Running upgrade 91b0c2d4e5f6 -> 3f2a9c1b7d04, add genre to songs` before each revision, and with a line
/// when the lock of another run is waited for.
using Progress = std::function<void(const std::string& line)>;

/// Whether a run may lose rows or values that were in the database before it.
enum class Destructive {
    where_allowed,  ///< only where the revision says op.allow_destructive(); otherwise nothing is run
    allowed,
};

/// How an upgrade or a downgrade runs.
struct RunOptions {
    Progress progress{};
    Destructive destructive = Destructive::where_allowed;
    /// Runs everything in one transaction and rolls it back, so that nothing stays.
    bool dry_run = false;
    /// Called under the migration lock before anything is run, with where the database is and what would run. The run
    /// ends with what it throws.
    std::function<void(core::Connection&, const RevisionIds& at, const Revisions& path)> before{};
    /// Whether an upgrade runs although revisions were edited after they had run on the database. What they are now is
    /// recorded then, so that they are accepted from now on.
    bool accept_edited = false;
    /// Called after each revision, with how long it took.
    std::function<void(const std::string& id, std::chrono::duration<double> spent)> done{};
    /// Called while a statement writes many rows, each time that about `rows_every` has passed. On PostgreSQL only for
    /// op.bulk_insert and seed rows: the server tells nothing while a statement of its own runs.
    RowReport rows{};
    std::chrono::milliseconds rows_every{1000};
    /// Where the database's revisions and runs are recorded.
    schema::VersionTables tables{};
};

/// Upgrades the database to the target; returns the ids of the applied revisions, in order. Throws MigrationError
/// before anything is run when a revision that the database has was edited since (RunOptions::accept_edited), or when
/// one drops a table or a column, narrows a type or takes a label from an enum without being allowed to; what the same
/// run has made holds nothing to lose.
RevisionIds upgrade(const core::Engine& engine, std::string_view target = "head",
                    const Revisions& revisions = detail::embedded_revisions(), const Progress& progress = {},
                    Destructive destructive = Destructive::where_allowed);
RevisionIds upgrade(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                    const RunOptions& options);
/// Downgrades the database to the target (`-1`, an id, `base`); returns the ids of the undone revisions, in order. It
/// may lose what the revision's own upgrade has made; what goes beyond that must be allowed as for an upgrade.
RevisionIds downgrade(const core::Engine& engine, std::string_view target = "-1",
                      const Revisions& revisions = detail::embedded_revisions(), const Progress& progress = {},
                      Destructive destructive = Destructive::where_allowed);
RevisionIds downgrade(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                      const RunOptions& options);
/// Records that the database is at the target, without running anything: it takes the place of the recorded revisions
/// that come before or after it, and other branches stay as they are (RevisionGraph::stamped). With `purge` all
/// recorded revisions are deleted first, including ids that no file has.
void stamp(const core::Engine& engine, std::string_view target,
           const Revisions& revisions = detail::embedded_revisions(), bool purge = false,
           const schema::VersionTables& tables = {});
/// The same for several targets at once, one for each branch.
void stamp(const core::Engine& engine, const std::vector<std::string>& targets, const Revisions& revisions,
           bool purge = false, const schema::VersionTables& tables = {});
/// Makes the version table, empty, where it does not exist; returns whether it was made. A later upgrade does so
/// itself: this is for a database whose migrating role may not create tables.
bool ensure_version(const core::Engine& engine, const schema::VersionTables& tables = {});
/// The revisions that the database is at; none before the first upgrade. Writes nothing.
[[nodiscard]] RevisionIds current(const core::Engine& engine, const schema::VersionTables& tables = {});

/// The shape of the database after these revisions and all their ancestors, computed without a database.
[[nodiscard]] schema::MetaData replay(const RevisionGraph& graph, const RevisionIds& ids);

/// The SQL of an upgrade or downgrade as a script; nothing is run. The range is `from:to`; an upgrade may leave out
/// `from`, which is then `base`. Throws MigrationError when a revision needs the live database.
[[nodiscard]] std::string upgrade_script(const core::Dialect& dialect, std::string_view range,
                                         const Revisions& revisions, const schema::VersionTables& tables = {});
[[nodiscard]] std::string downgrade_script(const core::Dialect& dialect, std::string_view range,
                                           const Revisions& revisions, const schema::VersionTables& tables = {});
/// The SQL of stamp() as a script. One of the targets may say where the database is, as `from:to`; else it is at base.
[[nodiscard]] std::string stamp_script(const core::Dialect& dialect, const std::vector<std::string>& targets,
                                       const Revisions& revisions, const schema::VersionTables& tables = {});
/// The SQL of ensure_version() as a script.
[[nodiscard]] std::string ensure_version_script(const core::Dialect& dialect, const schema::VersionTables& tables = {});

}  // namespace strata::migrate
