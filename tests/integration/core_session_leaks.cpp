#include "support/database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>

using namespace strata;
using namespace strata::core;

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

/// What a statement does to the session beyond its own words: through a trigger, a view, a function of the user's.
namespace {

Engine one_connection(const test::TestDatabase& db) {
    EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 0;
    return {db.url(), options};
}

constexpr const char* tenant = "SELECT coalesce(current_setting('app.tenant', true), '')";
constexpr const char* locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";

/// Runs as the DAL does: by a key and not by text.
void run_shape(Connection& connection, const std::string& sql) {
    Cursor cursor = connection.query_cached("shape: " + sql, std::hash<std::string>()(sql), [&] { return sql; }, {});
    while (cursor.next()) {
    }
}

}  // namespace

TEST_CASE("what a trigger sets in the session does not reach the next lease", "[core][session][postgresql]") {
    STRATA_NOT_POOLED("sessions are not restored");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell(
        "CREATE TABLE songs (id integer); CREATE TABLE parents (id integer PRIMARY KEY);"
        "CREATE TABLE children (id integer REFERENCES parents ON DELETE CASCADE);"
        "INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1);"
        "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM set_config('app.tenant', 'seven', false), pg_advisory_lock(42); RETURN NULL; END $$;"
        "CREATE TRIGGER leaves AFTER INSERT ON songs FOR EACH ROW EXECUTE FUNCTION leave();"
        "CREATE TRIGGER leaves AFTER DELETE ON children FOR EACH ROW EXECUTE FUNCTION leave()");
    const Engine engine = one_connection(db);
    const char* const by = GENERATE("text", "shape", "prepared shape", "bulk", "pipeline", "cascade");
    CAPTURE(by);
    const std::string_view way = by;
    {
        const PooledConnection lent = engine.connect(Access::rows);
        if (way == "text") lent->execute("INSERT INTO songs VALUES (1)");
        if (way == "shape" || way == "prepared shape") run_shape(*lent, "INSERT INTO \"songs\" (\"id\") VALUES (1)");
        if (way == "cascade") run_shape(*lent, "DELETE FROM \"parents\" WHERE \"parents\".\"id\" = 1");
        if (way == "bulk") {
            const std::string_view columns[] = {"id"};
            int rows = 0;
            lent->bulk_insert("songs", columns, [&](std::span<Value> values) {
                values[0] = Value::integer(1);
                return rows++ == 0;
            });
        }
        if (way == "pipeline") {
            Pipeline pipeline(*lent);
            pipeline.add("INSERT INTO songs VALUES (1)");
            pipeline.finish();
        }
    }
    if (way == "prepared shape") {
        CHECK(engine.connect()->scalar(tenant) == "");
        run_shape(*engine.connect(Access::rows), "INSERT INTO \"songs\" (\"id\") VALUES (1)");
    }
    const PooledConnection next = engine.connect();
    CHECK(next->scalar(tenant) == "");
    CHECK(next->scalar(locks) == "0");
}

TEST_CASE("what a view, a default, a check or a function sets in the session does not reach the next lease",
          "[core][session][postgresql]") {
    STRATA_NOT_POOLED("sessions are not restored");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell(
        "CREATE VIEW settings AS SELECT set_config('app.tenant', 'seven', false) AS tenant;"
        "CREATE VIEW further AS SELECT * FROM settings;"
        "CREATE FUNCTION hex(x integer) RETURNS integer LANGUAGE sql VOLATILE AS "
        "$$ SELECT length(set_config('app.tenant', 'seven', false)) $$;"
        "CREATE VIEW hexes AS SELECT hex(1);"
        "CREATE TABLE defaults (id integer, tenant text DEFAULT set_config('app.tenant', 'seven', false));"
        "CREATE TABLE checks (id integer CHECK (set_config('app.tenant', 'seven', false) = 'seven'))");
    const Engine engine = one_connection(db);
    const std::string sql =
        GENERATE("SELECT tenant FROM settings", "SELECT tenant FROM further", "SELECT hex(1)", "SELECT * FROM hexes",
                 "INSERT INTO defaults (id) VALUES (1)", "INSERT INTO checks (id) VALUES (1)");
    CAPTURE(sql);
    {
        const PooledConnection lent = engine.connect(Access::rows);
        if (GENERATE(true, false)) {
            run_shape(*lent, sql);
        } else {
            (void)lent->scalar(sql);
        }
    }
    CHECK(engine.connect()->scalar(tenant) == "");
}

