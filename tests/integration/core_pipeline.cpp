#include "support/database.hpp"

#include <strata/core/engine.hpp>

using namespace strata;
using namespace strata::core;

using Catch::Matchers::Contains;

namespace {

void make_table(const test::TestDatabase& db) { db.shell("CREATE TABLE t (a integer PRIMARY KEY, b text)"); }

void add_row(Pipeline& pipeline, int key, const std::string& text) {
    const Value values[] = {Value::integer(key), Value::text(text)};
    pipeline.add("INSERT INTO t VALUES (?, ?)", values);
}

}  // namespace

STRATA_DB_TEST("results of a pipeline come in order, and add() copies the values", "[core][pipeline]") {
    make_table(db);
    Connection connection(Url::parse(db.url()));
    Pipeline pipeline(connection);
    for (int i = 1; i <= 500; ++i) add_row(pipeline, i, "row " + std::to_string(i));
    pipeline.add("SELECT a, b FROM t WHERE a > 498 ORDER BY a");
    pipeline.add("UPDATE t SET b = 'x' WHERE a <= 10");
    CHECK(pipeline.waiting() == 502);
    for (int i = 1; i <= 500; ++i) CHECK(pipeline.next() == 1);
    std::string rows;
    pipeline.next([&](const Row& row) { rows += std::to_string(row.integer(0)) + std::string(row.text(1)) + ";"; });
    CHECK(rows == "499row 499;500row 500;");
    CHECK(pipeline.next() == 10);
    pipeline.finish();
    CHECK(db.shell("SELECT count(*) FROM t WHERE b = 'x'") == "10");
    CHECK(connection.scalar("SELECT 1") == "1");
}

STRATA_DB_TEST("a statement that fails in a pipeline leaves nothing of it, and what came after it did not run",
               "[core][pipeline]") {
    make_table(db);
    Connection connection(Url::parse(db.url()));
    {
        Pipeline pipeline(connection);
        add_row(pipeline, 1, "one");
        add_row(pipeline, 1, "one again");
        add_row(pipeline, 2, "two");
        CHECK(pipeline.next() == 1);
        CHECK_THROWS_AS(pipeline.next(), UniqueViolation);
        CHECK_THROWS_WITH(pipeline.next(), Contains("did not run, since an earlier one"));
        pipeline.finish();
    }
    CHECK(db.shell("SELECT count(*) FROM t") == "0");
    CHECK(connection.scalar("SELECT 1") == "1");
}

STRATA_DB_TEST("finish throws the failure that next has not thrown", "[core][pipeline]") {
    make_table(db);
    Connection connection(Url::parse(db.url()));
    Pipeline pipeline(connection);
    add_row(pipeline, 1, "one");
    add_row(pipeline, 1, "one again");
    CHECK_THROWS_AS(pipeline.finish(), UniqueViolation);
    CHECK(db.shell("SELECT count(*) FROM t") == "0");
}

STRATA_DB_TEST("a pipeline that is left is rolled back, unless a transaction was open", "[core][pipeline]") {
    make_table(db);
    Connection connection(Url::parse(db.url()));
    {
        Pipeline pipeline(connection);
        add_row(pipeline, 1, "one");
        CHECK(pipeline.next() == 1);
        add_row(pipeline, 2, "two");
    }
    CHECK(connection.scalar("SELECT count(*) FROM t") == "0");
    connection.begin(immediate_transaction);
    {
        Pipeline pipeline(connection);
        add_row(pipeline, 1, "one");
        pipeline.finish();
    }
    connection.commit();
    CHECK(db.shell("SELECT a FROM t") == "1");
}

STRATA_DB_TEST("a connection takes no other statement while a pipeline is open", "[core][pipeline]") {
    make_table(db);
    Connection connection(Url::parse(db.url()));
    Pipeline pipeline(connection);
    CHECK(connection.state() == ConnectionState::pipelining);
    CHECK_THROWS_WITH(connection.scalar("SELECT 1"), Contains("a pipeline is open on this connection"));
    pipeline.finish();
    CHECK(connection.scalar("SELECT 1") == "1");
}

STRATA_DB_TEST("large answers and many statements do not block each other", "[core][pipeline]") {
    make_table(db);
    Connection connection(Url::parse(db.url()));
    const std::string large(50'000, 'x');
    Pipeline pipeline(connection);
    for (int i = 0; i < 300; ++i) {
        const Value values[] = {Value::text(large)};
        pipeline.add(db.is_sqlite() ? "SELECT ?" : "SELECT ?::text", values);
    }
    std::size_t bytes = 0;
    while (pipeline.waiting() > 0) pipeline.next([&](const Row& row) { bytes += row.text(0).size(); });
    pipeline.finish();
    CHECK(bytes == 300 * large.size());
}

STRATA_DB_TEST("run_all runs all or none and throws what its first failing statement says", "[core][pipeline]") {
    Connection connection(Url::parse(db.url()));
    std::vector<std::string> statements;
    for (int i = 0; i < 200; ++i) statements.push_back("CREATE TABLE t" + std::to_string(i) + " (a integer)");
    statements.insert(statements.begin() + 150, "CREATE TABLE t7 (a integer)");
    try {
        connection.run_all(statements);
        FAIL("a table was made twice");
    } catch (const Error& error) {
        CHECK(error.statement() == "CREATE TABLE t7 (a integer)");
    }
    CHECK(db.dump().find("t0") == std::string::npos);
    statements.erase(statements.begin() + 150);
    connection.run_all(statements);
    CHECK(connection.scalar("SELECT count(*) FROM t199") == "0");
    CHECK(connection.cached_statements() == 1);
}

STRATA_DB_TEST("a pipeline whose caller throws over a row writes nothing", "[core][pipeline]") {
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    const auto left = [&] {
        Pipeline pipeline(connection);
        pipeline.add("INSERT INTO t VALUES (1) RETURNING a");
        pipeline.next([](const Row&) { throw std::runtime_error("the caller's own"); });
        pipeline.finish();
    };
    CHECK_THROWS_WITH(left(), "the caller's own");
    CHECK(db.shell("SELECT count(*) FROM t") == "0");
    CHECK(connection.scalar("SELECT 7") == "7");
}
