#pragma once

#include <strata/dal/detail/rows.hpp>

namespace strata::dal::detail {

/// The query, which has an order, restricted to the rows that come after a row of it, or before. Throws UsageError when
/// the row does not hold what the query is ordered by.
[[nodiscard]] core::Fragment keyset(const core::Fragment& query, const RowLayout& layout, const void* row, bool before);

}  // namespace strata::dal::detail
