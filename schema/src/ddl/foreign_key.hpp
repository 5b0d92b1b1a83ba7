#pragma once

#include <strata/schema/metadata.hpp>

namespace strata::schema::detail {

class Catalogue;

/// Whether the table, which the foreign key names, has the key that it refers to: the primary key, a unique constraint,
/// or a unique index on all rows. The database says which collations such a key may have; nullptr: any.
[[nodiscard]] bool has_referred_key(const Table& referred, const ForeignKey& key, const Catalogue* catalogue);

}  // namespace strata::schema::detail
