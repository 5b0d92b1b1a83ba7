#pragma once

#include <strata/core/connection.hpp>
#include <strata/dal/detail/backend.hpp>

namespace strata::dal::detail {

/// one_row: stop after the first row, which skips the extra step that only finds the end.
enum class Expect : unsigned char { rows, one_row };

/// Reads the rows of a cursor, by position or by the layout's names.
void read_rows(core::Cursor& cursor, const RowLayout& layout, Target target, Expect expect = Expect::rows);
/// Reads one row by position.
void read_row(const core::Row& row, const RowLayout& layout, Target target);
/// Reads some of a model's columns, which the row holds in this order.
void read_columns(const core::Row& row, const core::TableInfo& table, std::span<const int> columns, void* model);

}  // namespace strata::dal::detail