TEST_CASE(
    "what code behind an operator, a cast, a domain or an index sets in the session does not reach the next lease",
    "[core][session][postgresql]") {
    STRATA_NOT_POOLED("sessions are not restored");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell(
        "CREATE TABLE songs (id integer); INSERT INTO songs VALUES (1);"
        "CREATE FUNCTION leave(x integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS "
        "$$ BEGIN PERFORM set_config('app.tenant', 'seven', false); RETURN x; END $$");
    const std::string behind = GENERATE("operator", "cast", "domain", "domain's default", "column's domain", "index",
                                        "index's condition", "partition", "own partition", "default after a number");
    CAPTURE(behind);
    std::string sql;
    if (behind == "operator") {
        db.shell(
            "CREATE FUNCTION same(x integer, y integer) RETURNS boolean LANGUAGE sql AS $$ SELECT leave(x) = y $$;"
            "CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = same)");
        sql = "SELECT id FROM songs WHERE id === 1";
    } else if (behind == "cast") {
        db.shell(
            "CREATE TYPE pair AS (a integer); CREATE TABLE pairs (p pair);"
            "CREATE FUNCTION pair_of(x integer) RETURNS pair LANGUAGE sql AS $$ SELECT ROW(leave(x))::pair $$;"
            "CREATE CAST (integer AS pair) WITH FUNCTION pair_of(integer) AS ASSIGNMENT");
        sql = "INSERT INTO pairs VALUES (1)";
    } else if (behind == "domain" || behind == "column's domain") {
        db.shell("CREATE DOMAIN small AS integer CHECK (leave(VALUE) < 9); CREATE TABLE plain (a small[])");
        sql = behind == "domain" ? "SELECT 1::small" : "INSERT INTO plain VALUES ('{1}')";
    } else if (behind == "domain's default") {
        db.shell("CREATE DOMAIN small AS integer DEFAULT leave(1); CREATE TABLE plain (a small, b integer)");
        sql = "INSERT INTO plain (b) VALUES (1)";
    } else if (behind == "index") {
        db.shell("CREATE INDEX ON songs (leave(id))");
        sql = "INSERT INTO songs VALUES (2)";
    } else if (behind == "index's condition") {
        db.shell("CREATE INDEX ON songs (id) WHERE leave(id) > 1");
        sql = "INSERT INTO songs VALUES (2)";
    } else if (behind == "default after a number") {
        db.shell(
            "CREATE SEQUENCE s; CREATE TABLE plain (a integer DEFAULT nextval('s') + "
            "length(set_config('app.tenant', 'seven', false)), b integer)");
        sql = "INSERT INTO plain (b) VALUES (1)";
    } else {
        db.shell(
            "CREATE TABLE parted (id integer) PARTITION BY RANGE (leave(id));"
            "CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (100)");
        sql = behind == "partition" ? "INSERT INTO parted VALUES (1)" : "INSERT INTO part VALUES (1)";
    }
    const Engine engine = one_connection(db);
    engine.connect(Access::rows)->execute(sql);
    CHECK(engine.connect()->scalar(tenant) == "");
}

TEST_CASE("a setting that is made by an update of pg_settings does not reach the next lease",
          "[core][session][postgresql]") {
    STRATA_NOT_POOLED("sessions are not restored");
    const test::TestDatabase db(test::TestDialect::postgresql);
    const Engine engine = one_connection(db);
    engine.connect()->execute("UPDATE pg_settings SET setting = 'sql_standard' WHERE name = 'IntervalStyle'");
    CHECK(engine.connect()->scalar("SHOW IntervalStyle").value_or("") == "postgres");
}

TEST_CASE("a seed for random numbers does not reach the next lease", "[core][session][postgresql]") {
    STRATA_NOT_POOLED("sessions are not restored");
    const test::TestDatabase db(test::TestDialect::postgresql);
    const Engine engine = one_connection(db);
    const std::string sql =
        GENERATE("SELECT setseed(0.5)", "SELECT \"setseed\"(0.5)", "DO $$ BEGIN PERFORM setseed(0.5); END $$");
    CAPTURE(sql);
    const auto number_after_seed = [&] {
        engine.connect()->execute(sql);
        return engine.connect()->scalar("SELECT random()");
    };
    CHECK(number_after_seed() != number_after_seed());
}

