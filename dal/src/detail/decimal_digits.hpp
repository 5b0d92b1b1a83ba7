#pragma once

#include "query_tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace strata::dal::detail {

/// How a database says how many digits after the point there are.
struct DigitWords {
    std::string_view larger;            ///< the function that returns the larger of two numbers
    std::string_view before_parameter;  ///< of the digits of a bound decimal, around its number
    std::string_view after_parameter;
    std::string_view before_number;  ///< of a bound number, around its number
    std::string_view after_number;
};

/// SQL for the digits after the point of a decimal expression; empty where its columns and values do not tell.
[[nodiscard]] std::optional<std::string> digits_of(const Node& node, const DigitWords& words);

}  // namespace strata::dal::detail
