#pragma once

#include <strata/schema/metadata.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Finds names inside SQL expressions by their tokens, to rename or drop a column in a CHECK or a predicate.
namespace strata::migrate {

/// A name in quotes, in the way of the SQL standard, which both databases read.
[[nodiscard]] std::string quoted(std::string_view name);
/// Whether the expression refers to the column, or may do so.
[[nodiscard]] bool mentions(std::string_view expression, std::string_view column);

/// An expression about a table's own columns with a column renamed; everything else stays as written. `table` has the
/// old name. std::nullopt where a word may be the column or something else, such as a keyword of one of the databases.
[[nodiscard]] std::optional<std::string> with_column_renamed(std::string_view expression, const schema::Table& table,
                                                             std::string_view from, std::string_view to);
/// The same for the table's own name before a column, `songs.title`.
[[nodiscard]] std::optional<std::string> with_table_renamed(std::string_view expression, std::string_view from,
                                                            std::string_view to);
/// A statement about a table, such as CREATE TRIGGER, with the table renamed. std::nullopt where a word may be the
/// table or something else, such as an alias.
[[nodiscard]] std::optional<std::string> statement_with_table_renamed(std::string_view statement,
                                                                      const schema::QualifiedName& from,
                                                                      std::string_view to);
/// A statement with its own name changed: the first place where it occurs.
[[nodiscard]] std::string with_first_renamed(std::string_view statement, std::string_view from, std::string_view to);

}  // namespace strata::migrate
