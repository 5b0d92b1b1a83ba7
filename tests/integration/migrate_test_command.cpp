// The command that tries a history on a scratch database.

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/model.hpp>
#include <strata/schema/table.hpp>

#include <boost/json.hpp>

#include <filesystem>
#include <fstream>

using namespace strata;
using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::schema::MetaData;
using test::History;
using test::TestDatabase;

namespace {

MetaData models() { return {}; }

const Revision::Callback nothing = [](Operations&) {};

/// songs with titles, then what `second` does, and how it is taken back.
History history_with(Revision::Callback second, Revision::Callback back) {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("songs", {column("id", BigInteger{}), column("title", String{20}).nullable(),
                                      primary_key("pk_songs", {"id"})});
        },
        [](Operations& op) { op.drop_table("songs"); }, "songs");
    history.add("b2", {"a1"}, std::move(second), std::move(back), "second");
    return history;
}

/// What `test` says; nothing where the role may make no database, after it said so.
std::optional<test::ToolRun> tried(const TestDatabase& db, const History& history, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"tool", "test", "--url", db.url()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto run =
        test::run_tool(arguments, {&models, history.revisions(), (db.directory() / "migrations").string()});
    if (db.is_sqlite() || test::surrounding() != test::Surrounding::foreign) return run;
    CHECK(run.code == 2);
    CHECK_THAT(run.err, Contains("FAILED: the role may create no database to try things in"));
    return std::nullopt;
}

void add_fixture(const TestDatabase& db, const std::string& id, const std::string& sql) {
    const auto folder = db.directory() / "migrations" / "fixtures";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / (id + "." + std::string(db.dialect_name()) + ".sql")) << sql;
}

}  // namespace

STRATA_DB_TEST("test runs a history up, down and up again, and touches no database but its own", "[migrate][test]") {
    const auto history =
        history_with([](Operations& op) { op.add_column("songs", column("genre", Text{}).nullable()); },
                     [](Operations& op) { op.drop_column("songs", "genre"); });
    const auto before = db.dump();
    const auto run = tried(db, history);
    if (!run) return;
    INFO(run->out << run->err);
    CHECK(run->code == 0);
    CHECK_THAT(run->out, Contains("2 revisions went up, down and up again, each as the history says."));
    CHECK(db.dump() == before);
}

TEST_CASE("test needs no file of a database in memory", "[migrate][test][sqlite]") {
    const auto history = history_with(nothing, nothing);
    const auto run =
        test::run_tool({"tool", "test", "--url", "sqlite:///:memory:"}, {&models, history.revisions(), "migrations"});
    INFO(run.out << run.err);
    CHECK(run.code == 0);
    CHECK_THAT(run.out, Contains("2 revisions went up"));
}

STRATA_DB_TEST("test names the revision whose downgrade does not take back what it did", "[migrate][test]") {
    const auto history = history_with(
        [](Operations& op) {
            op.add_column("songs", column("genre", Text{}).nullable());
            op.execute("CREATE TABLE extra (id integer)").declares([](Operations& made) {
                made.create_table("extra", {column("id", Integer{}).nullable()});
            });
        },
        [](Operations& op) {
            op.drop_column("songs", "genre");
            op.execute("SELECT 1").declares([](Operations& made) { made.drop_table("extra"); });
        });
    const auto run = tried(db, history);
    if (!run) return;
    INFO(run->out << run->err);
    // The second way up fails, since the table is still there.
    CHECK(run->code == 2);
    CHECK_THAT(run->err, Contains("FAILED: revision b2"));
}

STRATA_DB_TEST("test tells what a revision leaves otherwise than it says", "[migrate][test]") {
    const auto history = history_with(
        [](Operations& op) {
            op.execute("ALTER TABLE songs ADD plays integer").declares([](Operations& made) {
                made.add_column("songs", column("played", Integer{}).nullable());
            });
        },
        [](Operations& op) {
            op.execute("ALTER TABLE songs DROP plays").declares([](Operations& made) {
                made.drop_column("songs", "played");
            });
        });
    const auto run = tried(db, history);
    if (!run) return;
    INFO(run->out << run->err);
    CHECK(run->code == 1);
    CHECK_THAT(run->out, Contains("After the upgrade of b2 the database is not what the revisions say: add column "
                                  "songs.plays"));
    const auto report = boost::json::parse(tried(db, history, {"--json"})->out).as_object();
    CHECK(report.at("status").as_string() == "failed");
    CHECK(report.at("revisions").as_int64() == 2);
    CHECK(report.at("differences").as_array().at(0).as_object().at("revision").as_string() == "b2");
}

STRATA_DB_TEST("rows of fixtures meet the revisions that come after them", "[migrate][test]") {
    const auto history = history_with([](Operations& op) { op.alter_column("songs", "title").nullable(false); },
                                      [](Operations& op) { op.alter_column("songs", "title").nullable(true); });
    add_fixture(db, "a1", "INSERT INTO songs VALUES (1, 'Aria'); INSERT INTO songs VALUES (2, 'Bolero')");
    const auto fits = tried(db, history);
    if (!fits) return;
    INFO(fits->out << fits->err);
    CHECK(fits->code == 0);
    add_fixture(db, "a1", "INSERT INTO songs VALUES (1, NULL)");
    const auto refused = tried(db, history);
    CHECK(refused->code == 2);
    CHECK_THAT(refused->err, Contains("revision b2") && Contains("rows are in its way"));
    add_fixture(db, "a1", "INSERT INTO missing VALUES (1)");
    CHECK_THAT(tried(db, history)->err, Contains("a1." + std::string(db.dialect_name()) + ".sql: "));
}

STRATA_DB_TEST("test goes down to a revision that cannot be taken back, and says so", "[migrate][test]") {
    auto history = history_with(nothing, {});
    history.add(
        "c3", {"b2"}, [](Operations& op) { op.create_index("ix_songs_title", "songs", {"title"}); },
        [](Operations& op) { op.drop_index("ix_songs_title", "songs"); }, "third");
    const auto run = tried(db, history);
    if (!run) return;
    INFO(run->out << run->err);
    CHECK(run->code == 0);
    CHECK_THAT(run->out, Contains("Note: revision b2 has no downgrade") && Contains("3 revisions went up"));
    CHECK_THAT(run->out, Contains("Running downgrade c3 -> b2") && !Contains("Running downgrade b2"));
}
