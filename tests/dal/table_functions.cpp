// Rows that are not of a table: series, the elements of a vector, given values. The same on both databases.

#include "support/song_rows.hpp"

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

template <class... T>
using Rows = std::vector<std::tuple<T...>>;
using Numbers = std::vector<std::int64_t>;

dal::Database filled(const strata::test::TestDatabase& database) {
    return with_songs(connected(database), {"ada", "eve", "joe"},
                      {song_of(1, "a", 1, Status::queued, "0.50"), song_of(1, "b", 3, Status::queued, "1.00"),
                       song_of(2, "c", 3, Status::queued, "2.25")});
}

Date day(const char* text) { return Date::parse(text); }

}  // namespace

STRATA_DB_TEST("a series of numbers, in steps up and down", "[dal][series]") {
    const dal::Database dal = filled(db);
    const auto numbers = [&](const auto& series) { return dal.all(select(series.template column<0>()).from(series)); };
    CHECK(numbers(dal::series<"n">(1, 4)) == Numbers{1, 2, 3, 4});
    CHECK(numbers(dal::series<"n">(0, 10, 3)) == Numbers{0, 3, 6, 9});
    CHECK(numbers(dal::series<"n">(3, -3, -2)) == Numbers{3, 1, -1, -3});
    CHECK(numbers(dal::series<"n">(2, 1)).empty());
    CHECK(numbers(dal::series<"n">(1, 2, -1)).empty());
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    CHECK(numbers(dal::series<"n">(most - 1, most)) == Numbers{most - 1, most});
    CHECK_THROWS_AS(dal::series<"n">(1, 2, 0), UsageError);
    // What no song has is counted, too.
    const auto n = dal::series<"n">(1, 3);
    CHECK(dal.all(select(n.column<0>(), dal::count(songs.id))
                      .from(n)
                      .left_join(songs, songs.plays == n.column<0>())
                      .group_by(n.column<0>())
                      .order_by(n.column<0>())) == Rows<std::int64_t, std::int64_t>{{1, 1}, {2, 0}, {3, 2}});
    CHECK(dal.count(select(n.column<0>()).from(dal::series<"n">(1, 100000))) == 100000);
    CHECK(dal.filtered(songs.user_id == 1).count(select(songs.id).from(n).join(songs, songs.plays == n.column<0>())) ==
          2);
}

STRATA_DB_TEST("a series of days goes over the ends of months", "[dal][series]") {
    const dal::Database dal = filled(db);
    const auto days = [&](const auto& series) {
        std::vector<std::string> texts;
        for (const Date date : dal.all(select(series.template column<0>()).from(series)))
            texts.push_back(date.to_string());
        return texts;
    };
    using Texts = std::vector<std::string>;
    CHECK(days(dal::series<"d">(day("2024-02-27"), day("2024-03-01"))) ==
          Texts{"2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"});
    CHECK(days(dal::series<"d">(day("2024-12-01"), day("2025-01-31"), 30)) ==
          Texts{"2024-12-01", "2024-12-31", "2025-01-30"});
    CHECK(days(dal::series<"d">(day("2024-03-01"), day("2024-02-28"), -1)) ==
          Texts{"2024-03-01", "2024-02-29", "2024-02-28"});
    CHECK(days(dal::series<"d">(day("2024-03-02"), day("2024-03-01"))).empty());
    const auto d = dal::series<"d">(day("2024-02-28"), day("2024-03-01"));
    CHECK(dal.one(select(dal::max(d.column<0>())).from(d).where(d.column<0>() < day("2024-03-01"))) ==
          day("2024-02-29"));
}

