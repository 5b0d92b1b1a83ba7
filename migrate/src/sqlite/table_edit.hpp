#pragma once

#include <strata/schema/ddl.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Changes of a CREATE TABLE as SQLite stores it. What is not changed stays as it was written, to the byte: collations,
/// STRICT, AUTOINCREMENT, checks without a name, comments. Pure functions on text; thread safe.
namespace strata::migrate::sqlite {

/// The stored text with the clauses changed in which `after` differs from `before`. Columns in `replaced` are taken out
/// and, where `after` has them, written anew. Throws MigrationError when a clause to change is not there.
[[nodiscard]] std::string edit_table(std::string_view stored, const schema::Table& before, const schema::Table& after,
                                     const std::vector<std::string>& replaced, const schema::DdlCompiler& ddl);

/// The stored text under another name; what its expressions qualify by the table's name follows.
[[nodiscard]] std::string rename_table_in(std::string_view stored, std::string_view name);

/// Whether renaming the copy brings the text back exactly: the name stands in plain double quotes and qualifies
/// nothing.
[[nodiscard]] bool survives_rename(std::string_view stored);

}  // namespace strata::migrate::sqlite
