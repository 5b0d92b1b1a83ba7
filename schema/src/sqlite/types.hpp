#pragma once

#include <strata/schema/type.hpp>

#include <string>

namespace strata::schema::sqlite {

/// How a type is declared. Each spelling reads back as the type it was written for (parse_type), as far as a check does
/// not say more, and its affinity keeps the values as they are.
/// https://sqlite.org/datatype3.html#determination_of_column_affinity
[[nodiscard]] std::string declared(const Type& type);

}  // namespace strata::schema::sqlite
