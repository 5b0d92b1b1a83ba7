#include "support/cutting_proxy.hpp"
#include "support/database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>

using namespace strata;
using namespace strata::core;

using Catch::Matchers::Contains;

namespace {

Engine one_connection(const test::TestDatabase& db) {
    EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 0;
    return {db.url(), options};
}

}  // namespace

TEST_CASE("what a lease does to PostgreSQL's session is undone before the next", "[core][pool][session][postgresql]") {
    STRATA_NOT_POOLED("sessions are not restored");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE items (a integer)");
    const Engine engine = one_connection(db);
    const auto path = engine.connect()->scalar("SHOW search_path");
    const auto pid = engine.connect()->scalar("SELECT pg_backend_pid()");
    {
        const PooledConnection lent = engine.connect(Access::rows);
        CHECK(lent->scalar("SELECT set_config('search_path', 'nowhere', false)") == "nowhere");
        CHECK(lent->scalar("SELECT set_config('app.tenant', 'seven', false)") == "seven");
        CHECK(lent->scalar("SELECT pg_advisory_lock(42)").has_value());
    }
    {
        const PooledConnection lent = engine.connect();
        CHECK(lent->scalar("SHOW search_path") == path);
        CHECK(lent->scalar("SELECT current_setting('app.tenant', true)").value_or("") == "");
        lent->execute("SET statement_timeout = '1ms'");
        lent->script("SET TimeZone = 'Asia/Tokyo'; SET bytea_output = 'escape'");
        lent->execute("LISTEN news");
    }
    {
        const PooledConnection lent = engine.connect();
        CHECK(lent->scalar("SHOW statement_timeout") == "0");
        CHECK(lent->scalar("SHOW TimeZone") == "UTC");
        CHECK(lent->scalar("SHOW bytea_output") == "hex");
        CHECK(lent->scalar("SELECT count(*) FROM pg_listening_channels()") == "0");
        CHECK(lent->scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()") ==
              "0");
        CHECK(lent->scalar("SELECT pg_backend_pid()") == pid);
    }
}

TEST_CASE("a temporary table of a lease does not hide a table from the next", "[core][pool][session][postgresql]") {
    STRATA_NOT_POOLED("temporary tables are refused");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE items (a integer); INSERT INTO items VALUES (1), (2)");
    if (db.shell("SELECT has_database_privilege(current_database(), 'TEMP')") != "t") {
        WARN("not run: the role may not make temporary tables");
        return;
    }
    const Engine engine = one_connection(db);
    engine.connect()->execute("CREATE TEMP TABLE items (a integer)");
    CHECK(engine.connect()->scalar("SELECT count(*) FROM items") == "2");
}

TEST_CASE("a statement prepared by hand closes the connection that it was prepared on",
          "[core][pool][session][postgresql]") {
    STRATA_NOT_POOLED("PREPARE is refused");
    const test::TestDatabase db(test::TestDialect::postgresql);
    const Engine engine = one_connection(db);
    engine.connect()->execute("PREPARE mine AS SELECT 1");
    CHECK(engine.connect()->scalar("SELECT count(*) FROM pg_prepared_statements WHERE name = 'mine'") == "0");
    engine.connect()->execute("PREPARE mine AS SELECT 1");
}

TEST_CASE("what a lease does to SQLite's session is undone before the next", "[core][pool][session][sqlite]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("CREATE TABLE items (a integer CHECK (a > 0)); INSERT INTO items VALUES (1), (2)");
    const Engine engine = one_connection(db);
    for (const char* sql : {"PRAGMA foreign_keys = OFF", "PRAGMA ignore_check_constraints = ON",
                            "CREATE TEMP TABLE items (a integer)", "ATTACH ':memory:' AS other",
                            "CREATE TEMP TRIGGER t AFTER INSERT ON main.items BEGIN SELECT RAISE(ABORT, 'no'); END"}) {
        INFO(sql);
        engine.connect()->execute(sql);
        const PooledConnection next = engine.connect();
        CHECK(next->scalar("PRAGMA foreign_keys") == "1");
        CHECK(next->scalar("SELECT count(*) FROM items") == "2");
        CHECK(next->scalar("SELECT count(*) FROM pragma_database_list WHERE name = 'other'") == "0");
        CHECK_THROWS_AS(next->execute("INSERT INTO items VALUES (-1)"), CheckViolation);
        next->begin();
        CHECK(next->execute("INSERT INTO items VALUES (3)") == 1);
    }
}

