#pragma once

#include <string>

namespace strata::migrate {

/// Whether somebody reads and answers on a terminal.
[[nodiscard]] bool is_interactive();
/// Asks on the terminal: `Drop them? [y/N]`.
[[nodiscard]] bool confirmed(const std::string& question);

}  // namespace strata::migrate
