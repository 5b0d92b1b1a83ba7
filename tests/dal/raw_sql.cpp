// Raw SQL through the DAL: placeholders, results, and what is refused.

#include "support/dal_database.hpp"

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace dal_test {
struct Owner {
    std::int64_t n{};
    std::optional<std::string> email;
};
BOOST_DESCRIBE_STRUCT(Owner, (), (n, email))
}  // namespace dal_test

STRATA_DB_TEST("raw SQL takes values by name or by position, bound", "[dal][raw]") {
    const dal::Database dal = connected(db);
    CHECK(dal.execute("INSERT INTO users (email, phone) VALUES (?, ?)", "ada", std::nullopt) == 1);
    CHECK(dal.execute("INSERT INTO users (email, phone) VALUES (:email, :phone)", arg("phone", std::string("1")),
                      arg("email", "o'hara")) == 1);
    const auto owners = dal.query<Owner>(
        "SELECT email, id AS n FROM users WHERE id > :least AND id > :least - 1 ORDER BY id", arg("least", 0));
    REQUIRE(owners.size() == 2);
    CHECK(owners[1].n == 2);
    CHECK(owners[1].email == "o'hara");
    CHECK(dal.query<std::string>("SELECT email FROM users WHERE id = ?", 1) == std::vector<std::string>{"ada"});
    CHECK(dal.query_one<std::int64_t>("SELECT count(*) FROM users") == 2);
    CHECK(dal.query<bool>("SELECT phone IS NULL FROM users ORDER BY id") == std::vector<bool>{true, false});
    using Pair = std::tuple<std::int64_t, std::optional<std::string>>;
    CHECK(dal.query<Pair>("SELECT id, phone FROM users ORDER BY id") == std::vector<Pair>{{1, std::nullopt}, {2, "1"}});
    const std::vector<User> whole = dal.query<User>("SELECT phone, email, id FROM users WHERE email = ?", "o'hara");
    REQUIRE(whole.size() == 1);
    CHECK(whole[0].id == 2);
    CHECK(dal.query_one<std::int64_t>("INSERT INTO users (email) VALUES (?) RETURNING id", "eve") == 3);
    CHECK(dal.execute("UPDATE users SET phone = ? WHERE id > ?", "2", 1) == 2);
    CHECK(dal.execute("DELETE FROM users WHERE email IN (?, ?)", "eve", "nobody") == 1);
    CHECK(dal.query<std::int64_t>("WITH few AS (SELECT id FROM users) SELECT id FROM few WHERE id = :id", arg("id", 2))
              .size() == 1);
}

STRATA_DB_TEST("placeholders are not looked for in strings, names and comments", "[dal][raw]") {
    const dal::Database dal = connected(db);
    using Text = std::tuple<std::string, std::string>;
    const auto rows = dal.query<Text>(
        "SELECT 'a ? :b', /* ? :c */ \"email ?\" -- ? :d\n FROM (SELECT email AS \"email ?\" FROM users WHERE email = "
        "?) AS q",
        "x");
    CHECK(rows.empty());
    CHECK(dal.query_one<std::string>("SELECT 'a ? :b ''?'''") == "a ? :b '?'");
    CHECK(dal.query_one<std::string>("SELECT 'x:' || :name", arg("name", "y")) == "x:y");
}

TEST_CASE("PostgreSQL's own syntax stays as it is", "[dal][raw][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    const dal::Database dal = connected(db);
    CHECK(dal.query_one<std::string>("SELECT ('{\"a\":1}'::jsonb ->> 'a')::text") == "1");
    CHECK(dal.query_one<bool>("SELECT '{\"a\":1}'::jsonb ?? ?", "a"));
    CHECK(dal.query_one<bool>("SELECT '{\"a\":1}'::jsonb ??| ARRAY['b', :key]", arg("key", "a")));
    CHECK(dal.query_one<std::int64_t>("SELECT cardinality((ARRAY[1,2,3])[1:2]) + :n::int", arg("n", 10)) == 12);
    CHECK(dal.query_one<std::int64_t>("SELECT cardinality((ARRAY[1,2,3])[a:b]) FROM (SELECT 1 AS a, 2 AS b) AS q") ==
          2);
    CHECK(dal.query_one<std::string>("SELECT $$ ? :x $$ || $tag$ $$ :y $tag$ || :z", arg("z", "!")) ==
          " ? :x  $$ :y !");
    CHECK(dal.query_one<std::string>(R"(SELECT E'\' ? :x' || ?)", "!") == "' ? :x!");
    CHECK(dal.query_one<std::int64_t>(R"(SELECT cardinality((ARRAY[1,2,3])[1\:2]))") == 2);
    CHECK(dal.query_one<std::int64_t>(
              "SELECT count(*) FROM (SELECT date_trunc(:part, now()) GROUP BY date_trunc(:part, now())) AS q",
              arg("part", "day")) == 1);
}

