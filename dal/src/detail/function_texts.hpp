#pragma once

#include <strata/dal/detail/function.hpp>

#include <cstddef>
#include <string_view>

namespace strata::dal::detail {

/// A function's text on one database; #0, #1, ... are its operands.
struct FunctionText {
    Function function;
    std::string_view text;
};

/// Whether a table has a row for each Function, in the order of their declarations.
template <std::size_t Size>
consteval bool is_complete(const FunctionText (&table)[Size]) {
    for (std::size_t i = 0; i < Size; ++i) {
        if (table[i].function != static_cast<Function>(i)) return false;
    }
    return Size == function_count;
}

}  // namespace strata::dal::detail