TEST_CASE("a database in memory keeps its rows while its session is restored", "[core][pool][session][sqlite]") {
    const Engine engine("sqlite:///:memory:");
    engine.connect()->script("CREATE TABLE items (a integer CHECK (a > 0)); INSERT INTO items VALUES (1)");
    engine.connect()->script(
        "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; CREATE TEMP TABLE items (a); "
        "ATTACH ':memory:' AS other");
    const PooledConnection next = engine.connect();
    CHECK(next->scalar("SELECT count(*) FROM items") == "1");
    CHECK(next->scalar("PRAGMA foreign_keys") == "1");
    CHECK(next->scalar("SELECT count(*) FROM pragma_database_list WHERE name = 'other'") == "0");
    CHECK_THROWS_AS(next->execute("INSERT INTO items VALUES (-1)"), CheckViolation);
}

STRATA_DB_TEST("placeholders are question marks on both databases", "[core][connection]") {
    Connection connection(Url::parse(db.url()));
    const Value values[] = {Value::integer(4), Value::integer(3)};
    const std::string sum = db.is_sqlite() ? "SELECT ? + ?" : "SELECT ?::integer + ?::integer";
    CHECK(connection.scalar(sum, values) == "7");
    CHECK(connection.scalar("SELECT '?' || ? || '?' -- ?", std::span(values).first(1)) == "?4?");
}

TEST_CASE("a question mark stays PostgreSQL's operator without values, and doubled with them",
          "[core][connection][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    const Value values[] = {Value::text("a")};
    CHECK(connection.scalar("SELECT '{\"a\": 1}'::jsonb ? 'a'") == "t");
    CHECK(connection.scalar("SELECT '{\"a\": 1}'::jsonb ?? ?", values) == "t");
    CHECK(connection.scalar("SELECT '{\"a\": 1}'::jsonb ? $1", values) == "t");
}

TEST_CASE("after many statements a transaction still begins with its isolation", "[core][transaction][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    EngineOptions options;
    options.statement_cache_size = 8;
    Connection connection(Url::parse(db.url()), options);
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 400; ++i) CHECK(connection.scalar("SELECT " + std::to_string(i)) == std::to_string(i));
        connection.begin({.isolation = Isolation::serializable, .read_only = true});
        CHECK(connection.scalar("SHOW transaction_isolation") == "serializable");
        for (int i = 0; i < 400; ++i) CHECK(connection.scalar("SELECT " + std::to_string(i)) == std::to_string(i));
        connection.commit();
    }
    CHECK(std::stoi(connection.scalar("SELECT count(*) FROM pg_prepared_statements").value()) < 64);
}

STRATA_DB_TEST("a read-only transaction refuses to write, and the next one writes", "[core][transaction]") {
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    connection.begin({.read_only = true});
    CHECK(connection.scalar("SELECT count(*) FROM t") == "0");
    CHECK_THROWS_AS(connection.execute("INSERT INTO t VALUES (1)"), Error);
    connection.rollback();
    CHECK(connection.execute("INSERT INTO t VALUES (1)") == 1);
    connection.begin({.read_only = true});
    connection.commit();
    CHECK(connection.execute("INSERT INTO t VALUES (2)") == 1);
}

