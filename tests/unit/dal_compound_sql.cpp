// The SQL of set operations, queries as values, CASE and casts, as approved text. That it runs is proved in
// tests/integration.

#include "support/catch.hpp"
#include "support/dal_models.hpp"

#include <strata/core/dialect.hpp>

using namespace dal_test;
using namespace strata;

namespace {

template <class Q>
std::string sqlite(const Q& query) {
    return dal::to_sql(query, core::dialect_for("sqlite"));
}
template <class Q>
std::string postgresql(const Q& query) {
    return dal::to_sql(query, core::dialect_for("postgresql"));
}

const auto emails = select(users.email).from(users);
const auto names = select(people.name).from(people);

}  // namespace

TEST_CASE("set operations are written alike where both databases read them alike", "[unit][dal]") {
    const auto both = [](const auto& query, const std::string& text) {
        CHECK(sqlite(query) == text);
        CHECK(postgresql(query) == text);
    };
    const std::string users_sql = R"(SELECT "users"."email" FROM "users")";
    const std::string people_sql = R"(SELECT "people"."name" FROM "people")";
    both(emails.union_distinct(names), users_sql + " UNION " + people_sql);
    both(emails.union_all(names), users_sql + " UNION ALL " + people_sql);
    both(emails.intersect(names), users_sql + " INTERSECT " + people_sql);
    both(emails.except(names), users_sql + " EXCEPT " + people_sql);
    both(emails.union_all(names).union_all(emails), users_sql + " UNION ALL " + people_sql + " UNION ALL " + users_sql);
    both(emails.union_all(names).intersect(emails),
         "SELECT * FROM (" + users_sql + " UNION ALL " + people_sql + R"() AS "rows" INTERSECT )" + users_sql);
    both(emails.except(names.except(emails)),
         users_sql + " EXCEPT SELECT * FROM (" + people_sql + " EXCEPT " + users_sql + R"() AS "rows")");
}

TEST_CASE("set operations have an order and a limit of their own, as their parts do", "[unit][dal]") {
    const auto query = emails.order_by(users.id).limit(1).union_all(names).order_by(dal::nth<0>().desc()).limit(5);
    CHECK(postgresql(query) == R"(SELECT * FROM (SELECT "users"."email" FROM "users" ORDER BY "users"."id" )"
                               R"(LIMIT $1::bigint) AS "rows" UNION ALL SELECT "people"."name" FROM "people" )"
                               R"(ORDER BY 1 DESC LIMIT $2::bigint)");
    CHECK(sqlite(query) == R"(SELECT * FROM (SELECT "users"."email" FROM "users" ORDER BY "users"."id" LIMIT ?1) )"
                           R"(AS "rows" UNION ALL SELECT "people"."name" FROM "people" ORDER BY 1 DESC LIMIT ?2)");
    CHECK(sqlite(select(people.father_id)
                     .from(people)
                     .union_all(select(people.mother_id).from(people))
                     .order_by(dal::nth<0>())) ==
          R"(SELECT "people"."father_id" FROM "people" UNION ALL SELECT "people"."mother_id" FROM "people" )"
          R"(ORDER BY 1 NULLS LAST)");
}

TEST_CASE("SQLite orders a set operation by expressions around it, and counts rows for ALL", "[unit][dal][sqlite]") {
    const auto status = select(songs.status).from(songs);
    CHECK(sqlite(status.union_distinct(status).order_by(dal::nth<0>())) ==
          R"(SELECT * FROM (SELECT "music songs"."status" AS "c1" FROM "music songs" UNION )"
          R"(SELECT "music songs"."status" FROM "music songs") AS "rows" ORDER BY CASE "c1" WHEN 'queued' THEN 0 )"
          R"(WHEN 'processing' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 END)");
    CHECK(postgresql(status.union_distinct(status).order_by(dal::nth<0>())) ==
          R"(SELECT "music songs"."status" FROM "music songs" UNION SELECT "music songs"."status" FROM "music songs" )"
          R"(ORDER BY 1)");
    CHECK(sqlite(emails.except_all(names)) ==
          R"(SELECT "c1" FROM (SELECT "c1", row_number() OVER (PARTITION BY "c1") FROM (SELECT "users"."email" AS )"
          R"("c1" FROM "users") AS "rows" EXCEPT SELECT "c1", row_number() OVER (PARTITION BY "c1") FROM )"
          R"((SELECT "people"."name" AS "c1" FROM "people") AS "rows") AS "rows")");
    CHECK(postgresql(emails.except_all(names)) ==
          R"(SELECT "users"."email" FROM "users" EXCEPT ALL SELECT "people"."name" FROM "people")");
}

TEST_CASE("decimals that are stored in different forms meet as numbers", "[unit][dal][sqlite]") {
    const auto query = select(songs.price).from(songs).union_distinct(select(accounts.balance).from(accounts));
    CHECK(sqlite(query) ==
          R"(SELECT strata_decimal("c1", 10) FROM (SELECT "music songs"."price" AS "c1" FROM "music songs" UNION )"
          R"(SELECT CAST("accounts"."balance" AS NUMERIC) FROM "accounts") AS "rows")");
}

