#pragma once

#include <cstdint>

namespace strata::migrate {

enum class Direction : std::uint8_t { up, down };

}  // namespace strata::migrate
