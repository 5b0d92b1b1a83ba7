#pragma once

#include "migrate_revisions.hpp"

#include <functional>
#include <vector>

namespace strata::test {

/// r0 to r9; each writes a row of table `log` that must be there once and, but the first, adds a column: r3 adds c3.
[[nodiscard]] History ten_revisions();

/// Runs the call in so many processes that begin together, each with its number; returns their exit codes: 0, or 2
/// where it threw.
[[nodiscard]] std::vector<int> in_processes(int count, const std::function<void(int number)>& call);

}  // namespace strata::test