TEST_CASE("a query is a value in another one", "[unit][dal]") {
    const auto most = select(dal::max(songs.plays)).from(songs);
    const auto theirs = select(dal::count()).from(songs).correlate(users).where(songs.user_id == users.id);
    CHECK(
        sqlite(select(users.email, dal::scalar(theirs)).from(users)) ==
        R"(SELECT "users"."email", (SELECT count(*) FROM "music songs" WHERE "music songs"."user_id" = "users"."id") )"
        R"(FROM "users")");
    CHECK(sqlite(select(songs.id).from(songs).where(songs.plays == dal::scalar(most))) ==
          R"(SELECT "music songs"."id" FROM "music songs" WHERE "music songs"."plays" = )"
          R"((SELECT max("music songs"."plays") FROM "music songs"))");
    CHECK(sqlite(select(songs.id).from(songs).where(songs.title.in(emails.union_all(names)))) ==
          R"(SELECT "music songs"."id" FROM "music songs" WHERE "music songs"."select" IN )"
          R"((SELECT "users"."email" FROM "users" UNION ALL SELECT "people"."name" FROM "people"))");
}

TEST_CASE("CASE has any number of branches, and the type of its values", "[unit][dal]") {
    const auto text = dal::case_when(songs.plays > 10, "many").when(songs.plays > 1, "few");
    CHECK(sqlite(select(text.otherwise("none")).from(songs)) ==
          R"(SELECT CASE WHEN "music songs"."plays" > ?1 THEN ?2 WHEN "music songs"."plays" > ?3 THEN ?4 ELSE ?5 END )"
          R"(FROM "music songs")");
    CHECK(sqlite(select(text.end()).from(songs)) ==
          R"(SELECT CASE WHEN "music songs"."plays" > ?1 THEN ?2 WHEN "music songs"."plays" > ?3 THEN ?4 END )"
          R"(FROM "music songs")");
    const auto status = dal::when(songs.plays > 10, Status::done, Status::failed);
    CHECK(postgresql(select(status).from(songs)) ==
          R"(SELECT CAST(CASE WHEN "music songs"."plays" > $1::bigint THEN $2 ELSE $3 END AS "status") FROM )"
          R"("music songs")");
    CHECK(postgresql(select(dal::when(songs.active, songs.status, Status::failed)).from(songs)) ==
          R"(SELECT CASE WHEN "music songs"."active" THEN "music songs"."status" ELSE $1 END FROM "music songs")");
    CHECK(sqlite(select(songs.id).from(songs).order_by(status)) ==
          R"(SELECT "music songs"."id" FROM "music songs" ORDER BY CASE CASE WHEN "music songs"."plays" > ?1 THEN ?2 )"
          R"(ELSE ?3 END WHEN 'queued' THEN 0 WHEN 'processing' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 END)");
}

TEST_CASE("casts to text and to a date", "[unit][dal]") {
    CHECK(
        postgresql(select(dal::cast<Date>(songs.created_at), dal::cast<std::string>(songs.status)).from(songs)) ==
        R"(SELECT CAST("music songs"."created_at" AS date), CAST("music songs"."status" AS text) FROM "music songs")");
    CHECK(sqlite(select(dal::cast<Date>(songs.created_at), dal::cast<std::string>(songs.status)).from(songs)) ==
          R"(SELECT substr("music songs"."created_at", 1, 10), CAST("music songs"."status" AS TEXT) FROM )"
          R"("music songs")");
}

TEST_CASE("queries that others take rows from name their columns by position", "[unit][dal]") {
    const auto per_user =
        dal::derived<"per user">(select(songs.user_id, dal::count()).from(songs).group_by(songs.user_id));
    const auto [user, count] = per_user.columns();
    CHECK(sqlite(select(users.email, count).from(users).join(per_user, user == users.id && count > 1)) ==
          R"(SELECT "users"."email", "per user"."c2" FROM "users" JOIN (SELECT "music songs"."user_id" AS "c1", )"
          R"(count(*) AS "c2" FROM "music songs" GROUP BY "music songs"."user_id") AS "per user" ON )"
          R"("per user"."c1" = "users"."id" AND "per user"."c2" > ?1)");
    const auto most = dal::scalar(select(dal::max(songs.plays)).from(songs));
    const auto with_most = dal::derived<"with most">(select(users.id, most, users.email).from(users));
    CHECK(sqlite(select(with_most.column<2>()).from(with_most)) ==
          R"(SELECT "with most"."c3" FROM (SELECT "users"."id" AS "c1", (SELECT max("music songs"."plays") FROM )"
          R"("music songs") AS "c2", "users"."email" AS "c3" FROM "users") AS "with most")");
    const auto loud = dal::cte<"loud">(select(songs.title).from(songs).where(songs.plays > 1));
    CHECK(postgresql(select(loud.column<0>()).with(loud).from(loud).where(loud.column<0>() != "x")) ==
          R"(WITH "loud"("c1") AS (SELECT "music songs"."select" FROM "music songs" WHERE "music songs"."plays" > )"
          R"($1::bigint) SELECT "loud"."c1" FROM "loud" WHERE "loud"."c1" <> $2)");
    const auto below = dal::recursive<"below">(select(people.id).from(people), [](const auto& rows) {
        return select(people.id).from(people).join(rows, people.father_id == rows.template column<0>());
    });
    CHECK(sqlite(select(below.column<0>()).with(below).from(below)) ==
          R"(WITH RECURSIVE "below"("c1") AS (SELECT "people"."id" FROM "people" UNION ALL SELECT "people"."id" FROM )"
          R"("people" JOIN "below" ON "people"."father_id" = "below"."c1") SELECT "below"."c1" FROM "below")");
    const auto pairs =
        dal::values<"pairs">(std::vector<std::tuple<std::int64_t, std::string>>{{1, "a"}, {2, "b"}, {3, "c"}});
    CHECK(postgresql(select(pairs.column<1>()).from(pairs)) ==
          R"(SELECT "pairs"."c2" FROM (SELECT $1::bigint AS "c1", $2 AS "c2" UNION ALL VALUES ($3::bigint, $4), )"
          R"(($5::bigint, $6)) AS "pairs")");
}
