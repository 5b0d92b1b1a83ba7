// Functions of text, numbers and times: the same values on both databases, NULLs too.

#include "support/expression_models.hpp"

#include <strata/dal/number_functions.hpp>
#include <strata/dal/text_functions.hpp>
#include <strata/dal/time_functions.hpp>

using namespace expression_test;
using namespace strata;

namespace {

using Texts = std::vector<std::string>;
using MaybeTexts = std::vector<std::optional<std::string>>;
using Numbers = std::vector<std::int64_t>;
using Doubles = std::vector<double>;

}  // namespace

STRATA_DB_TEST("functions of text", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    dal(items.id == 4).update(items.name = "  a,b,,c ");
    CHECK(of(dal, 4, dal::trim(items.name)) == "a,b,,c");
    CHECK(of(dal, 4, dal::ltrim(items.name)) == "a,b,,c ");
    CHECK(of(dal, 4, dal::rtrim(items.name)) == "  a,b,,c");
    CHECK(of(dal, 4, dal::trim(items.name, " ac")) == ",b,,");
    CHECK(of(dal, 1, dal::rtrim(items.name, "p")) == "Lam");
    CHECK(each(dal, dal::replace(items.name, "a", "<a>")) == Texts{"L<a>mp", "l<a>mp sh<a>de", "Größe", "  <a>,b,,c "});
    CHECK(each(dal, dal::replace(items.note, "o", items.name)) == MaybeTexts{"Lampld", "new", "Größeld", std::nullopt});
    CHECK(each(dal, dal::position(items.name, "e")) == Numbers{0, 10, 5, 0});
    CHECK(each(dal, dal::position(items.note, "w")) == std::vector<std::optional<std::int64_t>>{0, 3, 0, std::nullopt});
    CHECK(each(dal, dal::left(items.name, 3)) == Texts{"Lam", "lam", "Grö", "  a"});
    CHECK(each(dal, dal::left(items.name, items.count - 3)) == Texts{"", "lamp sh", "", ""});
    CHECK(each(dal, dal::right(items.name, 3)) == Texts{"amp", "ade", "öße", ",c "});
    CHECK(of(dal, 1, dal::right(items.name, 0)) == "");
    CHECK(of(dal, 1, dal::right(items.name, 99)) == "Lamp");
    CHECK(each(dal, dal::lpad(items.name, 6, "äb")) == Texts{"äbLamp", "lamp s", "äGröße", "  a,b,"});
    CHECK(each(dal, dal::rpad(items.note, 5, ".")) == MaybeTexts{"old..", "new..", "old..", std::nullopt});
    CHECK(of(dal, 1, dal::lpad(items.name, 6)) == "  Lamp");
    CHECK(of(dal, 1, dal::lpad(items.name, 6, "")) == "Lamp");
    CHECK(each(dal, dal::reverse(items.name)) == Texts{"pmaL", "edahs pmal", "eßörG", " c,,b,a  "});
    CHECK(each(dal, dal::repeat(items.note, 2)) == MaybeTexts{"oldold", "newnew", "oldold", std::nullopt});
    CHECK(of(dal, 1, dal::repeat(items.name, -1)) == "");
    CHECK(each(dal, dal::concat_ws("-", items.note, items.name, "x")) ==
          Texts{"old-Lamp-x", "new-lamp shade-x", "old-Größe-x", "  a,b,,c -x"});
    CHECK(each(dal, dal::concat_ws("-", items.note)) == Texts{"old", "new", "old", ""});
    CHECK(of(dal, 4, dal::split_part(items.name, ",", 2)) == "b");
    CHECK(of(dal, 4, dal::split_part(items.name, ",", 3)) == "");
    CHECK(of(dal, 4, dal::split_part(items.name, ",", -1)) == "c ");
    CHECK(of(dal, 4, dal::split_part(items.name, ",", 9)) == "");
    CHECK(of(dal, 4, dal::split_part(items.name, ",", -9)) == "");
    CHECK(of(dal, 1, dal::split_part(items.name, "", 1)) == "Lamp");
    CHECK_THROWS_AS(dal::split_part(items.name, ",", 0), UsageError);
    CHECK(each(dal, dal::octet_length(items.name)) == Numbers{4, 10, 7, 9});
}

