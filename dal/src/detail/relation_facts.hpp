#pragma once

#include <strata/dal/detail/related_rows.hpp>

namespace strata::dal::detail {

/// The relation of the rows of a table with the columns that the models' facts say. Throws UsageError where they state
/// no such reference, or several.
[[nodiscard]] RelationInfo with_stated_columns(const RelationInfo& relation, const core::TableInfo& rows);

}  // namespace strata::dal::detail
