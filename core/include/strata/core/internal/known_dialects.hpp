#pragma once

#include <array>

namespace strata::core {

class Dialect;

namespace internal {

/// All that there are, for what has to hold on each of them.
[[nodiscard]] std::array<const Dialect*, 2> known_dialects();

}  // namespace internal
}  // namespace strata::core
