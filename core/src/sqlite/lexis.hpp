#pragma once

#include <strata/core/detail/sql_lexer.hpp>

namespace strata::core::sqlite {

inline constexpr const detail::SqlLexis& lexis = detail::sqlite_lexis;

}  // namespace strata::core::sqlite
