#pragma once

#include <strata/schema/ddl.hpp>

#include <optional>
#include <string>

namespace strata::schema::postgresql {

[[nodiscard]] const DdlCompiler& ddl();

/// The default that `expression` (pg_get_expr's text, or the same as we write it) is for a column of this type;
/// nothing for NULL.
[[nodiscard]] std::optional<ServerDefault> parse_default(const Type& type, const std::string& expression);

/// The type that format_type's text stands for, enums aside. What our DDL never writes becomes Native.
[[nodiscard]] Type parse_type(const std::string& formatted);

/// CREATE TYPE ... AS ENUM.
[[nodiscard]] std::string create_enum_sql(const Type& type);

}  // namespace strata::schema::postgresql
