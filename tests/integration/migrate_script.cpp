// What `--sql` writes: each statement ends, whatever its text ends in, and means what it says on any server.

#include "migrate_revisions.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/upgrade.hpp>

using namespace strata;
using namespace strata::migrate;
using Catch::Matchers::StartsWith;
using test::History;
using test::TestDatabase;
using test::TestDialect;

TEST_CASE("a statement that ends in a comment ends in a script too", "[migrate][script][postgresql]") {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.execute("CREATE TABLE t (a int) -- the only one");
            op.execute("INSERT INTO t VALUES (1), (2) -- all;");
            op.execute("DELETE FROM t WHERE a = 1; -- one\r");
            op.execute("INSERT INTO t SELECT '3' -- it's\n");
            op.execute("-- nothing but a comment");
        },
        [](Operations& op) { op.execute("DROP TABLE t -- gone"); });
    const TestDatabase offline(TestDialect::postgresql);
    const Engine engine(offline.url());
    offline.shell(upgrade_script(engine.dialect(), "head", history.revisions()));
    CHECK(offline.shell("SELECT a FROM t ORDER BY a") == "2\n3");
    CHECK(offline.shell("SELECT version_num FROM strata_version") == "a1");
    offline.shell(downgrade_script(engine.dialect(), "a1:base", history.revisions()));
    CHECK(offline.shell("SELECT count(*) FROM strata_version") == "0");
    CHECK(offline.shell("SELECT to_regclass('t')").empty());
}

TEST_CASE("a script means the same where backslashes escape", "[migrate][script][postgresql]") {
    History history;
    const std::string nasty = "\\'; CREATE TABLE injected (x int); --";
    history.add(
        "a1", {},
        [&](Operations& op) {
            op.create_table("t", {column("a", Text{}).server_default(literal("b\\n")), comment(nasty)});
            op.bulk_insert("t", {"a"}, {{nasty}});
        },
        [](Operations& op) { op.drop_table("t"); });
    const TestDatabase offline(TestDialect::postgresql);
    const auto script = upgrade_script(Engine(offline.url()).dialect(), "head", history.revisions());
    CHECK_THAT(script, StartsWith("\\set ON_ERROR_STOP on\n\nSET standard_conforming_strings = on;\n"));
    offline.shell("SET standard_conforming_strings = off;\n" + script);
    CHECK(offline.shell("SELECT to_regclass('injected')").empty());
    CHECK(offline.shell("SELECT a FROM t") == nasty);
    CHECK(offline.shell("SELECT obj_description('t'::regclass)") == nasty);
}