TEST_CASE("a table without code of its own costs a lease no restore", "[core][session][postgresql]") {
    STRATA_NOT_POOLED("sessions are not restored");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE songs (id serial PRIMARY KEY, title text DEFAULT 'none', at timestamptz DEFAULT now())");
    const Engine engine = one_connection(db);
    const std::string pid = engine.connect()->scalar("SELECT pg_backend_pid()").value_or("");
    const auto last_statement = [&] {
        (void)engine.connect();  // has waited for the restore, if there was one
        return db.shell("SELECT query FROM pg_stat_activity WHERE pid = " + pid);
    };
    (void)engine.connect()->scalar("SELECT set_config('app.tenant', 'seven', false)");
    CHECK_THAT(last_statement(), StartsWith("RESET"));
    {
        const PooledConnection lent = engine.connect(Access::rows);
        run_shape(*lent, "INSERT INTO \"songs\" (\"title\") VALUES ('a')");
        run_shape(*lent, "SELECT \"songs\".\"id\" FROM \"songs\"");
    }
    CHECK_THAT(last_statement(), StartsWith("SELECT \"songs\".\"id\""));
}

TEST_CASE("a statement prepared by SQL on any way closes its connection", "[core][session][postgresql]") {
    STRATA_NOT_POOLED("PREPARE is refused");
    const test::TestDatabase db(test::TestDialect::postgresql);
    const Engine engine = one_connection(db);
    const std::string_view way = GENERATE("run_all", "pipeline", "do", "script");
    CAPTURE(way);
    {
        const PooledConnection lent = engine.connect();
        if (way == "run_all") lent->run_all(std::vector<std::string>{"PREPARE mine AS SELECT 1"});
        if (way == "script") lent->script("SELECT 1; PREPARE mine AS SELECT 1");
        if (way == "do") lent->execute("DO $$ BEGIN EXECUTE 'PREPARE mine AS SELECT 1'; END $$");
        if (way == "pipeline") {
            Pipeline pipeline(*lent);
            pipeline.add("PREPARE mine AS SELECT 1");
            pipeline.finish();
        }
    }
    CHECK(engine.connect()->scalar("SELECT count(*) FROM pg_prepared_statements WHERE name = 'mine'") == "0");
}

TEST_CASE("with standard_conforming_strings off a text with a backslash is refused, since it would be misread",
          "[core][session][postgresql]") {
    STRATA_NOT_POOLED("settings of a session are refused");
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection rows(Url::parse(db.url()), {}, Access::rows);
    (void)rows.scalar("SELECT set_config('standard_conforming_strings', 'off', false)");
    CHECK_THROWS_WITH(rows.scalar("SELECT '\\'' AS a INTO hole --'"), Contains("standard_conforming_strings"));
    CHECK(rows.scalar("SELECT 'plain'") == "plain");
    CHECK(db.shell("SELECT to_regclass('hole') IS NULL") == "t");

    Connection schema{Url::parse(db.url())};
    schema.execute("CREATE TABLE songs (title text)");
    schema.execute("SET standard_conforming_strings = off");
    CHECK_THROWS_WITH(schema.execute("COMMENT ON TABLE songs IS 'a\\b'"), Contains("standard_conforming_strings"));
    CHECK_THROWS_WITH(schema.run_all(std::vector<std::string>{"COMMENT ON TABLE songs IS 'a\\b'", "SELECT 1"}),
                      Contains("standard_conforming_strings"));
    schema.execute("SET standard_conforming_strings = on");
    schema.execute("COMMENT ON TABLE songs IS 'a\\b'");
    CHECK(db.shell("SELECT obj_description('songs'::regclass)") == "a\\b");
    CHECK_THROWS_WITH(schema.script("SET standard_conforming_strings TO off; COMMENT ON TABLE songs IS 'c\\d'"),
                      Contains("leave the setting on"));
    schema.script("SET standard_conforming_strings = on; COMMENT ON TABLE songs IS 'c\\d'");
    CHECK(db.shell("SELECT obj_description('songs'::regclass)") == "c\\d");
}

