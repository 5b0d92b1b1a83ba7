#include "migrate_processes.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/migration_lock.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <limits>
#include <thread>

using namespace strata;
using namespace strata::core;
using namespace std::chrono_literals;

using Catch::Matchers::Contains;

namespace {

Engine small_pool(const std::string& url, int size, std::chrono::milliseconds timeout = 10s) {
    EngineOptions options;
    options.pool_size = size;
    options.max_overflow = 0;
    options.pool_timeout = timeout;
    return {url, options};
}

template <class Call>
void in_threads(int count, const Call& call) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back([&call, i] { call(i); });
    for (std::thread& thread : threads) thread.join();
}

}  // namespace

STRATA_DB_TEST("callers that wait are served in the order in which they came", "[core][pool][concurrency]") {
    const Engine engine = small_pool(db.url(), 1);
    std::optional<PooledConnection> held(engine.connect());
    std::vector<int> served;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            const PooledConnection lent = engine.connect();
            const std::lock_guard lock(mutex);
            served.push_back(i);
        });
        while (engine.statistics().waiting <= i) std::this_thread::yield();
    }
    held.reset();
    for (std::thread& thread : threads) thread.join();
    CHECK(served == std::vector{0, 1, 2, 3, 4, 5, 6, 7});
}

STRATA_DB_TEST("no caller starves while others take and return without a pause", "[core][pool][concurrency]") {
    const Engine engine = small_pool(db.url(), 2);
    std::atomic<int> least{1'000'000};
    std::atomic<bool> stop{false};
    std::thread clock([&] {
        std::this_thread::sleep_for(500ms);
        stop = true;
    });
    in_threads(16, [&](int) {
        int turns = 0;
        while (!stop) {
            const PooledConnection lent = engine.connect();
            std::this_thread::sleep_for(1ms);
            ++turns;
        }
        for (int seen = least; turns < seen && !least.compare_exchange_weak(seen, turns);) {
        }
    });
    clock.join();
    CHECK(least > 0);
    CHECK(engine.statistics().timed_out == 0);
}

STRATA_DB_TEST("a pool tells what it has and what it did", "[core][pool]") {
    std::atomic<int> connected{0};
    std::atomic<int> lent{0};
    std::atomic<int> closed{0};
    EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 1;
    options.pool_timeout = 20ms;
    options.on_pool_event = [&](PoolEvent event) {
        connected += event == PoolEvent::connected;
        lent += event == PoolEvent::lent;
        closed += event == PoolEvent::closed;
    };
    const Engine engine(db.url(), options);
    {
        const PooledConnection first = engine.connect();
        const PooledConnection second = engine.connect();
        CHECK(engine.statistics().open == 2);
        CHECK_THROWS_AS(engine.connect(), Timeout);
    }
    const PoolStatistics now = engine.statistics();
    CHECK(now.open == 1);
    CHECK(now.idle == 1);
    CHECK(now.connected == 2);
    CHECK(now.closed == 1);
    CHECK(now.lent == 2);
    CHECK(now.waited == 1);
    CHECK(now.timed_out == 1);
    CHECK(connected == 2);
    CHECK(lent == 2);
    CHECK(closed == 1);
}

STRATA_DB_TEST("a pool that is too small for its callers says so, and not that a retry would help", "[core][pool]") {
    const Engine engine = small_pool(db.url(), 1, 20ms);
    const PooledConnection held = engine.connect();
    try {
        (void)engine.connect();
        FAIL("there was another connection");
    } catch (const Timeout& error) {
        CHECK_THAT(error.what(), Contains("became free within 20 ms"));
        CHECK_FALSE(error.retryable());
    }
}

