#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/type.hpp>

#include <optional>
#include <string>

namespace strata::schema::postgresql {

/// The type as DDL writes it. https://www.postgresql.org/docs/current/datatype.html
[[nodiscard]] std::string spelled(const Type& type, const core::Dialect& dialect);

/// jsonb's own order and spacing aside: members sorted, no white space. The text itself when it is no JSON.
[[nodiscard]] std::string canonical_json(const std::string& text);

/// `{a,"b,c",NULL}` as a JSON array of strings and nulls; nothing when it is no array of one dimension.
[[nodiscard]] std::optional<std::string> array_as_json(std::string_view braces);

}  // namespace strata::schema::postgresql
