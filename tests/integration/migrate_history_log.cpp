// What a database remembers of its revisions: who ran what, how it ended, and whether it was edited since.

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/migrate/history.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/table.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>

using namespace strata;
using namespace strata::migrate;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::schema::MetaData;
using test::History;
using test::TestDatabase;

namespace {

struct Song {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(Song, songs, id, title)

MetaData models() { return {schema::table(songs)}; }

const Revision::Callback nothing = [](Operations&) {};

/// songs, and a title that another column may follow; `second` is what the second revision does.
History history_with(Revision::Callback second) {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("songs", {column("id", BigInteger{}).identity(), column("title", Text{}),
                                      primary_key("pk_songs", {"id"})});
        },
        [](Operations& op) { op.drop_table("songs"); }, "songs");
    history.add("b2", {"a1"}, std::move(second), nothing, "second");
    return history;
}

void add_rows(Operations& op) { op.execute("INSERT INTO songs (title) VALUES ('Aria')"); }

test::ToolRun tool(const TestDatabase& db, const History& history, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "tool");
    arguments.insert(arguments.end(), {"--url", db.url()});
    return test::run_tool(arguments, {&models, history.revisions(), "migrations"});
}

std::string recorded(const TestDatabase& db) {
    return db.shell("SELECT revision, action FROM strata_history ORDER BY id");
}

}  // namespace

STRATA_DB_TEST("each revision that runs is recorded with who ran it, when and how long", "[migrate][history_log]") {
    const Engine engine(db.url());
    const auto history = history_with(&add_rows);
    const auto before = TimestampTz::now();
    upgrade(engine, "head", history.revisions());
    downgrade(engine, "-1", history.revisions());
    CHECK(recorded(db) == "a1|upgrade\nb2|upgrade\nb2|downgrade");
    CHECK(db.shell("SELECT count(*) FROM strata_history WHERE seconds >= 0 AND seconds < 60 AND tool_version <> '' AND "
                   "database_user <> '' AND error IS NULL") == "3");
    CHECK(db.shell("SELECT count(*) FROM strata_history WHERE length(checksum) = 66 AND action = 'upgrade'") == "2");
    const auto entries = read_history(engine);
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].revision == "a1");
    CHECK(entries[2].action == HistoryEntry::Action::downgrade);
    CHECK(entries[2].checksum.empty());
    for (const auto& entry : entries) {
        CHECK(entry.started >= before);
        CHECK(entry.started <= TimestampTz::now());
    }
}

STRATA_DB_TEST("a revision that fails is recorded with its error, and leaves nothing else", "[migrate][history_log]") {
    const Engine engine(db.url());
    upgrade(engine, "a1", history_with(nothing).revisions());
    const auto history = history_with([](Operations& op) {
        op.add_column("songs", column("genre", Text{}).nullable());
        op.execute("INSERT INTO missing VALUES (1)");
    });
    const auto before = db.dump();
    CHECK_THROWS_AS(upgrade(engine, "head", history.revisions()), MigrationError);
    CHECK(db.dump() == before);
    CHECK(recorded(db) == "a1|upgrade\nb2|upgrade");
    CHECK_THAT(db.shell("SELECT error FROM strata_history WHERE revision = 'b2'"),
               StartsWith("revision b2") && Contains("missing"));
    CHECK(db.shell("SELECT version_num FROM strata_version") == "a1");
    const auto log = tool(db, history, {"log", "-n", "1"});
    CHECK_THAT(log.out, Contains(" upgrade b2, ") && Contains(", failed: revision b2"));
}

STRATA_DB_TEST("a first revision that fails leaves no table to record it in", "[migrate][history_log]") {
    History history;
    history.add("a1", {}, [](Operations& op) { op.execute("INSERT INTO missing VALUES (1)"); }, nothing);
    const Engine engine(db.url());
    const auto before = db.dump();
    CHECK_THROWS_AS(upgrade(engine, "head", history.revisions()), MigrationError);
    CHECK(db.dump() == before);
    CHECK(read_history(engine).empty());
}

STRATA_DB_TEST("a dry run records nothing", "[migrate][history_log]") {
    const Engine engine(db.url());
    const auto history = history_with(&add_rows);
    upgrade(engine, "head", history.revisions(), RunOptions{.dry_run = true});
    CHECK(read_history(engine).empty());
}

