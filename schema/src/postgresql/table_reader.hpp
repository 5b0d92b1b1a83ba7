#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/metadata.hpp>

namespace strata::schema::postgresql {

/// Reads the tables of a schema from pg_catalog.
[[nodiscard]] MetaData read_schema(core::Connection& connection, const std::string& schema);
/// The schema's enum types.
[[nodiscard]] std::vector<Type> read_enum_types(core::Connection& connection, const std::string& schema);

}  // namespace strata::schema::postgresql
