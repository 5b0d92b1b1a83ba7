#pragma once

#include "raw_statement.hpp"

#include <strata/core/statement_watch.hpp>

namespace strata::core::detail {

/// The thread's innermost watch; nullptr: none.
extern thread_local constinit StatementWatch::State* innermost_watch;

/// Whether the thread's statements are counted.
inline bool is_watched() noexcept { return innermost_watch != nullptr; }

/// Counts a statement in each of the thread's watches.
void count_statement(std::string_view sql, Author author, std::string_view tag, const SqlLexis& lexis);

}  // namespace strata::core::detail
