#pragma once

#include <strata/schema/metadata.hpp>

#include <string>

namespace strata::schema::sqlite {

/// DEFAULT takes a literal as it is; any other expression needs parentheses.
[[nodiscard]] std::string default_sql(const Type& type, const ServerDefault& value);

}  // namespace strata::schema::sqlite
