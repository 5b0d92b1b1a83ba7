#include "functions.hpp"
#include "value/text.hpp"

#include <strata/core/types.hpp>
#include <strata/core/value.hpp>

#include <chrono>
#include <stdexcept>
#include <string>

namespace strata::core::sqlite {

namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::int64_t in_day = 86'400'000'000;

/// A date, or a timestamp, in one of the forms that SQLite stores.
struct Moment {
    std::int64_t microseconds;
    bool is_date;  ///< without a time of day

    static Moment of(sqlite3_value* value) {
        const std::string_view text = text_of(value);
        if (text.size() == 10) return {Date::parse(text).days * in_day, true};
        return {TimestampTz::parse(text).microseconds, false};
    }
    [[nodiscard]] std::int64_t day_number() const {
        const std::int64_t number = microseconds / in_day;
        return microseconds % in_day < 0 ? number - 1 : number;
    }
    [[nodiscard]] std::int64_t since_midnight() const { return microseconds - day_number() * in_day; }
    [[nodiscard]] year_month_day date() const { return sys_days(days(day_number())); }
    void set(sys_days date, std::int64_t time) { microseconds = date.time_since_epoch().count() * in_day + time; }
    void give(sqlite3_context* context) const {
        std::string text;
        detail::append_timestamp(text, microseconds);
        return_text(context, is_date ? std::string_view(text).substr(0, 10) : std::string_view(text));
    }
};

/// 1 is Monday.
unsigned iso_weekday(const Moment& moment) {
    return std::chrono::weekday(sys_days(days(moment.day_number()))).iso_encoding();
}
/// The Thursday of the date's week, which is in the year that the week belongs to.
sys_days thursday(const Moment& moment) {
    return sys_days(days(moment.day_number() + 4 - static_cast<int>(iso_weekday(moment))));
}

void truncate(sqlite3_context* context, int, sqlite3_value** arguments) {
    Moment moment = Moment::of(arguments[0]);
    const std::string_view unit = text_of(arguments[1]);
    const year_month_day date = moment.date();
    const std::int64_t time = moment.since_midnight();
    const auto down_to = [&](std::int64_t size) { moment.set(date, time - time % size); };
    if (unit == "year") {
        moment.set(date.year() / 1 / 1, 0);
    } else if (unit == "quarter") {
        moment.set(date.year() / month((static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1) / 1, 0);
    } else if (unit == "month") {
        moment.set(date.year() / date.month() / 1, 0);
    } else if (unit == "week") {
        moment.set(sys_days(date) - days(iso_weekday(moment) - 1), 0);
    } else if (unit == "day") {
        down_to(in_day);
    } else if (unit == "hour") {
        down_to(3'600'000'000);
    } else if (unit == "minute") {
        down_to(60'000'000);
    } else {
        down_to(1'000'000);
    }
    moment.give(context);
}

/// Months first, where a day that the month lacks becomes its last one, then days, then the time.
void add_interval(sqlite3_context* context, int, sqlite3_value** arguments) {
    Moment moment = Moment::of(arguments[0]);
    const sqlite3_int64 count = sqlite3_value_int64(arguments[1]);
    const sqlite3_int64 more_days = sqlite3_value_int64(arguments[2]);
    constexpr sqlite3_int64 limit = 10'000LL * 366;
    if (count > limit || count < -limit || more_days > limit || more_days < -limit)
        throw std::out_of_range("a time lies outside of years 0001 to 9999");
    year_month_day date = moment.date();
    date += months(static_cast<int>(count));
    if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
    const std::int64_t time = moment.since_midnight();
    moment.set(sys_days(date) + days(more_days), time);
    sqlite3_int64 result = 0;
    if (__builtin_add_overflow(moment.microseconds, sqlite3_value_int64(arguments[3]), &result))
        throw std::out_of_range("a time lies outside of years 0001 to 9999");
    moment.microseconds = result;
    moment.give(context);
}

void microseconds(sqlite3_context* context, int, sqlite3_value** arguments) {
    sqlite3_result_int64(context, Moment::of(arguments[0]).microseconds);
}

void date_part(sqlite3_context* context, int, sqlite3_value** arguments) {
    const std::string_view field = text_of(arguments[0]);
    const Moment moment = Moment::of(arguments[1]);
    const year_month_day date = moment.date();
    const auto days_since = [](sys_days from, sys_days to) { return (to - from).count(); };
    const year_month_day of_week = thursday(moment);
    sqlite3_int64 part = 0;
    if (field == "isodow") {
        part = iso_weekday(moment);
    } else if (field == "doy") {
        part = days_since(date.year() / 1 / 1, date) + 1;
    } else if (field == "week") {
        part = days_since(of_week.year() / 1 / 1, thursday(moment)) / 7 + 1;
    } else if (field == "isoyear") {
        part = int(of_week.year());
    } else {
        part = (static_cast<unsigned>(date.month()) - 1) / 3 + 1;
    }
    sqlite3_result_int64(context, part);
}

/// The fields of docs/expressions.md: %Y %m %d %H %M %S %f %j %%.
void format(sqlite3_context* context, int, sqlite3_value** arguments) {
    const Moment moment = Moment::of(arguments[0]);
    const std::string_view format = text_of(arguments[1]);
    std::string stamp;
    detail::append_timestamp(stamp, moment.microseconds);  // YYYY-MM-DD HH:MM:SS.ffffff
    std::string text;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            text += format[i];
            continue;
        }
        const auto field = [&](std::size_t at, std::size_t size) { text.append(stamp, at, size); };
        switch (format[++i]) {
            case 'Y':
                field(0, 4);
                break;
            case 'm':
                field(5, 2);
                break;
            case 'd':
                field(8, 2);
                break;
            case 'H':
                field(11, 2);
                break;
            case 'M':
                field(14, 2);
                break;
            case 'S':
                field(17, 2);
                break;
            case 'f':
                field(20, 6);
                break;
            case 'j': {
                const auto number = (sys_days(moment.date()) - sys_days(moment.date().year() / 1 / 1)).count() + 1;
                const std::string digits = std::to_string(number);
                text += std::string(3 - digits.size(), '0') + digits;
                break;
            }
            default:
                text += format[i];
        }
    }
    return_text(context, text);
}

/// A date, a time or a UUID in whatever spelling as the text that a column of its kind stores.
void canonical(sqlite3_context* context, int, sqlite3_value** arguments) {
    const std::string_view text = text_of(arguments[1]);
    std::string stored;
    switch (static_cast<TypeKind>(sqlite3_value_int(arguments[0]))) {
        case TypeKind::date:
            stored = Date::parse(text).to_string();
            break;
        case TypeKind::time:
            stored = Time::parse(text).to_string();
            break;
        case TypeKind::timestamp:
            stored = Timestamp::parse(text).to_string();
            break;
        case TypeKind::timestamptz:
            detail::append_timestamp(stored, TimestampTz::parse(text).microseconds);
            break;
        case TypeKind::uuid:
            stored = Uuid::parse(text).to_string();
            break;
        default:
            stored = text;
    }
    return_text(context, stored);
}

}  // namespace

Functions time_functions() {
    static constexpr Function functions[] = {
        {"strata_truncate", 2, strict<truncate>},
        {"strata_add_interval", 4, strict<add_interval>},
        {"strata_microseconds", 1, strict<microseconds>},
        {"strata_date_part", 2, strict<date_part>},
        {"strata_format", 2, strict<format>},
        {"strata_canonical", 2, strict<canonical>},
    };
    return functions;
}

}  // namespace strata::core::sqlite
