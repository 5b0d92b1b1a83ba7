#pragma once

#include <strata/core/engine.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/registry.hpp>

#include <functional>
#include <string>
#include <string_view>

/// Migrations from within a program: `migrate::upgrade("sqlite:///music.db")`. Each revision runs in one transaction
/// with its version row, behind the migration lock: any number of processes may call it at once and each revision runs
/// once. What fails leaves nothing of its revision; the MigrationError names the revision, the operation and the cause.
/// Where the answer of a COMMIT is lost, the MigrationError says that nobody knows whether the revision took effect.
namespace strata::migrate {

/// Called with `Running upgrade 91b0c2d4e5f6 -> 3f2a9c1b7d04, add genre to songs` before each revision, and with a line
/// when another run's lock is waited for.
using Progress = std::function<void(const std::string& line)>;

/// Brings the database to the target; returns the ids that were applied, in order.
RevisionIds upgrade(const core::Engine& engine, std::string_view target = "head",
                    const Revisions& revisions = detail::embedded_revisions(), const Progress& progress = {});
/// Takes revisions back down to the target (`-1`, an id, `base`); returns their ids, in order.
RevisionIds downgrade(const core::Engine& engine, std::string_view target = "-1",
                      const Revisions& revisions = detail::embedded_revisions(), const Progress& progress = {});
/// Writes down that the database is at the target, without running anything. With `purge` whatever was written there
/// before is forgotten, also ids that no file has.
void stamp(const core::Engine& engine, std::string_view target,
           const Revisions& revisions = detail::embedded_revisions(), bool purge = false);
/// Where the database is: none before the first upgrade. Writes nothing.
[[nodiscard]] RevisionIds current(const core::Engine& engine);

/// The database's shape after these revisions and all before them, computed without a database.
[[nodiscard]] schema::MetaData replay(const RevisionGraph& graph, const RevisionIds& ids);

/// The SQL of an upgrade or downgrade as a script, nothing being run. The range is `from:to`; `from` may be left out of
/// an upgrade and is then `base`. Throws MigrationError where a revision needs the live database.
[[nodiscard]] std::string upgrade_script(const core::Dialect& dialect, std::string_view range,
                                         const Revisions& revisions);
[[nodiscard]] std::string downgrade_script(const core::Dialect& dialect, std::string_view range,
                                           const Revisions& revisions);

}  // namespace strata::migrate
