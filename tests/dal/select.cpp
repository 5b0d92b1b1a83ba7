// What queries find: conditions, order, joins, aggregates. The same rows on both databases.

#include "support/dal_database.hpp"

#include <map>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

template <class... T>
using Rows = std::vector<std::tuple<T...>>;

/// Six songs of two users, and one of nobody.
dal::Database filled(const strata::test::TestDatabase& database) {
    const dal::Database dal = connected(database);
    dal.insert_many(std::vector<User>{{.email = "ada", .phone = "1"}, {.email = "eve"}, {.email = "joe"}});
    const auto song = [](const char* title, Status status, int plays, std::optional<std::int64_t> user,
                         const char* price) {
        return Song{.title = title,
                    .status = status,
                    .active = plays > 1,
                    .plays = plays,
                    .user_id = user,
                    .price = Decimal::parse(price),
                    .rating = plays + 0.5};
    };
    dal.insert_many(std::vector<Song>{
        song("Aria", Status::done, 1, 1, "0.10"), song("aria", Status::failed, 2, 1, "0.20"),
        song("100% pure", Status::queued, 3, 2, "0.30"), song("100 pure", Status::processing, 4, std::nullopt, "0.40"),
        song("a_b\\c*[x]?", Status::done, 5, 2, "1.00")});
    return dal;
}

std::vector<std::string> titles(const std::vector<Song>& songs_found) {
    std::vector<std::string> result;
    for (const Song& song : songs_found) result.push_back(song.title);
    return result;
}

}  // namespace

STRATA_DB_TEST("columns that are sorted by their position are sorted by their values", "[dal]") {
    const dal::Database dal = filled(db);
    dal.insert_many(std::vector<Account>{{.owner = "ten", .balance = Decimal(10)},
                                         {.owner = "minus", .balance = Decimal(-3)},
                                         {.owner = "nine", .balance = Decimal(9)}});
    const auto status = select(songs.plays, songs.status).from(songs);
    CHECK(dal.all(status.order_by(dal::nth<1>().desc(), dal::nth<0>())) ==
          Rows<std::int32_t, Status>{
              {2, Status::failed}, {1, Status::done}, {5, Status::done}, {4, Status::processing}, {3, Status::queued}});
    const auto labels = select(dal::when(songs.plays > 2, Status::failed, Status::queued), songs.plays).from(songs);
    CHECK(std::get<1>(dal.all(labels.order_by(dal::nth<0>().desc(), dal::nth<1>()).limit(1)).front()) == 3);
    const auto owners = select(accounts.balance, accounts.owner).from(accounts);
    CHECK(dal.all(owners.order_by(dal::nth<0>())) ==
          Rows<Decimal, std::string>{{Decimal(-3), "minus"}, {Decimal(9), "nine"}, {Decimal(10), "ten"}});
    CHECK(dal.all(select(accounts).from(accounts).order_by(dal::nth<2>().desc())).front().owner == "ten");
    CHECK(dal.all(owners.distinct().order_by(dal::nth<0>().desc()).limit(1)).front() ==
          std::tuple(Decimal(10), std::string("ten")));
}

STRATA_DB_TEST("what an outer join leaves out sorts last, wherever the join is", "[dal]") {
    const dal::Database dal = filled(db);
    const auto plays =
        select(users.email, songs.plays).from(users).left_join(songs, songs.user_id == users.id && songs.plays != 2);
    using Plays = Rows<std::string, std::optional<std::int32_t>>;
    const Plays first{{"ada", 1}, {"eve", 3}};
    const Plays last{{"joe", std::nullopt}, {"eve", 5}};
    CHECK(dal.all(plays.order_by(dal::nth<1>()).limit(2)) == first);
    CHECK(dal.all(plays.order_by(dal::nth<1>().desc()).limit(2)) == last);
    const auto both = plays.union_distinct(plays);
    CHECK(dal.all(both.order_by(dal::nth<1>()).limit(2)) == first);
    CHECK(dal.all(plays.order_by(songs.plays).limit(1).union_all(plays.where(songs.plays == 3))) == first);
    const auto derived = dal::derived<"plays">(plays);
    const auto of_derived = select(derived.column<0>(), derived.column<1>()).from(derived);
    CHECK(dal.all(of_derived.order_by(derived.column<1>()).limit(2)) == first);
    CHECK(dal.all(of_derived.order_by(dal::nth<1>().desc()).limit(2)) == last);
    const auto named = dal::cte<"named">(plays);
    CHECK(dal.all(select(named.column<0>(), named.column<1>())
                      .with(named)
                      .from(named)
                      .order_by(named.column<1>() + 1)
                      .limit(2)) == first);
    const auto counted = dal::derived<"counted">(
        select(songs.user_id, dal::count()).from(songs).where(songs.user_id == 1).group_by(songs.user_id));
    CHECK(dal.all(select(users.email)
                      .from(users)
                      .left_join(counted, counted.column<0>() == users.id)
                      .order_by(counted.column<1>(), users.id)
                      .limit(1)) == std::vector<std::string>{"ada"});
}