STRATA_DB_TEST("an applied revision that was edited is told by check and stops an upgrade until it is accepted",
               "[migrate][history_log]") {
    const auto history = history_with(&add_rows);
    REQUIRE(tool(db, history, {"upgrade"}).code == 0);
    REQUIRE(tool(db, history, {"check"}).code == 0);
    auto edited = history_with([](Operations& op) { op.execute("INSERT INTO songs (title) VALUES ('Bolero')"); });
    edited.add("c3", {"b2"}, [](Operations& op) { op.create_index("", "songs", {"title"}); }, nothing);

    const auto checked = tool(db, edited, {"check"});
    CHECK(checked.code != 0);
    auto same = history_with([](Operations& op) { op.execute("INSERT INTO songs (title) VALUES ('Bolero')"); });
    const auto told = tool(db, same, {"check"});
    CHECK(told.code == 1);
    CHECK_THAT(told.out, Contains("Edited: revision b2") && Contains("was edited after it had run here on 20") &&
                             Contains("--accept-edited"));
    const auto told_as_json = boost::json::parse(tool(db, same, {"check", "--json"}).out).as_object();
    CHECK(told_as_json.at("status").as_string() == "differences");
    CHECK(told_as_json.at("edited").as_array().size() == 1);

    const auto before = db.dump();
    const auto refused = tool(db, edited, {"upgrade"});
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, StartsWith("FAILED: revision b2") && Contains("was edited after it had run here"));
    CHECK(db.dump() == before);

    CHECK(tool(db, edited, {"upgrade", "--accept-edited", "--dry-run"}).code == 0);
    CHECK(recorded(db) == "a1|upgrade\nb2|upgrade");
    CHECK(tool(db, edited, {"upgrade", "--accept-edited"}).code == 0);
    CHECK(recorded(db) == "a1|upgrade\nb2|upgrade\nb2|accept\nc3|upgrade");
    CHECK(tool(db, edited, {"upgrade"}).code == 0);
    CHECK_THAT(tool(db, edited, {"check"}).out, !Contains("Edited"));
}

STRATA_DB_TEST("what a revision says for other databases and for reviewers is free to be edited",
               "[migrate][history_log]") {
    const Engine engine(db.url());
    const std::string other = db.is_sqlite() ? "postgresql" : "sqlite";
    const auto with = [&](const std::string& text, const std::string& reason) {
        return history_with([=](Operations& op) {
            op.allow_destructive(reason);
            op.execute("INSERT INTO songs (title) VALUES ('Aria')", {{other, text}});
            op.add_column("songs", column("plays", Integer{}).server_default(sql("1", {{other, text}})));
        });
    };
    upgrade(engine, "head", with("2", "one").revisions());
    CHECK(upgrade(engine, "head", with("3", "two").revisions()).empty());
}

STRATA_DB_TEST("a database without the table of the history is taken over", "[migrate][history_log]") {
    const Engine engine(db.url());
    const auto history = history_with(&add_rows);
    upgrade(engine, "a1", history.revisions());
    db.shell("DROP TABLE strata_history");
    CHECK(tool(db, history, {"log"}).out.empty());
    upgrade(engine, "head", history.revisions());
    CHECK(recorded(db) == "b2|upgrade");
}

STRATA_DB_TEST("a stamp is recorded, and what was stamped is known when it is edited", "[migrate][history_log]") {
    const Engine engine(db.url());
    stamp(engine, "head", history_with(&add_rows).revisions());
    CHECK(recorded(db) == "a1|stamp\nb2|stamp");
    CHECK_THROWS_WITH(upgrade(engine, "head", history_with(nothing).revisions()),
                      Contains("revision b2") && Contains("was edited after it had been recorded here"));
}

STRATA_DB_TEST("a revision whose callback throws can be stamped, and what it is is not known then",
               "[migrate][history_log]") {
    const auto history = history_with([](Operations&) { throw std::runtime_error("not on this machine"); });
    const Engine engine(db.url());
    CHECK_THROWS_AS(upgrade(engine, "head", history.revisions()), MigrationError);
    REQUIRE(tool(db, history, {"stamp", "head"}).code == 0);
    CHECK(recorded(db) == "a1|upgrade\nb2|stamp");
    CHECK(db.shell("SELECT count(*) FROM strata_history WHERE revision = 'b2' AND checksum IS NULL") == "1");
    CHECK(tool(db, history, {"status"}).code == 0);
    const TestDatabase other(db.dialect());
    other.shell(stamp_script(engine.dialect(), {"head"}, history.revisions()));
    CHECK(other.shell("SELECT version_num FROM strata_version") == "b2");
}

STRATA_DB_TEST("a script records what it runs", "[migrate][history_log][script]") {
    const auto history = history_with(&add_rows);
    const Engine engine(db.url());
    db.shell(upgrade_script(engine.dialect(), "head", history.revisions()));
    db.shell(downgrade_script(engine.dialect(), "b2:a1", history.revisions()));
    CHECK(recorded(db) == "a1|upgrade\nb2|upgrade\nb2|downgrade");
    const auto entries = read_history(engine);
    REQUIRE(entries.size() == 3);
    CHECK_FALSE(entries[1].seconds);
    CHECK(entries[1].started > TimestampTz(0));
    CHECK(entries[1].database_user.empty() == db.is_sqlite());
    upgrade(engine, "head", history.revisions());
    const auto online = read_history(engine);
    CHECK(online.back().checksum == online[1].checksum);
}

