#pragma once

#include "history_table.hpp"
#include "versions.hpp"

#include <map>
#include <string>

namespace strata::migrate {

/// What a database says of its revisions.
struct RecordedState {
    RevisionIds at;
    std::map<std::string, HistoryEntry> applied;  ///< as HistoryTable::applied() gives them
};

/// Reads both tables as they were at one moment, in a transaction of its own: a run in another process, which behind a
/// pooler may go on beside this one, changes both, and a version from before with records from after would look like
/// a revision that has not run.
[[nodiscard]] RecordedState read_state(core::Connection& connection, const VersionTable& versions,
                                       const HistoryTable& log);

}  // namespace strata::migrate
