#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/core/types.hpp>

#include <algorithm>
#include <chrono>
#include <string>

using namespace strata;

namespace {

template <class Call>
std::string code_of(const Call& call) {
    try {
        call();
    } catch (const ValueError& error) {
        return error.code();
    }
    return "no error";
}

}  // namespace

TEST_CASE("a decimal keeps its digits and its scale", "[unit][decimal]") {
    CHECK(Decimal::parse("1234567890.1234567891").to_string() == "1234567890.1234567891");
    CHECK(Decimal::parse("-0.00000001").to_string() == "-0.00000001");
    CHECK(Decimal::parse("1.50").to_string() == "1.50");
    CHECK(Decimal::parse("+12").to_string() == "12");
    CHECK(Decimal::parse(".5").to_string() == "0.5");
    CHECK(Decimal::parse("1e3").to_string() == "1000");
    CHECK(Decimal::parse("125e-3").to_string() == "0.125");
    CHECK(Decimal::parse("99999999999999999999999999999999999999").to_string() ==
          "99999999999999999999999999999999999999");
    CHECK(Decimal::parse("-0").to_string() == "0");
}

TEST_CASE("a decimal is never made of a double, nor with digits or a scale that it does not have", "[unit][decimal]") {
    STATIC_REQUIRE(!std::is_convertible_v<double, Decimal>);
    STATIC_REQUIRE(!std::is_constructible_v<Decimal, float>);
    const auto most = static_cast<Decimal::Coefficient>(Decimal::parse(std::string(38, '9')).coefficient());
    CHECK(Decimal(most, 38).to_string() == "0." + std::string(38, '9'));
    CHECK(code_of([&] { (void)Decimal(1, -1); }) == "22003");
    CHECK(code_of([&] { (void)Decimal(1, 39); }) == "22003");
    CHECK(code_of([&] { (void)Decimal(most + 1, 0); }) == "22003");
    CHECK(code_of([&] { (void)Decimal(-most - 1, 0); }) == "22003");
    constexpr Decimal::Coefficient half = Decimal::Coefficient{1} << 126;
    CHECK(code_of([&] { (void)Decimal(-half - half, 0); }) == "22003");
    CHECK(code_of([&] { (void)Decimal(1, 1).rounded(-1); }) == "22003");
}

TEST_CASE("decimals compare by value whatever their scales", "[unit][decimal]") {
    CHECK(Decimal::parse("1.50") == Decimal::parse("1.5"));
    CHECK(Decimal::parse("-1.50") < Decimal::parse("-1.4"));
    CHECK(Decimal::parse("0.00000000000000000000000000000000000001") > Decimal());
    CHECK(Decimal::parse("99999999999999999999999999999999999999") >
          Decimal::parse("0.99999999999999999999999999999999999999"));
    CHECK(Decimal::parse("10.05") < Decimal::parse("10.5"));
    CHECK(Decimal::parse("-2") < Decimal::parse("1"));
    CHECK(Decimal::parse("0.0") == Decimal());
}

TEST_CASE("decimals add, subtract, multiply and round exactly", "[unit][decimal]") {
    CHECK((Decimal::parse("0.1") + Decimal::parse("0.2")).to_string() == "0.3");
    CHECK((Decimal::parse("1.00") - Decimal::parse("3.005")).to_string() == "-2.005");
    CHECK((Decimal::parse("1.5") * Decimal::parse("-2.25")).to_string() == "-3.375");
    CHECK(Decimal::parse("2.345").rounded(2).to_string() == "2.35");
    CHECK(Decimal::parse("-2.345").rounded(2).to_string() == "-2.35");
    CHECK(Decimal::parse("2.344").rounded(2).to_string() == "2.34");
    CHECK(Decimal::parse("7").rounded(2).to_string() == "7.00");
    CHECK(Decimal::parse("0.5").rounded(0).to_string() == "1");
    CHECK(code_of([] { (void)(Decimal::parse("99999999999999999999999999999999999999") + Decimal(1)); }) == "22003");
}

TEST_CASE("text that is not a decimal of at most 38 digits is refused", "[unit][decimal]") {
    for (const char* text : {"", "-", ".", "1.2.3", "12a", "1e", "e5", "NaN", " 1"}) {
        INFO(text);
        CHECK(code_of([&] { (void)Decimal::parse(text); }) == "22P02");
    }
    CHECK(code_of([] { (void)Decimal::parse("100000000000000000000000000000000000000"); }) == "22003");
    CHECK(code_of([] { (void)Decimal::parse("1e60"); }) == "22003");
}

TEST_CASE("dates and times read and print as ISO 8601", "[unit][time]") {
    CHECK(Date::parse("2024-02-29").to_string() == "2024-02-29");
    CHECK(Date(1970, 1, 2).days == 1);
    CHECK(Date::parse("0001-01-01").to_string() == "0001-01-01");
    CHECK(Date::parse("9999-12-31").to_string() == "9999-12-31");
    CHECK(Time::parse("23:59:59.999999").to_string() == "23:59:59.999999");
    CHECK(Time::parse("07:05").to_string() == "07:05:00.000000");
    CHECK(Timestamp::parse("1969-12-31 23:59:59.5").microseconds == -500'000);
    CHECK(Timestamp::parse("1969-12-31T23:59:59.5").to_string() == "1969-12-31 23:59:59.500000");
    CHECK(Timestamp::parse("2024-05-06").to_string() == "2024-05-06 00:00:00.000000");
}

TEST_CASE("an instant with an offset is kept in UTC", "[unit][time]") {
    CHECK(TimestampTz::parse("2024-01-01 10:00:00+02:00").to_string() == "2024-01-01 08:00:00.000000+00");
    CHECK(TimestampTz::parse("2024-01-01 10:00:00-0530").to_string() == "2024-01-01 15:30:00.000000+00");
    CHECK(TimestampTz::parse("2024-01-01T10:00:00.123456Z").to_string() == "2024-01-01 10:00:00.123456+00");
    CHECK(TimestampTz::parse("2024-01-01 10:00:00") == TimestampTz::parse("2024-01-01 10:00:00+00"));
    CHECK(TimestampTz(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)).to_string() ==
          "2000-01-01 00:00:00.000000+00");
}

