// The SQL that typed queries become, as approved text for both dialects. That it runs is proved in tests/integration.

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

/// The condition alone.
template <class Q>
std::string after_where(const std::string& sql, const Q&) {
    const auto at = sql.find(" WHERE ");
    return at == std::string::npos ? "" : sql.substr(at + 7);
}
template <class C>
std::string sqlite_where(const C& condition) {
    const auto query = select(songs.id).from(songs).cross_join(users).where(condition);
    return after_where(sqlite(query), query);
}
template <class C>
std::string postgresql_where(const C& condition) {
    const auto query = select(songs.id).from(songs).cross_join(users).where(condition);
    return after_where(postgresql(query), query);
}

}  // namespace

TEST_CASE("a whole query: every clause in SQL's order, identifiers quoted, values as placeholders", "[unit][dal]") {
    const auto query = select(users.email, dal::count(songs.id))
                           .from(users)
                           .left_join(songs, songs.user_id == users.id && songs.plays > 3)
                           .order_by(dal::count(songs.id).desc(), users.email)
                           .limit(10)
                           .group_by(users.email)
                           .having(dal::count(songs.id) >= 1)
                           .where(users.id != 7)
                           .offset(20)
                           .distinct();
    CHECK(postgresql(query) ==
          R"(SELECT DISTINCT "users"."email", count("music songs"."id") FROM "users" )"
          R"(LEFT JOIN "music songs" ON "music songs"."user_id" = "users"."id" AND "music songs"."plays" > $1::bigint )"
          R"(WHERE "users"."id" <> $4::bigint GROUP BY "users"."email" HAVING count("music songs"."id") >= $3::bigint )"
          R"(ORDER BY count("music songs"."id") DESC, "users"."email" LIMIT $2::bigint OFFSET $5::bigint)");
    CHECK(sqlite(query) ==
          R"(SELECT DISTINCT "users"."email", count("music songs"."id") FROM "users" )"
          R"(LEFT JOIN "music songs" ON "music songs"."user_id" = "users"."id" AND "music songs"."plays" > ?1 )"
          R"(WHERE "users"."id" <> ?4 GROUP BY "users"."email" HAVING count("music songs"."id") >= ?3 )"
          R"(ORDER BY count("music songs"."id") DESC, "users"."email" LIMIT ?2 OFFSET ?5)");
}

TEST_CASE("whole rows name their columns, a join without limit keeps its offset", "[unit][dal]") {
    const auto query = select(people).from(people).offset(2);
    CHECK(sqlite(query) == R"(SELECT "people"."id", "people"."name", "people"."father_id", "people"."mother_id" )"
                           R"(FROM "people" LIMIT -1 OFFSET ?1)");
    CHECK(postgresql(query) == R"(SELECT "people"."id", "people"."name", "people"."father_id", "people"."mother_id" )"
                               R"(FROM "people" OFFSET $1::bigint)");
}

TEST_CASE("comparisons, on either side", "[unit][dal]") {
    CHECK(sqlite_where(songs.plays == 5) == R"("music songs"."plays" = ?1)");
    CHECK(sqlite_where(5 < songs.plays) == R"("music songs"."plays" > ?1)");
    CHECK(sqlite_where(5 >= songs.plays) == R"("music songs"."plays" <= ?1)");
    CHECK(sqlite_where("x" != songs.title) == R"("music songs"."select" <> ?1)");
    CHECK(sqlite_where(songs.user_id == users.id) == R"("music songs"."user_id" = "users"."id")");
    CHECK(sqlite_where(songs.user_id == std::nullopt) == R"("music songs"."user_id" IS NULL)");
    CHECK(sqlite_where(songs.user_id != std::nullopt) == R"("music songs"."user_id" IS NOT NULL)");
    CHECK(sqlite_where(songs.user_id == std::optional<int>()) == R"("music songs"."user_id" IS NULL)");
    CHECK(sqlite_where(songs.user_id == std::optional<int>(5)) == R"("music songs"."user_id" = ?1)");
    CHECK(sqlite_where(std::optional<int>() != songs.user_id) == R"("music songs"."user_id" IS NOT NULL)");
    CHECK(sqlite_where(songs.plays.between(1, users.id)) == R"("music songs"."plays" BETWEEN ?1 AND "users"."id")");
}

