#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate {

/// The one of the names that a typing error may have made this of; empty when none is near.
[[nodiscard]] std::string nearest(std::string_view typed, const std::vector<std::string_view>& names);

}  // namespace strata::migrate