STRATA_DB_TEST("conditions find the same rows", "[dal]") {
    const dal::Database dal = filled(db);
    const auto count = [&](const auto& condition) { return dal(condition).count(); };
    CHECK(dal(songs).count() == 5);
    CHECK(count(songs.plays == 3) == 1);
    CHECK(count(3 <= songs.plays) == 3);
    CHECK(count(songs.plays == 3'000'000'000'000) == 0);
    CHECK(count(songs.plays > 2.5) == 3);
    CHECK(count(songs.user_id == std::nullopt) == 1);
    CHECK(count(songs.user_id != std::nullopt) == 4);
    CHECK(count(songs.user_id == std::optional<int>()) == 1);
    CHECK(count(songs.user_id == 1) == 2);
    CHECK(count(songs.user_id != 1) == 2);  // NULL is neither
    CHECK(count(!(songs.plays == 3)) == 4);
    CHECK(count(songs.plays.between(2, 4)) == 3);
    CHECK(count(songs.active) == 4);
    CHECK(count(songs.active == false) == 1);
    CHECK(count(songs.status == Status::done) == 2);
    CHECK(count(songs.status < Status::done) == 2);
    CHECK(count(songs.status.between(Status::queued, Status::processing)) == 2);
    CHECK(count(songs.price == Decimal::parse("0.3")) == 1);
    CHECK(count(songs.price + songs.price > Decimal::parse("0.5")) == 3);
    CHECK(count(songs.rating * 2 == 3) == 1);
    CHECK(count(songs.plays % 2 == 0) == 2);
    CHECK(count(songs.plays / 2 == 2) == 2);
    CHECK(count(songs.plays / (songs.plays - songs.plays) == 1) == 0);
    CHECK(count((songs.plays / (songs.plays - songs.plays)).is_null()) == 5);
    CHECK(count(songs.created_at <= TimestampTz(TimestampTz::now().microseconds + 60'000'000)) == 5);
    CHECK(count(songs.created_at < TimestampTz::parse("2001-01-01 00:00:00")) == 0);
    CHECK(count(songs.title + "!" == "Aria!") == 1);
    CHECK(dal(songs.plays > 1).where(songs.plays < 4).where(songs.user_id == 1).count() == 1);
    CHECK(dal(songs.plays > 4).exists());
    CHECK(!dal(songs.plays > 5).exists());
    CHECK(dal(songs).limit(2).count() == 2);
    CHECK(dal(songs).offset(4).count() == 1);
    CHECK(!dal(songs).offset(5).exists());
}