STRATA_DB_TEST("a deferred constraint that fails at COMMIT is one error, and the connection goes on",
               "[core][transaction]") {
    db.shell(
        "CREATE TABLE parents (id integer PRIMARY KEY); CREATE TABLE children (parent integer REFERENCES parents "
        "DEFERRABLE INITIALLY DEFERRED)");
    Connection connection(Url::parse(db.url()));
    connection.begin();
    connection.execute("INSERT INTO children VALUES (7)");
    CHECK_THROWS_AS(connection.commit(), ForeignKeyViolation);
    CHECK_FALSE(connection.in_transaction());
    CHECK(connection.scalar("SELECT count(*) FROM children") == "0");
    connection.begin();
    connection.execute("INSERT INTO children VALUES (7)");
    connection.execute("INSERT INTO parents VALUES (7)");
    connection.commit();
    CHECK(db.shell("SELECT count(*) FROM children") == "1");
}

STRATA_DB_TEST("calls after COMMIT come once it has happened, and not for what was rolled back",
               "[core][transaction]") {
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    CHECK_THROWS_AS(connection.after_commit([] {}), UsageError);
    std::string calls;
    {
        Transaction transaction(connection, immediate_transaction);
        connection.execute("INSERT INTO t VALUES (1)");
        connection.after_commit([&] { calls += "first" + db.shell("SELECT count(*) FROM t") + ";"; });
        {
            Transaction nested(connection);
            connection.after_commit([&] { calls += "nested;"; });
        }
        connection.after_commit([&] { calls += "second;"; });
        CHECK(calls.empty());
        transaction.commit();
    }
    CHECK(calls == "first1;second;");
    {
        Transaction transaction(connection);
        connection.after_commit([&] { calls += "never;"; });
    }
    connection.begin();
    connection.commit();
    CHECK(calls == "first1;second;");
}

STRATA_DB_TEST("savepoints nest to any depth", "[core][transaction]") {
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    Transaction outer(connection, immediate_transaction);
    const auto nest = [&](const auto& self, int depth) -> void {
        if (depth == 60) return;
        Transaction nested(connection);
        connection.execute("INSERT INTO t VALUES (" + std::to_string(depth) + ")");
        self(self, depth + 1);
        if (depth != 30) nested.commit();  // which takes back itself and what is inside
    };
    nest(nest, 0);
    outer.commit();
    CHECK(db.shell("SELECT count(*), max(a) FROM t") == "30|29");
}

