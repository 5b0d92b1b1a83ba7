#pragma once

#include "journal.hpp"

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

/// Reads SQLite's schema table, as it is while a revision runs.
namespace strata::migrate::sqlite {

/// Whether the list holds the name, compared as SQLite compares names.
[[nodiscard]] bool contains_name(const std::vector<std::string>& names, std::string_view name);

/// In the order of their creation.
[[nodiscard]] std::vector<StoredObject> schema_objects(core::Connection& connection);

/// Drops a view or a trigger.
void drop_if_exists(Journal& journal, const StoredObject& object);
/// Restores the views and triggers of `objects` that no longer exist or whose text has changed.
void restore_views_and_triggers(Journal& journal, const std::vector<StoredObject>& objects);

/// Views that cannot be read and triggers that cannot fire -> the reason.
using BrokenObjects = std::map<std::string, std::string>;
/// Triggers on `ignored` tables are skipped.
[[nodiscard]] BrokenObjects broken_objects(core::Connection& connection, const std::vector<std::string>& ignored = {});
/// Throws MigrationError naming the first object that broke since `before`.
void check_unbroken(core::Connection& connection, const BrokenObjects& before,
                    const std::vector<std::string>& ignored = {});

/// The rowid in the violation of a foreign key that refers to columns that are not unique.
inline constexpr const char* mismatch = "mismatch";

/// Counts rows that break a foreign key, by table, rowid and referred table. A key that refers to columns that are not
/// unique is one violation of its table. SQLite refuses to check a table with such a key; its other keys are checked
/// by queries.
using Violation = std::tuple<std::string, std::string, std::string>;
/// Names that SQLite takes for one are one: a foreign key may spell the referred table in its own way, and a revision
/// may change the spelling.
struct ViolationOrder {
    [[nodiscard]] bool operator()(const Violation& left, const Violation& right) const;
};
using Violations = std::map<Violation, int, ViolationOrder>;
[[nodiscard]] Violations foreign_key_violations(core::Connection& connection);
/// SELECTs that give what PRAGMA foreign_key_check does (table, rowid, referred table), for the foreign keys that can
/// be checked of the tables that SQLite refuses to check.
[[nodiscard]] std::vector<std::string> orphan_queries(core::Connection& connection,
                                                      const std::vector<std::string>& tables);
/// One line about the violations that are new since `before`; empty when there are none.
[[nodiscard]] std::string new_violations(const Violations& before, const Violations& after);

/// The other tables whose foreign keys refer to the table, or to one of its columns when any are given.
[[nodiscard]] std::vector<std::string> referring_tables(core::Connection& connection, const std::string& table,
                                                        const std::vector<std::string>& columns = {});

}  // namespace strata::migrate::sqlite