STRATA_DB_TEST("like, ilike, starts_with, ends_with and contains mean the same", "[dal]") {
    const dal::Database dal = filled(db);
    const auto count = [&](const auto& condition) { return dal(condition).count(); };
    CHECK(count(songs.title.like("A%")) == 1);
    CHECK(count(songs.title.like("a%")) == 2);
    CHECK(count(songs.title.ilike("A%")) == 3);
    CHECK(count(songs.title.like("_ria")) == 2);
    CHECK(count(songs.title.like("100\\% pure")) == 1);
    CHECK(count(songs.title.like("100%pure")) == 2);
    CHECK(count(songs.title.like("a\\_b\\\\c*[x]?")) == 1);
    CHECK(count(songs.title.like("a_b_c*[x]?")) == 1);
    CHECK(count(songs.title.like("*")) == 0);
    CHECK(count(songs.title.starts_with("100%")) == 1);
    CHECK(count(songs.title.starts_with("a_")) == 1);
    CHECK(count(songs.title.ends_with("[x]?")) == 1);
    CHECK(count(songs.title.ends_with("PURE")) == 0);
    CHECK(count(songs.title.contains("\\")) == 1);
    CHECK(count(songs.title.contains("% p")) == 1);
    CHECK(count(songs.title.contains("")) == 5);
    CHECK(count(dal::lower(songs.title).contains("aria")) == 2);
    CHECK(count(!songs.title.contains("pure")) == 3);
    CHECK(count(songs.title.ilike("100\\%%")) == 1);
    CHECK_THROWS_AS(dal(songs.title.like("a\\")).count(), UsageError);
    CHECK(count(dal::cast<std::string>(songs.plays + 100).like("10%")) == 5);
    dal.insert(Song{.title = "größer"});
    CHECK(count(songs.title.like("gr__er")) == 1);
}

