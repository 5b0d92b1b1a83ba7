#pragma once

#include <string>
#include <string_view>

/// Names inside SQL expressions, found by tokens: what a rename or a drop of a column means for a CHECK or a predicate.
namespace strata::migrate {

/// Whether the expression names the column.
[[nodiscard]] bool mentions(std::string_view expression, std::string_view column);
/// The expression with the column's name replaced; everything else stays as written.
[[nodiscard]] std::string with_renamed(std::string_view expression, std::string_view from, std::string_view to);

}  // namespace strata::migrate