STRATA_DB_TEST("functions of numbers", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    CHECK(each(dal, dal::round(items.weight)) == Doubles{3, -2, 0, 0});  // halves away from zero
    CHECK(each(dal, dal::round(items.weight + 0.24, 1)) == Doubles{2.7, -1.3, 0.5, 0.2});
    CHECK(each(dal, dal::round(items.price, 1)) == std::vector<Decimal>{Decimal(10), decimal("0.1"), Decimal(5), 0});
    CHECK_THROWS_AS(dal::round(items.price, -1), UsageError);
    CHECK(each(dal, dal::ceil(items.weight)) == Doubles{3, -1, 1, 0});
    CHECK(each(dal, dal::floor(items.weight)) == Doubles{2, -2, 0, 0});
    CHECK(each(dal, dal::trunc(items.weight)) == Doubles{2, -1, 0, 0});
    CHECK(each(dal, dal::ceil(items.price)) == std::vector<Decimal>{10, 1, 5, 0});
    CHECK(of(dal, 2, dal::floor(items.wide + decimal("0.75"))) == Decimal(2));
    CHECK(each(dal, dal::power(items.count, 2)) == std::vector<std::optional<double>>{9, 100, 9, 0});
    CHECK(each(dal, dal::power(items.weight, items.count - 3)) ==
          std::vector<std::optional<double>>{1, -17.0859375, 1, std::nullopt});
    CHECK(each(dal, dal::power(items.weight, 0.5)) ==
          std::vector<std::optional<double>>{1.5811388300841898, std::nullopt, 0.5, 0});
    CHECK(each(dal, dal::sqrt(items.weight * 4)) ==
          std::vector<std::optional<double>>{3.1622776601683795, std::nullopt, 1, 0});
    CHECK(each(dal, dal::ln(items.shop_id)) ==
          std::vector<std::optional<double>>{0, 0, 0.6931471805599453, std::nullopt});
    CHECK(of(dal, 4, dal::ln(items.count)) == std::nullopt);
    CHECK(of(dal, 4, dal::exp(items.count)) == 1);
    CHECK(each(dal, dal::sign(items.weight)) == Numbers{1, -1, 1, 0});
    CHECK(each(dal, dal::sign(items.wide)) == Numbers{1, 1, 1, 0});
    const double number = of(dal, 1, dal::random());
    CHECK(number >= 0);
    CHECK(number < 1);
}

STRATA_DB_TEST("times are truncated", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto truncated = [&](dal::Unit unit, std::int64_t id) {
        const std::string local = of(dal, id, dal::truncate(unit, items.local)).to_string();
        CHECK(of(dal, id, dal::truncate(unit, items.at)).to_string() == local + "+00");
        return local.substr(0, 19);
    };
    CHECK(truncated(dal::Unit::year, 1) == "2024-01-01 00:00:00");
    CHECK(truncated(dal::Unit::quarter, 2) == "2024-01-01 00:00:00");
    CHECK(truncated(dal::Unit::quarter, 3) == "2023-10-01 00:00:00");
    CHECK(truncated(dal::Unit::month, 1) == "2024-01-01 00:00:00");
    CHECK(truncated(dal::Unit::week, 1) == "2024-01-29 00:00:00");
    CHECK(truncated(dal::Unit::week, 3) == "2023-12-25 00:00:00");
    CHECK(truncated(dal::Unit::day, 1) == "2024-01-31 00:00:00");
    CHECK(truncated(dal::Unit::hour, 1) == "2024-01-31 23:00:00");
    CHECK(truncated(dal::Unit::minute, 1) == "2024-01-31 23:30:00");
    CHECK(truncated(dal::Unit::second, 1) == "2024-01-31 23:30:15");
    CHECK(truncated(dal::Unit::second, 4) == "1969-12-31 23:59:59");
    CHECK(truncated(dal::Unit::day, 4) == "1969-12-31 00:00:00");
    CHECK(of(dal, 1, dal::truncate(dal::Unit::month, items.day)) == Date(2024, 1, 1));
    CHECK(of(dal, 3, dal::truncate(dal::Unit::week, items.day)) == Date(2023, 12, 25));
    CHECK_THROWS_AS(dal::truncate(dal::Unit::hour, items.day), UsageError);
    const auto year = dal::truncate(dal::Unit::year, items.at);
    CHECK(dal.all(select(year, dal::count()).from(items).group_by(year).order_by(year)).size() == 3);
}

