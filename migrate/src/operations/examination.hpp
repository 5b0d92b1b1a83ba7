#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace strata::migrate {

/// What `doctor` says of one thing that it looked at.
struct Examined {
    enum class State : std::uint8_t { good, warning, problem };
    State state = State::good;
    std::string what;  ///< `server version`
    std::string text;  ///< `15.20`, or what is wrong and what to do
};
using Examination = std::vector<Examined>;

}  // namespace strata::migrate
