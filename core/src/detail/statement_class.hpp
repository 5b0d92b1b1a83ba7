#pragma once

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>

namespace strata::core::detail {

/// The class of a statement by its words. Only SELECT (without INTO), VALUES, INSERT, REPLACE, UPDATE, DELETE, MERGE
/// and WITH or EXPLAIN of these work on rows.
StatementClass classify_words(std::string_view sql, SqlLexis lexis);

/// Cuts a script at the semicolons between its statements. `CREATE TRIGGER ... BEGIN ...; END` stays whole where
/// `trigger_bodies` says that triggers hold statements. Statements of nothing but comments are left out.
std::vector<std::string_view> split_script(std::string_view sql, SqlLexis lexis, bool trigger_bodies);

/// Its first line, shortened and with '...' for each literal text: enough to find the statement, for messages.
std::string first_line(std::string_view statement, SqlLexis lexis);

}  // namespace strata::core::detail
