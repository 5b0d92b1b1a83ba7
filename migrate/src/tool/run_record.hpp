#pragma once

#include <strata/core/engine.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/history.hpp>

#include <boost/json.hpp>

#include <string>

/// Formats what the history table records of runs.
namespace strata::migrate {

/// `2026-11-28 13:05:11 upgrade b2, 0.042 s, by anna, with 0.1.0`; without the revision's id where `with_id` is false.
[[nodiscard]] std::string line_of(const HistoryEntry& entry, bool with_id = true);
/// The members that docs/running.md lists.
[[nodiscard]] boost::json::object object_of(const HistoryEntry& entry);

/// What an upgrade or a downgrade has done: `ran` are the revisions, in the order in which they ran.
[[nodiscard]] boost::json::object object_of_run(const core::Engine& database, const RevisionIds& ran,
                                                const RevisionIds& at, bool rolled_back);

}  // namespace strata::migrate