STRATA_DB_TEST("upgrade says of each revision how long it took", "[migrate][history_log]") {
    const auto history = history_with(&add_rows);
    const auto run =
        test::run_tool_with_times({"tool", "upgrade", "--url", db.url()}, {&models, history.revisions(), "migrations"});
    CHECK(run.out == "Running upgrade  -> a1, songs\nRunning upgrade a1 -> b2, second\n");
    std::istringstream lines(run.err);
    int count = 0;
    for (std::string each; std::getline(lines, each); ++count) CHECK_THAT(each, StartsWith("  done in 0."));
    CHECK(count == 2);
}

STRATA_DB_TEST("log shows what has run, the newest first, and as JSON", "[migrate][history_log]") {
    const auto history = history_with(&add_rows);
    REQUIRE(tool(db, history, {"upgrade"}).code == 0);
    const auto lines = tool(db, history, {"log"}).out;
    const auto first = lines.find(" upgrade b2, ");
    const auto second = lines.find(" upgrade a1, ");
    CHECK(first < second);
    CHECK(second != std::string::npos);
    CHECK_THAT(lines, Contains(" s, by ") && Contains(", with 0."));
    const auto report = boost::json::parse(tool(db, history, {"log", "--json"}).out).as_object();
    const auto& entries = report.at("entries").as_array();
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].at("revision").as_string() == "b2");
    CHECK(entries[0].at("action").as_string() == "upgrade");
    CHECK(entries[0].at("error").is_null());
    CHECK(entries[0].at("seconds").is_double());
}

STRATA_DB_TEST("current -v shows how its revision came to be there, where the database records it",
               "[migrate][history_log]") {
    const auto history = history_with(&add_rows);
    REQUIRE(tool(db, history, {"upgrade"}).code == 0);
    const auto run_of = [&](const History& revisions) {
        const auto report = boost::json::parse(tool(db, revisions, {"current", "-v", "--json"}).out);
        return report.at("revisions").at(0).at("run");
    };
    CHECK_THAT(tool(db, history, {"current", "-v"}).out,
               Contains("\nRun: 20") && Contains(" upgrade, 0.") && Contains(", by ") && Contains(", with 0."));
    CHECK(run_of(history).at("action").as_string() == "upgrade");
    CHECK(run_of(history).at("seconds").is_double());
    CHECK_THAT(tool(db, history, {"current"}).out, !Contains("Run:"));
    CHECK_THAT(tool(db, history, {"current", "--json"}).out, !Contains("\"run\""));

    auto edited = history_with([](Operations& op) { op.execute("INSERT INTO songs (title) VALUES ('Bolero')"); });
    REQUIRE(tool(db, edited, {"upgrade", "--accept-edited"}).code == 0);
    REQUIRE(recorded(db) == "a1|upgrade\nb2|upgrade\nb2|accept");
    CHECK(run_of(edited).at("action").as_string() == "upgrade");
    REQUIRE(tool(db, edited, {"stamp", "a1"}).code == 0);
    REQUIRE(tool(db, edited, {"stamp", "b2"}).code == 0);
    CHECK_THAT(tool(db, edited, {"current", "-v"}).out, Contains("\nRun: 20") && Contains(" stamp, "));

    db.shell("DROP TABLE strata_history");
    const auto without = tool(db, edited, {"current", "-v"});
    CHECK(without.code == 0);
    CHECK(without.err.empty());
    CHECK_THAT(without.out, Contains("Rev: b2 (head)") && !Contains("Run:"));
    CHECK(run_of(edited).is_null());
}

STRATA_DB_TEST("an action that a newer tool has recorded is shown by its own word and changes nothing",
               "[migrate][history_log]") {
    const auto history = history_with(&add_rows);
    REQUIRE(tool(db, history, {"upgrade"}).code == 0);
    db.shell(
        "INSERT INTO strata_history (revision, action, checksum, started, tool_version) SELECT revision, 'reconsider', "
        "'sha256:0', started, '99.0' FROM strata_history WHERE revision = 'b2'");
    CHECK_THAT(tool(db, history, {"log", "-n", "1"}).out, Contains(" reconsider b2, with 99.0\n"));
    CHECK_THAT(tool(db, history, {"log", "--json"}).out, Contains("\"action\":\"reconsider\""));
    CHECK(read_history(Engine(db.url())).back().action == HistoryEntry::Action::other);
    CHECK_THAT(tool(db, history, {"current", "-v"}).out, Contains(" upgrade, 0."));
    CHECK(tool(db, history, {"upgrade"}).code == 0);
    CHECK_THAT(tool(db, history, {"check"}).out, !Contains("Edited"));
}
