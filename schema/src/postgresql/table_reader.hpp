#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/metadata.hpp>

namespace strata::schema::postgresql {

/// Reads pg_catalog for the first schema of the search path.
[[nodiscard]] MetaData read_schema(core::Connection& connection);
/// The enum types of that schema.
[[nodiscard]] std::vector<Type> read_enum_types(core::Connection& connection);

}  // namespace strata::schema::postgresql
