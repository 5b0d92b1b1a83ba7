#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <vector>

namespace strata::migrate {

/// Operations that leave the same as these, and fewer where that can be told: a table that is made here is made as it
/// is in the end, and one that is made and dropped here is not made. The order of the others stays. What may look at a
/// table in between (SQL, callbacks, rows, views) keeps it as it is at that point. No index is made concurrently.
/// `before` is the state before them.
[[nodiscard]] std::vector<Operation> folded(const std::vector<Operation>& operations, const schema::MetaData& before);

}  // namespace strata::migrate