STRATA_DB_TEST("an interval is added to a time, months before days", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto day = [&](std::int64_t id, const dal::Interval& interval) {
        return of(dal, id, items.day + interval).to_string();
    };
    CHECK(day(1, dal::months(1)) == "2024-02-29");
    CHECK(day(1, dal::months(13)) == "2025-02-28");
    CHECK(day(1, dal::months(-2)) == "2023-11-30");
    CHECK(day(1, dal::months(1) + dal::days(1)) == "2024-03-01");
    CHECK(day(2, dal::years(1)) == "2025-02-28");
    CHECK(day(2, dal::weeks(1)) == "2024-03-07");
    CHECK(day(3, dal::days(1)) == "2024-01-01");
    CHECK(of(dal, 3, items.day - dal::days(31)) == Date(2023, 11, 30));
    CHECK_THROWS_AS(items.day + dal::hours(1), UsageError);
    CHECK(of(dal, 1, items.at + dal::months(1)) == TimestampTz::parse("2024-02-29 23:30:15.123456"));
    CHECK(of(dal, 1, items.at + (dal::minutes(30) + dal::microseconds(1))) ==
          TimestampTz::parse("2024-02-01 00:00:15.123457"));
    CHECK(of(dal, 4, items.local - dal::seconds(1)) == Timestamp::parse("1969-12-31 23:59:58.5"));
    CHECK(dal(items.at + dal::days(30) > TimestampTz::parse("2024-03-01 00:00:00")).count() == 2);
    CHECK(dal(dal::now() - dal::days(1) > items.at).count() == 4);
    dal(items.id == 1).update(items.at = items.at + dal::hours(1));
    CHECK(dal.get(items, 1)->at == TimestampTz::parse("2024-02-01 00:30:15.123456"));
}

