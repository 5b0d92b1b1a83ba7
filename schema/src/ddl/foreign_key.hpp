#pragma once

#include <strata/schema/metadata.hpp>

namespace strata::schema::detail {

/// Whether the columns are the table's primary key, or another key of it: of a unique constraint, or of a unique index
/// on all rows.
[[nodiscard]] bool is_unique(const Table& table, const std::vector<std::string>& columns);

/// Whether the table, which the foreign key names, has the key that it refers to.
[[nodiscard]] bool has_referred_key(const Table& referred, const ForeignKey& key);

}  // namespace strata::schema::detail