STRATA_DB_TEST("an engine is closed while a connection is out, and callers that wait are told",
               "[core][pool][concurrency]") {
    const Engine engine = small_pool(db.url(), 1);
    std::string message;
    {
        const PooledConnection held = engine.connect();
        std::thread waiting([&] {
            try {
                (void)engine.connect();
            } catch (const UsageError& error) {
                message = error.what();
            }
        });
        while (engine.statistics().waiting == 0) std::this_thread::yield();
        engine.close();
        waiting.join();
        CHECK(held->scalar("SELECT 7") == "7");
    }
    CHECK(message == "the engine has been closed");
    CHECK(engine.open_connections() == 0);
    CHECK_THROWS_AS(engine.connect(), UsageError);
}

STRATA_DB_TEST("connections older than pool_recycle are made anew", "[core][pool]") {
    EngineOptions options;
    options.pool_size = 1;
    options.pool_recycle = 0s;
    const Engine engine(db.url(), options);
    (void)engine.connect();
    std::this_thread::sleep_for(50ms);  // more than a tick of the clock that the pool reads
    (void)engine.connect();
    CHECK(engine.statistics().connected == 2);
    CHECK(engine.open_connections() == 1);
}

TEST_CASE("a server that is down is not asked by everybody, and the error says since when",
          "[core][pool][postgresql][concurrency]") {
    std::atomic<int> tries{0};
    EngineOptions options;
    options.pool_size = 64;
    options.on_pool_event = [&](PoolEvent event) { tries += event == PoolEvent::connect_failed; };
    const Engine engine(Url::parse("postgresql://u@/d?host=/nowhere"), options);
    std::atomic<int> told_since{0};
    std::atomic<int> failures{0};
    const auto until = std::chrono::steady_clock::now() + 700ms;
    in_threads(32, [&](int) {
        while (std::chrono::steady_clock::now() < until) {
            try {
                (void)engine.connect();
            } catch (const ConnectionError& error) {
                ++failures;
                if (std::string_view(error.what()).find("unreachable since 20") != std::string_view::npos) ++told_since;
                if (!error.retryable()) FAIL("a server that starts answers soon");
            }
        }
    });
    CHECK(failures > 32);
    CHECK(told_since > 0);
    CHECK(failures < 32 * 20);
    CHECK(engine.open_connections() == 0);
}

STRATA_DB_TEST("the pool reads its options from the environment", "[core][pool]") {
    const auto with = [&](const char* name, const char* value) {
        ::setenv(name, value, 1);
        const EngineOptions options = EngineOptions::from_environment();
        ::unsetenv(name);
        return options;
    };
    CHECK(with("DB_MAX_OVERFLOW", "-1").max_overflow == -1);
    CHECK(with("DB_POOL_RECYCLE", "60").pool_recycle == 60s);
    CHECK(with("DB_POOL_PRE_PING", "1").pool_pre_ping);
    CHECK(with("DB_STATEMENT_TIMEOUT", "250").statement_timeout == 250ms);
    CHECK(with("DB_POOLER", "transaction").pooler == PoolerMode::transaction);
    ::setenv("DB_POOLER", "session", 1);
    CHECK_THROWS_WITH(EngineOptions::from_environment(), Contains("detect, none, transaction"));
    ::unsetenv("DB_POOLER");
}

TEST_CASE("writers of many threads and connections queue, and none finds SQLite locked",
          "[core][sqlite][concurrency]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("CREATE TABLE counters (id integer PRIMARY KEY, n integer); INSERT INTO counters VALUES (1, 0)");
    EngineOptions options;
    options.pool_size = 16;
    options.busy_timeout = 30s;
    const Engine one(db.url(), options);
    const Engine other(db.url(), options);
    constexpr int turns = 25;
    std::atomic<int> failures{0};
    in_threads(16, [&](int i) {
        for (int k = 0; k < turns; ++k) {
            try {
                const PooledConnection lent = (i % 2 == 0 ? one : other).connect(Access::rows);
                if (k % 3 == 0) {
                    lent->execute("UPDATE counters SET n = n + 1");
                } else {
                    Transaction transaction(*lent, immediate_transaction);
                    lent->execute("UPDATE counters SET n = n + 1");
                    transaction.commit();
                }
            } catch (const Error&) {
                ++failures;
            }
        }
    });
    CHECK(failures == 0);
    CHECK(db.shell("SELECT n FROM counters") == std::to_string(16 * turns));
}

