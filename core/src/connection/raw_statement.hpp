#pragma once

#include <strata/core/detail/sql_lexer.hpp>

#include <string>
#include <string_view>

namespace strata::core::detail {

/// Throws UsageError unless the text is one statement that works on rows or controls the transaction: a connection with
/// Access::rows accepts nothing else.
void check_rows_only(std::string_view sql, const SqlLexis& lexis);

/// The statement with '...' for each string literal and ? for each number: safe for a log.
[[nodiscard]] std::string masked_for_log(std::string_view sql, const SqlLexis& lexis);

}  // namespace strata::core::detail
