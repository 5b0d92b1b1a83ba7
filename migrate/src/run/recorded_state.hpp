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

/// Reads both tables as they were at one moment, in a transaction of its own. Behind a pooler another process may run
/// revisions at the same time. It changes both tables: an old version with new records would look like a revision that
/// has not run.
[[nodiscard]] RecordedState read_state(core::Connection& connection, const VersionTable& versions,
                                       const HistoryTable& log);

}  // namespace strata::migrate
