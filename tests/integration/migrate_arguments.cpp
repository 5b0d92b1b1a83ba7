// What revisions are told by -x.

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/arguments.hpp>
#include <strata/migrate/upgrade.hpp>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::test::History;
using strata::test::TestDatabase;

namespace {

strata::schema::MetaData models() { return {}; }

/// Rows that are what `-x title=...` says; by a callback, or by an operation.
History rows_as_told(bool by_callback) {
    History history;
    history.add(
        "a1", {},
        [by_callback](Operations& op) {
            op.create_table("songs", {column("title", Text{})});
            const auto title = op.argument("title").value_or("none");
            if (!by_callback)
                op.bulk_insert("songs", {"title"}, {{title}});
            else
                op.run("a song", 1, [title](strata::core::Connection& connection) {
                    const strata::core::Value values[] = {strata::core::Value::text(title)};
                    connection.execute("INSERT INTO songs VALUES ($1)", values);
                });
        },
        [](Operations& op) { op.drop_table("songs"); });
    return history;
}

strata::test::ToolRun tool(const TestDatabase& db, const History& history, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "tool");
    arguments.insert(arguments.end(), {"--url", db.url()});
    return strata::test::run_tool(arguments, {&models, history.revisions(), "migrations"});
}

}  // namespace

STRATA_DB_TEST(
    "the option -x tells a revision what a callback writes, the last of a key, and it is no other revision for that",
    "[migrate][arguments]") {
    const auto history = rows_as_told(true);
    REQUIRE(tool(db, history, {"upgrade", "-x", "title=Aria", "-x", "other=1", "-x", "title=a=b", "head"}).code == 0);
    CHECK(db.shell("SELECT title FROM songs") == "a=b");
    CHECK_THAT(tool(db, history, {"check", "-x", "title=Bolero"}).out, !Contains("Edited"));
    REQUIRE(tool(db, history, {"downgrade", "base"}).code == 0);
    REQUIRE(tool(db, history, {"-x", "title=", "upgrade"}).code == 0);
    CHECK(db.shell("SELECT count(*) FROM songs WHERE title = ''") == "1");
    REQUIRE(tool(db, history, {"downgrade", "base"}).code == 0);
    REQUIRE(tool(db, history, {"upgrade"}).code == 0);
    CHECK(db.shell("SELECT title FROM songs") == "none");
}

STRATA_DB_TEST("operations that depend on -x make another revision of another value", "[migrate][arguments]") {
    const auto history = rows_as_told(false);
    CHECK_THAT(tool(db, history, {"upgrade", "--sql", "-x", "title=Canon"}).out, Contains("'Canon'"));
    REQUIRE(tool(db, history, {"upgrade", "-x", "title=Aria"}).code == 0);
    CHECK(db.shell("SELECT title FROM songs") == "Aria");
    CHECK(tool(db, history, {"upgrade", "-x", "title=Aria"}).code == 0);
    CHECK_THAT(tool(db, history, {"upgrade", "-x", "title=Bolero"}).err,
               StartsWith("FAILED: revision a1") && Contains("was edited after it had run here"));
}

STRATA_DB_TEST("a program gives its revisions arguments for a while", "[migrate][arguments]") {
    const auto history = rows_as_told(false);
    {
        const Arguments outer(Arguments::Values{{"title", "Aria"}});
        {
            const Arguments inner(Arguments::Values{{"title", "Bolero"}});
            CHECK(Operations::argument("title") == "Bolero");
        }
        upgrade(strata::Engine(db.url()), "head", history.revisions());
    }
    CHECK(db.shell("SELECT title FROM songs") == "Aria");
    CHECK_FALSE(Operations::argument("title"));
}

STRATA_DB_TEST("the option -x without a key or a value is wrong use, and the text is not shown",
               "[migrate][arguments]") {
    for (const auto* const text : {"secret", "=secret"}) {
        const auto run = tool(db, rows_as_told(false), {"upgrade", "-x", text});
        CHECK(run.code == 2);
        CHECK(run.err == "FAILED: -x takes KEY=VALUE\n");
    }
    CHECK_FALSE(Operations::argument("title"));
}
