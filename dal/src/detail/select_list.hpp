#pragma once

#include <strata/core/detail/sql_lexer.hpp>

#include <string_view>

namespace strata::dal::detail {

/// Whether the statement's own select list (not that of a query inside it) contains all columns of a table: `SELECT *`,
/// `SELECT s.*`, `RETURNING *`.
[[nodiscard]] bool selects_star(std::string_view sql, core::detail::SqlLexis lexis);

}  // namespace strata::dal::detail
