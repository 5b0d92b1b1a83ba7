// Forms of whole queries: joins of every kind, groups, orders chosen at run time, queries as tables, counts, plans. The
// same on both databases, and refused on the one that lacks a form.

#include "support/song_rows.hpp"

#include <strata/core/engine.hpp>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

template <class... T>
using Rows = std::vector<std::tuple<T...>>;
using Text = std::optional<std::string>;
using Number = std::optional<std::int64_t>;

/// A song of ada, two of eve, and one of nobody; joe has none.
dal::Database filled(const strata::test::TestDatabase& database) {
    return with_songs(on_one_connection(database), {"ada", "eve", "joe"},
                      {song_of(1, "a", 1, Status::done, "0.10"), song_of(2, "e1", 2, Status::queued, "0.20"),
                       song_of(2, "e2", 3, Status::done, "0.30"), song_of({}, "none", 4, Status::failed, "0.40")});
}

}  // namespace

STRATA_DB_TEST("a right join keeps the rows of the new table, a full join those of both", "[dal][joins]") {
    const dal::Database dal = filled(db);
    const auto right = select(users.email, songs.title).from(users).right_join(songs, songs.user_id == users.id);
    CHECK(dal.all(right.order_by(songs.title)) ==
          Rows<Text, std::string>{{"ada", "a"}, {"eve", "e1"}, {"eve", "e2"}, {std::nullopt, "none"}});
    const auto full = select(users.email, songs.title).from(users).full_join(songs, songs.user_id == users.id);
    CHECK(dal.all(full.order_by(users.email, songs.title)) ==
          Rows<Text, Text>{{"ada", "a"}, {"eve", "e1"}, {"eve", "e2"}, {"joe", std::nullopt}, {std::nullopt, "none"}});
    CHECK(dal.all(full.order_by(songs.title.desc(), users.email)).front() == std::tuple(Text("joe"), Text()));
    const std::vector<std::tuple<std::optional<User>, std::optional<Song>>> rows =
        dal.all(select(users, songs).from(users).full_join(songs, songs.user_id == users.id).order_by(users.id));
    REQUIRE(rows.size() == 5);
    CHECK(std::get<1>(rows[3]) == std::nullopt);
    CHECK(std::get<0>(rows[4]) == std::nullopt);
    // A right join after others makes all of them optional.
    constexpr auto owner = dal::alias<"owner">(users);
    CHECK(dal.all(select(songs.title, users.email, owner.email)
                      .from(songs)
                      .join(users, songs.user_id == users.id)
                      .right_join(owner, owner.id == users.id && songs.plays > 1)
                      .order_by(owner.id, songs.title)) ==
          Rows<Text, Text, std::string>{{std::nullopt, std::nullopt, "ada"},
                                        {"e1", "eve", "eve"},
                                        {"e2", "eve", "eve"},
                                        {std::nullopt, std::nullopt, "joe"}});
    CHECK(dal.count(full) == 5);
    CHECK(dal.count(right.where(users.id.is_null())) == 1);
}

