#pragma once

#include "postgresql/table_reader.hpp"

#include <strata/core/connection.hpp>
#include <strata/schema/metadata.hpp>

#include <cstdint>
#include <map>
#include <vector>

namespace strata::schema::postgresql {

/// The enum types of every schema, by oid.
[[nodiscard]] std::map<std::int64_t, Type> read_enums(core::Connection& connection, const Names& names);

/// Adds what is not a table to `metadata`, to all what each needs, and privileges where they are asked for. `indexes`:
/// those of materialized views, by the view's oid; `tables`: the names of tables by oid.
void read_objects(core::Connection& connection, const Names& names, std::map<std::int64_t, std::vector<Index>> indexes,
                  const std::map<std::int64_t, QualifiedName>& tables, const ReflectOptions& options,
                  MetaData& metadata);

}  // namespace strata::schema::postgresql
