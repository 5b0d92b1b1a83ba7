#pragma once

#include <cstdint>

/// Recognises std::chrono's types by their members: including <chrono> would cost every file that includes a model 0.15
/// s, and whoever uses one of its values has included it.
namespace strata::core::detail {

/// A std::chrono::duration.
template <class T>
concept duration = requires(const T& time) {
    T::period::num;
    T::period::den;
    typename T::rep;
    time.count();
};
/// A duration in whole microseconds.
template <class T>
concept whole_duration = duration<T> && T::period::num * std::int64_t{1'000'000} % T::period::den == 0;

/// A std::chrono::time_point of std::chrono::system_clock, the only clock that converts to time_t.
template <class T>
concept system_time = requires(const T& instant, typename T::clock::time_point now) {
    requires duration<typename T::duration>;
    T::clock::to_time_t(now);
    instant.time_since_epoch();
};
/// std::chrono::sys_days
template <class T>
concept system_day = system_time<T> && T::duration::period::num == 86'400 && T::duration::period::den == 1;
/// std::chrono::sys_time<std::chrono::microseconds>
template <class T>
concept system_microseconds = system_time<T> && T::duration::period::num == 1 && T::duration::period::den == 1'000'000;
/// std::chrono::year_month_day
template <class T>
concept calendar_day = requires(const T& date) {
    static_cast<int>(date.year());
    static_cast<unsigned>(date.month());
    static_cast<unsigned>(date.day());
    date.ok();
};

template <duration Duration>
constexpr std::int64_t floor_to_microseconds(const Duration& time) {
    constexpr std::int64_t scaled = Duration::period::num * std::int64_t{1'000'000};
    constexpr std::int64_t parts = Duration::period::den;
    const auto count = time.count();
    if constexpr (static_cast<typename Duration::rep>(0.5) != 0) {  // a floating-point number
        const auto exact =
            count * static_cast<typename Duration::rep>(scaled) / static_cast<typename Duration::rep>(parts);
        const auto whole = static_cast<std::int64_t>(exact);
        return static_cast<typename Duration::rep>(whole) > exact ? whole - 1 : whole;
    } else if constexpr (scaled % parts == 0) {
        constexpr std::int64_t factor = scaled / parts;
        if (count > INT64_MAX / factor) return INT64_MAX;  // such as std::chrono::milliseconds::max()
        if (count < INT64_MIN / factor) return INT64_MIN;
        return std::int64_t{count} * factor;
    } else {
        static_assert(parts % scaled == 0, "strata: convert this duration to nanoseconds first");
        constexpr std::int64_t divisor = parts / scaled;
        return count / divisor - (count % divisor < 0 ? 1 : 0);
    }
}

}  // namespace strata::core::detail
