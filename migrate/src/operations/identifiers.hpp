#pragma once

#include <string>
#include <string_view>

/// Finds names inside SQL expressions by their tokens, to rename or drop a column in a CHECK or a predicate.
namespace strata::migrate {

/// Whether the expression refers to the column.
[[nodiscard]] bool mentions(std::string_view expression, std::string_view column);
/// The expression with the column renamed; everything else stays as written.
[[nodiscard]] std::string with_renamed(std::string_view expression, std::string_view from, std::string_view to);
/// A statement with its own name changed: the first place where it occurs.
[[nodiscard]] std::string with_first_renamed(std::string_view statement, std::string_view from, std::string_view to);

}  // namespace strata::migrate
