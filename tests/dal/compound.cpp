// Set operations, queries as values, CASE and casts: the same rows on both databases.

#include "support/dal_database.hpp"

#include <algorithm>

using namespace dal_test;
using namespace strata;

namespace {

using Texts = std::vector<std::string>;
template <class... T>
using Rows = std::vector<std::tuple<T...>>;

dal::Database filled(const strata::test::TestDatabase& database) {
    const dal::Database dal = connected(database);
    dal.insert_many(std::vector<User>{{.email = "ada"}, {.email = "eve"}, {.email = "joe"}});
    dal.insert_many(std::vector<Person>{{.name = "ada"}, {.name = "ada"}, {.name = "bob"}, {.name = "joe"}});
    const auto song = [](const char* title, Status status, int plays, std::optional<std::int64_t> user,
                         const char* price) {
        return Song{.title = title,
                    .status = status,
                    .active = plays > 1,
                    .plays = plays,
                    .user_id = user,
                    .price = Decimal::parse(price)};
    };
    dal.insert_many(std::vector<Song>{song("a", Status::done, 1, 1, "0.10"), song("b", Status::failed, 20, 1, "1.50"),
                                      song("c", Status::queued, 3, 2, "0.30")});
    dal.insert_many(std::vector<Account>{{.owner = "x", .balance = Decimal::parse("1.5")},
                                         {.owner = "y", .balance = Decimal::parse("12345678901234567890.5")}});
    return dal;
}

template <class T>
std::vector<T> sorted(std::vector<T> rows) {
    std::ranges::sort(rows);
    return rows;
}

}  // namespace

STRATA_DB_TEST("set operations, with and without ALL", "[dal]") {
    const dal::Database dal = filled(db);
    const auto emails = select(users.email).from(users);
    const auto names = select(people.name).from(people);
    CHECK(sorted(dal.all(emails.union_distinct(names))) == Texts{"ada", "bob", "eve", "joe"});
    CHECK(sorted(dal.all(names.union_all(emails))) == Texts{"ada", "ada", "ada", "bob", "eve", "joe", "joe"});
    CHECK(sorted(dal.all(names.intersect(emails))) == Texts{"ada", "joe"});
    CHECK(sorted(dal.all(names.except(emails))) == Texts{"bob"});
    const auto doubled = names.union_all(names);
    CHECK(sorted(dal.all(doubled.intersect_all(names))) == Texts{"ada", "ada", "bob", "joe"});
    CHECK(sorted(dal.all(doubled.except_all(emails))) == Texts{"ada", "ada", "ada", "bob", "bob", "joe"});
    CHECK(sorted(dal.all(names.intersect_all(emails).union_all(emails))) == Texts{"ada", "ada", "eve", "joe", "joe"});
    CHECK(sorted(dal.all(emails.union_all(names).intersect(names))) == Texts{"ada", "bob", "joe"});
    CHECK(sorted(dal.all(emails.union_all(names.except(emails)))) == Texts{"ada", "bob", "eve", "joe"});
    CHECK(sorted(dal.all(emails.except(names.except(names)))) == Texts{"ada", "eve", "joe"});
    CHECK(dal.all(emails.union_distinct(names).order_by(dal::nth<0>().desc()).limit(2).offset(1)) ==
          Texts{"eve", "bob"});
    CHECK(dal.first(emails.union_distinct(names).order_by(dal::nth<0>())) == "ada");
    CHECK(
        dal.all(emails.order_by(users.email.desc()).limit(1).union_all(names.order_by(people.name).limit(1))).size() ==
        2);
    CHECK(dal.all(emails.where(users.id > 1).union_all(names.where(people.id == 1)).order_by(dal::nth<0>())) ==
          Texts{"ada", "eve", "joe"});
}

STRATA_DB_TEST("rows of two queries can be NULL where either can, and be models", "[dal]") {
    const dal::Database dal = filled(db);
    const auto owners = select(songs.title, songs.user_id).from(songs).where(songs.plays > 1);
    const auto all = owners.union_all(select(users.email, users.id).from(users)).order_by(dal::nth<1>(), dal::nth<0>());
    CHECK(dal.all(all) ==
          Rows<std::string, std::optional<std::int64_t>>{{"ada", 1}, {"b", 1}, {"c", 2}, {"eve", 2}, {"joe", 3}});
    const auto first = select(users).from(users).where(users.id == 1);
    const auto last = select(users).from(users).where(users.id == 3);
    const std::vector<User> both = dal.all(first.union_all(last).order_by(dal::nth<0>()));
    REQUIRE(both.size() == 2);
    CHECK(both[1].email == "joe");
}

STRATA_DB_TEST("a result of two queries sorts enums by rank, and equal decimals are one", "[dal]") {
    const dal::Database dal = filled(db);
    const auto status = select(songs.status, songs.title).from(songs);
    CHECK(dal.all(status.union_distinct(status).order_by(dal::nth<0>())) ==
          Rows<Status, std::string>{{Status::queued, "c"}, {Status::done, "a"}, {Status::failed, "b"}});
    const auto prices = select(songs.price).from(songs).union_distinct(select(accounts.balance).from(accounts));
    CHECK(dal.all(prices).size() == 4);
    CHECK(dal.all(prices.order_by(dal::nth<0>()).limit(1)) == std::vector<Decimal>{Decimal::parse("0.1")});
    CHECK(dal.all(prices.order_by(dal::nth<0>().desc()).limit(2).offset(1)) ==
          std::vector<Decimal>{Decimal::parse("1.5"), Decimal::parse("0.3")});
}