TEST_CASE("settings in the URL's options are those that it names, and no others", "[core][session][postgresql]") {
    STRATA_NOT_POOLED("options of a session are not passed on");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.session_default("timezone = 'Asia/Tokyo'");
    const auto with = [&](std::string_view options) {
        const std::string join = db.url().find('?') == std::string::npos ? "?" : "&";
        Connection connection{Url::parse(db.url() + join + "options=" + std::string(options))};
        return connection.scalar("SHOW TimeZone").value_or("") + " " +
               connection.scalar("SHOW row_security").value_or("");
    };
    CHECK(with("-c%20app.note=timezone") == "UTC on");
    CHECK(with("-c%20timezone=Asia/Kolkata") == "Asia/Kolkata on");
    CHECK(with("-cTimeZone=Asia/Kolkata") == "Asia/Kolkata on");
    CHECK(with("--timezone=Asia/Kolkata%20--row-security=off") == "Asia/Kolkata off");
}

TEST_CASE("a pooler's session is left as it was", "[core][session][dal][postgresql]") {
    if (test::surrounding() != test::Surrounding::pooled) SUCCEED("only a pooler shares sessions");
    if (test::surrounding() != test::Surrounding::pooled) return;
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE SEQUENCE numbers");
    Connection rows(Url::parse(db.url()), {}, Access::rows);
    for (const char* sql :
         {"SELECT \"set_config\"('app.tenant', 'seven', false)", "SELECT set_config('app.tenant', 'seven', NOT true)",
          "SELECT \"pg_advisory_lock\"(1)", "SELECT pg_catalog.\"pg_try_advisory_lock\"(1)", "SELECT lastval()",
          "SELECT currval('numbers')", "SELECT setseed(0.5)"}) {
        CAPTURE(sql);
        CHECK_THROWS_AS(rows.scalar(sql), UsageError);
    }
    Connection schema{Url::parse(db.url())};
    for (const char* sql :
         {"SET app.tenant = 'seven'", "SET SESSION AUTHORIZATION DEFAULT", "RESET ALL", "LISTEN news",
          "CREATE TEMP TABLE t (id integer)", "SELECT 1 AS a INTO TEMPORARY t", "PREPARE mine AS SELECT 1",
          "DECLARE mine CURSOR WITH HOLD FOR SELECT 1", "SELECT pg_advisory_lock(1)", "DISCARD ALL", "LOAD 'plpgsql'",
          "UPDATE pg_settings SET setting = '1' WHERE name = 'work_mem'"}) {
        CAPTURE(sql);
        CHECK_THROWS_AS(schema.execute(sql), UsageError);
        CHECK_THROWS_AS(schema.script(sql), UsageError);
        CHECK_THROWS_AS(schema.run_all(std::vector<std::string>{sql}), UsageError);
    }
    // Within a transaction what a reset undoes is undone at its end.
    schema.begin();
    schema.execute("SET app.tenant = 'seven'");
    schema.execute("CREATE TEMP TABLE t (id integer)");
    CHECK(schema.scalar("SHOW app.tenant") == "seven");
    CHECK_THROWS_WITH(schema.execute("COMMIT"), Contains("commit()"));
    schema.commit();
    schema.begin();
    CHECK(schema.scalar(tenant) == "");
    CHECK(schema.scalar("SELECT to_regclass('pg_temp.t') IS NULL") == "t");
    schema.execute("SET LOCAL app.tenant = 'eight'");
    schema.commit();
    CHECK(schema.scalar(tenant) == "");
}

TEST_CASE("XML and searches do not depend on the settings of the role", "[core][session][postgresql]") {
    STRATA_NOT_POOLED("such settings are refused");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.session_default("xmlbinary = hex");
    db.session_default("xmloption = document");
    db.session_default("backslash_quote = off");
    db.session_default("gin_fuzzy_search_limit = 7");
    Connection connection(Url::parse(db.url()));
    CHECK(connection.scalar("SELECT xmlelement(name a, 'b'::bytea)::text") == "<a>Yg==</a>");
    CHECK(connection.scalar("SELECT ('a<b/>'::xml)::text") == "a<b/>");
    CHECK(connection.scalar("SELECT E'\\''") == "'");
    CHECK(connection.scalar("SELECT current_setting('gin_fuzzy_search_limit')") == "0");
}
