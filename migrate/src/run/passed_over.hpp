#pragma once

#include <strata/migrate/graph.hpp>
#include <strata/migrate/history.hpp>

#include <map>
#include <string>

/// Revisions that have not run on a database although one that follows them has: somebody has put that one behind them
/// after it had run there, by `rebase` or by another parent in its file.
namespace strata::migrate {

/// Those that come before what the database is at, have no record of a run, and stand on one that has; parents first.
/// `applied` are the records of HistoryTable::applied(). A database that has none of what came before them was migrated
/// before there were records, and nothing is said of it.
[[nodiscard]] Revisions passed_over(const std::map<std::string, HistoryEntry>& applied, const RevisionGraph& graph,
                                    const RevisionIds& at);

/// `revision b2 (b2_songs.cpp) has not run here, although c3, which follows it now, has`
[[nodiscard]] std::string text_of_passed_over(const RevisionGraph& graph, const Revisions& list, const RevisionIds& at);
/// Where the database has to be taken back to.
[[nodiscard]] std::string place_before(const RevisionGraph& graph, const Revisions& list);

}  // namespace strata::migrate