TEST_CASE("a statement that a changed type made stale is prepared again out of a transaction",
          "[core][stale][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell(
        "CREATE TYPE status AS ENUM ('a', 'b'); CREATE TABLE t (s status, n integer, w varchar(10)); "
        "INSERT INTO t VALUES ('a', 1, 'x')");
    Connection connection(Url::parse(db.url()));
    const Value label[] = {Value::text("a")};
    const Value number[] = {Value::integer(1)};
    const auto use = [&] {
        CHECK(connection.scalar("SELECT count(*) FROM t WHERE s = ?", label) == "1");
        CHECK(connection.scalar("SELECT n FROM t WHERE n = ?", number) == "1");
        CHECK(connection.scalar("SELECT w FROM t WHERE s = ?", label) == "x");
    };
    use();
    db.shell(
        "ALTER TYPE status RENAME TO old; CREATE TYPE status AS ENUM ('a', 'b', 'c'); "
        "ALTER TABLE t ALTER s TYPE status USING s::text::status; DROP TYPE old");
    use();
    db.shell("ALTER TABLE t ALTER w TYPE varchar(20)");
    use();
    db.shell("ALTER TABLE t ALTER n TYPE bigint");
    use();
    const Value large[] = {Value::integer(5'000'000'000)};
    CHECK(connection.scalar("SELECT count(*) FROM t WHERE n = ?", large) == "0");
}

TEST_CASE("a stale statement in a transaction is retryable, and one new try is enough for all",
          "[core][stale][postgresql]") {
    STRATA_NOT_POOLED("nothing is prepared that could become stale");
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE t (a integer, w varchar(10)); INSERT INTO t VALUES (1, 'x')");
    Connection connection(Url::parse(db.url()));
    const auto use = [&] {
        return *connection.scalar("SELECT w FROM t") + *connection.scalar("SELECT w, a FROM t") +
               *connection.scalar("SELECT * FROM t WHERE a = 1");
    };
    CHECK(use() == "xx1");
    db.shell("ALTER TABLE t ALTER w TYPE varchar(20)");
    bool retryable = false;
    try {
        Transaction transaction(connection);
        (void)use();
    } catch (const Error& error) {
        retryable = error.retryable();
    }
    CHECK(retryable);
    Transaction transaction(connection);
    CHECK(use() == "xx1");
    transaction.commit();
}

TEST_CASE("a write whose answer is lost is in doubt, and is not called retryable", "[core][doubt][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE t (a integer)");
    test::CuttingProxy proxy(test::socket_of(db));
    Url url = Url::parse(db.url());
    test::go_through(url, proxy);
    EngineOptions options;
    options.pool_size = 1;
    const Engine engine(url, options);
    const auto in_doubt = [&](const auto& call) {
        try {
            call(*engine.connect());
        } catch (const CommitInDoubt& error) {
            CHECK_FALSE(error.retryable());
            CHECK(error.connection_lost());
            return true;
        }
        return false;
    };
    engine.connect()->execute("INSERT INTO t VALUES (1)");                 // prepared from here on
    const bool pooled = test::surrounding() == test::Surrounding::pooled;  // sends the text each time
    const std::string commit("COMMIT\0", 7);                               // not that of READ COMMITTED
    proxy.cut_answer_to(pooled ? "INSERT INTO t" : "strata_");
    CHECK(in_doubt([](Connection& connection) { connection.execute("INSERT INTO t VALUES (1)"); }));
    CHECK(db.shell("SELECT count(*) FROM t") == "2");
    proxy.cut_answer_to(commit);
    CHECK(in_doubt([](Connection& connection) {
        connection.begin();
        connection.execute("INSERT INTO t VALUES (2)");
        connection.commit();
    }));
    CHECK(db.shell("SELECT count(*) FROM t") == "3");
    proxy.cut_answer_to(commit);
    CHECK(in_doubt([](Connection& connection) {
        connection.begin();
        connection.execute("INSERT INTO t VALUES (2)");
        connection.execute("COMMIT");
    }));
    CHECK(db.shell("SELECT count(*) FROM t") == "4");
    db.shell("CREATE FUNCTION add_one() RETURNS integer LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING a'");
    engine.connect()->execute("SELECT add_one()");
    proxy.cut_answer_to(pooled ? "SELECT add_one" : "strata_");
    CHECK(in_doubt([](Connection& connection) { (void)connection.scalar("SELECT add_one()"); }));
    CHECK(db.shell("SELECT count(*) FROM t") == "6");
    proxy.cut_answer_to("COPY");
    try {
        const std::string_view columns[] = {"a"};
        int left = 3;
        (void)engine.connect()->bulk_insert("t", columns, [&](std::span<Value> values) {
            values[0] = Value::integer(left);
            return left-- > 0;
        });
        FAIL("the answer was lost");
    } catch (const Error& error) {
        CHECK(error.connection_lost());
    }
}

TEST_CASE("a connection lost in the middle of a transaction or of a read is retryable", "[core][doubt][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE t (a integer)");
    test::CuttingProxy proxy(test::socket_of(db));
    Url url = Url::parse(db.url());
    test::go_through(url, proxy);
    const auto lost = [&](const auto& call) {
        try {
            Connection connection(url);
            call(connection);
        } catch (const ConnectionError& error) {
            return error.retryable() && error.connection_lost();
        }
        return false;
    };
    proxy.cut_answer_to("SELECT 7");
    CHECK(lost([](Connection& connection) { (void)connection.scalar("SELECT 7"); }));
    proxy.cut_answer_to("INSERT");
    CHECK(lost([](Connection& connection) {
        connection.begin();
        connection.execute("INSERT INTO t VALUES (1)");
    }));
    CHECK(db.shell("SELECT count(*) FROM t") == "0");
}

