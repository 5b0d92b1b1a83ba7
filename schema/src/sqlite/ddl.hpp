#pragma once

#include <strata/schema/ddl.hpp>

#include <optional>
#include <string>

namespace strata::schema::sqlite {

[[nodiscard]] const DdlCompiler& ddl();

/// The check that keeps a column's values to its type where SQLite has no such type; nothing where none is needed.
[[nodiscard]] std::optional<CheckConstraint> type_check(const Table& table, const Column& column);

/// The default that `sql` (what stands behind DEFAULT) is for a column of this type; nothing for NULL.
[[nodiscard]] std::optional<ServerDefault> parse_default(const Type& type, const std::string& sql);

/// The type that a declared type stands for, without what a check adds to it. What our DDL never writes becomes Native;
/// a column without a declared type is Native(" ").
[[nodiscard]] Type parse_type(const std::string& declared);

}  // namespace strata::schema::sqlite
