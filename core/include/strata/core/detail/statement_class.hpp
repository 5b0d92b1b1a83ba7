#pragma once

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>

#include <vector>

/// What statements do, told by their words. Pure functions, thread safe. What a function, a trigger or a view does
/// cannot be told so.
namespace strata::core::detail {

/// The class of a text's statements: rows when all of them work on rows, else that of the first which does not.
/// Only SELECT (without INTO), VALUES, TABLE, INSERT, REPLACE, UPDATE, DELETE, MERGE and WITH or EXPLAIN of these work
/// on rows. Empty text is `other`.
[[nodiscard]] StatementClass classify_words(std::string_view sql, const SqlLexis& lexis);

/// Whether it is one statement that only reads: SELECT, VALUES or TABLE without a lock on rows and without a part that
/// writes, or EXPLAIN of what it does not run. False in doubt. A function it calls may still write.
[[nodiscard]] bool only_reads(std::string_view sql, const SqlLexis& lexis);

/// Whether the session may be another one after it (a setting, a lock, a temporary table): true unless it works on rows
/// and calls nothing but well-known functions without a side effect.
[[nodiscard]] bool may_change_session(std::string_view sql, const SqlLexis& lexis);

/// Cuts a script at the semicolons between its statements. Semicolons inside of parentheses (CREATE RULE) and of a body
/// (BEGIN ATOMIC ... END) end nothing. `trigger_bodies` is SQLite's way: parentheses do not count, and a trigger's body
/// stays whole (https://sqlite.org/c3ref/complete.html). Statements of nothing but comments are left out.
[[nodiscard]] std::vector<std::string_view> split_script(std::string_view sql, const SqlLexis& lexis,
                                                         bool trigger_bodies);

/// Its first line, shortened and with '...' for each literal text: enough to find the statement, for messages.
[[nodiscard]] std::string first_line(std::string_view statement, const SqlLexis& lexis);

}  // namespace strata::core::detail
