#pragma once

#include <strata/core/detail/sql_lexer.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace strata::migrate::detail {

/// What a token of an expression is.
enum class Role : std::uint8_t {
    other,      ///< no name of a column or table: a keyword, a function, a type, a literal
    column,     ///< a column without a qualifier
    qualifier,  ///< the table before a column
    qualified,  ///< a column after a qualifier, which is two tokens before it
    unknown     ///< a name that may be a column or something else
};

struct ExpressionToken {
    core::detail::SqlToken token;
    Role role = Role::other;
};

/// Tokenizes an expression of either database: the rules are the same except for brackets and backticks.
[[nodiscard]] std::vector<core::detail::SqlToken> tokens_of(std::string_view sql);

/// Tells the columns of an expression from all that may be spelt like one: by the grammar that both databases have, a
/// column is only where an operand is expected. Where the databases differ, and after what the grammar does not cover
/// (a subquery, an alias), a name is unknown.
[[nodiscard]] std::vector<ExpressionToken> names_in(std::string_view expression);

}  // namespace strata::migrate::detail