TEST_CASE("writers of two processes with many threads each never find SQLite locked", "[core][sqlite][processes]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("PRAGMA journal_mode = WAL; CREATE TABLE counters (n integer); INSERT INTO counters VALUES (0)");
    constexpr int threads = 16;
    constexpr int turns = 40;
    const auto write = [&](int) {
        std::atomic<int> failures{0};
        EngineOptions options;
        options.pool_size = threads;
        const Engine engine(db.url(), options);
        in_threads(threads, [&](int) {
            for (int i = 0; i < turns; ++i) {
                try {
                    const PooledConnection lent = engine.connect(Access::rows);
                    Transaction transaction(*lent, immediate_transaction);
                    lent->execute("UPDATE counters SET n = n + 1");
                    transaction.commit();
                } catch (const Error&) {
                    ++failures;
                }
            }
        });
        if (failures > 0) throw UsageError("a writer found the database locked");
    };
    CHECK(test::in_processes(2, write) == std::vector<int>{0, 0});
    CHECK(db.shell("SELECT n FROM counters") == std::to_string(2 * threads * turns));
}

STRATA_DB_TEST("two migration runs exclude each other, and the lock leaves nothing", "[core][lock][concurrency]") {
    STRATA_NOT_POOLED("the lock is that of each transaction");
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    in_threads(6, [&](int) {
        Connection connection(Url::parse(db.url()));
        for (int i = 0; i < 5; ++i) {
            const MigrationLock lock(connection, 60s);
            most = std::max(most.load(), ++inside);
            std::this_thread::sleep_for(1ms);
            --inside;
        }
    });
    CHECK(most == 1);
    Connection first(Url::parse(db.url()));
    Connection second(Url::parse(db.url()));
    const MigrationLock held(first, 1s);
    CHECK_THROWS_WITH(MigrationLock(second, 50ms), Contains("holds the migration lock"));
    if (db.is_postgresql()) return;
    CHECK(std::filesystem::exists(db.directory() / "test.db-migration"));
}

TEST_CASE("SQLite's migration lock is a file that goes with it", "[core][lock][sqlite]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    Connection connection(Url::parse(db.url()));
    {
        const MigrationLock lock(connection, 1s);
    }
    CHECK_FALSE(std::filesystem::exists(db.directory() / "test.db-migration"));
}

STRATA_DB_TEST("a query log tells of scripts, pipelines, bulk inserts, transactions and what cannot be prepared",
               "[core][log]") {
    db.shell("CREATE TABLE t (a text)");
    std::string told;
    EngineOptions options;
    options.on_query = [&](const QueryEvent& event) {
        told +=
            std::string(event.sql) + "|" + std::to_string(event.rows) + (event.error_code.empty() ? "\n" : "|failed\n");
    };
    Connection connection(Url::parse(db.url()), options);
    connection.script("INSERT INTO t VALUES ('topsecret'); /* topsecret */ INSERT INTO t VALUES (12345) -- topsecret");
    connection.run_all(std::vector<std::string>{"DELETE FROM t", "INSERT INTO t VALUES ('topsecret')"});
    connection.begin();
    connection.savepoint("s");
    {
        Pipeline pipeline(connection);
        pipeline.add("SELECT a FROM t WHERE a = 'topsecret'");
        pipeline.add("DELETE FROM t");
        pipeline.next();
        pipeline.finish();
    }
    connection.rollback_to_savepoint("s");
    connection.commit();
    const std::string_view columns[] = {"a"};
    int rows = 0;
    connection.bulk_insert("t", columns, [&](std::span<Value> values) {
        values[0] = Value::text("topsecret");
        return rows++ < 3;
    });
    CHECK_THROWS(connection.execute("SELECT nothing FROM t WHERE a = 'topsecret'"));
    for (const char* line :
         {"INSERT INTO t VALUES ('...'); INSERT INTO t VALUES (?)|0\n",
          "DELETE FROM t; INSERT INTO t VALUES ('...')|0\n", "BEGIN|0\n", "SAVEPOINT \"s\"|0\n",
          "SELECT a FROM t WHERE a = '...'|1\n", "DELETE FROM t|0\n", "ROLLBACK TO SAVEPOINT \"s\"|0\n", "COMMIT|0\n",
          "INSERT INTO \"t\" (many rows)|3\n", "SELECT nothing FROM t WHERE a = '...'|0|failed\n"})
        CHECK_THAT(told, Contains(line));
    CHECK_THAT(told, !Contains("topsecret"));
}