STRATA_DB_TEST("times have differences, parts and texts", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    CHECK(each(dal, dal::days_between(items.day, Date(2024, 3, 1))) == Numbers{30, 1, 61, 19783});
    CHECK(each(dal, dal::days_between(Date(2024, 2, 1), items.day)) == Numbers{-1, 28, -32, -19754});
    CHECK(of(dal, 4, dal::microseconds_between(items.at, TimestampTz(0))) == 500'000);
    CHECK(of(dal, 1, dal::microseconds_between(items.local, items.local + dal::days(1))) == 86'400'000'000);
    CHECK(each(dal, dal::day_of_week(items.at)) == Numbers{3, 4, 7, 3});
    CHECK(each(dal, dal::day_of_week(items.day)) == Numbers{3, 4, 7, 4});
    CHECK(each(dal, dal::day_of_year(items.local)) == Numbers{31, 60, 365, 365});
    CHECK(each(dal, dal::week(items.at)) == Numbers{5, 9, 52, 1});
    CHECK(each(dal, dal::iso_year(items.at)) == Numbers{2024, 2024, 2023, 1970});
    CHECK(each(dal, dal::quarter(items.day)) == Numbers{1, 1, 4, 1});
    CHECK(each(dal, dal::epoch(items.at)) == Doubles{1706743815.123456, 1709208000, 1703980800, -0.5});
    CHECK(of(dal, 1, dal::format(items.at, R"(%Y/%m/%d "at" %H:%M:%S.%f \ %j%% YYYY)")) ==
          R"(2024/01/31 "at" 23:30:15.123456 \ 031% YYYY)");
    CHECK(of(dal, 2, dal::format(items.day, "%Y-%m-%dT%H")) == "2024-02-29T00");
    CHECK(of(dal, 4, dal::format(items.local, "%H%M%S")) == "235959");
    for (const char* const format : {"%", "%x", "%A"}) CHECK_THROWS_AS(dal::format(items.at, format), UsageError);
    const auto month = dal::format(items.at, "%Y-%m");
    CHECK(dal.all(select(month, dal::count()).from(items).group_by(month).order_by(month)) ==
          std::vector<std::tuple<std::string, std::int64_t>>{
              {"1969-12", 1}, {"2023-12", 1}, {"2024-01", 1}, {"2024-02", 1}});
    const auto today = of(dal, 1, dal::current_date());
    CHECK(today >= Date(2024, 1, 1));
    const TimestampTz now = of(dal, 1, dal::now());
    CHECK(now <= TimestampTz(TimestampTz::now().microseconds + 60'000'000));
    CHECK(now >= TimestampTz(TimestampTz::now().microseconds - 60'000'000));
}

STRATA_DB_TEST("a missing time stays missing in each function", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto at = dal::when(items.id == 1, items.at, std::nullopt);
    const auto day = dal::when(items.id == 1, items.day, std::nullopt);
    const auto missing = [&](const auto& expression) {
        CHECK(of(dal, 1, expression).has_value());
        CHECK(!of(dal, 2, expression).has_value());
    };
    missing(dal::truncate(dal::Unit::month, at));
    missing(dal::truncate(dal::Unit::month, day));
    missing(at + dal::months(1));
    missing(day + dal::days(1));
    missing(dal::days_between(day, Date(2024, 1, 1)));
    missing(dal::microseconds_between(at, items.at));
    missing(dal::week(at));
    missing(dal::epoch(at));
    missing(dal::format(at, "%Y"));
}

STRATA_DB_TEST("what an expression writes is stored as a value is, and found by it", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto found = [&](const auto& assignment, const auto& condition) {
        dal(items.id == 1).update(assignment);
        return dal(condition).count() == 1 && dal(condition).one().id == 1;
    };
    const auto at = TimestampTz::parse("2024-05-01 10:00:00");
    const auto local = Timestamp::parse("2024-05-01 10:00:00");
    const auto key = Uuid::parse("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    CHECK(found(items.at = raw<TimestampTz>({.sqlite = "'2024-05-01 12:00:00+02:00'",
                                             .postgresql = "'2024-05-01 12:00:00+02:00'::timestamptz"}),
                items.at == at));
    CHECK(found(items.local =
                    raw<Timestamp>({.sqlite = "'2024-05-01T10:00:00'", .postgresql = "'2024-05-01 10:00'::timestamp"}),
                items.local == local));
    CHECK(found(items.key = raw<Uuid>({.sqlite = "upper('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')",
                                       .postgresql = "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid"}),
                items.key == key));
    CHECK(found(items.day = items.day + dal::months(1), items.day == Date(2024, 2, 29) && items.id == 1));
    CHECK(found(items.at = dal::truncate(dal::Unit::month, items.at), items.at == TimestampTz::parse("2024-05-01")));
    CHECK(found(items.local = items.local + dal::microseconds(1), items.local == Timestamp(local.microseconds + 1)));
    CHECK(found(items.wide = dal::greatest(items.price, Decimal(77)), items.wide == Decimal(77)));
    CHECK(found(items.price = dal::round(items.price, 1), items.price == Decimal(10)));
    CHECK(found(items.tags = dal::array_append(items.tags, "x"),
                items.tags == std::vector<std::string>{"rock", "pop", "x"}));
    CHECK(found(items.size = dal::greatest(items.size, Size::medium), items.size == Size::medium && items.id == 1));
}

STRATA_DB_TEST("an expression with a value is grouped by", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto groups = [&](const auto& expression) {
        return dal.all(select(expression, dal::count()).from(items).group_by(expression).order_by(expression)).size();
    };
    CHECK(groups(dal::left(items.name, 1)) == 4);
    CHECK(groups(dal::replace(items.note, "old", "new")) == 2);
    CHECK(groups(dal::lpad(items.note, 4, "x")) == 3);
    CHECK(groups(dal::round(items.weight, 0)) == 3);
    CHECK(groups(dal::day_of_week(items.at)) == 3);
    CHECK(groups(dal::nullif(items.wide, decimal("2.0"))) == 3);
    CHECK(groups(items.price == decimal("5")) == 2);
    CHECK(groups(dal::greatest(items.price, decimal("0.1"))) == 3);
    CHECK(groups(dal::regex_replace(items.name, "[^a]", "")) == 3);
    CHECK(groups(dal::json(items.attrs).at("color").as<std::string>()) == 3);
    CHECK(groups(dal::array_element(items.tags, 0)) == 3);
    CHECK(groups(dal::array_has(items.tags, "rock")) == 2);
    CHECK(groups(dal::row(items.count, items.sold) == dal::row(3, true)) == 2);
    CHECK(groups(items.day + dal::months(1)) == 4);
    CHECK(groups(dal::concat_ws(",", items.note, "x")) == 3);
    CHECK(dal.all(select(dal::left(items.name, 1)).from(items).distinct().order_by(dal::left(items.name, 1))).size() ==
          4);
}