STRATA_DB_TEST("a filter keeps rows out of both sides of a right and a full join", "[dal][joins][filters]") {
    const dal::Database all = filled(db);
    const auto right =
        select(users.email, songs.title).from(users).right_join(songs, songs.user_id == users.id).order_by(songs.title);
    const auto full = select(users.email, songs.title)
                          .from(users)
                          .full_join(songs, songs.user_id == users.id)
                          .order_by(users.email, songs.title);
    const dal::Database ada = all.filtered(users.id == 1).filtered(songs.user_id == 1);
    const dal::Database eve = all.filtered(users.id == 2).filtered(songs.user_id == 2);
    const dal::Database loud = all.filtered(songs.plays > 2);
    const dal::Database no_eve = all.filtered(users.id != 2);
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(ada.all(right) == Rows<Text, std::string>{{"ada", "a"}});
        CHECK(eve.all(right) == Rows<Text, std::string>{{"eve", "e1"}, {"eve", "e2"}});
        CHECK(loud.all(right) == Rows<Text, std::string>{{"eve", "e2"}, {std::nullopt, "none"}});
        CHECK(
            no_eve.all(right) ==
            Rows<Text, std::string>{{"ada", "a"}, {std::nullopt, "e1"}, {std::nullopt, "e2"}, {std::nullopt, "none"}});
        CHECK(ada.all(full) == Rows<Text, Text>{{"ada", "a"}});
        CHECK(loud.all(full) ==
              Rows<Text, Text>{{"ada", std::nullopt}, {"eve", "e2"}, {"joe", std::nullopt}, {std::nullopt, "none"}});
        CHECK(no_eve.all(full) == Rows<Text, Text>{{"ada", "a"},
                                                   {"joe", std::nullopt},
                                                   {std::nullopt, "e1"},
                                                   {std::nullopt, "e2"},
                                                   {std::nullopt, "none"}});
        CHECK(no_eve.count(full) == 5);
        CHECK(eve.all(full) == Rows<Text, Text>{{"eve", "e1"}, {"eve", "e2"}});
        // Inside of another query, and by another name.
        const auto joined = dal::derived<"joined">(full);
        CHECK(ada.count(select(joined.column<0>()).from(joined)) == 1);
        constexpr auto owner = dal::alias<"owner">(users);
        CHECK(ada.all(select(owner.email, songs.title).from(songs).right_join(owner, songs.user_id == owner.id)) ==
              Rows<std::string, Text>{{"ada", "a"}});
    }
}

STRATA_DB_TEST("a lateral query is run for each row, on PostgreSQL", "[dal][joins]") {
    const dal::Database dal = filled(db);
    const auto last = dal::lateral<"last">(select(songs.title, songs.plays)
                                               .from(songs)
                                               .correlate(users)
                                               .where(songs.user_id == users.id)
                                               .order_by(songs.plays.desc())
                                               .limit(1));
    const auto [title, plays] = last.columns();
    const auto left = select(users.email, title, plays).from(users).left_join(last).order_by(users.id);
    if (db.is_sqlite()) {
        CHECK_THROWS_WITH(dal.all(left), Contains("SQLite has no lateral joins"));
        return;
    }
    CHECK(dal.all(left) == Rows<std::string, Text, std::optional<std::int32_t>>{
                               {"ada", "a", 1}, {"eve", "e2", 3}, {"joe", std::nullopt, std::nullopt}});
    CHECK(dal.all(select(users.email, title).from(users).join(last, plays > 1)) ==
          Rows<std::string, std::string>{{"eve", "e2"}});
    CHECK(dal.count(select(title).from(users).cross_join(last)) == 2);
    const auto rows = dal::lateral<"rows">(
        select(songs).from(songs).correlate(users).where(songs.user_id == users.id).order_by(songs.id).limit(1));
    const auto found = dal.all(select(users.email, rows).from(users).join(rows).order_by(users.id));
    REQUIRE(found.size() == 2);
    CHECK(std::get<1>(found[1]).title == "e1");
    CHECK(dal.filtered(songs.plays == 2).count(select(title).from(users).join(last)) == 1);
}

STRATA_DB_TEST("distinct on gives the first row of each value, on PostgreSQL", "[dal]") {
    const dal::Database dal = filled(db);
    const auto query = select(songs.user_id, songs.title)
                           .from(songs)
                           .distinct_on(songs.user_id)
                           .order_by(songs.user_id, songs.plays.desc());
    CHECK_THROWS_WITH(dal.all(select(songs.title).from(songs).distinct_on(songs.user_id).order_by(songs.plays)),
                      Contains("begins with what that names"));
    if (db.is_sqlite()) {
        CHECK_THROWS_WITH(dal.all(query), Contains("SQLite has no distinct_on()"));
        return;
    }
    CHECK(dal.all(query) == Rows<Number, std::string>{{1, "a"}, {2, "e2"}, {std::nullopt, "none"}});
    CHECK(dal.count(query) == 3);
    CHECK(dal.filtered(songs.plays < 3).all(query) == Rows<Number, std::string>{{1, "a"}, {2, "e1"}});
}