TEST_CASE("a query log shows no text that SQLite takes from double quotes", "[core][log][sqlite]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("CREATE TABLE \"the songs\" (title text)");
    std::string told;
    EngineOptions options;
    options.on_query = [&](const QueryEvent& event) { told += std::string(event.sql) + "\n"; };
    Connection connection(Url::parse(db.url()), options);
    connection.execute("INSERT INTO \"the songs\" VALUES (\"GEHEIM\")");
    (void)connection.scalar("SELECT s.\"title\" FROM \"the songs\" s WHERE title = \"GEHEIM\"");
    CHECK(told ==
          "INSERT INTO \"the songs\" VALUES ('...')\nSELECT s.\"title\" FROM \"the songs\" s WHERE title = '...'\n");
}

STRATA_DB_TEST("a query log tells of each statement, and of no value", "[core][log]") {
    db.shell("CREATE TABLE t (a text)");
    std::vector<std::string> told;
    EngineOptions options;
    options.on_query = [&](const QueryEvent& event) {
        told.push_back(std::string(event.tag) + "|" + std::string(event.sql) + "|" + std::to_string(event.rows) + "|" +
                       std::string(event.error_code.empty() ? "" : "failed"));
        CHECK(event.duration.count() > 0);
    };
    Connection connection(Url::parse(db.url()), options);
    connection.set_tag("request 7");
    const Value values[] = {Value::text("topsecret")};
    connection.execute("INSERT INTO t VALUES (?)", values);
    connection.set_tag({});
    {
        Cursor cursor = connection.query("SELECT a FROM t WHERE a <> 'topsecret 2' OR 12345 = 12345");
        while (cursor.next()) {
        }
    }
    CHECK_THROWS(connection.execute("SELECT nothing FROM t WHERE a = 'topsecret'"));
    REQUIRE(told.size() >= 2);
    CHECK_THAT(told[0], Contains("request 7|INSERT INTO t VALUES (") && Contains("|1|"));
    CHECK(told[1] == "|SELECT a FROM t WHERE a <> '...' OR ? = ?|1|");
    for (const std::string& line : told) CHECK(line.find("topsecret") == std::string::npos);
}

TEST_CASE("a login that the server refuses is not called retryable", "[core][pool][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Url url = Url::parse(db.url());
    url.user = "no_such_role";
    try {
        const Connection connection(url);
        FAIL("the role was let in");
    } catch (const ConnectionError& error) {
        CHECK_FALSE(error.retryable());
    }
}

TEST_CASE("a pool may be as large as a number can say", "[core][pool][sqlite]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    EngineOptions options;
    options.max_overflow = std::numeric_limits<int>::max();
    CHECK(Engine(db.url(), options).connect()->scalar("SELECT 1") == "1");
}

