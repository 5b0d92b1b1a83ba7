#pragma once

#include <string>

namespace strata::migrate {

/// Whether somebody reads and answers on a terminal.
[[nodiscard]] bool is_interactive();
/// Asks on the terminal: `Drop them? [y/N]`.
[[nodiscard]] bool confirmed(const std::string& question);

/// Asks on the terminal for a line, and returns it without blanks around it; empty at the end of the input.
[[nodiscard]] std::string answered(const std::string& question);

}  // namespace strata::migrate
