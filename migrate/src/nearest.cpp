#include "nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace strata::migrate {

namespace {

/// How many letters must be added, removed, changed or swapped with their neighbour to make one of the other.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> before(right.size() + 1);
    std::vector<std::size_t> row(right.size() + 1);
    std::vector<std::size_t> next(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t changed = row[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            next[j] = std::min({changed, row[j] + 1, next[j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
        }
        std::swap(before, row);
        std::swap(row, next);
    }
    return row.back();
}

}  // namespace

std::string nearest(std::string_view typed, const std::vector<std::string_view>& names) {
    constexpr std::size_t longest = 200;  // of what somebody types
    if (typed.empty() || typed.size() > longest) return {};
    std::size_t least = std::max<std::size_t>(1, typed.size() / 3) + 1;
    std::string_view found;
    for (const auto name : names)
        if (const auto far = distance(typed, name); far < least && far < std::max(typed.size(), name.size())) {
            least = far;
            found = name;
        }
    return std::string(found);
}

}  // namespace strata::migrate
