#pragma once

#include <algorithm>
#include <ranges>

namespace strata::core::internal {

/// Whether a range holds an element equal to this (std::ranges::contains is C++23's).
template <class Range, class Item>
[[nodiscard]] constexpr bool contains(const Range& range, const Item& item) {
    return std::ranges::find(range, item) != std::ranges::end(range);
}

}  // namespace strata::core::internal
