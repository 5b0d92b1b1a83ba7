#pragma once

#include <strata/schema/metadata.hpp>

#include <string>

namespace strata::schema::sqlite {

/// Whether the column alone is the table's primary key.
[[nodiscard]] bool sole_key(const Table& table, const Column& column);

namespace statements {

[[nodiscard]] std::string column_definition(const Table& table, const Column& column);
/// A single key column of type INTEGER is an alias of the rowid, which SQLite numbers; a key that the application
/// chooses is INT.
[[nodiscard]] std::string declared_type(const Table& table, const Column& column);
/// The column's server default, as DEFAULT takes it.
[[nodiscard]] std::string default_of(const Table& table, const Column& column);

}  // namespace statements
}  // namespace strata::schema::sqlite