TEST_CASE("SQLite's own names stay as they are", "[dal][raw][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    const dal::Database dal = connected(db);
    CHECK(dal.query_one<std::int64_t>("SELECT [a ? :b] + `c ?` FROM (SELECT 1 AS [a ? :b], 2 AS `c ?`)") == 3);
}

STRATA_DB_TEST("raw SQL and its values are collected at run time", "[dal][raw]") {
    const dal::Database dal = connected(db);
    dal.insert_many(
        std::vector<User>{{.email = "ada", .phone = "1"}, {.email = "eve"}, {.email = "joe", .phone = "2"}});
    const auto found = [&](const std::optional<std::string>& email, const std::optional<std::int64_t>& least) {
        dal::Arguments values;
        std::string sql = "SELECT email FROM users WHERE 1 = 1";
        if (email) sql += " AND email <> :email";
        if (least) sql += " AND id >= :least";
        values.add("email", email).add("least", least).add("unused", std::nullopt);
        return dal.query<std::string>(unchecked_sql(sql + " ORDER BY id"), values);
    };
    CHECK(found({}, {}) == std::vector<std::string>{"ada", "eve", "joe"});
    CHECK(found("eve", {}) == std::vector<std::string>{"ada", "joe"});
    CHECK(found("eve", 2) == std::vector<std::string>{"joe"});
    dal::Arguments by_position;
    for (int id = 1; id <= 2; ++id) by_position.add(id);
    CHECK(dal.execute("DELETE FROM users WHERE id IN (?, ?)", by_position) == 2);
    CHECK_THROWS_WITH(dal.execute("DELETE FROM users WHERE id = ?", by_position), Contains("another number of ?"));
    CHECK(db.shell("SELECT email FROM users") == "joe");
}

STRATA_DB_TEST("a decimal in raw SQL is compared as a number", "[dal][raw]") {
    const dal::Database dal = connected(db);
    CHECK(dal.query_one<std::int64_t>("SELECT CASE WHEN 5 > ? THEN 1 ELSE 0 END", Decimal(3)) == 1);
    CHECK(dal.query_one<std::int64_t>("SELECT count(*) FROM (SELECT 7.5 AS total) AS t WHERE total > :least",
                                      arg("least", Decimal::parse("7.25"))) == 1);
    dal.insert(Song{.title = "a", .price = Decimal::parse("2.50")});
    dal.insert(Song{.title = "b", .price = Decimal::parse("3.50")});
    CHECK(dal.query_one<std::int64_t>("SELECT count(*) FROM (SELECT sum(price) AS total FROM \"music songs\" HAVING "
                                      "sum(price) > ?) AS t",
                                      Decimal::parse("5.99")) == 1);
}

STRATA_DB_TEST("a value in raw SQL is compared with NULL before its type is known", "[dal][raw]") {
    const dal::Database dal = connected(db);
    dal.insert_many(std::vector<User>{{.email = "ada", .phone = "1"}, {.email = "eve"}});
    dal.insert(Song{.title = "a", .status = Status::done, .plays = 3, .price = Decimal::parse("2.50")});
    const auto found = [&](const std::string& condition, const auto&... values) {
        return dal
            .query<std::int64_t>(unchecked_sql("SELECT id FROM users WHERE " + condition + " ORDER BY id"), values...)
            .size();
    };
    const auto email = [&](const std::optional<std::string>& wanted) {
        return found("(:p IS NULL OR email = :p)", arg("p", wanted));
    };
    CHECK(email(std::nullopt) == 2);
    CHECK(email("eve") == 1);
    CHECK(email("joe") == 0);
    CHECK(found("(:p IS NULL OR id = :p) AND (:q is not null)", arg("p", std::optional(2)), arg("q", 1.5)) == 1);
    CHECK(found("(? IS NULL OR id = ?)", std::optional<int>(), std::optional<int>()) == 2);
    CHECK(found("? IS NOT NULL AND NOT ? IS NULL", "x", 1) == 2);
    CHECK(found("phone || :p IS NULL", arg("p", "x")) == 1);  // what is before it belongs to the operand
    const auto songs_found = [&](const std::string& condition, const auto& value) {
        return dal.query_one<std::int64_t>(
            unchecked_sql("SELECT count(*) FROM \"music songs\" WHERE :p IS NULL OR " + condition), arg("p", value));
    };
    CHECK(songs_found("created_at > :p", TimestampTz::parse("2020-01-01 00:00:00+00")) == 1);
    CHECK(songs_found("price = :p", Decimal::parse("2.50")) == 1);
    CHECK(songs_found("status = :p", Status::queued) == 0);
    CHECK(songs_found("active = :p", false) == 1);
    CHECK(songs_found("plays = :p", std::nullopt) == 1);
}

