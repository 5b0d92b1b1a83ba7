// Every type a column may have: its least, greatest and most precise values round-trip equal on both databases, and
// what lies outside is the same error on both.

#include "support/database.hpp"

#include <strata/core/model.hpp>
#include <strata/dal.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/enum.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <cmath>
#include <limits>

namespace values {

enum class Mood { sad, glad, so_so };
BOOST_DESCRIBE_ENUM(Mood, sad, glad, so_so)

enum class Level { low = 1, high = 10 };
BOOST_DESCRIBE_ENUM(Level, low, high)

struct Point {
    double x{};
    double y{};
    bool operator==(const Point&) const = default;
};

}  // namespace values

template <>
struct strata::codec<values::Level> : strata::enum_as_integer<values::Level> {};

template <>
struct strata::codec<values::Point> {
    using storage = std::string;
    static storage encode(const values::Point& point) {
        return std::to_string(point.x) + ";" + std::to_string(point.y);
    }
    static values::Point decode(const storage& text) {
        return {std::stod(text.substr(0, text.find(';'))), std::stod(text.substr(text.find(';') + 1))};
    }
};

namespace values {

using namespace strata;

struct Everything {
    std::int64_t id{};
    bool boolean{};
    std::int8_t tiny{};
    std::uint8_t utiny{};
    std::int16_t small{};
    std::uint16_t usmall{};
    std::int32_t medium{};
    std::uint32_t umedium{};
    std::int64_t big{};
    std::uint64_t ubig{};
    float single{};
    double twice{};
    std::string text{};
    std::string short_text{};
    Bytes bytes{};
    Decimal money{};
    Decimal exact{};
    Date day{};
    Time hour{};
    Timestamp moment{};
    TimestampTz instant{};
    Uuid uuid{};
    Json json{};
    Mood mood{};
    Level level{Level::low};
    Point point{};
    std::vector<std::string> words{};
    std::vector<std::int64_t> numbers{};
    std::vector<std::optional<std::string>> gaps{};
    std::optional<std::string> maybe{};
    bool operator==(const Everything&) const = default;
};
STRATA_MODEL(Everything, everything, id, boolean, tiny, utiny, small, usmall, medium, umedium, big, ubig, single, twice,
             text, short_text, bytes, money, exact, day, hour, moment, instant, uuid, json, mood, level, point, words,
             numbers, gaps, maybe)
STRATA_FACTS(everything, max_length(everything.short_text, 5), precision(everything.money, 15, 2),
             precision(everything.exact, 38, 10))

template <class T>
using Limits = std::numeric_limits<T>;

}  // namespace values

using namespace values;

namespace {

dal::Database fresh(const test::TestDatabase& db) {
    const Engine engine(db.url());
    schema::create_all({schema::table(everything)}, engine);
    return dal::connect(engine);
}

Everything plain() {
    Everything row;
    row.json = nullptr;
    return row;
}

/// What a row holds is what a comparison with the same value finds.
void found_by_each_value(const dal::Database& db, const Everything& row) {
    const auto finds = [&](const char* column, const auto& condition) {
        INFO(column);
        CHECK(db(everything.id == row.id && condition).count() == 1);
    };
    finds("boolean", everything.boolean == row.boolean);
    finds("tiny", everything.tiny == row.tiny);
    finds("usmall", everything.usmall == row.usmall);
    finds("medium", everything.medium == row.medium);
    finds("big", everything.big == row.big);
    finds("single", everything.single == row.single);
    finds("twice", everything.twice == row.twice);
    finds("text", everything.text == row.text);
    finds("bytes", everything.bytes == row.bytes);
    finds("money", everything.money == row.money);
    finds("exact", everything.exact == row.exact);
    finds("exact in a list", everything.exact.in({row.exact}));
    finds("day", everything.day == row.day);
    finds("hour", everything.hour == row.hour);
    finds("moment", everything.moment == row.moment);
    finds("instant", everything.instant == row.instant);
    finds("uuid", everything.uuid == row.uuid);
    finds("mood", everything.mood == row.mood);
    finds("level", everything.level == row.level);
    if (row.maybe) finds("maybe", everything.maybe == *row.maybe);
}

/// Writes the row and reads it back by its key, in one piece and by bulk.
void round_trip(const dal::Database& db, Everything row) {
    const Everything written = db.insert(row);
    row.id = written.id;
    CHECK((written == row));
    const auto read = db.get(everything, row.id);
    REQUIRE(read.has_value());
    CHECK((*read == row));
    found_by_each_value(db, row);
    row.id += 100000;
    db.insert_many(std::vector{row}, {.keep_keys = true});
    const auto bulk = db.get(everything, row.id);
    REQUIRE(bulk.has_value());
    CHECK((*bulk == row));
    found_by_each_value(db, row);
    db(everything.id == row.id).remove();
}

template <class Change>
std::string refusal(const dal::Database& db, const Change& change) {
    try {
        Everything row = plain();
        change(row);
        db.insert(row);
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("secret") == std::string::npos);
        return error.code();
    }
    return "accepted";
}

}  // namespace