STRATA_DB_TEST("equal decimals of different columns are one in every kind and nesting of set operations", "[dal]") {
    const dal::Database dal = filled(db);
    const auto price = select(songs.price).from(songs);
    const auto balance = select(accounts.balance).from(accounts);
    const auto first = balance.order_by(accounts.id).limit(1);
    const std::vector<Decimal> shared{Decimal::parse("1.5")};
    CHECK(dal.all(price.intersect(first)) == shared);
    CHECK(dal.all(first.intersect(price.order_by(songs.id).limit(5))) == shared);
    CHECK(dal.all(price.intersect_all(balance)) == shared);
    CHECK(dal.all(first.except_all(price)).empty());
    CHECK(dal.all(price.union_distinct(price).union_distinct(balance)).size() == 4);
    CHECK(dal.all(balance.union_distinct(balance).union_distinct(price)).size() == 4);
    CHECK(dal.all(balance.union_distinct(price).union_distinct(balance)).size() == 4);
    CHECK(dal.all(balance.union_all(balance).intersect(price)) == shared);
    CHECK(dal.all(balance.union_all(price).intersect(first)) == shared);
    const auto either = dal::derived<"either">(balance.union_all(price));
    CHECK(dal.all(select(either.column<0>()).from(either).intersect(first)) == shared);
}

STRATA_DB_TEST("a value that may be missing is read as such", "[dal]") {
    const dal::Database dal = filled(db);
    const auto with = [&](std::optional<int> number) {
        return select(users.email, dal::value(number)).from(users).where(users.id == 1);
    };
    CHECK(dal.one(with(std::nullopt)) == std::tuple(std::string("ada"), std::optional<std::int64_t>()));
    CHECK(dal.one(with(7)) == std::tuple(std::string("ada"), std::optional<std::int64_t>(7)));
    CHECK(dal.all(with(7).union_all(with(std::nullopt)).order_by(dal::nth<1>()).limit(1)) ==
          Rows<std::string, std::optional<std::int64_t>>{{"ada", 7}});
}

STRATA_DB_TEST("the value of a query in another one", "[dal]") {
    const dal::Database dal = filled(db);
    const auto theirs = select(dal::count()).from(songs).correlate(users).where(songs.user_id == users.id);
    CHECK(dal.all(select(users.email, dal::scalar(theirs)).from(users).order_by(users.id)) ==
          Rows<std::string, std::optional<std::int64_t>>{{"ada", 2}, {"eve", 1}, {"joe", 0}});
    const auto most = dal::scalar(select(dal::max(songs.plays)).from(songs));
    CHECK(dal(songs.plays == most).one().title == "b");
    CHECK(dal(songs.plays < most).count() == 2);
    const auto nobody = dal::scalar(select(users.phone).from(users).where(users.id == 99));
    CHECK(dal.all(select(dal::coalesce(nobody, "none")).from(users).where(users.id == 1)) == Texts{"none"});
    const auto best = dal::scalar(select(dal::max(songs.status)).from(songs));
    CHECK(dal(songs.status < best).count() == 2);
    CHECK(dal(songs.title == "a").update(songs.plays = dal::coalesce(most, 0) + 1) == 1);
    CHECK(dal(songs.title == "a").one().plays == 21);
    const auto balance = dal::scalar(select(accounts.balance).from(accounts).where(accounts.owner == "x"));
    CHECK(dal(songs.price == balance).one().title == "b");
    CHECK(dal(songs.price < balance).count() == 2);
}

STRATA_DB_TEST("CASE and casts", "[dal]") {
    const dal::Database dal = filled(db);
    const auto label = dal::case_when(songs.plays > 10, "many").when(songs.plays > 1, "few").otherwise("one");
    CHECK(dal.all(select(label).from(songs).order_by(songs.id)) == Texts{"one", "many", "few"});
    const auto some = dal::case_when(songs.plays > 10, songs.title).when(songs.plays == 1, std::nullopt).end();
    CHECK(dal.all(select(some).from(songs).order_by(songs.id)) ==
          std::vector<std::optional<std::string>>{std::nullopt, "b", std::nullopt});
    const auto status = dal::when(songs.plays > 2, Status::processing, Status::failed);
    CHECK(dal(status == Status::processing).count() == 2);
    CHECK(dal(songs).order_by(status, songs.id.desc()).first()->title == "c");
    CHECK(dal(dal::all(songs)).update(songs.status = status) == 3);
    CHECK(dal(songs.status == Status::failed).one().title == "a");
    CHECK(dal.all(select(dal::cast<std::string>(songs.status)).from(songs).where(songs.plays == 1)) == Texts{"failed"});
    const TimestampTz noon = TimestampTz::parse("2024-02-29 23:59:59.999999+00");
    CHECK(dal(dal::all(songs)).update(songs.created_at = noon) == 3);
    CHECK(dal.all(select(dal::cast<Date>(songs.created_at), dal::count())
                      .from(songs)
                      .group_by(dal::cast<Date>(songs.created_at))) ==
          Rows<Date, std::int64_t>{{Date(2024, 2, 29), 3}});
    CHECK(dal(dal::cast<Date>(songs.created_at) == Date(2024, 2, 29)).count() == 3);
}
