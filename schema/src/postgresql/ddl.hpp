#pragma once

#include <strata/schema/ddl.hpp>

#include <optional>
#include <string>

namespace strata::schema::postgresql {

[[nodiscard]] const DdlCompiler& ddl();

/// The default that `expression` (as pg_get_expr prints it, or as our DDL writes it) gives a column of this type;
/// std::nullopt for NULL.
[[nodiscard]] std::optional<ServerDefault> parse_default(const Type& type, const std::string& expression);

/// The same, as SQL where a constant would be printed in other words: `0.0` for a column of type double precision.
[[nodiscard]] std::optional<ServerDefault> exact_default(const Type& type, const std::string& expression);

/// The type that format_type's text means; enums are not looked up. A spelling that our DDL never writes becomes
/// Native.
[[nodiscard]] Type parse_type(const std::string& formatted);

}  // namespace strata::schema::postgresql
