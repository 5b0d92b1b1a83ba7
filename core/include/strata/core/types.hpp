#pragma once

#include <strata/core/detail/chrono.hpp>

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
/// distinct objects. `parse` throws ValueError; the text forms are those of ISO 8601 as PostgreSQL prints them.
namespace strata {

using Bytes = std::vector<std::byte>;

/// A JSON document. Include <boost/json.hpp> to use it.
using Json = boost::json::value;

/// A calendar day of the years 0001 to 9999.
struct Date {
    std::int32_t days{};  ///< since 1970-01-01

    Date() = default;
    constexpr explicit Date(std::int32_t days_since_epoch) : days(days_since_epoch) {}
    constexpr Date(std::chrono::sys_days day) : days(static_cast<std::int32_t>(day.time_since_epoch().count())) {}
    /// From what converts to a day: std::chrono::year_month_day.
    template <class Day>
        requires(!std::is_same_v<Day, std::chrono::sys_days> && std::is_convertible_v<Day, std::chrono::sys_days>)
    constexpr Date(Day day) : Date(static_cast<std::chrono::sys_days>(day)) {}
    /// Throws ValueError for a day that no calendar has.
    Date(int year, unsigned month, unsigned day);

    [[nodiscard]] constexpr std::chrono::sys_days sys() const { return std::chrono::sys_days(std::chrono::days(days)); }
    [[nodiscard]] static Date parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const Date&) const = default;
};

/// A time of day, 00:00:00 to 23:59:59.999999.
struct Time {
    std::int64_t microseconds{};  ///< since midnight

    Time() = default;
    constexpr explicit Time(std::chrono::microseconds since_midnight) : microseconds(since_midnight.count()) {}
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
    constexpr Timestamp(Date date, Time time)
        : microseconds(std::int64_t{date.days} * 86'400'000'000 + time.microseconds) {}

    [[nodiscard]] static Timestamp parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    auto operator<=>(const Timestamp&) const = default;
};

/// An instant, kept in UTC with microseconds. A text with an offset is converted; one without is taken as UTC.
struct TimestampTz {
    std::int64_t microseconds{};  ///< since 1970-01-01 00:00:00 UTC

    TimestampTz() = default;
    constexpr explicit TimestampTz(std::int64_t micros) : microseconds(micros) {}
    template <class Duration>
    constexpr TimestampTz(std::chrono::time_point<std::chrono::system_clock, Duration> instant)
        : microseconds(std::chrono::floor<std::chrono::microseconds>(instant).time_since_epoch().count()) {}

    [[nodiscard]] static TimestampTz now() { return TimestampTz(std::chrono::system_clock::now()); }
    [[nodiscard]] constexpr std::chrono::sys_time<std::chrono::microseconds> sys() const {
        return std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(microseconds));
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
    Decimal(Coefficient coefficient, int scale) : coefficient_(coefficient), scale_(scale) {}

    /// Reads `[-+]digits[.digits][e[-+]digits]`. Throws ValueError for anything else and past 38 digits.
    [[nodiscard]] static Decimal parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] double to_double() const;

    [[nodiscard]] Coefficient coefficient() const noexcept { return coefficient_; }
    /// Digits behind the point, 0 to 38.
    [[nodiscard]] int scale() const noexcept { return scale_; }
    /// Digits before the point.
    [[nodiscard]] int integral_digits() const noexcept;
    /// The same number with exactly `scale` digits behind the point, halves away from zero (as PostgreSQL's numeric).
    /// Throws ValueError when it would need more than 38 digits.
    [[nodiscard]] Decimal rounded(int scale) const;
    /// The same number without zeros at its end: 1.50 is 1.5, 10.0 is 10.
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
