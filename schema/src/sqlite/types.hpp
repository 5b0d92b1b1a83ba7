#pragma once

#include <strata/schema/type.hpp>

#include <string>

namespace strata::schema::sqlite {

/// The type name that DDL declares. parse_type reads each spelling back as the same type, as far as the column's check
/// does not say more, and the affinity of each keeps the values as they are.
/// https://sqlite.org/datatype3.html#determination_of_column_affinity
[[nodiscard]] std::string declared(const Type& type);

}  // namespace strata::schema::sqlite
