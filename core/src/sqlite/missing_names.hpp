#pragma once

#include <string>
#include <string_view>

struct sqlite3;

/// SQLite has one code for all errors of a statement, so what a failed statement names is looked up in the catalogue.
/// Both functions ask the handle, which loses its last error.
namespace strata::core::sqlite {

/// The table that a statement names, or a view that it names reads, and that does not exist; empty if there is none.
[[nodiscard]] std::string missing_table(::sqlite3* handle, std::string_view sql);

/// Whether a statement names a column that its tables do not have: at `offset`, the position of SQLite's error, or
/// where that is -1 among the columns that INSERT or UPDATE writes.
[[nodiscard]] bool names_missing_column(::sqlite3* handle, std::string_view sql, int offset);

/// The table and the first column of `table.column, table.column`, whose names may contain dots and commas; both empty
/// where the catalogue has no such column.
struct Place {
    std::string table;
    std::string column;
};
[[nodiscard]] Place first_place(::sqlite3* handle, std::string_view places);

}  // namespace strata::core::sqlite
