#pragma once

#include <strata/core/detail/chrono.hpp>

// The compiler shows this line where the type is incomplete.
namespace boost::json {
class value;  // include <boost/json.hpp> to use strata::Json
}

#include <boost/json/fwd.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// The value types that C++20 lacks and both databases have. All are plain values: copyable, comparable, thread safe as
/// distinct objects. `parse` throws ValueError; the text forms are those of ISO 8601 as PostgreSQL prints them. They
/// convert from and to <chrono>'s types; a program that uses these conversions includes <chrono>.
namespace strata {

using Bytes = std::vector<std::byte>;

/// A JSON document. Include <boost/json.hpp> to use it, before the struct that has one.
using Json = boost::json::value;

namespace core::detail {
[[noreturn]] void fail_timestamp();
}

/// A calendar day of the years 0001 to 9999.
struct Date {
    std::int32_t days{};  ///< since 1970-01-01

    Date() = default;
    constexpr explicit Date(std::int32_t days_since_epoch) : days(days_since_epoch) {}
    /// From std::chrono::sys_days.
    template <core::detail::system_day Day>
    constexpr Date(const Day& day) : days(static_cast<std::int32_t>(day.time_since_epoch().count())) {}
    /// From std::chrono::year_month_day. Throws ValueError for a day that no calendar has.
    template <core::detail::calendar_day Day>
    Date(const Day& day)
        : Date(static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day())) {}
    /// Throws ValueError for a day that no calendar has.
    Date(int year, unsigned month, unsigned day);

    /// To std::chrono::sys_days: `std::chrono::sys_days(date)`.
    template <core::detail::system_day Day>
    constexpr explicit operator Day() const {
        return Day(typename Day::duration(days));
    }
    /// 0001-01-01 and 9999-12-31, the limits of what both databases hold.
    [[nodiscard]] static constexpr Date first() { return Date(-719'162); }
    [[nodiscard]] static constexpr Date last() { return Date(2'932'896); }

    [[nodiscard]] static Date parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const Date&) const = default;
};

/// A time of day, 00:00:00 to 23:59:59.999999.
struct Time {
    std::int64_t microseconds{};  ///< since midnight

    Time() = default;
    /// From a std::chrono duration since midnight: hours, milliseconds, ...
    template <core::detail::whole_duration Duration>
    constexpr explicit Time(const Duration& since_midnight)
        : microseconds(core::detail::floor_to_microseconds(since_midnight)) {}
    Time(int hour, int minute, int second = 0, int microsecond = 0);

    [[nodiscard]] static Time parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const Time&) const = default;
};

/// A date and a time of day without a zone: what a wall clock shows, not an instant.
struct Timestamp {
    std::int64_t microseconds{};  ///< since 1970-01-01 00:00:00 on the same clock

    Timestamp() = default;
    constexpr explicit Timestamp(std::int64_t micros) : microseconds(micros) {}
    /// Throws ValueError for a day or a time of day made from a number that neither calendar nor clock has.
    constexpr Timestamp(Date date, Time time) {
        if (date < Date::first() || date > Date::last() || time.microseconds < 0 || time.microseconds >= day)
            core::detail::fail_timestamp();
        microseconds = std::int64_t{date.days} * day + time.microseconds;
    }

    [[nodiscard]] static Timestamp parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const Timestamp&) const = default;

private:
    static constexpr std::int64_t day = 86'400'000'000;
};

/// An instant, kept in UTC with microseconds. A text with an offset is converted; one without is taken as UTC.
struct TimestampTz {
    std::int64_t microseconds{};  ///< since 1970-01-01 00:00:00 UTC

    TimestampTz() = default;
    constexpr explicit TimestampTz(std::int64_t micros) : microseconds(micros) {}
    /// From a std::chrono time point of the system clock; fractions of a microsecond are cut off.
    template <core::detail::system_time Instant>
    constexpr TimestampTz(const Instant& instant)
        : microseconds(core::detail::floor_to_microseconds(instant.time_since_epoch())) {}

    [[nodiscard]] static TimestampTz now();
    /// To std::chrono, in microseconds: `std::chrono::sys_time<std::chrono::microseconds>(instant)`.
    template <core::detail::system_microseconds Instant>
    constexpr explicit operator Instant() const {
        return Instant(typename Instant::duration(microseconds));
    }
    [[nodiscard]] static TimestampTz parse(std::string_view text);
    /// `YYYY-MM-DD HH:MM:SS.ffffff+00`
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const TimestampTz&) const = default;
};

/// 16 bytes; the text form has hyphens and lower-case digits.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    /// A random (version 4) UUID from the operating system's generator.
    [[nodiscard]] static Uuid random();
    [[nodiscard]] static Uuid parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const Uuid&) const = default;
};

/// An exact decimal number of up to 38 digits: `coefficient / 10^scale`. Compared by value (1.50 == 1.5); the scale is
/// kept for printing.
class Decimal {
public:
    __extension__ using Coefficient = __int128;

    Decimal() = default;
    Decimal(std::int64_t value) : coefficient_(value) {}
    /// The comment on the line of the deletion is for compilers, which show the line.
    template <class Floating>
        requires std::is_floating_point_v<Floating>
    Decimal(Floating) = delete;  // strata: a double is no exact number: write Decimal::parse("5.25")
    /// Throws ValueError for a scale outside of 0 to 38 and for more than 38 digits.
    Decimal(Coefficient coefficient, int scale);

    /// Reads `[-+]digits[.digits][e[-+]digits]`. Throws ValueError for anything else and past 38 digits.
    [[nodiscard]] static Decimal parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] double to_double() const;

    [[nodiscard]] Coefficient coefficient() const noexcept { return coefficient_; }
    /// Digits after the point, 0 to 38.
    [[nodiscard]] int scale() const noexcept { return scale_; }
    /// Digits before the point.
    [[nodiscard]] int integral_digits() const noexcept;
    /// The same number with exactly `scale` digits after the point, halves rounded away from zero (as PostgreSQL's
    /// numeric). Throws ValueError when the result needs more than 38 digits.
    [[nodiscard]] Decimal rounded(int scale) const;
    /// The same number without trailing zeros: 1.50 is 1.5, 10.0 is 10.
    [[nodiscard]] Decimal normalized() const noexcept;

    /// Exact; throws ValueError past 38 digits.
    friend Decimal operator+(const Decimal& left, const Decimal& right);
    friend Decimal operator-(const Decimal& left, const Decimal& right);
    friend Decimal operator*(const Decimal& left, const Decimal& right);
    friend bool operator==(const Decimal& left, const Decimal& right) { return (left <=> right) == 0; }
    friend std::strong_ordering operator<=>(const Decimal& left, const Decimal& right);

private:
    Coefficient coefficient_ = 0;
    int scale_ = 0;
};

}  // namespace strata
