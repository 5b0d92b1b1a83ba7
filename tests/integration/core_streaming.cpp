#include "support/database.hpp"

#include <strata/core/engine.hpp>

#include <unistd.h>

#include <fstream>
#include <thread>

using namespace strata;
using namespace strata::core;

using Catch::Matchers::Contains;

namespace {

/// Bytes of memory that the process has.
long resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    long size = 0;
    long resident = 0;
    statm >> size >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

/// The numbers from 1 with a text of a hundred bytes.
std::string numbers(const test::TestDatabase& db, int count) {
    const std::string last = std::to_string(count);
    return db.is_postgresql() ? "SELECT i, repeat('x', 100) FROM generate_series(1, " + last + ") AS i"
                              : "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + last +
                                    ") SELECT i, printf('%.100c', 'x') FROM n";
}

/// Fails at its fifth row.
std::string failing(const test::TestDatabase& db) {
    return db.is_postgresql() ? "SELECT 10 / (5 - i) FROM generate_series(1, 10) AS i"
                              : "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) "
                                "SELECT CASE WHEN i < 5 THEN i ELSE json('no document') END FROM n";
}

constexpr QueryOptions streamed{.fetch = Fetch::stream};

}  // namespace

STRATA_DB_TEST("a million rows are streamed in constant memory", "[core][streaming]") {
    Connection connection(Url::parse(db.url()));
    for (const bool in_transaction : {false, true}) {
        INFO("in a transaction: " << in_transaction);
        if (in_transaction) connection.begin();
        const long before = resident_bytes();
        long most = before;
        std::int64_t sum = 0;
        std::int64_t rows = 0;
        Cursor cursor = connection.query(numbers(db, 1'000'000), {}, streamed);
        while (cursor.next()) {
            sum += cursor.row().integer(0);
            if (++rows % 100'000 == 0) most = std::max(most, resident_bytes());
        }
        CHECK(rows == 1'000'000);
        CHECK(sum == 500'000'500'000);
#ifdef __SANITIZE_ADDRESS__
        WARN("not measured: the address sanitizer keeps memory that was freed, " << most - before << " bytes here");
#else
        CHECK(most - before < 20'000'000);
#endif
    }
}

STRATA_DB_TEST("a stream may end early, and the connection goes on", "[core][streaming]") {
    Connection connection(Url::parse(db.url()));
    const auto read_some = [&] {
        Cursor cursor = connection.query(numbers(db, 1'000'000), {}, streamed);
        for (int i = 1; i <= 3; ++i) {
            REQUIRE(cursor.next());
            CHECK(cursor.row().integer(0) == i);
        }
    };
    read_some();
    CHECK(connection.scalar("SELECT 7") == "7");
    db.shell("CREATE TABLE t (a integer)");
    connection.begin();
    connection.execute("INSERT INTO t VALUES (1)");
    read_some();
    connection.execute("INSERT INTO t VALUES (2)");
    connection.commit();
    CHECK(db.shell("SELECT count(*) FROM t") == "2");
}

STRATA_DB_TEST("a write whose rows are streamed is done though its stream ends early", "[core][streaming]") {
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    {
        Cursor cursor = connection.query("INSERT INTO t VALUES (1), (2), (3) RETURNING a", {}, streamed);
        REQUIRE(cursor.next());
        CHECK(cursor.row().integer(0) == 1);
    }
    CHECK(db.shell("SELECT count(*) FROM t") == "3");
}

STRATA_DB_TEST("an error in the middle of a stream is thrown at its row, and the connection goes on",
               "[core][streaming]") {
    Connection connection(Url::parse(db.url()));
    {
        Cursor cursor = connection.query(failing(db), {}, streamed);
        for (int i = 1; i < 5; ++i) REQUIRE(cursor.next());
        CHECK_THROWS_AS(cursor.next(), Error);
    }
    CHECK(connection.scalar("SELECT 7") == "7");
}

TEST_CASE("while PostgreSQL streams outside of a transaction other statements are refused with the reason",
          "[core][streaming][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    {
        Cursor cursor = connection.query(numbers(db, 1000), {}, streamed);
        REQUIRE(cursor.next());
        CHECK(connection.state() == ConnectionState::streaming);
        CHECK_THROWS_WITH(connection.scalar("SELECT 1"), Contains("a cursor is streaming on this connection"));
        CHECK_THROWS_WITH(connection.begin(), Contains("a cursor is streaming on this connection"));
        REQUIRE(cursor.next());
        CHECK(cursor.row().integer(0) == 2);
    }
    CHECK(connection.state() == ConnectionState::idle);
    CHECK(connection.scalar("SELECT 1") == "1");
}

STRATA_DB_TEST("inside of a transaction other statements run while rows are streamed", "[core][streaming]") {
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    connection.begin(immediate_transaction);
    Cursor cursor = connection.query(numbers(db, 2500), {}, streamed);
    int rows = 0;
    while (cursor.next()) {
        if (++rows % 500 == 0) connection.execute("INSERT INTO t VALUES (1)");
    }
    CHECK(rows == 2500);
    connection.commit();
    CHECK(db.shell("SELECT count(*) FROM t") == "5");
}

STRATA_DB_TEST("a stream's time limit counts the time that the caller takes", "[core][streaming][limits]") {
    Connection connection(Url::parse(db.url()));
    const auto read_slowly = [&] {
        QueryOptions options = streamed;
        options.timeout = std::chrono::milliseconds(30);
        Cursor cursor = connection.query(numbers(db, 100'000'000), {}, options);
        for (int i = 0; cursor.next(); ++i)
            if (i < 50) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
    CHECK_THROWS_AS(read_slowly(), Timeout);
    CHECK(connection.scalar("SELECT 7") == "7");
}

STRATA_DB_TEST("a connection that goes back while it streams is lent again as new", "[core][streaming][pool]") {
    EngineOptions options;
    options.pool_size = 1;
    const Engine engine(db.url(), options);
    {
        const PooledConnection lent = engine.connect();
        Cursor cursor = lent->query(numbers(db, 100'000), {}, streamed);
        REQUIRE(cursor.next());
    }
    CHECK(engine.connect()->scalar("SELECT 1") == "1");
    CHECK(engine.open_connections() == 1);
}

TEST_CASE("EXPLAIN is streamed inside of a transaction too", "[core][streaming][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    connection.begin();
    Cursor cursor = connection.query("EXPLAIN SELECT 1", {}, {.fetch = Fetch::stream});
    REQUIRE(cursor.next());
    CHECK_THAT(std::string(cursor.row().text(0)), Contains("Result"));
}

TEST_CASE("large rows are streamed few at a time inside of a transaction", "[core][streaming][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    connection.begin();
    const auto memory = [] {
        std::ifstream status("/proc/self/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmHWM:")) return std::stol(line.substr(6)) / 1024;
        return 0L;
    };
    std::ofstream("/proc/self/clear_refs") << "5";  // the highest mark begins anew
    const long before = memory();
    Cursor cursor =
        connection.query("SELECT repeat('a', 1000000) FROM generate_series(1, 800)", {}, {.fetch = Fetch::stream});
    int rows = 0;
    while (cursor.next()) ++rows;
    CHECK(rows == 800);
#ifdef __SANITIZE_ADDRESS__
    constexpr long most = 400;  // MB: the sanitizer keeps what was freed for a while
#else
    constexpr long most = 60;
#endif
    CHECK(memory() - before < most);  // all of it would be 800
}

TEST_CASE("a list of one statement fails where its deferred constraint does", "[core][postgresql][errors]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell(
        "CREATE TABLE t (a integer PRIMARY KEY);"
        "CREATE TABLE u (a integer REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
    Connection connection(Url::parse(db.url()));
    CHECK_THROWS_AS(connection.run_all(std::vector<std::string>{"INSERT INTO u VALUES (1)"}), ForeignKeyViolation);
    CHECK_THROWS_AS(connection.run_all(std::vector<std::string>{"INSERT INTO u VALUES (1)", "SELECT 1"}),
                    ForeignKeyViolation);
    CHECK(connection.state() == ConnectionState::idle);
    CHECK(connection.scalar("SELECT count(*) FROM u") == "0");
}

TEST_CASE("a stream of a stale statement is prepared again as well", "[core][streaming][stale][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    const std::string sql = GENERATE("INSERT INTO t VALUES (1) RETURNING *", "SELECT * FROM t");
    CAPTURE(sql);
    const auto read = [&] {
        Cursor cursor = connection.query(sql, {}, {.fetch = Fetch::stream});
        int rows = 0;
        while (cursor.next()) rows += cursor.row().columns();
        return rows;
    };
    const int first = read();
    db.shell("ALTER TABLE t ADD b text");
    CHECK(read() == first * (sql.starts_with("INSERT") ? 2 : 1));
    connection.begin();
    db.shell("ALTER TABLE t ADD c text");
    try {
        (void)read();  // a server's cursor is planned anew, and a pooler's statement too
    } catch (const Error& error) {
        CHECK(error.retryable());
    }
    connection.rollback();
    connection.begin();
    CHECK_NOTHROW(read());
    connection.commit();
}