STRATA_DB_TEST("a list in IN of raw SQL is refused with what to write", "[dal][raw]") {
    const dal::Database dal = connected(db);
    const std::vector<std::int64_t> ids{1, 2};
    CHECK_THROWS_WITH(dal.query<User>("SELECT * FROM users WHERE id IN (?)", ids),
                      Contains("one placeholder for each"));
    CHECK_THROWS_WITH(dal.query<User>("SELECT * FROM users WHERE id NOT IN ( :ids )", arg("ids", ids)),
                      Contains("one placeholder for each"));
}

STRATA_DB_TEST("values that do not fit the placeholders are told apart from SQL's own faults", "[dal][raw]") {
    const dal::Database dal = connected(db);
    const auto run = [&](const std::string& sql, const auto&... values) {
        (void)dal.query<std::int64_t>(unchecked_sql(sql), values...);
    };
    CHECK_THROWS_WITH(run("SELECT ?"), "the statement has another number of ? than the 0 values given");
    CHECK_THROWS_WITH(run("SELECT ?", 1, 2), "the statement has another number of ? than the 2 values given");
    CHECK_THROWS_WITH(run("SELECT :a", arg("b", 1)), Contains("no value is given for :a"));
    CHECK_THROWS_WITH(run("SELECT :a", arg("a", 1), arg("b", 1)), "the statement has no :b");
    CHECK_THROWS_WITH(run("SELECT :a", arg("a", 1), arg("a", 1)), "the value :a is given twice");
    CHECK_THROWS_WITH(run("SELECT :a + ?", arg("a", 1)), Contains("either by position or by name"));
    CHECK_THROWS_WITH(run("SELECT :a + ?", arg("a", 1), 1), Contains("either by position or by name"));
    CHECK_THROWS_WITH(run("SELECT ?1", 1), Contains("numbered placeholders are not taken"));
    CHECK_THROWS_AS(run("SELEC 1"), Error);
    CHECK_THROWS_AS(run(""), Error);
}

STRATA_DB_TEST("a result that does not fit its type is refused", "[dal][raw]") {
    const dal::Database dal = connected(db);
    CHECK_THROWS_WITH(dal.query<std::int64_t>("SELECT 1, 2"), "the result has 2 columns, but 1 are read");
    CHECK_THROWS_WITH(dal.query<Owner>("SELECT 1 AS n"), "the result has no column email, which is read by name");
    CHECK_THROWS_WITH(dal.query<Owner>("SELECT 1 AS n, 'x' AS email, 3 AS more"),
                      "the result's column more has no member to go to");
    CHECK_THROWS_WITH(dal.query<Owner>("SELECT 1 AS n, 2 AS n, 'x' AS email"), Contains("two columns called n"));
    const auto empty = [&](const std::string& columns) { return "SELECT " + columns + " FROM users WHERE id = 7"; };
    CHECK_THROWS_WITH(dal.query<std::int64_t>(unchecked_sql(empty("id, email"))),
                      "the result has 2 columns, but 1 are read");
    CHECK_THROWS_WITH(dal.query<User>(unchecked_sql(empty("id"))),
                      "the result has no column email, which is read by name");
    CHECK_THROWS_WITH(dal.stream<std::int64_t>(unchecked_sql(empty("id, email"))).begin(),
                      "the result has 2 columns, but 1 are read");
    CHECK(dal.query<std::int64_t>(unchecked_sql(empty("id"))).empty());
    CHECK_THROWS_AS(dal.query<std::int64_t>("SELECT NULL"), ValueError);
    CHECK_THROWS_AS(dal.query<std::int64_t>("SELECT 'topsecret'"), ValueError);
    try {
        (void)dal.query<std::int64_t>("SELECT CAST(? AS TEXT) AS a", "topsecret");
        FAIL("text was read as a number");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Contains("column a") && !Contains("topsecret"));
    }
    CHECK_THROWS_AS(dal.query_one<std::int64_t>("SELECT 1 WHERE 1 = 0"), NotFound);
    CHECK_THROWS_AS(dal.query_one<std::int64_t>("SELECT 1 UNION ALL SELECT 2"), UsageError);
    CHECK_THROWS_AS(dal.query<std::int8_t>("SELECT 300"), ValueError);
}

