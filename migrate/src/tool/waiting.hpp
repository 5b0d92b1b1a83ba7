#pragma once

#include <strata/core/engine.hpp>

#include <chrono>

namespace strata::migrate {

/// Asks the database until it answers or the deadline has passed, and says once on standard error that it waits.
/// Throws the ConnectionError of the last time; at once for one that waiting cannot mend, such as a wrong password.
void wait_until_it_answers(const core::Engine& engine, std::chrono::steady_clock::time_point deadline);

}  // namespace strata::migrate
