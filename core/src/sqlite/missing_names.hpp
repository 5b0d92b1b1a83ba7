#pragma once

#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

/// SQLite has one code for all errors of a statement, so what a failed statement names is looked up in the catalogue.
/// The functions ask the handle, which loses its last error.
namespace strata::core::sqlite {

/// The table that a statement names, or a view that it names reads, and that does not exist; empty if there is none.
[[nodiscard]] std::string missing_table(::sqlite3* handle, std::string_view sql);

/// The tables that a statement names.
[[nodiscard]] std::vector<std::string> tables_named(std::string_view sql);

/// Whether a statement names a column that its tables do not have: at `offset`, the position of SQLite's error, or
/// where that is -1 among the columns that INSERT or UPDATE writes.
[[nodiscard]] bool names_missing_column(::sqlite3* handle, std::string_view sql, int offset);

/// The table and the columns of `table.column, table.column`, whose names may contain dots and commas; both empty where
/// the catalogue has no such columns.
struct Places {
    std::string table;
    std::vector<std::string> columns;
};
[[nodiscard]] Places named_places(::sqlite3* handle, std::string_view places);

}  // namespace strata::core::sqlite
