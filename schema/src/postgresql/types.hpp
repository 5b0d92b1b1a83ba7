#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/type.hpp>

#include <optional>
#include <string>

namespace strata::schema::postgresql {

/// The type as DDL writes it. https://www.postgresql.org/docs/current/datatype.html
[[nodiscard]] std::string spelled(const Type& type, const core::Dialect& dialect);

/// The JSON in a normal form that ignores jsonb's own order and spacing: members sorted, no white space. Text that is
/// not JSON is returned as it is.
[[nodiscard]] std::string canonical_json(const std::string& text);

/// `{a,"b,c",NULL}` as a JSON array of strings and nulls; std::nullopt when it is not an array of one dimension.
[[nodiscard]] std::optional<std::string> array_as_json(std::string_view braces);

}  // namespace strata::schema::postgresql