STRATA_DB_TEST("groups of groups, on PostgreSQL", "[dal]") {
    const dal::Database dal = filled(db);
    const auto rolled = select(songs.user_id, songs.status, dal::count(), dal::grouping(songs.user_id, songs.status))
                            .from(songs)
                            .where(songs.user_id.is_not_null())
                            .group_by(dal::rollup(songs.user_id, songs.status))
                            .order_by(dal::grouping(songs.user_id, songs.status), songs.user_id, songs.status);
    if (db.is_sqlite()) {
        CHECK_THROWS_WITH(dal.all(rolled), Contains("SQLite has no"));
        return;
    }
    using Counts = Rows<Number, std::optional<Status>, std::int64_t, std::int64_t>;
    CHECK(dal.all(rolled) == Counts{{1, Status::done, 1, 0},
                                    {2, Status::queued, 1, 0},
                                    {2, Status::done, 1, 0},
                                    {1, std::nullopt, 1, 1},
                                    {2, std::nullopt, 2, 1},
                                    {std::nullopt, std::nullopt, 3, 3}});
    const auto counts = [&](const auto& form) {
        return dal.count(select(songs.user_id, songs.status, dal::count()).from(songs).group_by(form));
    };
    CHECK(counts(dal::cube(songs.user_id, songs.status)) == 4 + 3 + 3 + 1);
    CHECK(counts(dal::grouping_sets(dal::grouping_set(songs.user_id), dal::grouping_set(songs.status),
                                    dal::grouping_set())) == 3 + 3 + 1);
    CHECK(dal.all(select(songs.user_id, dal::sum(songs.plays))
                      .from(songs)
                      .group_by(dal::grouping_sets(dal::grouping_set(songs.user_id), dal::grouping_set()))
                      .having(dal::count() > 1)
                      .order_by(dal::sum(songs.plays))) ==
          Rows<Number, std::optional<Decimal>>{{2, Decimal(5)}, {std::nullopt, Decimal(10)}});
}

STRATA_DB_TEST("an order is chosen at run time, by what the program offers", "[dal][order]") {
    const dal::Database dal = filled(db);
    dal::OrderList<Song> order;
    CHECK(dal(songs).order_by(order).all().size() == 4);
    order.add(songs.status.desc()).add(songs.title);
    const auto titles = [&](const dal::OrderList<Song>& by) {
        std::string all;
        for (const Song& song : dal(songs).order_by(by).all()) all += song.title + " ";
        return all;
    };
    CHECK(titles(order) == "none a e2 e1 ");
    const dal::SortKeys<Song> keys{{"title", songs.title},
                                   {"newest", songs.created_at.desc()},
                                   {"user", songs.user_id.asc().nulls_first()},
                                   {"loud", songs.plays * 2}};
    const auto by = [&](std::string_view name, bool reversed) {
        dal::OrderList<Song> chosen;
        REQUIRE(chosen.add(keys, name, reversed));
        REQUIRE(chosen.add(keys, "title"));
        return titles(chosen);
    };
    CHECK(by("title", true) == "none e2 e1 a ");
    CHECK(by("user", false) == "none a e1 e2 ");
    CHECK(by("user", true) == "e1 e2 a none ");
    CHECK(by("loud", true) == "none e2 e1 a ");
    CHECK_FALSE(order.add(keys, "title; DROP TABLE songs"));
    CHECK(titles(order) == "none a e2 e1 ");
    CHECK(dal.all(select(users.email, songs.title)
                      .from(songs)
                      .join(users, songs.user_id == users.id)
                      .order_by(users.email.desc(), order)) ==
          Rows<std::string, std::string>{{"eve", "e2"}, {"eve", "e1"}, {"ada", "a"}});
}

