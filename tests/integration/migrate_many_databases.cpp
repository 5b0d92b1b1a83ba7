// One command for many databases or schemas.

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/migrate/upgrade.hpp>

#include <boost/json.hpp>

#include <filesystem>
#include <fstream>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::test::History;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace {

strata::schema::MetaData models() { return {}; }

const Revision::Callback nothing = [](Operations&) {};

/// songs, and then a title that must not be NULL.
History music() {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("songs", {column("id", BigInteger{}), column("title", String{20}).nullable(),
                                      primary_key("pk_songs", {"id"})});
        },
        nothing, "songs");
    history.add(
        "b2", {"a1"}, [](Operations& op) { op.alter_column("songs", "title").nullable(false); }, nothing, "titles");
    return history;
}

strata::test::ToolRun tool(std::vector<std::string> arguments, const History& history) {
    arguments.insert(arguments.begin(), "tool");
    return strata::test::run_tool(arguments, {&models, history.revisions(), "migrations"});
}

}  // namespace

TEST_CASE("every database of a file is upgraded, and one that fails stops no other", "[migrate][many]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto history = music();
    const auto url = [&](int number) { return "sqlite:///" + (db.directory() / std::to_string(number)).string(); };
    const auto list = (db.directory() / "urls").string();
    {
        std::ofstream file(list);
        file << "# the customers\n\n";
        for (int i = 0; i < 12; ++i) file << url(i) << "\n";
    }
    upgrade(strata::Engine(url(7)), "a1", history.revisions());
    strata::Engine(url(7)).connect()->script("INSERT INTO songs VALUES (1, NULL)");

    const auto run = tool({"upgrade", "--urls", list, "--jobs", "3"}, history);
    INFO(run.out << run.err);
    CHECK(run.code == 2);
    CHECK_THAT(run.out, Contains(url(0) + ": 2 revisions, ") &&
                            Contains("11 of 12 done; run the command again for the rest when they are mended."));
    CHECK_THAT(run.err, Contains(url(7) + ": FAILED: ") && Contains("songs, column title: 1 row with NULL"));
    for (int i = 0; i < 12; ++i) CHECK(current(strata::Engine(url(i))) == RevisionIds{i == 7 ? "a1" : "b2"});

    strata::Engine(url(7)).connect()->script("DELETE FROM songs");
    const auto again = tool({"upgrade", "--urls", list, "--json"}, history);
    CHECK(again.code == 0);
    const auto report = boost::json::parse(again.out).as_object();
    CHECK(report.at("failed").as_int64() == 0);
    const auto& targets = report.at("targets").as_array();
    REQUIRE(targets.size() == 12);
    CHECK(targets[7].as_object().at("revisions").as_array().size() == 1);
    CHECK(targets[6].as_object().at("revisions").as_array().empty());
}

TEST_CASE("a file of URLs that cannot be read as such is one line, and no password is shown", "[migrate][many]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto history = music();
    const auto list = (db.directory() / "urls").string();
    std::ofstream(list) << "sqlite:///a.db\nnonsense://anna:secret@host/db\n";
    const auto run = tool({"upgrade", "--urls", list}, history);
    CHECK(run.code == 2);
    CHECK_THAT(run.err, Contains(list + ", line 2: ") && !Contains("secret"));
    CHECK_THAT(tool({"upgrade", "--urls", "/nowhere"}, history).err, Contains("cannot read /nowhere"));
    std::ofstream(list) << "# none\n";
    CHECK_THAT(tool({"upgrade", "--urls", list}, history).err, Contains("names no database"));
}

TEST_CASE("each schema whose name fits is upgraded with a version of its own", "[migrate][many][postgresql]") {
    STRATA_NOT_POOLED("a search_path that is given when the session starts");
    const TestDatabase db(TestDialect::postgresql);
    const auto history = music();
    db.admin_shell("CREATE SCHEMA tenant_1; CREATE SCHEMA \"tenant_of Ada\"; CREATE SCHEMA others");
    if (strata::test::surrounding() == strata::test::Surrounding::foreign)
        db.admin_shell("GRANT ALL ON SCHEMA tenant_1, \"tenant_of Ada\" TO strata_app");
    const auto run = tool({"upgrade", "--url", db.url(), "--each-schema", "tenant_%"}, history);
    INFO(run.out << run.err);
    CHECK(run.code == 0);
    CHECK_THAT(run.out, Contains("tenant_1: 2 revisions, ") && Contains("tenant_of Ada: 2 revisions, ") &&
                            Contains("2 of 2 done."));
    CHECK(db.admin_shell("SELECT string_agg(table_schema, ',' ORDER BY table_schema) FROM information_schema.tables "
                         "WHERE table_name = 'songs'") == "tenant_1,tenant_of Ada");
    CHECK(db.admin_shell("SELECT version_num FROM \"tenant_of Ada\".strata_version") == "b2");
    const auto none = tool({"upgrade", "--url", db.url(), "--each-schema", "nobody_%"}, history);
    CHECK(none.code == 2);
    CHECK_THAT(none.err, Contains("no schema of the database has a name like 'nobody_%'"));
}

TEST_CASE("a pattern for schemas means what LIKE means: _ is a character, and a backslash takes one as it is",
          "[migrate][many][postgresql]") {
    STRATA_NOT_POOLED("a search_path that is given when the session starts");
    const TestDatabase db(TestDialect::postgresql);
    const auto history = music();
    for (const auto* const name : {"\"tenant_1\"", "\"tenantx1\"", "\"tenant\xC3\xA9\x31\"", "\"a\\b\""}) {
        db.admin_shell("CREATE SCHEMA " + std::string(name) + "; GRANT ALL ON SCHEMA " + name + " TO PUBLIC");
    }
    const auto found = [&](const std::string& pattern) {
        return tool({"upgrade", "--url", db.url(), "--dry-run", "--each-schema", pattern}, history);
    };
    CHECK_THAT(found("tenant_1").out, Contains("3 of 3 done") && Contains("tenant\xC3\xA9\x31: "));
    CHECK_THAT(found("tenant\\_%").out, Contains("1 of 1 done") && Contains("tenant_1: "));
    CHECK_THAT(found("a\\\\b").out, Contains("1 of 1 done"));
    const auto refused = found("tenant\\");
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, StartsWith("FAILED: the pattern 'tenant\\' ends with a backslash"));
}

TEST_CASE("an SQLite database has no schemas to upgrade", "[migrate][many]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto run = tool({"upgrade", "--url", db.url(), "--each-schema", "%"}, music());
    CHECK(run.code == 2);
    CHECK_THAT(run.err, Contains("an SQLite database has no schemas"));
}
