#pragma once

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>

#include <vector>

/// Classifies statements by their words. Pure functions, thread safe. Effects of functions, triggers and views cannot
/// be recognised this way.
namespace strata::core::detail {

/// The class of a text's statements: rows when all of them work on rows, else that of the first which does not. Only
/// SELECT (without INTO), VALUES, TABLE, INSERT, REPLACE, UPDATE, DELETE, MERGE and WITH or EXPLAIN of these work on
/// rows. Empty text is `other`.
[[nodiscard]] StatementClass classify_words(std::string_view sql, const SqlLexis& lexis);

/// Whether the text is one statement that only reads: SELECT, VALUES or TABLE without row locks and without a part that
/// writes, or EXPLAIN of a statement that it does not run. False in doubt. A function that it calls may still write.
[[nodiscard]] bool only_reads(std::string_view sql, const SqlLexis& lexis);

/// Whether the statement may change the session (a setting, a lock, a temporary table): true unless it works on rows
/// and calls nothing but well-known functions without side effects.
[[nodiscard]] bool may_change_session(std::string_view sql, const SqlLexis& lexis);

/// Splits a script at the semicolons between its statements. A semicolon inside parentheses (CREATE RULE) or inside a
/// body (BEGIN ATOMIC ... END) does not end a statement. `trigger_bodies` selects SQLite's rules: parentheses do not
/// count, and a trigger's body stays whole (https://sqlite.org/c3ref/complete.html). Statements that consist of
/// comments only are left out.
[[nodiscard]] std::vector<std::string_view> split_script(std::string_view sql, const SqlLexis& lexis,
                                                         bool trigger_bodies);

/// The statement's first line, shortened and with '...' for each string literal: enough to find it, for messages.
[[nodiscard]] std::string first_line(std::string_view statement, const SqlLexis& lexis);

}  // namespace strata::core::detail