TEST_CASE("a parameter has the type of its value, not of its neighbour", "[unit][dal][postgresql]") {
    CHECK(postgresql_where(songs.plays == 5'000'000'000) == R"("music songs"."plays" = $1::bigint)");
    CHECK(postgresql_where(songs.rating > 1) == R"("music songs"."rating" > $1::bigint)");
    CHECK(postgresql_where(songs.plays < 1.5) == R"("music songs"."plays" < $1::double precision)");
    CHECK(postgresql_where(songs.title == "x") == R"("music songs"."select" = $1)");
    CHECK(postgresql_where(songs.status == Status::done) == R"("music songs"."status" = $1)");
    CHECK(postgresql_where(songs.active == true) == R"("music songs"."active" = $1::boolean)");
    CHECK(postgresql_where(songs.created_at < TimestampTz::now()) == R"("music songs"."created_at" < $1::timestamptz)");
    CHECK(postgresql_where(songs.price == Decimal(3)) == R"("music songs"."price" = $1::numeric)");
}

TEST_CASE("AND, OR and NOT keep their meaning with as few parentheses as that takes", "[unit][dal]") {
    const auto a = songs.plays == 1;
    const auto b = songs.plays == 2;
    const auto c = songs.active;
    CHECK(sqlite_where(a && b && c) ==
          R"("music songs"."plays" = ?1 AND "music songs"."plays" = ?2 AND "music songs"."active")");
    CHECK(sqlite_where((a || b) && c) ==
          R"(("music songs"."plays" = ?1 OR "music songs"."plays" = ?2) AND "music songs"."active")");
    CHECK(sqlite_where(a || (b && c)) ==
          R"("music songs"."plays" = ?1 OR "music songs"."plays" = ?2 AND "music songs"."active")");
    CHECK(sqlite_where(!(a && b)) == R"(NOT ("music songs"."plays" = ?1 AND "music songs"."plays" = ?2))");
    CHECK(sqlite_where(!c) == R"(NOT "music songs"."active")");
    CHECK(sqlite_where(songs.plays - (songs.plays - 1) == 1) ==
          R"("music songs"."plays" - ("music songs"."plays" - ?1) = ?2)");
    CHECK(sqlite_where((songs.plays + 1) * 2 > -songs.plays) ==
          R"(("music songs"."plays" + ?1) * ?2 > -"music songs"."plays")");
    CHECK(sqlite_where((songs.plays == 1) == songs.active) ==
          R"(("music songs"."plays" = ?1) = "music songs"."active")");
    CHECK(sqlite_where(songs.title + "x" == "y") == R"("music songs"."select" || ?1 = ?2)");
}

TEST_CASE("a condition grown in a loop is balanced, in the order it was said", "[unit][dal]") {
    dal::Condition<Song> any = songs.plays == 0;
    for (int i = 1; i < 300; ++i) any = any || songs.plays == i;
    const std::string sql = sqlite_where(any);
    int depth = 0;
    int deepest = 0;
    for (const char c : sql) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        deepest = std::max(deepest, depth);
    }
    CHECK(depth == 0);
    CHECK(deepest == 2);
    CHECK(sql.find("?1 OR") < sql.find("?150)"));
    CHECK(sql.find("?150)") < sql.find("?300)"));
    CHECK(sql.find("?300)") != std::string::npos);
}

TEST_CASE("like is case-sensitive on both", "[unit][dal]") {
    CHECK(postgresql_where(songs.title.like("a%")) == R"("music songs"."select" LIKE $1)");
    CHECK(sqlite_where(songs.title.like("a%")) == R"("music songs"."select" GLOB ?1)");
    CHECK(postgresql_where(songs.title.ilike("a%")) == R"("music songs"."select" ILIKE $1)");
    CHECK(sqlite_where(songs.title.ilike("a%")) == R"("music songs"."select" LIKE ?1 ESCAPE '\')");
    CHECK(sqlite_where(!songs.title.contains("a")) == R"(NOT ("music songs"."select" GLOB ?1))");
}

TEST_CASE("a list is one parameter whatever its length", "[unit][dal]") {
    CHECK(postgresql_where(songs.plays.in({1, 2, 3})) == R"("music songs"."plays" = ANY($1::bigint[]))");
    CHECK(sqlite_where(songs.plays.in({1, 2, 3})) == R"("music songs"."plays" IN (SELECT value FROM json_each(?1)))");
    CHECK(postgresql_where(songs.title.not_in({"a"})) == R"("music songs"."select" <> ALL($1))");
    CHECK(sqlite_where(songs.title.not_in(std::vector<std::string>())) ==
          R"("music songs"."select" NOT IN (SELECT value FROM json_each(?1)))");
    CHECK(sqlite_where(songs.price.in({Decimal(1)})) ==
          R"("music songs"."price" IN (SELECT CAST(value AS NUMERIC) FROM json_each(?1)))");
    const std::vector<int> many(20);
    CHECK(postgresql_where(songs.plays.in(many)) == R"(("music songs"."plays" IN (SELECT unnest($1::bigint[]))))");
    CHECK(postgresql_where(songs.plays.not_in(many)) ==
          R"((("music songs"."plays" IS NOT NULL OR NULL) AND NOT EXISTS (SELECT 1 FROM unnest($1::bigint[]) AS )"
          R"("strata_list"("value") WHERE "strata_list"."value" = "music songs"."plays")))");
    CHECK(postgresql_where(songs.title.in(std::vector<std::string>(20))) ==
          R"(((TRUE OR "music songs"."select" = ANY($1)) AND "music songs"."select" IN (SELECT unnest($1))))");
    CHECK(sqlite_where(songs.plays.in(many)) == sqlite_where(songs.plays.in({1, 2, 3})));
    CHECK(postgresql_where(songs.status.in({Status::done, Status::failed})) == R"("music songs"."status" = ANY($1))");
    CHECK(postgresql_where(songs.rating.in({1.5, 2.5})) == R"("music songs"."rating" = ANY($1::double precision[]))");
    CHECK(sqlite_where(songs.rating.in(std::vector<double>())) ==
          R"("music songs"."rating" IN (SELECT CASE value WHEN 'Infinity' THEN 9e999 WHEN '-Infinity' THEN -9e999 )"
          "ELSE CAST(value AS REAL) END FROM json_each(?1))");
    CHECK(sqlite_where(songs.rating.in({5e-324})) == R"("music songs"."rating" IN (?1))");
    CHECK(sqlite_where(songs.user_id.in(select(people.id).from(people).where(people.name == "x"))) ==
          R"("music songs"."user_id" IN (SELECT "people"."id" FROM "people" WHERE "people"."name" = ?1))");
}

TEST_CASE("a correlated query names the table around it", "[unit][dal]") {
    const auto theirs = select(songs.id).from(songs).correlate(users).where(songs.user_id == users.id);
    CHECK(sqlite(select(users.email).from(users).where(!dal::exists(theirs))) ==
          R"(SELECT "users"."email" FROM "users" WHERE NOT EXISTS (SELECT "music songs"."id" FROM "music songs" )"
          R"(WHERE "music songs"."user_id" = "users"."id"))");
}

TEST_CASE("an alias is another table", "[unit][dal]") {
    constexpr auto father = dal::alias<"father">(people);
    constexpr auto quoted = dal::alias<"a \"b\"">(people);
    CHECK(
        sqlite(select(people.name, father.name).from(people).join(father, people.father_id == father.id)) ==
        R"(SELECT "people"."name", "father"."name" FROM "people" JOIN "people" AS "father" ON "people"."father_id" = "father"."id")");
    CHECK(sqlite(select(quoted.name).from(quoted)) == R"(SELECT "a ""b"""."name" FROM "people" AS "a ""b""")");
}

TEST_CASE("NULLs sort as on PostgreSQL, which is written only where a column can be NULL", "[unit][dal][sqlite]") {
    const auto query = select(people.id).from(people).order_by(people.id, people.father_id, people.mother_id.desc(),
                                                               people.father_id.asc().nulls_first(),
                                                               people.mother_id.desc().nulls_last());
    CHECK(sqlite(query) ==
          R"(SELECT "people"."id" FROM "people" ORDER BY "people"."id", "people"."father_id" NULLS LAST, )"
          R"("people"."mother_id" DESC NULLS FIRST, "people"."father_id" NULLS FIRST, )"
          R"("people"."mother_id" DESC NULLS LAST)");
    CHECK(postgresql(query) == R"(SELECT "people"."id" FROM "people" ORDER BY "people"."id", "people"."father_id", )"
                               R"("people"."mother_id" DESC, "people"."father_id" NULLS FIRST, )"
                               R"("people"."mother_id" DESC NULLS LAST)");
    CHECK(sqlite(select(users.id).from(users).left_join(songs, songs.user_id == users.id).order_by(songs.plays)) ==
          R"(SELECT "users"."id" FROM "users" LEFT JOIN "music songs" ON "music songs"."user_id" = "users"."id" )"
          R"(ORDER BY "music songs"."plays" NULLS LAST)");
}

TEST_CASE("an enum sorts and compares by the rank of its enumerators", "[unit][dal][sqlite]") {
    const std::string rank =
        R"(CASE "music songs"."status" WHEN 'queued' THEN 0 WHEN 'processing' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 END)";
    CHECK(sqlite(select(songs.id).from(songs).order_by(songs.status.desc())) ==
          R"(SELECT "music songs"."id" FROM "music songs" ORDER BY )" + rank + " DESC");
    CHECK(sqlite_where(songs.status == Status::done) == R"("music songs"."status" = ?1)");
    CHECK(sqlite_where(songs.status < Status::done) ==
          rank +
              " < CASE ?1 WHEN 'queued' THEN 0 WHEN 'processing' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 END");
    CHECK(
        sqlite(select(dal::max(songs.status)).from(songs)) ==
        "SELECT CASE max(" + rank +
            R"() WHEN 0 THEN 'queued' WHEN 1 THEN 'processing' WHEN 2 THEN 'done' WHEN 3 THEN 'failed' END FROM "music songs")");
    CHECK(postgresql_where(songs.status < Status::done) == R"("music songs"."status" < $1)");
}

TEST_CASE("decimals: numbers up to 15 digits on SQLite, text above", "[unit][dal][sqlite]") {
    CHECK(sqlite_where(songs.price < Decimal(3)) == R"("music songs"."price" < CAST(?1 AS NUMERIC))");
    const auto where = [](const auto& condition) {
        const auto query = select(accounts.id).from(accounts).where(condition);
        return after_where(sqlite(query), query);
    };
    CHECK(where(accounts.balance == Decimal(3)) == R"("accounts"."balance" = ?1)");
    CHECK(where(accounts.balance.in({Decimal(3), Decimal(4)})) ==
          R"("accounts"."balance" IN (SELECT value FROM json_each(?1)))");
    CHECK(where(accounts.balance < Decimal(3)) == R"(CAST("accounts"."balance" AS NUMERIC) < CAST(?1 AS NUMERIC))");
    CHECK(where(accounts.balance + 1 > accounts.id) ==
          R"(CAST("accounts"."balance" AS NUMERIC) + CAST(?1 AS NUMERIC) > "accounts"."id")");
}

TEST_CASE("aggregates and functions", "[unit][dal]") {
    const auto both = [](const auto& expression, const std::string& on_sqlite, const std::string& on_postgresql) {
        const auto query = select(expression).from(songs);
        CHECK(sqlite(query) == "SELECT " + on_sqlite + R"( FROM "music songs")");
        CHECK(postgresql(query) == "SELECT " + on_postgresql + R"( FROM "music songs")");
    };
    both(dal::count(), "count(*)", "count(*)");
    both(dal::count_distinct(songs.plays), R"(count(DISTINCT "music songs"."plays"))",
         R"(count(DISTINCT "music songs"."plays"))");
    both(dal::sum(songs.plays), R"(sum("music songs"."plays"))", R"(sum("music songs"."plays")::numeric)");
    both(dal::sum(songs.price), R"(strata_decimal(round(sum("music songs"."price"), 2), 2))",
         R"(sum("music songs"."price")::numeric)");
    both(dal::sum(songs.price * songs.plays),
         R"(strata_decimal(round(sum("music songs"."price" * "music songs"."plays"), 2), 2))",
         R"(sum("music songs"."price" * "music songs"."plays")::numeric)");
    both(dal::sum(songs.rating), R"(sum("music songs"."rating"))", R"(sum("music songs"."rating")::double precision)");
    both(dal::avg(songs.plays), R"(avg("music songs"."plays"))", R"(avg("music songs"."plays")::double precision)");
    both(dal::lower(songs.title), R"(lower("music songs"."select"))", R"(lower("music songs"."select"))");
    both(dal::coalesce(songs.user_id, 0), R"(coalesce("music songs"."user_id", ?1))",
         R"(coalesce("music songs"."user_id", $1::bigint))");
    both(dal::when(songs.plays > 1, "many", "few"), R"(CASE WHEN "music songs"."plays" > ?1 THEN ?2 ELSE ?3 END)",
         R"(CASE WHEN "music songs"."plays" > $1::bigint THEN $2 ELSE $3 END)");
    both(songs.plays / songs.plays, R"("music songs"."plays" / "music songs"."plays")",
         R"("music songs"."plays" / nullif("music songs"."plays", 0))");
    both(songs.price / 2, R"(CAST("music songs"."price" AS REAL) / CAST(?1 AS NUMERIC))",
         R"("music songs"."price" / nullif($1::numeric, 0))");
    both(dal::year(songs.created_at), R"(CAST(substr("music songs"."created_at", 1, 4) AS INTEGER))",
         R"(CAST(floor(extract(year FROM "music songs"."created_at" AT TIME ZONE 'UTC')) AS bigint))");
    both(dal::substring(songs.title, 2, 3), R"(substr("music songs"."select", ?1, ?2))",
         R"(substr("music songs"."select", $1::integer, $2::integer))");
    both(dal::cast<std::string>(songs.plays), R"(CAST("music songs"."plays" AS TEXT))",
         R"(CAST("music songs"."plays" AS text))");
}

TEST_CASE("a condition that says nothing is left out", "[unit][dal]") {
    dal::Condition<Song> wanted;
    CHECK(sqlite(select(songs.id).from(songs).where(wanted)) == R"(SELECT "music songs"."id" FROM "music songs")");
    CHECK(sqlite_where(wanted && songs.plays == 1) == R"("music songs"."plays" = ?1)");
    CHECK(sqlite_where(songs.plays == 1 && wanted) == R"("music songs"."plays" = ?1)");
    CHECK(sqlite_where(songs.plays == 1 || wanted) == R"("music songs"."plays" = ?1 OR TRUE)");
    CHECK(sqlite_where(!wanted) == "NOT TRUE");
    wanted = wanted && songs.plays == 1;
    CHECK(sqlite_where(wanted) == R"("music songs"."plays" = ?1)");
}

TEST_CASE("an expression that is grouped by is the same text where it is selected", "[unit][dal]") {
    const auto decade = songs.plays / 10;
    CHECK(postgresql(select(decade, dal::count()).from(songs).where(songs.id > 10).group_by(decade).order_by(decade)) ==
          R"(SELECT "music songs"."plays" / nullif($1::bigint, 0), count(*) FROM "music songs" )"
          R"(WHERE "music songs"."id" > $1::bigint GROUP BY "music songs"."plays" / nullif($1::bigint, 0) )"
          R"(ORDER BY "music songs"."plays" / nullif($1::bigint, 0))");
    CHECK(postgresql(select(decade, songs.plays + 11).from(songs).distinct().limit(10)) ==
          R"(SELECT DISTINCT "music songs"."plays" / nullif($1::bigint, 0), "music songs"."plays" + $2::bigint )"
          R"(FROM "music songs" LIMIT $1::bigint)");
}

TEST_CASE("two limits: the smaller holds", "[unit][dal]") {
    const auto query = select(users.id).from(users).limit(5).limit(3).offset(1).offset(1);
    CHECK(sqlite(query) == R"(SELECT "users"."id" FROM "users" LIMIT min(?1, ?2) OFFSET ?3 + ?4)");
    CHECK(postgresql(query) ==
          R"(SELECT "users"."id" FROM "users" LIMIT least($1::bigint, $2::bigint) OFFSET $3::bigint + $4::bigint)");
    CHECK_THROWS_AS(select(users.id).from(users).limit(-1), UsageError);
    CHECK_THROWS_AS(dal::substring(users.email, 0, 1), UsageError);
}

TEST_CASE("no value is ever written into the text", "[unit][dal]") {
    const std::string secret = "top\"se'cret";
    const auto query =
        select(dal::coalesce(users.phone, secret), dal::when(users.id == 424242, secret, "x"))
            .from(users)
            .where(users.email == secret && users.email.like(secret) && users.email.in({secret}) &&
                   users.phone.contains(secret) && users.id.in({424242}) && users.id.between(424242, 424242))
            .group_by(users.id, users.phone)
            .having(dal::max(users.email) > secret)
            .limit(424242);
    for (const std::string& sql : {sqlite(query), postgresql(query)}) {
        CHECK(sql.find("cret") == std::string::npos);
        CHECK(sql.find("424242") == std::string::npos);
    }
}

TEST_CASE("a query is a value: it can be kept, and what is built on it leaves it alone", "[unit][dal]") {
    const auto base = select(users.id).from(users);
    const auto narrowed = base.where(users.id > 1);
    CHECK(sqlite(base) == R"(SELECT "users"."id" FROM "users")");
    CHECK(sqlite(narrowed) == R"(SELECT "users"."id" FROM "users" WHERE "users"."id" > ?1)");
    CHECK(sqlite(narrowed.where(users.email == "x")) ==
          R"(SELECT "users"."id" FROM "users" WHERE "users"."id" > ?1 AND "users"."email" = ?2)");
}
