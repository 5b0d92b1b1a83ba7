#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/metadata.hpp>

namespace strata::schema::sqlite {

/// The columns of dates, times and UUIDs whose rows or defaults have another text than the one that Strata writes. It
/// compares texts, so a comparison misses such values. Reads the rows of each table that has such columns once.
[[nodiscard]] UnmanagedList other_forms(core::Connection& connection, const MetaData& metadata);

}  // namespace strata::schema::sqlite
