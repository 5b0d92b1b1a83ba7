#pragma once

#include <strata/core/connection.hpp>

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

/// What SQLite knows of a database's schema, as it stands while a revision runs.
namespace strata::migrate::sqlite {

/// A row of sqlite_schema.
struct SchemaObject {
    std::string type;  ///< table, index, view, trigger
    std::string name;
    std::string table;  ///< that it belongs to
    std::string sql;    ///< empty where SQLite made it for a constraint
    bool operator==(const SchemaObject&) const = default;
};
/// In the order they were made.
[[nodiscard]] std::vector<SchemaObject> schema_objects(core::Connection& connection);

/// Puts back the views and triggers of `objects` that are gone or have another text by now.
void restore_views_and_triggers(core::Connection& connection, const std::vector<SchemaObject>& objects);

/// Whether SQLite refuses a statement for what it says or what it needs (SQLITE_ERROR), and not for a lock, the disk,
/// or the rows: only then the schema is to blame. https://sqlite.org/rescode.html#error
[[nodiscard]] bool is_about_schema(const Error& error);

/// The views that cannot be read and the triggers that cannot fire, with the reason.
using BrokenObjects = std::map<std::string, std::string>;
/// Triggers on `ignored` tables are not looked at.
[[nodiscard]] BrokenObjects broken_objects(core::Connection& connection, const std::vector<std::string>& ignored = {});
/// Throws MigrationError naming the first that broke since `before`.
void check_unbroken(core::Connection& connection, const BrokenObjects& before,
                    const std::vector<std::string>& ignored = {});

/// Rows that break a foreign key, counted by table, rowid and referred table. A key that finds no unique columns to
/// refer to counts as one of its table.
using Violations = std::map<std::tuple<std::string, std::string, std::string>, int>;
[[nodiscard]] Violations foreign_key_violations(core::Connection& connection);
/// One line for those that are new since `before`; empty when there are none.
[[nodiscard]] std::string new_violations(const Violations& before, const Violations& after);

/// The tables other than itself whose foreign keys refer to the table, or to one of its columns when any are given.
[[nodiscard]] std::vector<std::string> referring_tables(core::Connection& connection, const std::string& table,
                                                        const std::vector<std::string>& columns = {});

/// Sets legacy_alter_table for a scope: renaming a table then leaves views and other tables' triggers alone.
class LegacyAlterTable {
public:
    explicit LegacyAlterTable(core::Connection& connection);
    LegacyAlterTable(const LegacyAlterTable&) = delete;
    LegacyAlterTable& operator=(const LegacyAlterTable&) = delete;
    ~LegacyAlterTable();

private:
    core::Connection& connection_;
    bool was_on_;
};

}  // namespace strata::migrate::sqlite
