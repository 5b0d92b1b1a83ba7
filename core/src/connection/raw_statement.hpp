#pragma once

#include <strata/core/detail/sql_lexer.hpp>

#include <string>
#include <string_view>

namespace strata::core::detail {

/// Throws UsageError unless the text is one statement that works on rows or controls the transaction: a connection with
/// Access::rows accepts nothing else.
void check_rows_only(std::string_view sql, const SqlLexis& lexis);

/// Who wrote a statement's text: in that of Strata each name in quotes is a name.
enum class Author : unsigned char { strata, caller };

/// The statement with '...' for each string literal and ? for each number, without its comments: safe for a log. Where
/// SQLite may take a name in quotes for a string, and it does not stand where only a name can, it is masked too.
[[nodiscard]] std::string masked_for_log(std::string_view sql, const SqlLexis& lexis, Author author);

}  // namespace strata::core::detail