STRATA_DB_TEST("text is ordered and compared by a collation", "[dal][order]") {
    const dal::Database dal = filled(db);
    dal.insert_many(std::vector<Person>{{.name = "b"}, {.name = "A"}, {.name = "a"}, {.name = "B"}});
    CHECK(dal.all(select(people.name).from(people).order_by(dal::binary(people.name))) ==
          std::vector<std::string>{"A", "B", "a", "b"});
    CHECK(dal.all(select(people.name)
                      .from(people)
                      .where(dal::binary(people.name) < "a")
                      .order_by(dal::binary(people.name).desc())) == std::vector<std::string>{"B", "A"});
    const auto row = dal(people).order_by(dal::binary(people.name), people.id);
    CHECK_THROWS_AS(row.after(Person{}), UsageError);  // it is not in the row as it is ordered by
    if (db.is_sqlite()) {
        CHECK(dal.all(select(people.name).from(people).order_by(dal::collate<"NOCASE">(people.name), people.id)) ==
              std::vector<std::string>{"A", "a", "b", "B"});
    } else {
        CHECK(dal.all(select(people.name).from(people).order_by(dal::collate<"en-x-icu">(people.name))) ==
              std::vector<std::string>{"a", "A", "b", "B"});
    }
}

STRATA_DB_TEST("a query of whole rows is a table with the columns of theirs", "[dal][derived]") {
    const dal::Database dal = filled(db);
    const auto best = dal::derived<"best">(select(songs).from(songs).order_by(songs.plays.desc()).limit(3));
    const std::vector<Song> rows =
        dal.all(select(best).from(best).where(best.status != Status::failed).order_by(best.title));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].title == "e1");
    CHECK(rows[0].price == Decimal::parse("0.20"));
    CHECK(rows[1].title == "e2");
    CHECK(dal.all(
              select(users.email, best.title).from(users).join(best, best.user_id == users.id).order_by(best.title)) ==
          Rows<std::string, std::string>{{"eve", "e1"}, {"eve", "e2"}});
    const auto joined = dal.all(
        select(users.email, best).from(users).left_join(best, best.user_id == users.id).order_by(users.id, best.id));
    REQUIRE(joined.size() == 4);
    CHECK(std::get<1>(joined[0]) == std::nullopt);
    CHECK(std::get<1>(joined[1])->title == "e1");
    const auto named = dal::cte<"named">(select(songs).from(songs).where(songs.plays > 1));
    CHECK(dal.all(select(named).with(named).from(named).where(named.plays < 3)).at(0).title == "e1");
    const auto both = dal::derived<"both">(select(users, songs).from(users).join(songs, songs.user_id == users.id));
    const auto [user, song] = both.columns();
    CHECK(dal.all(select(user.email, song.title).from(both).where(user.id == 2 && song.plays == 3)) ==
          Rows<std::string, std::string>{{"eve", "e2"}});
    CHECK(std::get<0>(dal.all(select(song, user).from(both).where(user.id == 1)).at(0)).title == "a");
    const dal::Database ada = dal.filtered(songs.user_id == 1);
    const dal::Database eve = dal.filtered(songs.user_id == 2);
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(ada.all(select(best).from(best)).at(0).title == "a");
        CHECK(eve.count(select(best).from(best)) == 2);
        CHECK(eve.count(select(named).with(named).from(named)) == 2);
        CHECK(ada.count(select(named).with(named).from(named)) == 0);
    }
}

STRATA_DB_TEST("a query that is a table is used several times by other names", "[dal][derived]") {
    const dal::Database dal = filled(db);
    const auto plays = dal::cte<"plays">(select(songs.user_id, dal::sum(songs.plays))
                                             .from(songs)
                                             .where(songs.user_id.is_not_null())
                                             .group_by(songs.user_id));
    const auto other = dal::alias<"other">(plays);
    const auto third = dal::alias<"third">(plays);
    CHECK(dal.all(select(plays.column<0>(), other.column<0>())
                      .with(plays)
                      .from(plays)
                      .join(other, other.column<1>() < plays.column<1>())) == Rows<Number, Number>{{2, 1}});
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(dal.one(select(dal::max(other.column<1>())).with(plays).from(other)) == Decimal(5));
        CHECK(dal.one(select(dal::min(third.column<1>())).with(plays).from(third)) == Decimal(1));
    }
    CHECK_THROWS_WITH(dal.all(select(other.column<0>()).from(other)), Contains("used but not given"));
    const auto loud = dal::derived<"loud">(select(songs).from(songs).where(songs.plays > 2));
    const auto louder = dal::alias<"louder">(loud);
    CHECK(dal.all(select(loud.title, louder.title).from(loud).join(louder, louder.plays > loud.plays)) ==
          Rows<std::string, std::string>{{"e2", "none"}});
    const auto kept = dal::cte<"kept">(select(songs).from(songs).where(songs.plays > 2));
    for (const auto& form : {kept, kept.materialized(), kept.not_materialized()})
        CHECK(dal.count(select(form).with(form).from(form)) == 2);
    CHECK_THAT(dal.sql(select(kept.title).with(kept.materialized()).from(kept)), Contains(" AS MATERIALIZED ("));
    CHECK_THAT(dal.sql(select(kept.title).with(kept.not_materialized()).from(kept)),
               Contains(" AS NOT MATERIALIZED ("));
    const auto kept_again = dal::alias<"again">(kept);
    CHECK(dal.all(select(kept_again).with(kept).from(kept_again).order_by(kept_again.title)).at(0).title == "e2");
}