STRATA_DB_TEST("the elements of a vector with their positions", "[dal][unnest]") {
    const dal::Database dal = filled(db);
    const auto wanted = dal::unnest<"wanted">(Numbers{3, 1, 7, 1});
    const auto [id, position] = wanted.columns();
    CHECK(dal.all(select(users.email, position).from(wanted).join(users, users.id == id).order_by(position)) ==
          Rows<std::string, std::int64_t>{{"joe", 1}, {"ada", 2}, {"ada", 4}});
    const auto read = [&](const auto& values) {
        const auto table = dal::unnest<"v">(values);
        return dal.all(select(table.template column<0>()).from(table).order_by(table.template column<1>())) == values;
    };
    CHECK(read(std::vector<std::string>{"x", "", "it's \"ö\"\\"}));
    CHECK(read(std::vector<std::optional<std::string>>{"x", std::nullopt, ""}));
    CHECK(read(std::vector<std::optional<std::int32_t>>{5, std::nullopt}));
    CHECK(read(std::vector<double>{0.1, -2.5, 1e100}));
    CHECK(read(std::vector<Decimal>{Decimal::parse("0.25"), Decimal(7)}));
    CHECK(read(std::vector<Status>{Status::failed, Status::queued}));
    CHECK(read(std::vector<Date>{day("2024-02-29")}));
    CHECK(read(std::vector<TimestampTz>{TimestampTz{123456}}));
    CHECK(read(std::vector<Uuid>{Uuid::parse("11112222-3333-4444-5555-666677778888")}));
    CHECK(read(Numbers{}));
    const auto states = dal::unnest<"states">(std::vector<Status>{Status::queued, Status::failed});
    CHECK(dal.count(select(songs.id).from(songs).join(states, songs.status == states.column<0>())) == 3);
    Numbers many;
    for (int i = 0; i < 70000; ++i) many.push_back(i);
    const auto large = dal::unnest<"large">(many);
    CHECK(dal.count(select(users.id).from(users).join(large, users.id == large.column<0>())) == 3);
    CHECK(dal.filtered(users.id == 1).count(select(users.id).from(users).join(large, users.id == large.column<0>())) ==
          1);
}

STRATA_DB_TEST("a missing value has its type, alone too", "[dal][values]") {
    const dal::Database dal = filled(db);
    using Row = std::tuple<std::int64_t, std::optional<std::int64_t>, std::optional<Decimal>, std::optional<Date>>;
    const auto none =
        dal::values<"none">(std::vector<Row>{{1, std::nullopt, std::nullopt, std::nullopt}, {2, {}, {}, {}}});
    const auto [id, number, price, date] = none.columns();
    CHECK(dal.all(select(number, price, date).from(none).where(id == 1)) ==
          Rows<std::optional<std::int64_t>, std::optional<Decimal>, std::optional<Date>>{{{}, {}, {}}});
    CHECK(dal.count(select(users.id).from(users).left_join(none, number == users.id)) == 3);
    CHECK(dal.all(select(dal::coalesce(number, 5) + 1).from(none)) == Numbers{6, 6});
    const std::optional<std::int64_t> missing;
    CHECK(dal.all(select(dal::value(missing))
                      .from(users)
                      .union_all(select(dal::count(songs.id)).from(songs).where(songs.id == 0)))
              .size() == 4);
}

STRATA_DB_TEST("a recursive query begins with columns of a limited type", "[dal][recursive]") {
    const dal::Database dal = filled(db);
    const auto words = dal::recursive<"words">(select(users.email, dal::value(1)).from(users).where(users.id == 1),
                                               [](const auto& rows) {
                                                   const auto [word, depth] = rows.columns();
                                                   return select(word + "!", depth + 1).from(rows).where(depth < 3);
                                               });
    const auto [word, depth] = words.columns();
    CHECK(dal.all(select(word).with(words).from(words).order_by(depth)) ==
          std::vector<std::string>{"ada", "ada!", "ada!!"});
    const auto doubled = dal::recursive<"doubled">(
        select(songs.price, dal::value(1)).from(songs).where(songs.id == 3), [](const auto& rows) {
            const auto [price, step] = rows.columns();
            return select(price * Decimal::parse("1.5"), step + 1).from(rows).where(step < 3);
        });
    CHECK(dal.one(select(dal::max(doubled.column<0>())).with(doubled).from(doubled)) == Decimal::parse("5.0625"));
}

STRATA_DB_TEST("decimals are found among those of another form", "[dal][in]") {
    const dal::Database dal = filled(db);
    dal.insert_many(std::vector<Account>{{.owner = "half", .balance = Decimal::parse("0.5")},
                                         {.owner = "two", .balance = Decimal::parse("2.25")},
                                         {.owner = "none", .balance = Decimal(9)}});
    const auto owners = [&](const auto& condition) {
        return dal.all(select(accounts.owner).from(accounts).where(condition).order_by(accounts.id));
    };
    using Owners = std::vector<std::string>;
    CHECK(owners(accounts.balance.in(select(songs.price).from(songs))) == Owners{"half", "two"});
    CHECK(owners(accounts.balance.not_in(select(songs.price).from(songs))) == Owners{"none"});
    CHECK(dal(songs.price.in(select(accounts.balance).from(accounts))).count() == 2);
    CHECK(dal(songs.price.in(select(songs.price + 0).from(songs))).count() == 3);
    CHECK(owners(accounts.balance.in(select(accounts.balance).from(accounts).where(accounts.owner == "two"))) ==
          Owners{"two"});
    CHECK(
        owners(accounts.balance.in(select(songs.price).from(songs).union_all(select(accounts.balance).from(accounts))))
            .size() == 3);
}
