#pragma once

#include <strata/core/log.hpp>

namespace strata::migrate {

/// Sets the log level for a scope and restores the application's own afterwards.
class LogLevel {
public:
    explicit LogLevel(core::log::Level level) : before_(core::log::level()) { core::log::set_level(level); }
    LogLevel(const LogLevel&) = delete;
    LogLevel& operator=(const LogLevel&) = delete;
    ~LogLevel() { core::log::set_level(before_); }

private:
    core::log::Level before_;
};

}  // namespace strata::migrate
