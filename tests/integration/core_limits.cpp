#include "support/cutting_proxy.hpp"
#include "support/database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/stop_token.hpp>

#include <chrono>
#include <optional>
#include <thread>

using namespace strata;
using namespace strata::core;
using namespace std::chrono_literals;

using Catch::Matchers::Contains;

namespace {

/// Takes far longer than any test waits.
std::string endless(const test::TestDatabase& db) {
    return db.is_postgresql()
               ? "SELECT pg_sleep(600)"
               : "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
}

void run_endless(Connection& connection, const test::TestDatabase& db, const QueryOptions& options = {}) {
    Cursor cursor = connection.query(endless(db), {}, options);
    while (cursor.next()) {
    }
}

}  // namespace

STRATA_DB_TEST("a statement ends at the time limit of the engine, of the connection or of the call", "[core][limits]") {
    EngineOptions options;
    options.pool_size = 1;
    options.statement_timeout = 30ms;
    const Engine engine(db.url(), options);
    CHECK_THROWS_WITH(run_endless(*engine.connect(), db), Contains("longer than its time limit"));
    {
        const PooledConnection lent = engine.connect();
        lent->set_statement_timeout(20ms);
        CHECK_THROWS_AS(run_endless(*lent, db), Timeout);
        lent->set_statement_timeout(0ms);
        CHECK_THROWS_AS(run_endless(*lent, db, {.timeout = 20ms}), Timeout);
        CHECK(lent->scalar("SELECT 7") == "7");
        CHECK(lent->statement_timeout() == 0ms);
    }
    CHECK(engine.connect()->statement_timeout() == 30ms);
    CHECK(engine.open_connections() == 1);
}

STRATA_DB_TEST("a timed out statement is not called retryable", "[core][limits]") {
    Connection connection(Url::parse(db.url()));
    try {
        run_endless(connection, db, {.timeout = 20ms});
        FAIL("it ended");
    } catch (const Timeout& error) {
        CHECK_FALSE(error.retryable());
        CHECK_FALSE(error.connection_lost());
    }
}

STRATA_DB_TEST("another thread cancels the statement that runs, and the connection goes on",
               "[core][limits][concurrency]") {
    Connection connection(Url::parse(db.url()));
    for (int i = 0; i < 3; ++i) {
        std::thread other([&] {
            std::this_thread::sleep_for(50ms);
            connection.cancel();
        });
        CHECK_THROWS_AS(run_endless(connection, db), Cancelled);
        other.join();
        CHECK(connection.scalar("SELECT 7") == "7");
    }
    connection.cancel();  // nothing runs
    CHECK(connection.scalar("SELECT 7") == "7");
}

STRATA_DB_TEST("a stop token ends the statement that runs and refuses those that follow",
               "[core][limits][concurrency]") {
    Connection connection(Url::parse(db.url()));
    std::stop_source source;
    {
        const CancelOnStop stop(connection, source.get_token());
        CHECK(connection.scalar("SELECT 7") == "7");
        std::thread other([&] {
            std::this_thread::sleep_for(50ms);
            source.request_stop();
        });
        CHECK_THROWS_AS(run_endless(connection, db), Cancelled);
        other.join();
        CHECK_THROWS_AS(connection.scalar("SELECT 7"), Cancelled);
    }
    CHECK(connection.scalar("SELECT 7") == "7");
}

STRATA_DB_TEST("what a cancelled transaction did can be rolled back", "[core][limits]") {
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    std::stop_source source;
    {
        const CancelOnStop stop(connection, source.get_token());
        Transaction transaction(connection, immediate_transaction);
        connection.execute("INSERT INTO t VALUES (1)");
        source.request_stop();
        CHECK_THROWS_AS(connection.execute("INSERT INTO t VALUES (2)"), Cancelled);
    }
    CHECK_FALSE(connection.in_transaction());
    CHECK(connection.scalar("SELECT count(*) FROM t") == "0");
}