STRATA_DB_TEST("any query is counted, and asked whether it has a row", "[dal]") {
    const dal::Database dal = filled(db);
    const auto groups = select(songs.user_id, dal::count()).from(songs).group_by(songs.user_id);
    CHECK(dal.count(groups) == 3);
    CHECK(dal.count(groups.having(dal::count() > 1)) == 1);
    CHECK(dal.count(select(songs.status).from(songs).distinct().order_by(songs.status)) == 3);
    CHECK(dal.count(select(songs, songs.id).from(songs).limit(2)) == 2);
    CHECK(dal.count(select(users.email).from(users).union_all(select(songs.title).from(songs))) == 7);
    CHECK(dal.exists(groups.having(dal::count() > 1)));
    CHECK_FALSE(dal.exists(groups.having(dal::count() > 2)));
    CHECK_FALSE(dal.exists(select(songs.id).from(songs).where(songs.plays > 4)));
    const auto recent = dal::cte<"recent">(select(songs.user_id).from(songs));
    CHECK(dal.count(select(recent.column<0>()).with(recent).from(recent)) == 4);
    const dal::Database ada = dal.filtered(songs.user_id == 1);
    const dal::Database eve = dal.filtered(songs.user_id == 2);
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(ada.count(select(songs.id).from(songs)) == 1);
        CHECK(eve.count(select(songs.id).from(songs)) == 2);
        CHECK(ada.exists(select(songs.id).from(songs).where(songs.plays == 2)) == false);
        CHECK(eve.exists(select(songs.id).from(songs).where(songs.plays == 2)));
    }
}

STRATA_DB_TEST("a query shows its SQL with the types of its values, and its plan", "[dal]") {
    const dal::Database dal = filled(db);
    const auto query = select(songs.id).from(songs).where(songs.title == "secret" && songs.plays > 4711 &&
                                                          songs.price == Decimal::parse("0.25"));
    const std::string sql = dal.sql(query);
    CHECK_THAT(
        sql, Contains(db.is_sqlite() ? " -- ?1 text, ?2 integer, ?3 numeric" : " -- $1 text, $2 integer, $3 numeric"));
    for (const char* const value : {"secret", "4711", "0.25"}) CHECK_THAT(sql, !Contains(value));
    CHECK_THAT(dal(songs.plays > 4711).sql(), !Contains("4711"));
    CHECK(dal.sql(select(songs.id).from(songs)).ends_with("\"music songs\""));
    const std::string plan = dal.explain(query);
    CHECK_THAT(plan, Contains("music songs"));
    CHECK_THAT(dal(songs.id == 1).explain(), Contains(db.is_sqlite() ? "SEARCH music songs" : "music songs"));
    CHECK_THAT(dal.transaction([&](dal::Transaction& tx) { return tx.explain(query); }), Contains("music songs"));
    // The plan and the text are those of what runs: with the filters.
    const dal::Database ada = dal.filtered(songs.user_id == 1);
    CHECK_THAT(ada.sql(query), Contains(R"("user_id" = )"));
    CHECK_THAT(ada.sql(query), Contains("4 numeric"));
    CHECK_THAT(ada.explain(select(songs.id).from(songs)), Contains(db.is_sqlite() ? "music songs" : "user_id"));
    if (db.is_sqlite()) {
        CHECK_THROWS_WITH(dal.explain(query, {.analyze = true}), Contains("without analyze"));
    } else {
        CHECK_THAT(dal.explain(query, {.analyze = true}), Contains("actual time="));
        CHECK_THROWS_WITH(dal.explain(query.for_update(), {.analyze = true}), Contains("do not lock rows"));
    }
}

