#pragma once

#include <strata/core/detail/chrono.hpp>

#include <cstdint>

namespace strata::core {

/// A time limit in whole milliseconds; 0 is no limit. It converts from any std::chrono::duration (30ms,
/// std::chrono::seconds(2)), without making every file that uses one read <chrono>.
class TimeLimit {
public:
    constexpr TimeLimit() = default;
    template <detail::duration Duration>
    constexpr TimeLimit(const Duration& time)  // NOLINT(google-explicit-constructor): a duration is a limit
        : milliseconds_(rounded_up(detail::floor_to_microseconds(time))) {}
    [[nodiscard]] static constexpr TimeLimit of_milliseconds(std::int64_t milliseconds) noexcept {
        TimeLimit limit;
        limit.milliseconds_ = milliseconds;
        return limit;
    }

    [[nodiscard]] constexpr std::int64_t milliseconds() const noexcept { return milliseconds_; }
    /// Whether there is a limit.
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return milliseconds_ > 0; }
    friend constexpr bool operator==(TimeLimit, TimeLimit) = default;

private:
    static constexpr std::int64_t rounded_up(std::int64_t microseconds) {
        return microseconds / 1000 + (microseconds % 1000 > 0 ? 1 : 0);
    }

    std::int64_t milliseconds_ = 0;
};

}  // namespace strata::core