TEST_CASE("waiting for SQLite's lock ends at the time limit, and when it is cancelled",
          "[core][limits][sqlite][concurrency]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("CREATE TABLE t (a integer)");
    Connection holder(Url::parse(db.url()));
    holder.begin(immediate_transaction);
    EngineOptions options;
    options.busy_timeout = 60s;
    Connection waiting(Url::parse(db.url()), options);
    CHECK_THROWS_WITH(waiting.execute("INSERT INTO t VALUES (1)", {}, {.timeout = 20ms}), Contains("time limit"));
    std::stop_source source;
    const CancelOnStop stop(waiting, source.get_token());
    std::thread other([&] {
        std::this_thread::sleep_for(50ms);
        source.request_stop();
    });
    CHECK_THROWS_AS(waiting.execute("INSERT INTO t VALUES (1)"), Cancelled);
    other.join();
}

TEST_CASE("a server that answers nothing is given up after the time limit and a grace", "[core][limits][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Url url = Url::parse(db.url());
    test::CuttingProxy proxy(test::socket_of(db));
    test::go_through(url, proxy);
    EngineOptions options;
    options.pool_size = 1;
    options.statement_timeout = 50ms;
    const Engine engine(url, options);
    {
        const PooledConnection lent = engine.connect();
        CHECK(lent->scalar("SELECT 7") == "7");
        proxy.freeze(true);
        CHECK_THROWS_AS(lent->scalar("SELECT 8"), ConnectionError);
        CHECK(lent->state() == ConnectionState::broken);
        proxy.freeze(false);
    }
    CHECK(engine.connect()->scalar("SELECT 7") == "7");
}

STRATA_DB_TEST("a transaction has a time limit of its own for its statements", "[core][limits][transaction]") {
    Connection connection(Url::parse(db.url()));
    connection.set_statement_timeout(60s);
    {
        Transaction transaction(connection, {.statement_timeout = 20ms});
        CHECK_THROWS_AS(run_endless(connection, db), Timeout);
    }
    CHECK(connection.statement_timeout() == 60s);
    connection.begin({.statement_timeout = 20ms});
    CHECK(connection.statement_timeout() == 20ms);
    connection.commit();
    CHECK(connection.statement_timeout() == 60s);
}

STRATA_DB_TEST("a stream ends at the time limit of its call, also inside of a transaction",
               "[core][limits][streaming]") {
    Connection connection(Url::parse(db.url()));
    for (const bool in_transaction : {false, true}) {
        if (in_transaction) connection.begin();
        CHECK_THROWS_AS(run_endless(connection, db, {.fetch = Fetch::stream, .timeout = 30ms}), Timeout);
        if (in_transaction) connection.rollback();
    }
    CHECK(connection.scalar("SELECT 7") == "7");
}

TEST_CASE("a writer that waits for its turn among the process's own is cancelled",
          "[core][limits][sqlite][concurrency]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("CREATE TABLE t (a integer)");
    EngineOptions options;
    options.busy_timeout = 60s;
    const Engine engine(db.url(), options);
    const PooledConnection holder = engine.connect();
    holder->begin(immediate_transaction);
    const PooledConnection waiting = engine.connect();
    std::thread other([&] {
        std::this_thread::sleep_for(50ms);
        waiting->cancel();
    });
    CHECK_THROWS_AS(waiting->execute("INSERT INTO t VALUES (1)"), Cancelled);
    other.join();
    holder->rollback();
    CHECK(waiting->execute("INSERT INTO t VALUES (1)") == 1);
}

TEST_CASE("a request to cancel that arrives late does not end the next statement", "[core][limits][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Url url = Url::parse(db.url());
    test::CuttingProxy proxy(test::socket_of(db));
    test::go_through(url, proxy);
    Connection connection(url);
    proxy.delay_connections(300ms);
    std::thread other([&] {
        std::this_thread::sleep_for(30ms);
        connection.cancel();
    });
    try {
        (void)connection.scalar("SELECT pg_sleep(0.1)");  // ends before the request arrives
    } catch (const Cancelled&) {                          // or is told so
    }
    CHECK(connection.scalar("SELECT 7 FROM pg_sleep(0.4)") == "7");
    other.join();
}

