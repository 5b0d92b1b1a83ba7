#pragma once

#include <strata/schema/ddl.hpp>

#include <optional>
#include <string>

namespace strata::schema::sqlite {

[[nodiscard]] const DdlCompiler& ddl();

/// The check that restricts a column to its type's values where SQLite lacks the type; std::nullopt when none is
/// needed.
[[nodiscard]] std::optional<CheckConstraint> type_check(const Table& table, const Column& column);

/// The default that `sql` (the text after DEFAULT) gives a column of this type; std::nullopt for NULL.
[[nodiscard]] std::optional<ServerDefault> parse_default(const Type& type, const std::string& sql);

/// The type that a declared type means; what a check says besides is not considered. A spelling that our DDL never
/// writes becomes Native; a column without a declared type is Native(" ").
[[nodiscard]] Type parse_type(const std::string& declared);

}  // namespace strata::schema::sqlite
