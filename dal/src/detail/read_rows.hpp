#pragma once

#include <strata/core/connection.hpp>
#include <strata/dal/detail/backend.hpp>

namespace strata::dal::detail {

/// Whether a statement can have more rows than the one it is known to have: the last step would only find the end.
enum class Expect : unsigned char { rows, one_row };

/// Reads the rows of a cursor, by position or by the layout's names.
void read_rows(core::Cursor& cursor, const RowLayout& layout, Target target, Expect expect = Expect::rows);
/// Reads some of a model's columns, which the row holds in that order.
void read_columns(const core::Row& row, const core::TableInfo& table, std::span<const int> columns, void* model);

}  // namespace strata::dal::detail
