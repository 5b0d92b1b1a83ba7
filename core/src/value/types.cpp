#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/core/types.hpp>

#include <sys/random.h>

#include <charconv>
#include <chrono>

namespace strata {

namespace {

using core::detail::fail_value;

// Days of the proleptic Gregorian calendar, years 0001 to 9999.
constexpr std::int64_t first_day = Date::first().days;
constexpr std::int64_t last_day = Date::last().days;
constexpr std::int64_t day_microseconds = 86'400'000'000;

/// Reads fields of digits from the left and remembers whether all of them matched.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    int digits(int count) {
        int number = 0;
        for (int i = 0; i < count; ++i) {
            if (at_ >= text_.size() || text_[at_] < '0' || text_[at_] > '9') {
                ok_ = false;
                return 0;
            }
            number = number * 10 + (text_[at_++] - '0');
        }
        return number;
    }
    bool maybe(char wanted) {
        if (at_ >= text_.size() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }
    void expect(char wanted) {
        if (!maybe(wanted)) ok_ = false;
    }
    [[nodiscard]] bool digit_next() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }
    void fail() { ok_ = false; }
    [[nodiscard]] bool done() const { return ok_ && at_ == text_.size(); }
    [[nodiscard]] bool ended() const { return at_ == text_.size(); }
    [[nodiscard]] bool ok() const { return ok_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

struct CalendarDay {
    int year;
    int month;
    int day;
};

/// A year may have a fifth digit in a timestamp with a zone.
CalendarDay scan_calendar_day(Scanner& scan, bool zoned) {
    int year = scan.digits(4);
    if (zoned && scan.digit_next()) year = year * 10 + scan.digits(1);
    scan.expect('-');
    const int month = scan.digits(2);
    scan.expect('-');
    return {year, month, scan.digits(2)};
}

std::int64_t to_days(const CalendarDay& day, Scanner& scan) {
    const std::chrono::year_month_day date{std::chrono::year(day.year),
                                           std::chrono::month(static_cast<unsigned>(day.month)),
                                           std::chrono::day(static_cast<unsigned>(day.day))};
    if (!scan.ok() || !date.ok()) {
        scan.fail();
        return 0;
    }
    return std::chrono::sys_days(date).time_since_epoch().count();
}

std::int64_t scan_date(Scanner& scan) {
    const CalendarDay day = scan_calendar_day(scan, false);
    if (day.year < 1) scan.fail();
    return to_days(day, scan);
}

std::int64_t scan_time(Scanner& scan) {
    const int hour = scan.digits(2);
    scan.expect(':');
    const int minute = scan.digits(2);
    int second = 0;
    std::int64_t fraction = 0;
    if (scan.maybe(':')) {
        second = scan.digits(2);
        if (scan.maybe('.')) {
            std::int64_t unit = 100'000;
            if (!scan.digit_next()) scan.fail();
            for (; scan.digit_next(); unit /= 10) fraction += unit * scan.digits(1);
        }
    }
    if (hour > 23 || minute > 59 || second > 59) scan.fail();
    return ((hour * 60LL + minute) * 60 + second) * 1'000'000 + fraction;
}

/// `Z`, `+HH`, `+HH:MM`, `+HHMM`, `+HH:MM:SS` in microseconds; 0 when there is no offset.
std::int64_t scan_offset(Scanner& scan) {
    if (scan.maybe('Z') || scan.maybe('z')) return 0;
    const bool east = scan.maybe('+');
    if (!east && !scan.maybe('-')) return 0;
    const int hours = scan.digits(2);
    int minutes = 0;
    int seconds = 0;
    if (scan.maybe(':') || scan.digit_next()) minutes = scan.digits(2);
    if (scan.maybe(':')) seconds = scan.digits(2);
    const std::int64_t offset = ((hours * 60LL + minutes) * 60 + seconds) * 1'000'000;
    return east ? offset : -offset;
}

std::int64_t scan_timestamp(Scanner& scan) {
    const std::int64_t days = scan_date(scan);
    if (scan.ended()) return days * day_microseconds;
    if (!scan.maybe(' ')) scan.expect('T');
    return days * day_microseconds + scan_time(scan);
}

}  // namespace

Date::Date(int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok()) fail_value("22008", "no such day in the calendar");
    days = static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

Date Date::parse(std::string_view text) {
    Scanner scan(text);
    const std::int64_t days = scan_date(scan);
    if (!scan.done()) fail_value("22007", "the text is not a date (YYYY-MM-DD, years 0001 to 9999)");
    return Date(static_cast<std::int32_t>(days));
}

std::string Date::to_string() const {
    std::string text;
    core::detail::append_date(text, days);
    return text;
}

Time::Time(int hour, int minute, int second, int microsecond) {
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || microsecond < 0 ||
        microsecond > 999'999) {
        fail_value("22008", "no such time of day");
    }
    microseconds = ((hour * 60LL + minute) * 60 + second) * 1'000'000 + microsecond;
}

Time Time::parse(std::string_view text) {
    Scanner scan(text);
    const std::int64_t micros = scan_time(scan);
    if (!scan.done()) fail_value("22007", "the text is not a time of day (HH:MM:SS.ffffff)");
    return Time(std::chrono::microseconds(micros));
}

std::string Time::to_string() const {
    std::string text;
    core::detail::append_time(text, microseconds);
    return text;
}

