#pragma once

#include "row_plan.hpp"

#include <strata/core/facts.hpp>

#include <span>

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

/// Throws UsageError for a key of another number of values, or of other types, than the table's.
void check_key(const RowPlan& plan, std::span<const core::Value> key);

}  // namespace strata::dal::detail
