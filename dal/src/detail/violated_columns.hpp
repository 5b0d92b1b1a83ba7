#pragma once

#include <strata/core/error.hpp>
#include <strata/core/facts.hpp>

namespace strata::dal::detail {

/// Adds the columns of a violated key where the database names only the key: those that the model has under this name,
/// said or by the default convention.
void add_columns(ErrorDetails& details, const core::TableInfo& table);

}  // namespace strata::dal::detail
