#pragma once

#include <string>
#include <vector>

namespace strata::core::detail {

/// The addresses of the calls that are running, the innermost first. Empty where the platform does not tell.
[[nodiscard]] std::vector<const void*> running_calls();

/// The innermost of these calls that is not one of Strata or of the standard library, by name and place: its line of
/// source, or its address in its file where the program has no debug information.
[[nodiscard]] std::string describe_caller(const std::vector<const void*>& calls);

}  // namespace strata::core::detail
