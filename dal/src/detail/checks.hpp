#pragma once

#include <strata/core/facts.hpp>

namespace strata::dal::detail {

/// A value in the form that its column stores: a decimal is rounded to the column's scale, as PostgreSQL rounds, and
/// gets the one form that compares equal as text. Throws ValueError, the same for every database, for text that is too
/// long and for a decimal with too many digits.
[[nodiscard]] core::Value checked_value(const core::TableInfo& table, int column, const core::Value& value,
                                        core::Scratch& scratch);

/// A decimal to compare with a column: in the form that the column stores, but never rounded.
[[nodiscard]] core::Value comparable_decimal(const core::ColumnFacts& facts, const core::Value& value,
                                             core::Scratch& scratch);

/// The same for each element of a list, which is a JSON array of decimals.
[[nodiscard]] core::Value comparable_decimals(const core::ColumnFacts& facts, const core::Value& array,
                                              core::Scratch& scratch);

}  // namespace strata::dal::detail
