// Queries that take rows from queries: derived tables, common table expressions, recursion. The same on both databases.

#include "support/song_rows.hpp"

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

template <class... T>
using Rows = std::vector<std::tuple<T...>>;

dal::Database filled(const strata::test::TestDatabase& database) {
    const dal::Database dal =
        with_songs(connected(database), {"ada", "eve", "joe"},
                   {song_of(1, "a", 1, Status::done, "0.10"), song_of(1, "b", 20, Status::failed, "1.50"),
                    song_of(2, "c", 3, Status::queued, "0.30")});
    // 1 is the father of 2 and 3, 2 of 4.
    dal.insert_many(std::vector<Person>{{.name = "one"},
                                        {.name = "two", .father_id = 1},
                                        {.name = "three", .father_id = 1},
                                        {.name = "four", .father_id = 2}});
    return dal;
}

}  // namespace

STRATA_DB_TEST("a query as a table: joined, filtered, counted", "[dal]") {
    const dal::Database dal = filled(db);
    const auto per_user =
        dal::derived<"per user">(select(songs.user_id, dal::count(), dal::max(songs.status), dal::sum(songs.price))
                                     .from(songs)
                                     .where(songs.plays > 0)
                                     .group_by(songs.user_id));
    const auto [user, count, status, sum] = per_user.columns();
    CHECK(dal.all(select(users.email, count, status, sum)
                      .from(users)
                      .left_join(per_user, user == users.id)
                      .where(users.id > 0)
                      .order_by(users.id)) ==
          Rows<std::string, std::optional<std::int64_t>, std::optional<Status>, std::optional<Decimal>>{
              {"ada", 2, Status::failed, Decimal::parse("1.6")},
              {"eve", 1, Status::queued, Decimal::parse("0.3")},
              {"joe", std::nullopt, std::nullopt, std::nullopt}});
    CHECK(dal.one(select(dal::count()).from(per_user).where(count > 1)) == 1);
    CHECK(dal.all(select(user).from(per_user).order_by(status.desc())) ==
          std::vector<std::optional<std::int64_t>>{1, 2});
    CHECK(dal.all(select(user).from(per_user).where(status < Status::failed)) ==
          std::vector<std::optional<std::int64_t>>{2});
    const auto best = dal::derived<"best">(select(songs.title).from(songs).order_by(songs.plays.desc()).limit(2));
    CHECK(dal.one(select(dal::count()).from(best)) == 2);
    const auto all = dal::derived<"all">(
        select(users.email).from(users).union_all(select(people.name).from(people)).order_by(dal::nth<0>()).limit(3));
    CHECK(dal.all(select(all.column<0>()).from(all).where(all.column<0>() != "ada").order_by(all.column<0>())) ==
          std::vector<std::string>{"eve", "four"});
}

STRATA_DB_TEST("given values as a table", "[dal]") {
    const dal::Database dal = filled(db);
    using Wanted = std::vector<std::tuple<std::int64_t, std::optional<std::string>, Decimal>>;
    const auto wanted = dal::values<"wanted">(
        Wanted{{1, "first", Decimal::parse("0.5")}, {3, std::nullopt, Decimal(2)}, {7, "none", Decimal(0)}});
    const auto [id, note, price] = wanted.columns();
    CHECK(dal.all(select(users.email, note, price).from(users).join(wanted, users.id == id).order_by(id)) ==
          Rows<std::string, std::optional<std::string>, Decimal>{{"ada", "first", Decimal::parse("0.5")},
                                                                 {"joe", std::nullopt, Decimal(2)}});
    CHECK(dal.one(select(dal::max(price)).from(wanted)) == Decimal(2));
    const auto names = dal::values<"names">(std::vector<std::string>{"x", "ada", "y"});
    CHECK(dal.all(
              select(names.column<0>()).from(names).where(names.column<0>().not_in(select(users.email).from(users)))) ==
          std::vector<std::string>{"x", "y"});
    const auto one = dal::values<"names">(std::vector<std::string>{"z"});
    CHECK(dal.all(select(one.column<0>()).from(one)) == std::vector<std::string>{"z"});
    CHECK_THROWS_AS(dal::values<"names">(std::vector<std::string>()), UsageError);
}

STRATA_DB_TEST("a common table expression is used by its name, also in other queries", "[dal]") {
    const dal::Database dal = filled(db);
    const auto loud =
        dal::cte<"loud">(select(songs.user_id, songs.title, songs.status).from(songs).where(songs.plays > 2));
    const auto [user, title, status] = loud.columns();
    CHECK(dal.all(select(users.email, title).with(loud).from(users).join(loud, user == users.id).order_by(title)) ==
          Rows<std::string, std::string>{{"ada", "b"}, {"eve", "c"}});
    CHECK(dal.all(select(users.email)
                      .with(loud)
                      .from(users)
                      .where(!users.id.in(select(user).from(loud).where(user.is_not_null())))) ==
          std::vector<std::string>{"joe"});
    const auto done = dal::cte<"done">(select(title).from(loud).where(status > Status::queued));
    CHECK(dal.all(select(done.column<0>()).with(loud).with(done).from(done)) == std::vector<std::string>{"b"});
    // Of the same name, of the same columns, and not the same.
    const auto quiet =
        dal::cte<"loud">(select(songs.user_id, songs.title, songs.status).from(songs).where(songs.plays < 2));
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(dal.all(select(title).with(loud).from(loud).order_by(title)) == std::vector<std::string>{"b", "c"});
        CHECK(dal.all(select(title).with(quiet).from(quiet)) == std::vector<std::string>{"a"});
    }
    CHECK_THROWS_WITH(dal.all(select(title).from(loud)), Contains("the query loud is used but not given"));
}

STRATA_DB_TEST("a recursive query goes down a tree", "[dal]") {
    const dal::Database dal = filled(db);
    const auto below = dal::recursive<"below">(
        select(people.id, dal::value(0)).from(people).where(people.id == 1), [](const auto& rows) {
            const auto [id, depth] = rows.columns();
            return select(people.id, depth + 1).from(people).join(rows, people.father_id == id).where(depth < 5);
        });
    const auto [id, depth] = below.columns();
    const auto query = select(people.name, depth).with(below).from(people).join(below, id == people.id);
    CHECK(dal.all(query.order_by(depth, people.name)) ==
          Rows<std::string, std::int64_t>{{"one", 0}, {"three", 1}, {"two", 1}, {"four", 2}});
    CHECK(dal.all(query.where(depth == 2)) == Rows<std::string, std::int64_t>{{"four", 2}});
    CHECK(dal.one(select(dal::max(depth)).with(below).from(below)) == 2);
}

STRATA_DB_TEST("filters hold inside of queries that others take rows from", "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database ada = all.filtered(songs.user_id == 1);
    const auto titles = dal::derived<"titles">(select(songs.title).from(songs));
    const auto named = dal::cte<"named">(select(songs.title).from(songs));
    CHECK(all.one(select(dal::count()).from(titles)) == 3);
    CHECK(ada.one(select(dal::count()).from(titles)) == 2);
    CHECK(ada.one(select(dal::count()).with(named).from(named)) == 2);
    const auto both = select(songs.title).from(songs).union_all(select(songs.title).from(songs));
    CHECK(all.all(both).size() == 6);
    CHECK(ada.all(both).size() == 4);
    CHECK(ada.one(select(dal::scalar(select(dal::count()).from(songs))).from(users).where(users.id == 1)) == 2);
}