STRATA_DB_TEST("a pool lends the connection that was returned last, or by option the one that waited longest",
               "[core][pool]") {
    EngineOptions options;
    options.pool_use_lifo = GENERATE(true, false);
    const Engine engine(Url::parse(db.url()), options);
    const Connection* first = nullptr;
    const Connection* second = nullptr;
    {
        auto a = std::make_unique<PooledConnection>(engine.connect());
        auto b = std::make_unique<PooledConnection>(engine.connect());
        first = &**a;
        second = &**b;
        a.reset();
        b.reset();
    }
    const PooledConnection lent = engine.connect();
    CHECK(&*lent == (options.pool_use_lifo ? second : first));
}

namespace {

/// What a forked process finds; 0 when all is as it has to be. Catch2's macros belong to the parent.
int in_forked_process(const Engine& engine, PooledConnection held, bool sqlite) {
    try {
        held->execute("INSERT INTO t VALUES (9)");
        return 1;
    } catch (const ConnectionError&) {  // NOLINT(bugprone-empty-catch): it is the parent's
    }
    if (held->state() != ConnectionState::broken) return 2;
    {
        const PooledConnection given_back = std::move(held);
    }
    for (int i = 0; i < 100; ++i) {
        try {
            const std::string word = "child" + std::to_string(i);
            if (engine.connect()->scalar("SELECT '" + word + "'") != word) return 3;
            if (sqlite) return 4;
        } catch (const ConnectionError& error) {
            const bool told = std::string_view(error.what()).find("fork") != std::string_view::npos;
            if (!sqlite || !told) return 5;
        }
    }
    return engine.statistics().open <= 1 ? 0 : 6;
}

}  // namespace

STRATA_DB_TEST("a forked process leaves the connections of its parent alone", "[core][pool][fork]") {
    db.shell("CREATE TABLE t (a integer)");
    const Engine engine(db.url());
    PooledConnection held = engine.connect();
    (void)engine.connect()->scalar("SELECT 1");  // one that is idle
    held->begin();
    held->execute("INSERT INTO t VALUES (1)");
    const pid_t child = ::fork();
    if (child == 0) {
        int found = 99;
        try {
            found = in_forked_process(engine, std::move(held), db.is_sqlite());
        } catch (...) {  // NOLINT(bugprone-empty-catch): 99 says so
        }
        ::_exit(found);
    }
    for (int i = 0; i < 100; ++i) {
        const std::string word = "parent" + std::to_string(i);
        CHECK(engine.connect()->scalar("SELECT '" + word + "'") == word);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    held->commit();
    CHECK(db.shell("SELECT a FROM t") == "1");
    CHECK(engine.statistics().connected == 2);
}

TEST_CASE("a forked process opens an SQLite file that its parent had closed", "[core][pool][fork][sqlite]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("CREATE TABLE t (a integer)");
    const Engine engine(db.url());
    (void)engine.connect()->scalar("SELECT 1");
    engine.dispose();
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            engine.connect()->execute("INSERT INTO t VALUES (1)");
            ::_exit(0);
        } catch (...) {
            ::_exit(1);
        }
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(engine.connect()->scalar("SELECT a FROM t") == "1");
}

STRATA_DB_TEST("what a hook throws goes to the log and harms nothing", "[core][pool][log]") {
    db.shell("CREATE TABLE t (a integer)");
    EngineOptions options;
    options.on_pool_event = [](PoolEvent) { throw std::runtime_error("a hook of the pool"); };
    options.on_query = [](const QueryEvent&) { throw 7; };  // NOLINT(hicpp-exception-baseclass): a user may
    const Engine engine(db.url(), options);
    bool called = false;
    {
        const PooledConnection lent = engine.connect();
        Transaction transaction(*lent);
        lent->execute("INSERT INTO t VALUES (1)");
        lent->after_commit([] { throw 7; });  // NOLINT(hicpp-exception-baseclass): a user may
        lent->after_commit([&] { called = true; });
        transaction.commit();
        Cursor cursor = lent->query("SELECT a FROM t");
        CHECK(cursor.next());
    }
    CHECK(called);
    CHECK(engine.statistics().idle == 1);
}
