#pragma once

#include <strata/core/facts.hpp>

namespace strata::dal::detail {

/// A value as its column keeps it: a decimal rounded to the column's scale, as PostgreSQL rounds, and in the one form
/// that compares equal as text. Throws ValueError, the same for every database, for text that is too long and a decimal
/// with too many digits.
[[nodiscard]] core::Value checked_value(const core::TableInfo& table, int column, const core::Value& value,
                                        core::Scratch& scratch);

/// A decimal that is compared with a column: in the form the column keeps, never rounded.
[[nodiscard]] core::Value comparable_decimal(const core::ColumnFacts& facts, const core::Value& value,
                                             core::Scratch& scratch);

/// The same of each element of a list, a JSON array of decimals.
[[nodiscard]] core::Value comparable_decimals(const core::ColumnFacts& facts, const core::Value& array,
                                              core::Scratch& scratch);

}  // namespace strata::dal::detail