Timestamp Timestamp::parse(std::string_view text) {
    Scanner scan(text);
    const std::int64_t micros = scan_timestamp(scan);
    if (!scan.done())
        fail_value("22007", "the text is not a timestamp (YYYY-MM-DD HH:MM:SS.ffffff, years 0001 to 9999)");
    return Timestamp(micros);
}

std::string Timestamp::to_string() const {
    std::string text;
    core::detail::append_timestamp(text, microseconds);
    return text;
}

TimestampTz TimestampTz::now() { return std::chrono::system_clock::now(); }

// On the first and the last day the clock of a zone may show another year: PostgreSQL prints 0001-12-31 16:00:00-08 BC
// and 10000-01-01 05:29:59+05:30 for instants that are within our range in UTC.
TimestampTz TimestampTz::parse(std::string_view text) {
    Scanner scan(text);
    CalendarDay day = scan_calendar_day(scan, true);
    std::int64_t since_midnight = 0;
    if (!scan.ended()) {
        if (!scan.maybe(' ')) scan.expect('T');
        since_midnight = scan_time(scan);
        since_midnight -= scan_offset(scan);
    }
    if (scan.maybe(' ')) {
        scan.expect('B');
        scan.expect('C');
        day.year = 1 - day.year;
    }
    const std::int64_t instant = to_days(day, scan) * day_microseconds + since_midnight;
    if (!scan.done() || instant < first_day * day_microseconds || instant >= (last_day + 1) * day_microseconds)
        fail_value("22007", "the text is not a timestamp (YYYY-MM-DD HH:MM:SS.ffffff+HH, years 0001 to 9999 in UTC)");
    return TimestampTz(instant);
}

std::string TimestampTz::to_string() const {
    std::string text;
    core::detail::append_timestamp(text, microseconds);
    return text + "+00";
}

Uuid Uuid::random() {
    Uuid id;
    std::size_t have = 0;
    while (have < id.bytes.size()) {
        const ssize_t got = ::getrandom(id.bytes.data() + have, id.bytes.size() - have, 0);
        if (got > 0) have += static_cast<std::size_t>(got);
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

Uuid Uuid::parse(std::string_view text) {
    Uuid id;
    std::size_t nibbles = 0;
    bool ok = true;
    for (std::size_t i = 0; i < text.size() && ok; ++i) {
        const char c = text[i];
        if (c == '-') {
            ok = i == 8 || i == 13 || i == 18 || i == 23;
            continue;
        }
        const int digit = core::internal::hex_value(c);
        ok = digit >= 0 && nibbles < 32;
        if (!ok) break;
        std::uint8_t& byte = id.bytes[nibbles / 2];
        byte = static_cast<std::uint8_t>(nibbles % 2 == 0 ? digit << 4 : byte | digit);
        ++nibbles;
    }
    if (!ok || nibbles != 32 || (text.size() != 36 && text.size() != 32)) {
        fail_value("22P02", "the text is not a UUID (32 hexadecimal digits with hyphens)");
    }
    return id;
}

std::string Uuid::to_string() const {
    std::string text;
    core::detail::append_uuid(text, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return text;
}

namespace core::detail {

void fail_timestamp() { fail_value("22008", "the timestamp lies outside of the years 0001 to 9999"); }

void append_date(std::string& out, std::int64_t days) {
    if (days < first_day || days > last_day) fail_value("22008", "the date lies outside of the years 0001 to 9999");
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    char text[10];
    int year = static_cast<int>(date.year());
    for (int i = 3; i >= 0; --i, year /= 10) text[i] = static_cast<char>('0' + year % 10);
    const unsigned month = static_cast<unsigned>(date.month());
    const unsigned day = static_cast<unsigned>(date.day());
    text[4] = text[7] = '-';
    text[5] = static_cast<char>('0' + month / 10);
    text[6] = static_cast<char>('0' + month % 10);
    text[8] = static_cast<char>('0' + day / 10);
    text[9] = static_cast<char>('0' + day % 10);
    out.append(text, sizeof text);
}

void append_time(std::string& out, std::int64_t microseconds) {
    if (microseconds < 0 || microseconds >= day_microseconds) fail_value("22008", "no such time of day");
    char text[15] = {'0', '0', ':', '0', '0', ':', '0', '0', '.', '0', '0', '0', '0', '0', '0'};
    std::int64_t fraction = microseconds % 1'000'000;
    for (int i = 14; i > 8; --i, fraction /= 10) text[i] = static_cast<char>('0' + fraction % 10);
    const std::int64_t seconds = microseconds / 1'000'000;
    const auto two = [&](int at, std::int64_t number) {
        text[at] = static_cast<char>('0' + number / 10);
        text[at + 1] = static_cast<char>('0' + number % 10);
    };
    two(0, seconds / 3600);
    two(3, seconds / 60 % 60);
    two(6, seconds % 60);
    out.append(text, sizeof text);
}

void append_timestamp(std::string& out, std::int64_t microseconds) {
    std::int64_t days = microseconds / day_microseconds;
    std::int64_t rest = microseconds % day_microseconds;
    if (rest < 0) {
        rest += day_microseconds;
        --days;
    }
    if (days < first_day || days > last_day) fail_timestamp();
    append_date(out, days);
    out += ' ';
    append_time(out, rest);
}

void append_uuid(std::string& out, std::string_view sixteen_bytes) {
    for (std::size_t i = 0; i < sixteen_bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        internal::append_hex(out, sixteen_bytes[i]);
    }
}

}  // namespace core::detail

}  // namespace strata
