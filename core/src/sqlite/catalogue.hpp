#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

/// Questions to an open database that are asked while a failed statement is explained. They ask the handle, which loses
/// its last error; what fails has no rows.
namespace strata::core::sqlite {

using TextRow = std::vector<std::string>;

/// The rows of a query with texts as its values. A cell that is NULL is empty.
[[nodiscard]] std::vector<TextRow> text_rows(::sqlite3* handle, const std::string& sql,
                                             std::span<const std::string_view> values = {});
/// Whether a query with one number as its value has a row.
[[nodiscard]] bool has_row(::sqlite3* handle, const std::string& sql, std::int64_t value);

}  // namespace strata::core::sqlite