TEST_CASE("a pool does not wait longer than its limit for a session that the network swallowed",
          "[core][limits][pool][postgresql]") {
    STRATA_NOT_POOLED("sessions are not restored");
    const test::TestDatabase db(test::TestDialect::postgresql);
    Url url = Url::parse(db.url());
    test::CuttingProxy proxy(test::socket_of(db));
    test::go_through(url, proxy);
    url.options["connect_timeout"] = "2";
    EngineOptions options;
    options.pool_timeout = 300ms;
    options.pool_pre_ping = GENERATE(true, false);
    const Engine engine(url, options);
    {
        const PooledConnection lent = engine.connect();
        (void)lent->scalar("SELECT set_config('app.tenant', 'seven', false)");  // so that it is restored
        proxy.freeze(true);
    }
    const auto begin = std::chrono::steady_clock::now();
    CHECK_THROWS_AS(engine.connect(), Error);
    CHECK(std::chrono::steady_clock::now() - begin < 20s);
    proxy.freeze(false);
    CHECK(engine.connect()->scalar("SELECT 7") == "7");
}

TEST_CASE("a script of one statement and one that controls its transaction end at the time limit",
          "[core][limits][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    const std::string script = GENERATE("SELECT pg_sleep(600)", "BEGIN; SELECT pg_sleep(600); COMMIT");
    CAPTURE(script);
    connection.set_statement_timeout(30ms);
    CHECK_THROWS_AS(connection.script(script), Timeout);
    connection.rollback();
    connection.set_statement_timeout(0ms);
    std::stop_source source;
    const CancelOnStop stop(connection, source.get_token());
    std::thread other([&] {
        std::this_thread::sleep_for(50ms);
        source.request_stop();
    });
    CHECK_THROWS_AS(connection.script(script), Cancelled);
    other.join();
}

TEST_CASE("a commit that a reader keeps waiting ends at the time limit, and when it is stopped",
          "[core][limits][sqlite][concurrency]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("PRAGMA journal_mode = DELETE; CREATE TABLE t (a integer); INSERT INTO t VALUES (1)");
    EngineOptions options;
    options.busy_timeout = 60s;
    Connection reader(Url::parse(db.url()));
    std::optional<Cursor> reading(reader.query("SELECT a FROM t"));
    REQUIRE(reading->next());
    Connection writer(Url::parse(db.url()), options);
    writer.begin();
    writer.execute("INSERT INTO t VALUES (2)");
    writer.set_statement_timeout(30ms);
    CHECK_THROWS_AS(writer.commit(), Timeout);
    writer.set_statement_timeout(0ms);
    {
        std::stop_source source;
        const CancelOnStop stop(writer, source.get_token());
        std::thread other([&] {
            std::this_thread::sleep_for(50ms);
            source.request_stop();
        });
        CHECK_THROWS_AS(writer.commit(), Cancelled);
        other.join();
        CHECK_THROWS_AS(writer.commit(), Cancelled);
    }
    REQUIRE(writer.in_transaction());
    reading.reset();
    writer.commit();
    CHECK(reader.scalar("SELECT count(*) FROM t") == "2");
}

STRATA_DB_TEST("a wait may be as long as its type can say", "[core][limits][pool]") {
    db.shell("CREATE TABLE t (a integer)");
    EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 0;
    options.pool_timeout = options.busy_timeout = options.statement_timeout = std::chrono::milliseconds::max();
    options.pool_recycle = options.ping_after_idle = options.connect_timeout = std::chrono::seconds::max();
    const Engine engine(db.url(), options);
    std::optional<PooledConnection> held(engine.connect());
    std::thread other([&] {
        std::this_thread::sleep_for(50ms);
        held.reset();
    });
    CHECK(engine.connect()->scalar("SELECT 1") == "1");
    other.join();
    CHECK(engine.statistics().connected == 1);
    Connection writer(Url::parse(db.url()), options);
    held.emplace(engine.connect());
    (*held)->begin(immediate_transaction);
    (*held)->execute("INSERT INTO t VALUES (1)");
    std::thread committing([&] {
        std::this_thread::sleep_for(50ms);
        (*held)->commit();
    });
    CHECK(writer.execute("INSERT INTO t VALUES (2)") == 1);
    committing.join();
}
