#include <strata/core/log.hpp>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace strata::core::log {

namespace {

spdlog::level::level_enum level_of(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
        case Level::off:
            break;
    }
    return spdlog::level::off;
}

/// The application's own logger of this name if it has one, else a logger on standard error.
spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto found = spdlog::get("strata");
        if (!found) {
            found = std::make_shared<spdlog::logger>("strata", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
            found->set_level(spdlog::level::warn);
            found->set_pattern("%n %l: %v");
        }
        return found;
    }();
    return *instance;
}

}  // namespace

void set_level(Level level) { logger().set_level(level_of(level)); }

Level level() noexcept {
    for (const Level each : {Level::debug, Level::info, Level::warning, Level::error})
        if (enabled(each)) return each;
    return Level::off;
}

bool enabled(Level level) noexcept { return logger().should_log(level_of(level)); }

void write(Level level, std::string_view message) {
    logger().log(level_of(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace strata::core::log
