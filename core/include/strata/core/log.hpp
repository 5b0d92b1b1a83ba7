#pragma once

#include <string_view>

/// Strata's own log (spdlog): statements without their values at debug level, slow statements and oddities as warnings.
namespace strata::core::log {

enum class Level { debug, info, warning, error, off };

/// Lines below this level are dropped; at first `warning`. Thread safe.
void set_level(Level level);
[[nodiscard]] Level level() noexcept;
[[nodiscard]] bool enabled(Level level) noexcept;
void write(Level level, std::string_view message);

}  // namespace strata::core::log
