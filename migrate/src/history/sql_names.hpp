#pragma once

#include <strata/core/detail/sql_lexer.hpp>

#include <set>
#include <string>
#include <string_view>

namespace strata::migrate {

/// The names, in lower case and without a schema, of what the SQL makes, changes or drops, as far as it says that. SQL
/// that works on rows changes nothing, and what a function that it calls does is not in it. Where a statement is of a
/// kind that is not known here, all names in it are taken.
[[nodiscard]] std::set<std::string> names_changed_by(std::string_view sql, const core::detail::SqlLexis& lexis);

}  // namespace strata::migrate
