#pragma once

#include <strata/schema/metadata.hpp>

#include <string>

namespace strata::schema::sqlite {

/// Whether the column alone is the table's primary key.
[[nodiscard]] bool sole_key(const Table& table, const Column& column);

/// The type as the table keeps it. A STRICT table takes only the names of SQLite's own kinds of values; the others mean
/// the same to it. https://sqlite.org/stricttables.html
[[nodiscard]] Type type_in(const Table& table, Type type);

namespace statements {

[[nodiscard]] std::string column_definition(const Table& table, const Column& column);
/// A single key column of type INTEGER is an alias of the rowid, which SQLite numbers; a key that the application
/// chooses is INT.
[[nodiscard]] std::string declared_type(const Table& table, const Column& column);
/// The column's server default, as DEFAULT takes it.
[[nodiscard]] std::string default_of(const Table& table, const Column& column);

}  // namespace statements
}  // namespace strata::schema::sqlite