using Change = void (*)(Everything&);

/// What a type holds: its least and its greatest value, and the finest that it tells apart.
struct Range {
    const char* type;
    Change least;
    Change greatest;
    Change finest;
};

const Range ranges[] = {
    {"bool", [](auto& row) { row.boolean = false; }, [](auto& row) { row.boolean = true; }, [](auto&) {}},
    {"int8", [](auto& row) { row.tiny = -128; }, [](auto& row) { row.tiny = 127; }, [](auto& row) { row.tiny = -1; }},
    {"uint8", [](auto& row) { row.utiny = 0; }, [](auto& row) { row.utiny = 255; }, [](auto& row) { row.utiny = 1; }},
    {"int16", [](auto& row) { row.small = -32768; }, [](auto& row) { row.small = 32767; },
     [](auto& row) { row.small = -1; }},
    {"uint16", [](auto& row) { row.usmall = 0; }, [](auto& row) { row.usmall = 65535; },
     [](auto& row) { row.usmall = 1; }},
    {"int32", [](auto& row) { row.medium = Limits<std::int32_t>::min(); },
     [](auto& row) { row.medium = Limits<std::int32_t>::max(); }, [](auto& row) { row.medium = -1; }},
    {"uint32", [](auto& row) { row.umedium = 0; }, [](auto& row) { row.umedium = Limits<std::uint32_t>::max(); },
     [](auto& row) { row.umedium = 1; }},
    {"int64", [](auto& row) { row.big = Limits<std::int64_t>::min(); },
     [](auto& row) { row.big = Limits<std::int64_t>::max(); },
     [](auto& row) { row.big = 9007199254740993; }},  // no double is this number
    {"uint64, up to 63 bits", [](auto& row) { row.ubig = 0; },
     [](auto& row) { row.ubig = static_cast<std::uint64_t>(Limits<std::int64_t>::max()); },
     [](auto& row) { row.ubig = 9007199254740993; }},
    {"float", [](auto& row) { row.single = Limits<float>::lowest(); },
     [](auto& row) { row.single = Limits<float>::max(); }, [](auto& row) { row.single = Limits<float>::min(); }},
    {"float, 24 bits", [](auto& row) { row.single = -Limits<float>::infinity(); },
     [](auto& row) { row.single = Limits<float>::infinity(); }, [](auto& row) { row.single = 0.1F; }},
    {"double", [](auto& row) { row.twice = Limits<double>::lowest(); },
     [](auto& row) { row.twice = Limits<double>::max(); }, [](auto& row) { row.twice = Limits<double>::denorm_min(); }},
    {"double, 53 bits", [](auto& row) { row.twice = -Limits<double>::infinity(); },
     [](auto& row) { row.twice = Limits<double>::infinity(); }, [](auto& row) { row.twice = 0.1 + 0.2; }},
    {"text", [](auto& row) { row.text.clear(); }, [](auto& row) { row.text.assign(1'000'000, 'x'); },
     [](auto& row) { row.text = " "; }},
    {"text of 5 characters", [](auto& row) { row.short_text.clear(); },
     [](auto& row) { row.short_text = "öööö日"; },  // not bytes
     [](auto& row) { row.short_text = "a    "; }},
    {"bytes", [](auto& row) { row.bytes.clear(); }, [](auto& row) { row.bytes.assign(1'000'000, std::byte{255}); },
     [](auto& row) { row.bytes.assign(1, std::byte{0}); }},
    {"decimal of 15 digits, 2 after the point", [](auto& row) { row.money = Decimal::parse("-9999999999999.99"); },
     [](auto& row) { row.money = Decimal::parse("9999999999999.99"); },
     [](auto& row) { row.money = Decimal::parse("0.01"); }},
    {"decimal of 38 digits, 10 after the point",
     [](auto& row) { row.exact = Decimal::parse("-9999999999999999999999999999.9999999999"); },
     [](auto& row) { row.exact = Decimal::parse("9999999999999999999999999999.9999999999"); },
     [](auto& row) { row.exact = Decimal::parse("0.0000000001"); }},
    {"date", [](auto& row) { row.day = Date(1, 1, 1); }, [](auto& row) { row.day = Date(9999, 12, 31); },
     [](auto& row) { row.day = Date(2024, 2, 29); }},
    {"time", [](auto& row) { row.hour = Time(0, 0); }, [](auto& row) { row.hour = Time(23, 59, 59, 999999); },
     [](auto& row) { row.hour = Time(0, 0, 0, 1); }},
    {"timestamp", [](auto& row) { row.moment = Timestamp(Date(1, 1, 1), Time(0, 0)); },
     [](auto& row) { row.moment = Timestamp(Date(9999, 12, 31), Time(23, 59, 59, 999999)); },
     [](auto& row) { row.moment = Timestamp::parse("2024-03-31 02:30:00.000001"); }},
    {"instant", [](auto& row) { row.instant = TimestampTz::parse("0001-01-01 00:00:00"); },
     [](auto& row) { row.instant = TimestampTz::parse("9999-12-31 23:59:59.999999"); },
     [](auto& row) { row.instant = TimestampTz::parse("2024-03-31 02:30:00.000001+02:00"); }},
    {"UUID", [](auto& row) { row.uuid = Uuid{}; },
     [](auto& row) { row.uuid = Uuid::parse("ffffffff-ffff-ffff-ffff-ffffffffffff"); },
     [](auto& row) { row.uuid = Uuid::parse("00000000-0000-0000-0000-000000000001"); }},
    {"enum", [](auto& row) { row.mood = Mood::sad; }, [](auto& row) { row.mood = Mood::so_so; },
     [](auto& row) { row.mood = Mood::glad; }},
    {"enum by its number", [](auto& row) { row.level = Level::low; }, [](auto& row) { row.level = Level::high; },
     [](auto&) {}},
    {"JSON", [](auto& row) { row.json = nullptr; }, [](auto& row) { row.json = Limits<std::uint64_t>::max(); },
     [](auto& row) { row.json = 0.1 + 0.2; }},
    {"array", [](auto& row) { row.numbers.clear(); }, [](auto& row) { row.numbers.assign(10'000, 9007199254740993); },
     [](auto& row) { row.numbers = {Limits<std::int64_t>::min(), 0, Limits<std::int64_t>::max()}; }},
};

STRATA_DB_TEST("each type's smallest, largest and most precise values round-trip", "[values]") {
    const auto rows = fresh(db);
    for (const Range& range : ranges) {
        for (const Change change : {range.least, range.greatest, range.finest}) {
            INFO(range.type);
            Everything row = plain();
            change(row);
            round_trip(rows, row);
        }
    }
}

STRATA_DB_TEST("texts of any characters and bytes of any value round-trip", "[values]") {
    const auto rows = fresh(db);
    for (const char* text : {"", " ", "'", "\"; DROP TABLE everything; --", "tab\tnewline\nreturn\rback\\slash", "NULL",
                             "\\N", "Ελληνικά ö 日本語 \xf0\x9f\x8e\xb5", "{a,b}", "$1 ? :name"}) {
        Everything row = plain();
        row.text = text;
        row.maybe = text;
        round_trip(rows, row);
    }
    Everything row = plain();
    for (int i = 0; i < 512; ++i) row.bytes.push_back(static_cast<std::byte>(i));
    round_trip(rows, row);
    row.bytes.assign(1'000'000, std::byte{0});
    row.text.assign(1'000'000, 'x');
    round_trip(rows, row);
    row = plain();
    row.short_text = "öööö日";  // characters, not bytes
    round_trip(rows, row);
}

STRATA_DB_TEST("decimals are exact up to their digits", "[values]") {
    const auto rows = fresh(db);
    for (const char* money : {"0", "-0.01", "9999999999999.99", "-9999999999999.99", "1234.5", "0.10"}) {
        Everything row = plain();
        row.money = Decimal::parse(money);
        round_trip(rows, row);
    }
    for (const char* exact : {"9999999999999999999999999999.9999999999", "-1234567890.1234567891", "0.0000000001"}) {
        Everything row = plain();
        row.exact = Decimal::parse(exact);
        round_trip(rows, row);
    }
    Everything row = plain();
    row.money = Decimal::parse("1234567890.12");
    row.exact = Decimal::parse("1234567890.1234567891");
    rows.insert(row);
    CHECK(db.shell("SELECT money, exact FROM everything ORDER BY id DESC LIMIT 1") ==
          "1234567890.12|1234567890.1234567891");
}

STRATA_DB_TEST("dates and times round-trip from year 1 to 9999 with microseconds", "[values]") {
    const auto rows = fresh(db);
    Everything least = plain();
    least.day = Date(1, 1, 1);
    least.hour = Time(0, 0);
    least.moment = Timestamp(Date(1, 1, 1), Time(0, 0));
    least.instant = TimestampTz::parse("0001-01-01 00:00:00");
    round_trip(rows, least);
    Everything greatest = plain();
    greatest.day = Date(9999, 12, 31);
    greatest.hour = Time(23, 59, 59, 999999);
    greatest.moment = Timestamp(greatest.day, greatest.hour);
    greatest.instant = TimestampTz::parse("9999-12-31 23:59:59.999999");
    round_trip(rows, greatest);
    Everything row = plain();
    row.instant = TimestampTz::parse("2024-03-31 02:30:00.000001+02:00");
    row.moment = Timestamp::parse("2024-03-31 02:30:00.000001");
    round_trip(rows, row);
    rows.insert(row);
    CHECK_THAT(db.shell("SELECT moment FROM everything ORDER BY id DESC LIMIT 1"),
               Catch::StartsWith("2024-03-31 02:30:00.000001"));
    CHECK_THAT(db.shell("SELECT instant FROM everything ORDER BY id DESC LIMIT 1"),
               Catch::StartsWith("2024-03-31 00:30:00.000001"));
}

STRATA_DB_TEST("UUIDs, JSON, enums, arrays and a type of one's own round-trip", "[values]") {
    const auto rows = fresh(db);
    Everything row = plain();
    row.uuid = Uuid::parse("12345678-1234-1234-1234-123456789012");  // all digits, and nearly a number
    row.mood = Mood::so_so;
    row.level = Level::high;
    row.point = {1.5, -2};
    row.words = {"", "a,b", "c}", "NULL", "\"quoted\"", "back\\slash", "ö\n"};
    row.numbers = {Limits<std::int64_t>::min(), 0, Limits<std::int64_t>::max()};
    row.gaps = {"x", std::nullopt, ""};
    round_trip(rows, row);
    rows.insert(row);
    CHECK(db.shell("SELECT uuid, mood, level FROM everything ORDER BY id DESC LIMIT 1") ==
          "12345678-1234-1234-1234-123456789012|so_so|10");
    for (const char* json :
         {"{\"a\":[1,2.5,null,true],\"ö\":\"x\"}", "[]", "\"text\"", "true", "11", "14.3", "null", R"("C:\\u0000")"}) {
        Everything document = plain();
        document.json = boost::json::parse(json);
        round_trip(rows, document);
    }
}

/// Arrays and objects in turn, that many of both.
static Json nested(int levels) {
    Json document = 7;
    for (int i = 0; i < levels; ++i) {
        if (i % 2 == 0) {
            document = boost::json::array{std::move(document)};
        } else {
            document = boost::json::object{{"a", std::move(document)}};
        }
    }
    return document;
}

STRATA_DB_TEST("JSON of as many levels as are written is read again", "[values]") {
    const dal::Database rows = fresh(db);
    Everything row = plain();
    for (const int levels : {33, 1000}) {
        INFO(levels);
        row.json = nested(levels);
        CHECK(rows.get(everything, rows.insert(row).id)->json == row.json);
    }
    const std::size_t before = rows(everything).all().size();
    row.json = nested(1001);
    CHECK_THROWS_WITH(rows.insert(row),
                      "a JSON document has at most 1000 levels of arrays and objects, and this one has more");
    CHECK(rows(everything).all().size() == before);
    db.shell("UPDATE everything SET json = '" + std::string(1001, '[') + std::string(1001, ']') + "'");
    CHECK_THROWS_WITH(rows(everything).all(),
                      "column json holds a JSON document of more than 1000 levels of arrays and objects");
}

STRATA_DB_TEST("a list may hold more values of any type than a statement has parameters", "[values]") {
    const dal::Database rows = fresh(db);
    constexpr int count = 70'000;
    std::vector<Everything> all(3, plain());
    for (int i = 0; i < 3; ++i) {
        Everything& row = all[static_cast<std::size_t>(i)];
        row.boolean = i == 1;
        row.twice = i / 3.0;
        row.bytes = Bytes(static_cast<std::size_t>(i), std::byte{0xab});
        row.money = Decimal(i * 150, 2);
        row.exact = Decimal(i * 5, 1);
        row.day = Date(i);
        row.hour = Time(std::chrono::microseconds(i));
        row.moment = Timestamp(i);
        row.instant = TimestampTz(i);
        row.uuid.bytes[15] = static_cast<std::uint8_t>(i);
        row.text = std::to_string(i);
        row.mood = i == 1 ? Mood::glad : Mood::sad;
    }
    rows.insert_many(all);
    const auto check = [&](const auto& column, const auto& make) {
        // Of the rows 0, 1 and 2 the list has 1 and 2.
        std::vector<std::decay_t<decltype(make(0))>> list;
        for (int i = 1; i <= count; ++i) list.push_back(make(i));
        CHECK(rows(column.in(list)).count() == 2);
        CHECK(rows(column.not_in(list)).count() == 1);
        list.resize(2);
        CHECK(rows(column.in(list)).count() == 2);
        CHECK(rows(column.not_in(list)).count() == 1);
    };
    check(everything.twice, [](int i) { return i / 3.0; });
    check(everything.money, [](int i) { return Decimal(i * 150, 2); });
    check(everything.exact, [](int i) { return Decimal(i * 5, 1); });
    check(everything.day, [](int i) { return Date(i); });
    check(everything.hour, [](int i) { return Time(std::chrono::microseconds(i)); });
    check(everything.moment, [](int i) { return Timestamp(i); });
    check(everything.instant, [](int i) { return TimestampTz(i); });
    check(everything.text, [](int i) { return std::to_string(i); });
    check(everything.uuid, [](int i) {
        Uuid uuid;
        for (int place = 0; place < 4; ++place)
            uuid.bytes[static_cast<std::size_t>(15 - place)] = static_cast<std::uint8_t>(i >> (8 * place));
        return uuid;
    });
    check(everything.bytes, [](int i) {
        if (i <= 2) return Bytes(static_cast<std::size_t>(i), std::byte{0xab});
        return Bytes{std::byte(i & 255), std::byte(i >> 8 & 255), std::byte(i >> 16), std::byte{1}};
    });
    CHECK(rows(everything.boolean.in(std::vector<bool>(count, true))).count() == 1);
    CHECK(rows(everything.mood.in(std::vector<Mood>(count, Mood::glad))).count() == 1);
}

STRATA_DB_TEST("a list of doubles and bytes finds each value exactly", "[values]") {
    const dal::Database rows = fresh(db);
    std::vector<double> numbers{0.1,
                                1.0 / 3,
                                0.787991365547764,
                                1e-300,
                                5e-324,
                                Limits<double>::max(),
                                Limits<double>::infinity(),
                                -Limits<double>::infinity(),
                                123456789.123456789};
    std::vector<Everything> all;
    for (const double number : numbers) {
        all.push_back(plain());
        all.back().twice = number;
    }
    rows.insert_many(all);
    for (const double number : numbers) {
        INFO(number);
        CHECK(rows(everything.twice.in({number})).count() == 1);
        CHECK(rows((everything.twice * 1).in({number})).count() == 1);
    }
    CHECK(rows(everything.twice.in(numbers)).count() == 9);
    CHECK(rows(everything.twice.not_in(numbers)).count() == 0);
}

TEST_CASE("settings of a PostgreSQL database change no value", "[values][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    for (const char* setting :
         {"timezone = 'Asia/Kolkata'", "datestyle = 'German'", "bytea_output = escape", "extra_float_digits = -2"})
        db.session_default(setting);
    const auto rows = fresh(db);
    Everything row = plain();
    row.single = 0.1F + 0.2F;
    row.twice = 0.1 + 0.2;
    for (int i = 0; i < 256; ++i) row.bytes.push_back(static_cast<std::byte>(i));
    row.day = Date(2024, 2, 3);
    row.instant = TimestampTz::parse("2024-03-31 00:30:00.000001");
    round_trip(rows, row);
}

TEST_CASE("the first and the last instant are read in every time zone", "[values][postgresql]") {
    for (const char* zone : {"Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata", "UTC"}) {
        INFO(zone);
        const test::TestDatabase db(test::TestDialect::postgresql);
        db.session_default(std::string("timezone = '") + zone + "'");
        const auto rows = fresh(db);
        for (const char* instant : {"0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"}) {
            Everything row = plain();
            row.instant = TimestampTz::parse(instant);
            round_trip(rows, row);
        }
    }
}

STRATA_DB_TEST("a value outside of its type's range is the same error on both databases", "[values][bad]") {
    const auto rows = fresh(db);
    CHECK(refusal(rows, [](Everything& row) { row.ubig = Limits<std::uint64_t>::max(); }) == "22003");
    CHECK(refusal(rows, [](Everything& row) { row.twice = std::nan(""); }) == "22003");
    CHECK(refusal(rows, [](Everything& row) { row.short_text = "secret"; }) == "22001");
    CHECK(refusal(rows, [](Everything& row) { row.text = std::string("secret\0", 7); }) == "22021");
    CHECK(refusal(rows, [](Everything& row) { row.text = "secret\xff"; }) == "22021");
    CHECK(refusal(rows, [](Everything& row) { row.money = Decimal::parse("10000000000000"); }) == "22003");
    CHECK(refusal(rows, [](Everything& row) { row.exact = Decimal::parse("10000000000000000000000000000"); }) ==
          "22003");
    CHECK(refusal(rows, [](Everything& row) { row.day = Date(Limits<std::int32_t>::max()); }) == "22008");
    CHECK(refusal(rows, [](Everything& row) { row.hour = Time(std::chrono::hours(24)); }) == "22008");
    CHECK(refusal(rows, [](Everything& row) { row.moment = Timestamp(Limits<std::int64_t>::max()); }) == "22008");
    CHECK(refusal(rows, [](Everything& row) { row.instant = TimestampTz(Limits<std::int64_t>::min()); }) == "22008");
    CHECK(refusal(rows, [](Everything& row) { row.mood = static_cast<Mood>(7); }) == "22P02");
    CHECK(refusal(rows, [](Everything& row) { row.level = static_cast<Level>(7); }) == "22P02");
    CHECK(refusal(rows, [](Everything& row) { row.words = {std::string("secret\0", 7)}; }) == "22021");
    CHECK(refusal(rows, [](Everything& row) { row.words = {"secret\xff"}; }) == "22021");
    CHECK(refusal(rows, [](Everything& row) { row.json = {{"secret", boost::json::string("a\0b", 3)}}; }) == "22021");
    CHECK(refusal(rows, [](Everything& row) { row.json = boost::json::string("secret\xff"); }) == "22021");
    CHECK(db.shell("SELECT count(*) FROM everything") == "0");
    Everything by_bulk = plain();
    by_bulk.words = {std::string("secret\0", 7)};
    CHECK_THROWS_AS(rows.insert_many(std::vector{by_bulk}), ValueError);
    CHECK(db.shell("SELECT count(*) FROM everything") == "0");
}

STRATA_DB_TEST("what a database holds that the member's type does not is an error", "[values][bad]") {
    const auto rows = fresh(db);
    rows.insert(plain());
    db.shell("UPDATE everything SET level = 7");
    CHECK_THROWS_AS(rows(everything).all(), ValueError);
    db.shell("UPDATE everything SET level = 1");
    CHECK(rows(everything).all().size() == 1);
    if (db.is_sqlite()) return;  // SQLite has neither infinite times nor years before 1
    for (const char* moment : {"infinity", "0044-03-15 BC", "20000-01-01"}) {
        db.shell("UPDATE everything SET moment = '" + std::string(moment) + "'");
        CHECK_THROWS_AS(rows(everything).all(), ValueError);
    }
}

STRATA_DB_TEST("a wide decimal is found by equality however it was computed", "[values]") {
    const auto rows = fresh(db);
    const Everything row = rows.insert(plain());
    const auto one_and_a_half = Decimal::parse("1.5");
    const auto found = [&] { return rows(everything.exact == one_and_a_half).count() == 1; };
    rows(everything.id == row.id).update(everything.exact = one_and_a_half);
    CHECK(found());
    rows(everything.id == row.id).update(everything.exact = everything.exact + Decimal::parse("0.25"));
    rows(everything.id == row.id)
        .update(everything.exact = everything.exact - everything.money - Decimal::parse("0.25"));
    CHECK(found());
    CHECK(rows(everything.exact.in({one_and_a_half})).count() == 1);
    CHECK(db.shell("SELECT exact FROM everything") == "1.5000000000");
    rows(everything.id == row.id).update(everything.money = one_and_a_half, everything.exact = Decimal::parse("7"));
    rows(everything.id == row.id).update(everything.exact = everything.money);
    CHECK(found());
}

STRATA_DB_TEST("a number that does not fit the member it is read into is an error", "[values][bad]") {
    const auto rows = fresh(db);
    Everything row = plain();
    row.big = 300;
    rows.insert(row);
    CHECK_THROWS_AS(rows.query<std::int8_t>("SELECT big FROM everything"), ValueError);
    CHECK(rows.query<std::int16_t>("SELECT big FROM everything") == std::vector<std::int16_t>{300});
    CHECK_THROWS_AS(rows.query<std::string>("SELECT maybe FROM everything"), ValueError);
}