TEST_CASE("an instant is of years 0001 to 9999 in UTC, whatever year its zone has", "[unit][time]") {
    CHECK(TimestampTz::parse("10000-01-01 05:29:59.999999+05:30").to_string() == "9999-12-31 23:59:59.999999+00");
    CHECK(TimestampTz::parse("0001-12-31 19:03:58-04:56:02 BC").to_string() == "0001-01-01 00:00:00.000000+00");
    for (const char* text : {"10000-01-01 00:00:00", "10000-01-01 05:30:00+05:30", "9999-12-31 23:00:00-02",
                             "0001-01-01 00:00:00+01", "0001-12-31 23:00:00-00:59 BC", "2024-01-01 00:00:00 B",
                             "0000-01-01 00:00:00", "", "2024-01-01 ", "2024-02-30 00:00:00"}) {
        INFO(text);
        CHECK(code_of([&] { (void)TimestampTz::parse(text); }) == "22007");
    }
}

TEST_CASE("values convert from and to <chrono>", "[unit][time]") {
    using namespace std::chrono;
    constexpr sys_days day = year(2024) / 2 / 29;
    CHECK(Date(day).to_string() == "2024-02-29");
    CHECK(sys_days(Date(2024, 2, 29)) == day);
    const Date implicit = year(2024) / 2 / 29;
    CHECK(implicit == Date(2024, 2, 29));
    CHECK(code_of([] { (void)Date(year(2023) / 2 / 29); }) == "22008");
    CHECK(Time(hours(7)).to_string() == "07:00:00.000000");
    CHECK(Time(milliseconds(1500)).to_string() == "00:00:01.500000");
    STATIC_REQUIRE(!std::is_constructible_v<Time, nanoseconds>);
    const TimestampTz instant = day + 1h + 2us + 999ns;
    CHECK(instant.to_string() == "2024-02-29 01:00:00.000002+00");
    CHECK(sys_time<microseconds>(instant) == day + 1h + 2us);
    CHECK(TimestampTz(sys_time<nanoseconds>(-1ns)).microseconds == -1);
    CHECK(TimestampTz(sys_time<duration<double>>(duration<double>(-0.5))).microseconds == -500'000);
    STATIC_REQUIRE(!std::is_convertible_v<steady_clock::time_point, TimestampTz>);
    CHECK(abs(sys_time<microseconds>(TimestampTz::now()) - system_clock::now()) < 10s);
}

TEST_CASE("a timestamp of a day or a time that does not exist is refused", "[unit][time]") {
    CHECK(Timestamp(Date(9999, 12, 31), Time(23, 59, 59, 999'999)).to_string() == "9999-12-31 23:59:59.999999");
    for (const Date day : {Date(2'147'483'647), Date(-2'147'483'647), Date(2'932'897), Date(-719'163)}) {
        CHECK(code_of([&] { (void)Timestamp(day, Time()); }) == "22008");
    }
    for (const std::int64_t micros : {std::int64_t{-1}, std::int64_t{86'400'000'000}}) {
        CHECK(code_of([&] { (void)Timestamp(Date(), Time(std::chrono::microseconds(micros))); }) == "22008");
    }
}

TEST_CASE("days and times that no calendar or clock has are refused", "[unit][time]") {
    for (const char* text : {"2023-02-29", "2024-13-01", "0000-01-01", "24-01-01", "2024-1-1", "2024-01-01x"}) {
        INFO(text);
        CHECK(code_of([&] { (void)Date::parse(text); }) == "22007");
    }
    for (const char* text : {"24:00:00", "12:60", "12:00:60", "12", "12:00:00."}) {
        INFO(text);
        CHECK(code_of([&] { (void)Time::parse(text); }) == "22007");
    }
    CHECK(code_of([] { (void)Date(2023, 2, 29); }) == "22008");
    CHECK(code_of([] { (void)Timestamp(INT64_MAX).to_string(); }) == "22008");
}

TEST_CASE("a UUID reads with and without hyphens and prints with them", "[unit][uuid]") {
    const char* canonical = "0123abcd-4567-89ef-0123-456789abcdef";
    CHECK(Uuid::parse(canonical).to_string() == canonical);
    CHECK(Uuid::parse("0123ABCD456789EF0123456789ABCDEF").to_string() == canonical);
    for (const char* text : {"", "0123abcd-4567-89ef-0123-456789abcde", "0123abcd-4567-89ef-0123-456789abcdeg",
                             "0123abcd4567-89ef-0123-456789abcdef-", "0123abcd-4567-89ef-0123-456789abcdef0"}) {
        INFO(text);
        CHECK(code_of([&] { (void)Uuid::parse(text); }) == "22P02");
    }
    const Uuid random = Uuid::random();
    CHECK(random.to_string()[14] == '4');
    CHECK(random != Uuid::random());
}