STRATA_DB_TEST("what the databases understand each in its own way is refused before them", "[dal][grouping]") {
    const dal::Database dal = filled(db);
    CHECK_THROWS_WITH(dal.all(select(songs.title, dal::count()).from(songs)),
                      Contains("music songs.select has many values in a group"));
    CHECK_THROWS_WITH(dal.all(select(songs.title, dal::count()).from(songs).group_by(songs.status)),
                      Contains("many values in a group"));
    CHECK_THROWS_WITH(dal.all(select(songs.status).from(songs).group_by(songs.status).order_by(songs.plays)),
                      Contains("songs.plays has many values"));
    CHECK_THROWS_WITH(dal.all(select(songs.status).from(songs).group_by(songs.status).having(songs.plays > 1)),
                      Contains("songs.plays has many values"));
    CHECK_THROWS_WITH(dal.all(select(songs).from(songs).group_by(songs.status)), Contains("many values"));
    CHECK_THROWS_WITH(dal.all(select(songs.id).from(songs).where(dal::count() > 1)), Contains("is given to having()"));
    CHECK_THROWS_WITH(dal.all(select(songs.status).from(songs).distinct().order_by(songs.plays)),
                      Contains("select() what order_by() names"));
    // Refused, though inside of another query.
    const auto inner = dal::derived<"inner">(select(songs.title, dal::count()).from(songs));
    CHECK_THROWS_WITH(dal.all(select(inner.column<0>()).from(inner)), Contains("many values in a group"));
    // What both take.
    CHECK(dal.all(select(songs.plays + 1, dal::count()).from(songs).group_by(songs.plays + 1)).size() == 4);
    CHECK(
        dal.all(select((songs.plays + 1) * 2).from(songs).group_by(songs.plays + 1).order_by(songs.plays + 1)).size() ==
        4);
    CHECK(dal.all(select(songs.status).from(songs).distinct().order_by(songs.status)).size() == 3);
    CHECK(dal.all(select(songs).from(songs).distinct().order_by(songs.plays)).size() == 4);
    CHECK(dal.all(select(songs.plays + 1).from(songs).distinct().order_by(songs.plays + 1)).size() == 4);
    // The key of a table has one row of it.
    CHECK(dal.all(select(users, dal::count(songs.id))
                      .from(users)
                      .left_join(songs, songs.user_id == users.id)
                      .group_by(users.id)
                      .order_by(users.email))
              .size() == 3);
    CHECK(
        dal.all(select(users.email,
                       dal::scalar(select(dal::count()).from(songs).correlate(users).where(songs.user_id == users.id)))
                    .from(users)
                    .group_by(users.email, users.id))
            .size() == 3);
}

STRATA_DB_TEST("a decimal in an expression that a query groups by is one value", "[dal][grouping]") {
    const dal::Database dal = filled(db);
    const auto dear = [] { return dal::when(songs.price > Decimal::parse("0.2"), "dear", "cheap"); };
    CHECK(dal.all(select(dear(), dal::count()).from(songs).group_by(dear()).order_by(dear())) ==
          Rows<std::string, std::int64_t>{{"cheap", 2}, {"dear", 2}});
    const auto rounded = [] { return songs.price * Decimal::parse("1.5"); };
    CHECK(dal.count(select(rounded(), dal::count()).from(songs).group_by(rounded())) == 4);
    // Thousands of values are found in each other's place in no time.
    dal::Condition<Song> any;
    for (int i = 0; i < 3000; ++i)
        any = i == 0 ? dal::Condition<Song>(songs.plays == i % 7) : any || songs.plays == i % 7;
    CHECK(dal.all(select(songs.status).from(songs).where(any).group_by(songs.status)).size() == 3);
}
