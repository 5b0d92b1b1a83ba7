#include "support/database.hpp"

#include "support/process.hpp"

using strata::test::run_process;
using strata::test::TestDatabase;
using strata::test::TestDialect;

STRATA_DB_TEST("the shell prints what the statements return", "[support]") {
    CHECK(db.shell("CREATE TABLE t (a integer, b text); INSERT INTO t VALUES (1, 'x'), (2, NULL);").empty());
    CHECK(db.shell("SELECT * FROM t ORDER BY a") == "1|x\n2|");
}

STRATA_DB_TEST("a statement that fails in the shell is an error that names it", "[support]") {
    CHECK_THROWS_WITH(db.shell("SELECT * FROM nothing_here; CREATE TABLE t (a integer)"),
                      Catch::Matchers::Contains("nothing_here"));
    CHECK(db.dump().find("CREATE TABLE") == std::string::npos);
}

STRATA_DB_TEST("two dumps of one schema are equal and of two schemas are not", "[support]") {
    const auto empty = db.dump();
    db.shell("CREATE TABLE t (a integer)");
    const auto one = db.dump();
    CHECK(one != empty);
    CHECK(one == db.dump());
    db.shell("DROP TABLE t");
    CHECK(db.dump() == empty);
}

STRATA_DB_TEST("each test has a database of its own", "[support]") {
    const TestDatabase other(db.is_sqlite() ? TestDialect::sqlite : TestDialect::postgresql);
    db.shell("CREATE TABLE t (a integer)");
    CHECK(other.url() != db.url());
    CHECK_THROWS(other.shell("SELECT * FROM t"));
}

TEST_CASE("a process gives its output, its errors and its exit code", "[support]") {
    const auto result = run_process({"sh", "-c", "cat; pwd; echo $WORD; echo no >&2; exit 3"},
                                    {.input = "in\n", .directory = "/", .environment = {{"WORD", "yes"}}});
    CHECK(result.exit_code == 3);
    CHECK(result.out == "in\n/\nyes\n");
    CHECK(result.err == "no\n");
    CHECK_THROWS_WITH(run_process({"no-such-program"}), Catch::Matchers::Contains("cannot run no-such-program"));
    CHECK(run_process({"sh", "-c", "kill -9 $$"}).exit_code == 128 + 9);
}