STRATA_DB_TEST("in and not_in: lists, empty lists, lists with nothing in them, queries", "[dal]") {
    const dal::Database dal = filled(db);
    const auto count = [&](const auto& condition) { return dal(condition).count(); };
    CHECK(count(songs.plays.in({1, 3, 99})) == 2);
    CHECK(count(songs.plays.in(std::vector<std::int64_t>{1, 5'000'000'000})) == 1);
    CHECK(count((songs.plays + 1).in({2, 3})) == 2);
    CHECK(count(songs.title.in({"Aria", "a_b\\c*[x]?", "\"'"})) == 2);
    CHECK(count(songs.status.in({Status::done, Status::failed})) == 3);
    CHECK(count(songs.rating.in({1.5, 2.5})) == 2);
    CHECK(count(songs.price.in({Decimal::parse("0.1"), Decimal(1)})) == 2);
    CHECK(count(songs.plays.in(std::vector<int>())) == 0);
    CHECK(count(songs.plays.not_in(std::vector<int>())) == 5);
    CHECK(count(songs.rating.in(std::vector<double>())) == 0);
    CHECK(count(songs.rating.not_in(std::vector<double>())) == 5);
    CHECK(count(songs.user_id.in(std::vector<std::optional<int>>{1, std::nullopt})) == 2);
    CHECK(count(songs.user_id.not_in(std::vector<std::optional<int>>{1, std::nullopt})) == 2);
    const auto phoned = select(users.id).from(users).where(users.phone.is_not_null());
    CHECK(count(songs.user_id.in(phoned)) == 2);
    CHECK(count(songs.user_id.not_in(phoned)) == 2);
    const auto nested = select(users.id).from(users).where(users.id.in(
        select(songs.user_id).from(songs).where(songs.title.in(select(people.name).from(people)) || songs.plays == 3)));
    CHECK(count(songs.user_id.in(nested)) == 2);
    const auto theirs = select(songs.id).from(songs).correlate(users).where(songs.user_id == users.id);
    CHECK(dal.all(select(users.email).from(users).where(!dal::exists(theirs))) == std::vector<std::string>{"joe"});
}

STRATA_DB_TEST("a long list means the same as a short one, NULLs too", "[dal]") {
    const dal::Database dal = filled(db);
    const auto same = [&](const auto& column, auto few, const auto& other) {
        auto many = few;
        while (many.size() < 30) many.push_back(other);
        few.push_back(other);
        CHECK(dal(column.in(many)).count() == dal(column.in(few)).count());
        CHECK(dal(column.not_in(many)).count() == dal(column.not_in(few)).count());
        CHECK(dal(!column.in(many)).count() == dal(!column.in(few)).count());
        CHECK(dal(!column.not_in(many)).count() == dal(!column.not_in(few)).count());
        CHECK(dal(column.in(many) || songs.id == 1).count() == dal(column.in(few) || songs.id == 1).count());
        CHECK(dal(column.not_in(many) || songs.id == 1).count() == dal(column.not_in(few) || songs.id == 1).count());
    };
    same(songs.user_id, std::vector<std::int64_t>{1}, std::int64_t{77});
    same(songs.title, std::vector<std::string>{"Aria"}, std::string("nothing"));
    same(songs.status, std::vector<Status>{Status::done}, Status::queued);
    same(songs.price, std::vector<Decimal>{Decimal::parse("0.10")}, Decimal(77));
    same(songs.plays + 1, std::vector<int>{2, 4}, 77);
    same(dal::lower(songs.title), std::vector<std::string>{"aria"}, std::string("nothing"));
    CHECK(dal.all(select(songs.status)
                      .from(songs)
                      .group_by(songs.status)
                      .having(dal::sum(songs.plays).not_in(std::vector<Decimal>(30, Decimal(-1)))))
              .size() == dal.all(select(songs.status).from(songs).group_by(songs.status)).size());
}

STRATA_DB_TEST("a condition of thousands of terms runs", "[dal]") {
    const dal::Database dal = filled(db);
    dal::Condition<Song> any = songs.plays == 1;
    for (int i = 2; i < 3000; ++i) any = std::move(any) || songs.plays == i;
    CHECK(dal(any).count() == 5);
    dal::Condition<Song> all = songs.plays != 0;
    for (int i = 6; i < 3000; ++i) all = std::move(all) && songs.plays != i;
    CHECK(dal(all).count() == 5);
}

STRATA_DB_TEST("order, limit and offset", "[dal]") {
    const dal::Database dal = filled(db);
    using Titles = std::vector<std::string>;
    CHECK(titles(dal(songs).order_by(songs.plays.desc()).limit(2).all()) == Titles{"a_b\\c*[x]?", "100 pure"});
    CHECK(titles(dal(songs).order_by(songs.plays).limit(1).offset(1).all()) == Titles{"aria"});
    CHECK(titles(dal(songs).order_by(songs.plays).offset(4).all()) == Titles{"a_b\\c*[x]?"});
    CHECK(dal(songs).limit(0).all().empty());
    CHECK(!dal(songs).limit(0).first());
    CHECK(dal(songs).order_by(songs.plays).limit(3).first()->plays == 1);
    CHECK(titles(dal(songs).order_by(songs.status, songs.plays.desc()).all()) ==
          Titles{"100% pure", "100 pure", "a_b\\c*[x]?", "Aria", "aria"});
    const auto users_in_order = [&](const auto& entry) {
        std::string order;
        for (const Song& song : dal(songs).order_by(entry, songs.plays).all()) {
            order += song.user_id ? std::to_string(*song.user_id) : "-";
        }
        return order;
    };
    CHECK(users_in_order(songs.user_id) == "1122-");
    CHECK(users_in_order(songs.user_id.desc()) == "-2211");
    CHECK(users_in_order(songs.user_id.asc().nulls_first()) == "-1122");
    CHECK(users_in_order(songs.user_id.desc().nulls_last()) == "2211-");
    CHECK(titles(dal(songs).order_by(-songs.plays).limit(1).all()) == Titles{"a_b\\c*[x]?"});
}

STRATA_DB_TEST("first is optional, one insists", "[dal]") {
    const dal::Database dal = filled(db);
    CHECK(dal(songs.plays == 2).one().title == "aria");
    CHECK(!dal(songs.plays == 9).first());
    CHECK_THROWS_AS(dal(songs.plays == 9).one(), NotFound);
    CHECK_THROWS_WITH(dal(songs.plays < 9).one(), "one(): several rows of music songs are in the set");
    CHECK(dal.one(select(dal::count()).from(songs)) == 5);
    CHECK_THROWS_AS(dal.one(select(songs.id).from(songs)), UsageError);
    CHECK_THROWS_AS(dal.one(select(songs.id).from(songs).where(songs.plays == 9)), NotFound);
    CHECK(dal.first(select(songs.plays).from(songs).order_by(songs.plays.desc())) == 5);
}

STRATA_DB_TEST("results have the types of what is selected", "[dal]") {
    const dal::Database dal = filled(db);
    const std::vector<std::string> emails = dal.all(select(users.email).from(users).order_by(users.id));
    CHECK(emails == std::vector<std::string>{"ada", "eve", "joe"});
    const std::vector<bool> active = dal.all(select(songs.active).from(songs).order_by(songs.plays));
    CHECK(active == std::vector<bool>{false, true, true, true, true});
    const std::vector<std::optional<std::string>> phones = dal.all(select(users.phone).from(users).order_by(users.id));
    CHECK(phones == std::vector<std::optional<std::string>>{"1", std::nullopt, std::nullopt});
    const Rows<std::string, Status, double> three =
        dal.all(select(songs.title, songs.status, songs.rating).from(songs).where(songs.plays == 1));
    CHECK(three == Rows<std::string, Status, double>{{"Aria", Status::done, 1.5}});
    const std::vector<std::optional<bool>> owned =
        dal.all(select(songs.user_id == 1).from(songs).order_by(songs.plays));
    CHECK(owned == std::vector<std::optional<bool>>{true, true, false, std::nullopt, false});
    const std::vector<Song> whole = dal.all(select(songs).from(songs).where(songs.plays == 1));
    CHECK(titles(whole) == std::vector<std::string>{"Aria"});
}

STRATA_DB_TEST("an outer join makes its table's columns optional, but not a count", "[dal]") {
    const dal::Database dal = filled(db);
    const auto joined = select(users.email, dal::count(songs.id), dal::max(songs.plays))
                            .from(users)
                            .left_join(songs, songs.user_id == users.id);
    const Rows<std::string, std::int64_t, std::optional<std::int32_t>> per_user =
        dal.all(joined.group_by(users.email).order_by(users.email));
    CHECK(per_user == Rows<std::string, std::int64_t, std::optional<std::int32_t>>{
                          {"ada", 2, 2}, {"eve", 2, 5}, {"joe", 0, std::nullopt}});

    const std::vector<std::tuple<User, std::optional<Song>>> pairs = dal.all(
        select(users, songs).from(users).left_join(songs, songs.user_id == users.id).order_by(users.id, songs.plays));
    REQUIRE(pairs.size() == 5);
    CHECK(std::get<0>(pairs[4]).email == "joe");
    CHECK(!std::get<1>(pairs[4]));
    CHECK(std::get<1>(pairs[0])->title == "Aria");
    const std::vector<std::tuple<Song, User>> inner =
        dal.all(select(songs, users).from(songs).join(users, songs.user_id == users.id).order_by(songs.plays));
    REQUIRE(inner.size() == 4);
    CHECK(std::get<1>(inner[2]).email == "eve");

    const std::vector<std::optional<std::string>> names =
        dal.all(select(songs.title).from(users).left_join(songs, songs.user_id == users.id).where(songs.id.is_null()));
    CHECK(names == std::vector<std::optional<std::string>>{std::nullopt});
    const std::vector<std::string> named = dal.all(select(dal::coalesce(songs.title, "none"))
                                                       .from(users)
                                                       .left_join(songs, songs.user_id == users.id)
                                                       .where(songs.id.is_null()));
    CHECK(named == std::vector<std::string>{"none"});
    CHECK(dal.all(select(users.id, songs.id).from(users).cross_join(songs)).size() == 15);
}

STRATA_DB_TEST("aggregates are exact where the values are", "[dal]") {
    const dal::Database dal = filled(db);
    const auto aggregates = select(dal::min(songs.plays), dal::max(songs.plays), dal::sum(songs.plays),
                                   dal::avg(songs.plays), dal::count(songs.user_id))
                                .from(songs);
    using Row = std::tuple<std::optional<std::int32_t>, std::optional<std::int32_t>, std::optional<Decimal>,
                           std::optional<double>, std::int64_t>;
    const Row all = dal.one(aggregates);
    CHECK(all == Row{1, 5, Decimal(15), 3.0, 4});
    const Row none = dal.one(aggregates.where(songs.plays > 9));
    CHECK(none == Row{std::nullopt, std::nullopt, std::nullopt, std::nullopt, 0});
    CHECK(dal.one(select(dal::sum(songs.price)).from(songs)) == Decimal(2));
    CHECK(dal.one(select(dal::sum(songs.price * songs.plays)).from(songs)) == Decimal::parse("8.0"));
    CHECK(dal.one(select(dal::sum(songs.rating)).from(songs)) == 17.5);
    CHECK(dal.one(select(dal::count_distinct(songs.user_id)).from(songs)) == 2);
    CHECK(dal.one(select(dal::max(songs.status)).from(songs)) == Status::failed);
    CHECK(dal.one(select(dal::min(songs.status)).from(songs)) == Status::queued);
    CHECK(dal.one(select(dal::max(songs.created_at)).from(songs)).has_value());
    CHECK(dal.one(select(dal::avg(songs.price)).from(songs)).value() == Approx(0.4));

    const auto grouped =
        select(songs.user_id, dal::sum(songs.plays)).from(songs).group_by(songs.user_id).order_by(songs.user_id);
    using Sums = Rows<std::optional<std::int64_t>, std::optional<Decimal>>;
    CHECK(dal.all(grouped) == Sums{{1, Decimal(3)}, {2, Decimal(8)}, {std::nullopt, Decimal(4)}});
    CHECK(dal.all(grouped.having(dal::sum(songs.plays) > 3)) == Sums{{2, Decimal(8)}, {std::nullopt, Decimal(4)}});
    CHECK(dal.all(select(songs.user_id).from(songs).distinct()).size() == 3);

    const std::int64_t large = std::numeric_limits<std::int64_t>::max() - 10;
    CHECK(dal.one(select(dal::sum(songs.plays + large)).from(songs).where(songs.plays == 1)) ==
          Decimal(large) + Decimal(1));
}

STRATA_DB_TEST("functions of a row", "[dal]") {
    const dal::Database dal = filled(db);
    const auto of = [&](const auto& expression) {
        return dal.one(select(expression).from(songs).where(songs.plays == 1));
    };
    CHECK(of(dal::upper(songs.title)) == "ARIA");
    CHECK(of(dal::length(songs.title)) == 4);
    CHECK(of(dal::abs(songs.plays - 8)) == 7);
    CHECK(of(dal::substring(songs.title, 2, 2)) == "ri");
    CHECK(of(dal::when(songs.plays > 1, "many", "few")) == "few");
    CHECK(of(dal::when(songs.plays == 1, songs.status, Status::failed)) == Status::done);
    CHECK(of(dal::coalesce(songs.updated_at, songs.created_at)) == of(songs.created_at));
    CHECK(of(dal::cast<std::int64_t>(dal::cast<std::string>(songs.plays))) == 1);
    CHECK(of(songs.price / 4) == Decimal::parse("0.025"));
    CHECK(of(songs.plays / 0) == std::nullopt);
    CHECK(of(-songs.plays + 3) == 2);

    const auto at = TimestampTz::parse("1971-12-21 10:30:55.999999");
    dal.insert(Song{.id = 77, .title = "old", .plays = 77, .created_at = at}, {.keep_keys = true});
    const auto parts =
        dal.one(select(dal::year(songs.created_at), dal::month(songs.created_at), dal::day(songs.created_at),
                       dal::hour(songs.created_at), dal::minute(songs.created_at), dal::second(songs.created_at))
                    .from(songs)
                    .where(songs.plays == 77));
    CHECK(parts == std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>{
                       1971, 12, 21, 10, 30, 55});
}

STRATA_DB_TEST("a table joined with itself, under other names", "[dal]") {
    const dal::Database dal = connected(db);
    dal.insert_many(std::vector<Person>{{.name = "Max"}, {.name = "Claudia"}});
    dal.insert(Person{.name = "Marco", .father_id = 1, .mother_id = 2});
    constexpr auto father = dal::alias<"father">(people);
    constexpr auto mother = dal::alias<"users">(people);  // the name of a table that is not in the query
    const auto family = dal.all(select(people.name, father.name, mother.name)
                                    .from(people)
                                    .left_join(father, people.father_id == father.id)
                                    .left_join(mother, people.mother_id == mother.id)
                                    .order_by(people.id));
    using Row = std::tuple<std::string, std::optional<std::string>, std::optional<std::string>>;
    REQUIRE(family.size() == 3);
    CHECK(family[0] == Row{"Max", std::nullopt, std::nullopt});
    CHECK(family[2] == Row{"Marco", "Max", "Claudia"});
    CHECK(dal(father.name == "Max").one().id == 1);
    CHECK(dal(father).count() == 3);
}

namespace dal_test {
struct Report {
    std::string email;
    std::int32_t songs{};
    std::optional<strata::Decimal> revenue;
};
BOOST_DESCRIBE_STRUCT(Report, (), (email, songs, revenue))
}  // namespace dal_test

STRATA_DB_TEST("rows go into a struct of one's own, in the order of its members", "[dal]") {
    const dal::Database dal = filled(db);
    const std::vector<Report> reports = dal.all(select(users.email, dal::count(songs.id), dal::sum(songs.price))
                                                    .from(users)
                                                    .left_join(songs, songs.user_id == users.id)
                                                    .group_by(users.email)
                                                    .order_by(users.email)
                                                    .into<Report>());
    REQUIRE(reports.size() == 3);
    CHECK(reports[0].revenue == Decimal::parse("0.30"));
    CHECK(reports[1].songs == 2);
    CHECK(!reports[2].revenue);
}

STRATA_DB_TEST("a statement is prepared once per shape, whatever its values", "[dal]") {
    const dal::Database dal = filled(db);
    dal.transaction([&](dal::Transaction& tx) {
        for (int i = 0; i < 50; ++i) {
            (void)tx(songs.plays == i).all();
            (void)tx.get(songs, i);
            (void)tx(songs.plays.in(std::vector<int>(static_cast<std::size_t>(i), 1))).count();
        }
    });
    CHECK(dal.engine().connect(core::Access::rows)->cached_statements() < 12);
}

STRATA_DB_TEST("the same text in other places is another shape", "[dal]") {
    const dal::Database dal = filled(db);
    for (int round = 0; round < 2; ++round) {
        CHECK(dal(songs.plays > 2).count() == 3);
        CHECK(dal(songs.plays < 2).count() == 1);
        CHECK(dal(songs.user_id > 1).count() == 2);
        CHECK(dal(songs.plays > 2).where(songs.user_id.is_null()).count() == 1);
    }
}

STRATA_DB_TEST("groups and distinct rows of expressions with values", "[dal]") {
    const dal::Database dal = filled(db);
    const auto groups = [&](const auto& expression) {
        return dal.all(select(expression, dal::count()).from(songs).group_by(expression).order_by(expression)).size();
    };
    CHECK(groups(songs.plays / 3) == 2);
    CHECK(groups(songs.plays / 3) == 2);
    CHECK(groups(songs.plays / 10) == 1);
    CHECK(groups(dal::coalesce(songs.user_id, 0)) == 3);
    CHECK(groups(dal::coalesce(songs.user_id, 2)) == 2);
    CHECK(groups(dal::substring(songs.title, 1, 1)) == 3);
    CHECK(groups(dal::when(songs.plays > 2, "many", "few")) == 2);
    CHECK(groups(dal::when(songs.plays > 2, "same", "same")) == 1);
    CHECK(groups(songs.title + "x") == 5);
    CHECK(dal.all(select(songs.plays / 2).from(songs).distinct().order_by(songs.plays / 2).limit(2)).size() == 2);
    CHECK(dal.all(select(songs.price + Decimal::parse("0.5")).from(songs).group_by(songs.price + Decimal::parse("0.5")))
              .size() == 5);
}

STRATA_DB_TEST("a condition that has not been given anything holds for every row", "[dal]") {
    const dal::Database dal = filled(db);
    dal::Condition<Song> wanted;
    CHECK(dal(wanted).count() == 5);
    CHECK(dal(wanted).where(songs.plays > 3).count() == 2);
    CHECK(dal(!wanted).count() == 0);
    const std::optional<int> least = 4;
    if (least) wanted = wanted && songs.plays >= *least;
    CHECK(dal(wanted).count() == 2);
    const dal::Condition<Song> moved = std::move(wanted);
    CHECK(dal(moved).count() == 2);
}

STRATA_DB_TEST("a condition that has not been given anything changes no row and filters none", "[dal]") {
    const dal::Database dal = filled(db);
    const dal::Condition<Song> wanted;
    CHECK_THROWS_WITH(dal(wanted).remove(), Contains("remove() was given a condition without a value"));
    CHECK_THROWS_WITH(dal(wanted).update(songs.plays = 0), Contains("update() was given a condition without a value"));
    CHECK_THROWS_WITH(dal(wanted && wanted).remove(), Contains("condition without a value"));
    CHECK_THROWS_WITH(dal.filtered(wanted), Contains("filtered() was given a condition without a value"));
    CHECK(dal(songs.plays > 3).where(wanted).remove() == 2);
    CHECK(dal(songs).count() == 3);
}
