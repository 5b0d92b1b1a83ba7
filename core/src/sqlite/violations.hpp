#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

/// SQLite says little about a violated constraint; the rest is looked up in the catalogue, or found by running the
/// statement again. All functions ask the handle, which loses its last error.
namespace strata::core::sqlite {

/// A constraint of a table.
struct Constraint {
    std::string table;
    std::string name;  ///< empty: it has none
    std::vector<std::string> columns;
};

/// The name of the primary key, the unique constraint or the unique index of these columns; empty where there are none
/// or several.
[[nodiscard]] std::string unique_name(::sqlite3* handle, const std::string& table,
                                      const std::vector<std::string>& columns);
/// The table that an index is of.
[[nodiscard]] std::string table_of_index(::sqlite3* handle, const std::string& index);
/// The one table of a statement that has a check of this name; empty where there is none.
[[nodiscard]] std::string table_of_check(::sqlite3* handle, std::string_view sql, const std::string& check);

/// The foreign key that a statement about rows has violated: it runs again, with its values, without foreign keys, and
/// is undone. No key where it cannot be known: a table WITHOUT ROWID, another statement that is still running. Needs an
/// authorizer that answers SQLITE_IGNORE to SQLITE_DELETE, so that SQLite removes rows one by one.
[[nodiscard]] std::optional<Constraint> violated_key(::sqlite3* handle, ::sqlite3_stmt* statement);

}  // namespace strata::core::sqlite
