#pragma once

#include <strata/core/detail/sql_lexer.hpp>

namespace strata::core::postgresql {

inline constexpr const detail::SqlLexis& lexis = detail::postgresql_lexis;

}  // namespace strata::core::postgresql
