#pragma once

#include <strata/dal/functions.hpp>

namespace strata::dal {

/// What a time is truncated to. A week starts on Monday.
enum class Unit : std::uint8_t { year, quarter, month, week, day, hour, minute, second };

/// An amount of time, which is added part by part: months, where a day that a month lacks becomes its last one, then
/// days, then microseconds.
struct Interval {
    std::int32_t months = 0;
    std::int32_t days = 0;
    std::int64_t microseconds = 0;

    friend Interval operator+(const Interval& a, const Interval& b) {
        return {a.months + b.months, a.days + b.days, a.microseconds + b.microseconds};
    }
    friend Interval operator-(const Interval& a) { return {-a.months, -a.days, -a.microseconds}; }
    bool operator==(const Interval&) const = default;
};
[[nodiscard]] constexpr Interval years(std::int32_t count) { return {count * 12, 0, 0}; }
[[nodiscard]] constexpr Interval months(std::int32_t count) { return {count, 0, 0}; }
[[nodiscard]] constexpr Interval weeks(std::int32_t count) { return {0, count * 7, 0}; }
[[nodiscard]] constexpr Interval days(std::int32_t count) { return {0, count, 0}; }
[[nodiscard]] constexpr Interval hours(std::int64_t count) { return {0, 0, count * 3'600'000'000}; }
[[nodiscard]] constexpr Interval minutes(std::int64_t count) { return {0, 0, count * 60'000'000}; }
[[nodiscard]] constexpr Interval seconds(std::int64_t count) { return {0, 0, count * 1'000'000}; }
[[nodiscard]] constexpr Interval microseconds(std::int64_t count) { return {0, 0, count}; }

namespace detail {

template <class T>
inline constexpr bool is_day_or_time =
    std::is_same_v<T, Date> || std::is_same_v<T, Timestamp> || std::is_same_v<T, TimestampTz>;
/// One of three functions by the kind of time.
template <class T>
constexpr Function by_kind(Function date, Function timestamp, Function instant) {
    return std::is_same_v<T, Date> ? date : std::is_same_v<T, Timestamp> ? timestamp : instant;
}

[[nodiscard]] const char* name_of(Unit unit);
/// Throws UsageError for what a date cannot take.
void check_date_unit(Unit unit);
void check_date_interval(const Interval& interval);
/// Throws UsageError for a field that is not in docs/expressions.md.
void check_format(std::string_view format);

template <class X>
auto add(const X& time, const Interval& interval) {
    using T = core::detail::ValueOf<X>;
    static_assert(is_day_or_time<T>, "strata: an interval is added to a date or a timestamp");
    if constexpr (std::is_same_v<T, Date>) {
        check_date_interval(interval);
        return call<Date>(Function::add_to_date, time, interval.months, interval.days);
    } else {
        constexpr Function function =
            by_kind<T>(Function::add_to_date, Function::add_to_timestamp, Function::add_to_instant);
        return call<T>(function, time, interval.months, interval.days, interval.microseconds);
    }
}

}  // namespace detail

// Functions of dates and timestamps; those of an instant are in UTC. What an argument is NULL for is NULL.

/// The time of the database: of the transaction's start on PostgreSQL, of the statement on SQLite.
[[nodiscard]] inline auto now() { return detail::call<TimestampTz>(detail::Function::now); }
/// The date of now() in UTC.
[[nodiscard]] inline auto current_date() { return detail::call<Date>(detail::Function::today); }

/// The start of the year, month, day, ... that a time is in: `truncate(Unit::month, songs.created_at)`. Throws
/// UsageError for a part of a day of a date.
template <operand X>
[[nodiscard]] auto truncate(Unit unit, const X& time) {
    using T = core::detail::ValueOf<X>;
    static_assert(detail::is_day_or_time<T>, "strata: truncate() takes a date or a timestamp");
    if constexpr (std::is_same_v<T, Date>) detail::check_date_unit(unit);
    constexpr auto function = detail::by_kind<T>(detail::Function::truncate_date, detail::Function::truncate_timestamp,
                                                 detail::Function::truncate_instant);
    return detail::call<T>(function, time, detail::name_of(unit));
}

/// `songs.created_at + months(1)`: 31 January and a month is the last day of February. A date takes only months and
/// days.
template <operand X>
[[nodiscard]] auto operator+(const X& time, const Interval& interval) {
    return detail::add(time, interval);
}
template <operand X>
[[nodiscard]] auto operator-(const X& time, const Interval& interval) {
    return detail::add(time, -interval);
}

/// The days from one date to another, negative when that is earlier.
template <class From, class To>
[[nodiscard]] auto days_between(const From& from, const To& to) {
    static_assert(detail::argument_is<From, Date> && detail::argument_is<To, Date>,
                  "strata: days_between() takes two dates");
    return detail::call<std::int64_t>(detail::Function::days_between, from, to);
}
/// The microseconds from one timestamp to another of the same kind.
template <class From, class To>
[[nodiscard]] auto microseconds_between(const From& from, const To& to) {
    using T = core::detail::ValueOf<From>;
    static_assert((std::is_same_v<T, Timestamp> || std::is_same_v<T, TimestampTz>) && detail::argument_is<To, T>,
                  "strata: microseconds_between() takes two timestamps of one kind");
    return detail::call<std::int64_t>(detail::Function::microseconds_between, from, to);
}

#define STRATA_DETAIL_PART(NAME, FIELD)                                                                        \
    template <operand X>                                                                                       \
    [[nodiscard]] auto NAME(const X& time) {                                                                   \
        using T = core::detail::ValueOf<X>;                                                                    \
        static_assert(detail::is_day_or_time<T>, "strata: " #NAME "() takes a date or a timestamp");           \
        constexpr auto function = detail::by_kind<T>(detail::Function::date_part, detail::Function::date_part, \
                                                     detail::Function::instant_part);                          \
        return detail::call<std::int64_t>(function, FIELD, time);                                              \
    }
/// 1 is Monday, 7 Sunday.
STRATA_DETAIL_PART(day_of_week, "isodow")
STRATA_DETAIL_PART(day_of_year, "doy")
/// The number of the week after ISO 8601; the first one has the year's first Thursday.
STRATA_DETAIL_PART(week, "week")
/// The year that the week belongs to.
STRATA_DETAIL_PART(iso_year, "isoyear")
STRATA_DETAIL_PART(quarter, "quarter")
#undef STRATA_DETAIL_PART

/// The seconds since 1970-01-01 00:00:00, with fractions.
template <operand X>
[[nodiscard]] auto epoch(const X& time) {
    static_assert(detail::is_day_or_time<core::detail::ValueOf<X>>, "strata: epoch() takes a date or a timestamp");
    return detail::call<double>(detail::Function::epoch, time);
}

/// A time as text: %Y year, %m month, %d day, %H hour, %M minute, %S second, %f microseconds, %j day of the year, %% a
/// percent sign. Throws UsageError for another field.
template <operand X>
[[nodiscard]] auto format(const X& time, std::string_view format) {
    using T = core::detail::ValueOf<X>;
    static_assert(detail::is_day_or_time<T>, "strata: format() takes a date or a timestamp");
    detail::check_format(format);
    core::Fragment fragment;
    time.strata_append(fragment);
    fragment.bind_pattern(format, core::Form::format, false);
    constexpr auto function = detail::by_kind<T>(detail::Function::format_time, detail::Function::format_time,
                                                 detail::Function::format_instant);
    fragment.push(core::Op::function, core::type_of<std::string>::info, 2, static_cast<unsigned>(function));
    return core::Expr<std::string, core::detail::UsesOf<X>, core::detail::nulls_of<X>>{{}, std::move(fragment)};
}

}  // namespace strata::dal