TEST_CASE("an error of class 08 raised inside the server does not mean a broken connection",
          "[core][errors][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    try {
        connection.execute("DO $$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '08006'; END $$");
        FAIL("nothing was raised");
    } catch (const Error& error) {
        CHECK(error.code() == "08006");
        CHECK_FALSE(error.connection_lost());
        CHECK_FALSE(error.retryable());
        CHECK(error.server_message() == "no luck");
    }
    CHECK(connection.scalar("SELECT 1") == "1");
}

TEST_CASE("a lock by the connection's own cursor is not called another connection's lock", "[core][errors][sqlite]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (2)");
    Connection connection(Url::parse(db.url()));
    Cursor cursor = connection.query("SELECT a FROM t");
    REQUIRE(cursor.next());
    try {
        connection.execute("DROP TABLE t");
        FAIL("the table is gone");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Contains("this same connection"));
        CHECK_FALSE(error.retryable());
    }
}

TEST_CASE("messages that name types and keys are shown whole", "[core][errors][postgresql]") {
    STRATA_NOT_POOLED("values are sent with the statement, which hides more");
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    const auto message = [&](const char* sql, std::span<const Value> values = {}) -> std::string {
        try {
            connection.execute(sql, values);
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    const Value text[] = {Value::text("topsecret")};
    connection.script("CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (a text)");
    CHECK_THAT(message("SELECT 1 FROM b WHERE a = 1 AND a = ?", text), Contains("text = integer"));
    const auto key = message("ALTER TABLE b ADD CONSTRAINT fk_b FOREIGN KEY (a) REFERENCES a");
    CHECK_THAT(key, Contains("fk_b") && Contains("integer") && Contains("text"));
    for (const char* sql : {"SELECT nextval(? || '.y')", "SELECT ?::regnamespace", "SELECT pg_read_file(?)",
                            "SELECT ?::regclass", "SELECT to_tsquery(? || ' (')"}) {
        INFO(sql);
        CHECK(message(sql, text).find("topsecret") == std::string::npos);
    }
}

STRATA_DB_TEST("calls after the commit are forgotten with the savepoint that they were registered after",
               "[core][transaction]") {
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    std::string calls;
    connection.begin(immediate_transaction);
    connection.after_commit([&] { calls += "first;"; });
    connection.savepoint("one");
    connection.after_commit([&] { calls += "gone;"; });
    connection.savepoint("two");
    connection.release_savepoint("two");
    connection.rollback_to_savepoint("one");
    connection.after_commit([&] { calls += "second;"; });
    connection.commit();
    CHECK(calls == "first;second;");
}

TEST_CASE("the words of a function that refuses a statement are kept out of the message",
          "[core][errors][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    connection.execute(
        "CREATE FUNCTION refuse(x text, state text) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'no % here', x USING ERRCODE = state; END $$");
    const std::string secret = "topsecret 12345";
    for (const char* state : {"P0001", "23505", "40001", "42501"}) {
        CAPTURE(state);
        const Value values[] = {Value::text(secret), Value::text(state)};
        try {
            (void)connection.scalar("SELECT refuse(?, ?)", values);
            FAIL("it succeeded");
        } catch (const Error& error) {
            CHECK_THAT(error.what(), !Contains("secret") && !Contains("12345"));
            CHECK(error.code() == state);
            CHECK(error.server_message() == "no topsecret 12345 here");
        }
    }
}

TEST_CASE("a missing right is not called retryable, in a transaction either", "[core][errors][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE songs (id integer)");
    Connection connection(Url::parse(db.url()));
    connection.execute(
        "CREATE FUNCTION refuse(state text) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '' USING ERRCODE = state; END $$");
    for (const char* state : {"42501", "42601", "42P01", "42703"}) {
        CAPTURE(state);
        const std::string text = state;
        connection.begin();
        const Value values[] = {Value::text(text)};
        connection.savepoint("s");
        CHECK_THROWS(connection.scalar("SELECT refuse(?)", values));
        connection.rollback_to_savepoint("s");
        try {
            (void)connection.scalar("SELECT refuse(?)", values);
            FAIL("it succeeded");
        } catch (const Error& error) {
            CHECK_FALSE(error.retryable());
        }
        connection.rollback();
    }
}
