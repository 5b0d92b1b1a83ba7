#pragma once

#include <string>
#include <vector>

namespace strata::core::detail {

/// The addresses of the calls that are running, the innermost first. Empty where the platform does not tell.
[[nodiscard]] std::vector<void*> running_calls();

/// The innermost of these calls that is not one of Strata or of the standard library, by name and address.
[[nodiscard]] std::string describe_caller(const std::vector<void*>& calls);

}  // namespace strata::core::detail
