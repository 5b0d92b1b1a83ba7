#pragma once

#include <strata/schema/ddl.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Edits a CREATE TABLE as SQLite stores it. Everything that is not changed keeps its text, to the byte: collations,
/// STRICT, AUTOINCREMENT, unnamed checks, comments. Pure functions on text; thread safe.
namespace strata::migrate::sqlite {

/// Returns the stored text with those clauses changed in which `after` differs from `before`. Columns in `replaced` are
/// removed and, where `after` has them, written anew. Throws MigrationError when a clause to change is missing.
[[nodiscard]] std::string edit_table(std::string_view stored, const schema::Table& before, const schema::Table& after,
                                     const std::vector<std::string>& replaced, const schema::DdlCompiler& ddl);

/// Returns the stored text under another name; expressions that qualify a column by the table's name follow.
[[nodiscard]] std::string rename_table_in(std::string_view stored, std::string_view name);

/// Whether renaming the copy restores exactly this text: its name is in plain double quotes and does not qualify a
/// column.
[[nodiscard]] bool survives_rename(std::string_view stored);

}  // namespace strata::migrate::sqlite