STRATA_DB_TEST("all columns of a table are not read by position", "[dal][raw]") {
    const dal::Database dal = connected(db);
    db.shell("CREATE TABLE pairs (a integer, b integer)");
    db.shell("INSERT INTO pairs VALUES (1, 2)");
    using Pair = std::tuple<int, int>;
    for (const char* sql : {"SELECT * FROM pairs", "SELECT p.* FROM pairs AS p", "select distinct * from pairs",
                            "SELECT a, * FROM pairs", "WITH q AS (SELECT a FROM pairs) SELECT * FROM q, pairs",
                            "SELECT 1, 2 UNION ALL SELECT * FROM pairs", "UPDATE pairs SET a = 1 RETURNING *"}) {
        INFO(sql);
        CHECK_THROWS_WITH(dal.query<Pair>(unchecked_sql(sql)),
                          "a std::tuple is read by position, and what * stands for changes with "
                          "the table; name the columns, or read into a described struct");
    }
    for (const char* sql :
         {"SELECT a, b FROM (SELECT * FROM pairs) AS q", "SELECT a * 1, a*b FROM pairs",
          "SELECT count(*), 2 FROM pairs", "SELECT a, (b) * 1 FROM pairs", "UPDATE pairs SET a = a * 1 RETURNING a, b",
          "SELECT a, b FROM pairs WHERE a IN (SELECT a FROM pairs WHERE '*' <> 'x') AND 1 * 1 = 1"}) {
        INFO(sql);
        CHECK(dal.query<Pair>(unchecked_sql(sql)) == std::vector{Pair(1, 2)});
    }
}

STRATA_DB_TEST("an INSERT after a WITH works on rows", "[dal][raw]") {
    const dal::Database dal = connected(db);
    CHECK(dal.execute("WITH new (email) AS (VALUES ('a'), ('b')) INSERT INTO users (email) SELECT email FROM new") ==
          2);
    CHECK(db.shell("SELECT email FROM users ORDER BY id") == "a\nb");
}

STRATA_DB_TEST("the schema and the transaction are out of reach", "[dal][raw]") {
    const dal::Database dal = connected(db);
    const std::string before = db.dump();
    for (const char* sql :
         {"CREATE TABLE t (a int)", "create temp table t (a int)", "DROP TABLE users",
          "ALTER TABLE users ADD COLUMN x int", "CREATE INDEX i ON users (email)", "/* x */ DROP TABLE users",
          "EXPLAIN CREATE TABLE t AS SELECT 1", "SELECT 1 AS a INTO t", "SELECT 1 AS fail INTO t",
          "SELECT (1) insert INTO t", "(SELECT 1 AS merge INTO t)", "WITH insert AS (SELECT 1) SELECT 1 AS a INTO t"}) {
        INFO(sql);
        CHECK_THROWS_WITH(dal.execute(unchecked_sql(sql)), Contains("would change the schema"));
    }
    for (const char* sql : {"COMMIT", "BEGIN", "ROLLBACK", "SAVEPOINT a", "RELEASE a"}) {
        INFO(sql);
        CHECK_THROWS_WITH(dal.execute(unchecked_sql(sql)), Contains("controls the transaction; use db.transaction"));
    }
    for (const char* sql :
         {"VACUUM", "PRAGMA user_version = 7", "SET search_path = x", "DO $$ BEGIN END $$", "LISTEN x"}) {
        INFO(sql);
        CHECK_THROWS_WITH(dal.execute(unchecked_sql(sql)), Contains("is not a statement about rows"));
    }
    for (const char* sql :
         {"SELECT 1; DROP TABLE users", "DELETE FROM users; DELETE FROM users", "SELECT 1;; DROP TABLE users"}) {
        INFO(sql);
        CHECK_THROWS_WITH(dal.execute(unchecked_sql(sql)), Contains("several statements"));
    }
    if (db.is_postgresql()) {
        CHECK_THROWS_AS(dal.execute("SELECT 1 AS a INTO made"), UsageError);
        CHECK_THROWS_AS(dal.execute("WITH a AS (SELECT 1 AS b) SELECT b INTO made FROM a"), UsageError);
        CHECK_THROWS_AS(dal.execute("EXPLAIN ANALYZE CREATE TABLE made AS SELECT 1"), UsageError);
        CHECK_THROWS_AS(dal.execute("TRUNCATE users"), UsageError);
    }
    CHECK_NOTHROW(dal.execute("SELECT 1;"));
    CHECK_NOTHROW(dal.query<std::int64_t>("SELECT 1 -- done"));
    CHECK(db.dump() == before);
}
