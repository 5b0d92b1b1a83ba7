#include "cli_project.hpp"
#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/model.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/enum.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using namespace strata::test;
using strata::migrate::Revisions;
using strata::schema::MetaData;
namespace fs = std::filesystem;

namespace {

enum class Status { queued, done };
BOOST_DESCRIBE_ENUM(Status, queued, done)

namespace v1 {
struct User {
    std::int64_t id{};
    std::string email{};
};
STRATA_MODEL(User, users, id, email)
STRATA_FACTS(users, max_length(users.email, 255), unique(users.email))

struct Song {
    std::int64_t id{};
    std::string title{};
    Status status{};
    std::optional<std::int64_t> user_id{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Song, songs, id, title, status, user_id, created_at)
STRATA_FACTS(songs, max_length(songs.title, 255), references(songs.user_id, users.id, on_delete::set_null),
             server_default(songs.created_at, now()))

MetaData metadata() {
    using namespace strata::schema;
    return {table(users),
            table(songs, index(songs.status, songs.created_at), check("title_not_empty", "length(title) > 0"))};
}
}  // namespace v1

namespace v2 {
struct Song {
    std::int64_t id{};
    std::string title{};
    Status status{};
    std::optional<std::int64_t> user_id{};
    strata::TimestampTz created_at{};
    std::optional<std::string> genre{};
    std::int32_t plays{};
};
STRATA_MODEL(Song, songs, id, title, status, user_id, created_at, genre, plays)
STRATA_FACTS(songs, references(songs.user_id, v1::users.id, on_delete::set_null),
             server_default(songs.created_at, now()), max_length(songs.genre, 100), server_default(songs.plays, 0))

MetaData metadata() {
    using namespace strata::schema;
    return {table(v1::users), table(songs, index(songs.genre), check("title_not_empty", "length(title) > 1"))};
}
}  // namespace v2

}  // namespace

STRATA_DB_TEST("the main loop: init, migrate, upgrade, a model change, migrate, upgrade, downgrade, history",
               "[migrate][cli]") {
    Project project(db, &v1::metadata);
    CHECK_THAT(project.ok({"init"}), StartsWith("created "));
    CHECK_THAT(project.ok({"init"}), Contains("is there already"));
    CHECK(project.ok({"current"}).empty());

    const auto first = project.ok({"migrate", "first tables"});
    CHECK_THAT(first, Contains("Compared 2 tables: songs, users\n") && Contains("Detected create table users\n") &&
                          Contains("Detected create table songs\n") && Contains("Generating ") &&
                          Contains(" ... done\n"));
    const auto a = project.id("first_tables");
    const auto empty = db.dump();
    CHECK(project.ok({"upgrade"}) == "Running upgrade  -> " + a + ", first tables\n");
    CHECK(project.ok({"current"}) == a + " (head)\n");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    db.shell(
        "INSERT INTO users (email) VALUES ('ada'); INSERT INTO songs (title, status, user_id) VALUES ('Aria', 'done', "
        "1)");
    const auto at_first = db.dump();
    const auto rows = db.shell("SELECT * FROM songs");

    CHECK_THAT(project.ok({"migrate", "nothing new"}), Contains("No changes detected; no revision was written.\n"));
    CHECK(project.files().size() == 1);

    project.set_models(&v2::metadata);
    const auto difference = project({"check"});
    CHECK(difference.code == 1);
    CHECK_THAT(difference.out,
               Contains("New upgrade operations detected:\n") && Contains("  add column songs.genre\n"));
    CHECK_THAT(project.ok({"migrate", "-m", "genres and plays"}), Contains("Detected add column songs.plays\n"));
    const auto b = project.id("genres_and_plays");
    CHECK_THAT(project.text("genres_and_plays"),
               Contains("STRATA_REVISION(" + b + ", revises(\"" + a + "\"), \"genres and plays\",\n") &&
                   Contains("op.add_column(\"songs\", column(\"genre\", String{100}).nullable());\n") &&
                   Contains("op.drop_column(\"songs\", \"genre\");\n"));
    CHECK_THAT(project.failure({"check"}), Contains("Target database is not up to date. Run upgrade first"));
    CHECK_THAT(project.failure({"migrate", "too early"}),
               Contains("Target database is not up to date. Run upgrade first"));
    CHECK(project.ok({"upgrade"}) == "Running upgrade " + a + " -> " + b + ", genres and plays\n");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    CHECK(db.shell("SELECT title, status, genre, plays FROM songs") == "Aria|done||0");
    const auto at_second = db.dump();

    CHECK(project.ok({"history"}) == a + " -> " + b + " (head), genres and plays\n<base> -> " + a + ", first tables\n");
    CHECK(project.ok({"history", "-i"}) ==
          a + " -> " + b + " (head) (current), genres and plays\n<base> -> " + a + ", first tables\n");
    CHECK_THAT(project.ok({"history", "-v"}),
               Contains("Rev: " + b + " (head)\nParent: " + a + "\nPath: " + project.file("genres_and_plays").string() +
                        "\nCreate Date: 20") &&
                   Contains("\n\n    first tables\n"));
    CHECK(project.ok({"heads"}) == b + " (head)\n");
    CHECK_THAT(project.ok({"show", b.substr(0, 6)}), StartsWith("Rev: " + b + " (head)\n"));
    CHECK_THAT(project.ok({"show", "current"}), StartsWith("Rev: " + b + " (head)\n"));
    CHECK_THAT(project.ok({"current", "-v"}), StartsWith("Current revision(s) for ") && Contains("Rev: " + b));

    CHECK(project.ok({"downgrade", "-1"}) == "Running downgrade " + b + " -> " + a + ", genres and plays\n");
    CHECK(db.dump() == at_first);
    CHECK(db.shell("SELECT * FROM songs") == rows);
    CHECK(project.ok({"upgrade", "+1"}) == "Running upgrade " + a + " -> " + b + ", genres and plays\n");
    CHECK(db.dump() == at_second);
    CHECK(project.ok({"upgrade"}) == "Nothing to upgrade; the database is at " + b + ".\n");
    CHECK(project.ok({"downgrade", "base"}) == "Running downgrade " + b + " -> " + a + ", genres and plays\n" +
                                                   "Running downgrade " + a + " -> , first tables\n");
    CHECK(project.ok({"downgrade", "base"}) == "Nothing to downgrade; the database is at base.\n");
    db.shell("DROP TABLE strata_version; DROP TABLE strata_history");
    CHECK(db.dump() == empty);
    CHECK_THAT(project.ok({"upgrade", b.substr(0, 8)}), Contains(" -> " + b));
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
}

STRATA_DB_TEST("a first revision compares the models with an empty database, whatever the database holds",
               "[migrate][cli]") {
    Project project(db, &v1::metadata);
    project.ok({"init"});
    CHECK_THAT(project.ok({"create-all"}), Contains("Created table users\nCreated table songs\n"));
    CHECK(project.ok({"create-all"}) == "All tables are there already.\n");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected."));
    project.ok({"migrate", "initial schema"});
    CHECK_THAT(project.text("initial_schema"),
               Contains("op.create_table(\"users\"") && Contains("op.drop_table(\"users\")"));
    CHECK_THAT(project.failure({"upgrade"}), Contains("create table users: table users already exists") &&
                                                 Contains("'baseline'") && Contains("'stamp REVISION'"));
    CHECK(project.ok({"current"}).empty());
    CHECK(project.ok({"baseline"}) == "The database is taken in at " + project.id("initial_schema") + ".\n");
    CHECK(project.ok({"upgrade"}) == "Nothing to upgrade; the database is at " + project.id("initial_schema") + ".\n");
    CHECK_THAT(project.ok({"migrate", "again"}), Contains("No changes detected"));
    CHECK_THAT(project.failure({"baseline"}), Contains("already"));
    CHECK_THAT(project.failure({"create-all"}), Contains("migrations own this database"));
}

STRATA_DB_TEST("baseline lists what a database lacks and takes nothing in", "[migrate][cli]") {
    Project project(db, &v1::metadata);
    project.ok({"init"});
    project.ok({"create-all"});
    project.set_models(&v2::metadata);
    project.ok({"migrate", "initial schema"});
    const auto outcome = project({"baseline"});
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.out, Contains("  add column songs.genre\n"));
    CHECK(project.ok({"current"}).empty());
}

STRATA_DB_TEST("a URL in the place of a revision is not shown, for it may hold a password", "[migrate][cli]") {
    Project project(db, &v1::metadata);
    project.ok({"init"});
    const std::string url = "postgresql://ada:topsecret@host/music";
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{"upgrade", url},
                                               {"downgrade", url},
                                               {"stamp", url},
                                               {"show", url},
                                               {"baseline", url},
                                               {"merge", url},
                                               {url},
                                               {"upgrade", "--ulr", url},
                                               {"upgrade", "head", url},
                                               {"upgrade", "--ulr=" + url}}) {
        const auto message = project.failure(arguments);
        INFO(message);
        CHECK(message.find("topsecret") == std::string::npos);
    }
    CHECK_THAT(project.failure({"upgrade", url}), Contains("name the database by --url"));
}

STRATA_DB_TEST("a new revision undoes what was changed by hand of what the history made, and nothing else",
               "[migrate][cli]") {
    Project project(db, &v1::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first tables"});
    project.ok({"upgrade"});
    const auto made = db.dump();
    db.shell(
        "INSERT INTO users (email) VALUES ('ada'); ALTER TABLE users ADD COLUMN extra text; "
        "CREATE INDEX by_hand ON users (email); CREATE TABLE other (a integer)");
    const auto before = db.dump();
    const auto nothing = project.ok({"migrate", "drift"});
    CHECK_THAT(nothing, Contains("No changes detected; no revision was written.\n"));
    CHECK_THAT(nothing, Contains("Not ours, left alone: table other: no revision made it\n") &&
                            Contains("Not ours, left alone: table users: column extra, no revision made it\n") &&
                            Contains("Not ours, left alone: table users: index by_hand, no revision made it\n"));
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    CHECK(db.dump() == before);

    // Taken in on purpose, it is compared like the rest: the models have none of it.
    CHECK_THAT(project.failure({"migrate", "x", "--adopt", "nobody"}), Contains("there is no nobody"));
    CHECK_THAT(project.ok({"migrate", "drift", "--adopt", "users.extra", "--adopt", "other", "--adopt", "by_hand"}),
               Contains("Detected drop table other") && Contains("Detected drop column users.extra") &&
                   Contains("Detected drop index by_hand on users"));
    project.ok({"upgrade", "--allow-destructive"});
    CHECK(db.dump() == made);
    CHECK(db.shell("SELECT email FROM users") == "ada");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));

    project.set_models(&v2::metadata);
    project.ok({"migrate", "genres and plays"});
    project.ok({"upgrade"});
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    project.ok({"downgrade", "-1"});
    CHECK(db.dump() == made);
    project.ok({"downgrade", "-1"});
    CHECK(db.shell("SELECT extra FROM users") == "");
}

STRATA_DB_TEST("drop-all needs a confirmation", "[migrate][cli]") {
    Project project(db, &v1::metadata);
    project.ok({"create-all"});
    const auto before = db.dump();
    CHECK_THAT(project.failure({"drop-all"}), Contains("--yes"));
    CHECK(db.dump() == before);
    CHECK_THAT(project.ok({"drop-all", "--yes"}), Contains("Dropped table songs\nDropped table users\n"));
    CHECK(project.ok({"drop-all", "-y"}) == "There was no table to drop.\n");
}

STRATA_DB_TEST("unmodelled objects are listed, and a column that cannot be added to rows is noted", "[migrate][cli]") {
    Project project(db, [] {
        strata::migrate::Operations op;
        op.create_table("songs", {strata::migrate::column("id", strata::migrate::BigInteger{}).identity(),
                                  strata::migrate::primary_key("pk_songs", {"id"})});
        return MetaData{std::get<strata::migrate::CreateTable>(op.operations().front()).table};
    });
    project.ok({"init"});
    project.ok({"migrate", "first"});
    project.ok({"upgrade"});
    db.shell("CREATE VIEW every_song AS SELECT id FROM songs");
    project.set_models([] {
        strata::migrate::Operations op;
        op.create_table("songs", {strata::migrate::column("id", strata::migrate::BigInteger{}).identity(),
                                  strata::migrate::column("title", strata::migrate::Text{}),
                                  strata::migrate::primary_key("pk_songs", {"id"})});
        return MetaData{std::get<strata::migrate::CreateTable>(op.operations().front()).table};
    });
    const auto out = project.ok({"migrate", "titles"});
    CHECK_THAT(out, Contains("Not ours, left alone: view every_song: no revision made it"));
    CHECK_THAT(out, Contains("Note: songs.title is NOT NULL and has no server default"));
    db.shell("INSERT INTO songs DEFAULT VALUES");
    const auto refused = project({"upgrade"});
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, StartsWith("FAILED: revision " + project.id("titles")) &&
                                Contains(" was not started, since rows are in its way:\n"
                                         "  songs, column title: 1 row would be without a value; give the column a"));
    CHECK(project.ok({"current"}) == project.id("first") + "\n");
}

STRATA_DB_TEST("a column that a downgrade cannot restore for existing rows is noted, and its failure says what to do",
               "[migrate][cli]") {
    const auto models = [](bool with_kind) {
        using namespace strata::migrate;
        Operations op;
        op.create_table("nodes", {column("id", BigInteger{}).identity(), primary_key("pk_nodes", {"id"})});
        if (with_kind) {
            op.add_column("nodes", column("kind", Text{}));
            op.add_column("nodes", column("note", Text{}).nullable());
        }
        MetaData metadata;
        for (const auto& operation : op.operations()) apply(metadata, operation);
        return metadata;
    };
    const strata::migrate::ToolConfig first{[&] { return models(true); }, {}, (db.directory() / "migrations").string()};
    auto revisions = load_revision_files({write_migration(db, first)});
    run_tool_on(db, {"upgrade"}, {first.metadata, revisions, first.directory});
    db.shell("INSERT INTO nodes (kind) VALUES ('leaf')");
    const strata::migrate::ToolConfig second{[&] { return models(false); }, revisions, first.directory};
    const auto out = run_tool_on(db, {"migrate", "no kinds"}, second);
    CHECK_THAT(out, Contains("Note: nodes.kind is NOT NULL and has no server default: downgrade fails where nodes has "
                             "rows\n") &&
                        !Contains("Note: nodes.note") && !Contains("upgrade fails"));
    const strata::migrate::ToolConfig all{second.metadata, load_revisions(first.directory), first.directory};
    run_tool_on(db, {"upgrade", "--allow-destructive"}, all);
    const auto failed = run_tool({"tool", "downgrade", "--url", db.url()}, all);
    CHECK(failed.code == 2);
    CHECK_THAT(failed.err,
               Contains("  nodes, column kind: 1 row would be without a value; give the column a default, or add it "
                        "nullable, fill it and alter it to NOT NULL then"));
    // The same of NULLs in a column that stays.
    run_tool_on(db, {"stamp", "base"}, all);
    db.shell("DELETE FROM nodes; ALTER TABLE nodes ADD kind text; INSERT INTO nodes (kind) VALUES (NULL)");
    const History strict = [] {
        History history;
        history.add(
            "aaaa", {},
            [](strata::migrate::Operations& op) {
                op.execute("UPDATE nodes SET kind = NULL");
                op.alter_column("nodes", "kind").nullable(false);
            },
            [](strata::migrate::Operations&) {});
        return history;
    }();
    const auto nulls = run_tool({"tool", "upgrade", "--url", db.url()}, {{}, strict.revisions(), ""});
    CHECK_THAT(nulls.err, Contains("alter column nodes.kind") || Contains("change table nodes"));
    CHECK_THAT(nulls.err, Contains("before the column becomes NOT NULL; nothing of it stays"));
}

STRATA_DB_TEST("a hand-written revision works between generated ones", "[migrate][cli]") {
    Project project(db, &v1::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    project.ok({"upgrade"});
    CHECK_THAT(project.ok({"revision", "-m", "by hand"}), Contains("_by_hand.cpp ... done\n"));
    CHECK_THAT(project.text("by_hand"), Contains("[]([[maybe_unused]] Operations& op) {\n    }"));
    project.ok({"upgrade"});
    CHECK_THAT(project.ok({"revision", "--autogenerate", "-m", "same"}), Contains("No changes detected"));
    CHECK(project.ok({"stamp", project.id("first")}) ==
          "Running stamp_revision " + project.id("by_hand") + " -> " + project.id("first") + "\n");
    CHECK(project.ok({"current"}) == project.id("first") + "\n");
}

STRATA_DB_TEST("two developers branch: heads, branches, merge", "[migrate][cli]") {
    Project project(db, &v1::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    const auto a = project.id("first");
    const auto side = [&](const std::string& id, const std::string& column) {
        project.write(id, column,
                      "#include <strata/migrate/revision.hpp>\nusing namespace strata::migrate;\n"
                      "STRATA_REVISION(" +
                          id + ", revises(\"" + a + "\"), \"" + column +
                          "\",\n"
                          "    [](Operations& op) { op.add_column(\"songs\", column(\"" +
                          column +
                          "\", Text{}).nullable()); },\n"
                          "    [](Operations& op) { op.drop_column(\"songs\", \"" +
                          column + "\"); })\n");
    };
    side("111111111111", "one");
    side("222222222222", "two");
    CHECK(project.ok({"heads"}) == "111111111111 (head)\n222222222222 (head)\n");
    CHECK(project.ok({"branches"}) ==
          a + " (branchpoint)\n             -> 111111111111 (head)\n             -> 222222222222 (head)\n");
    CHECK_THAT(project.failure({"upgrade"}),
               Contains("Multiple head revisions are present: 111111111111, 222222222222") && Contains("'heads'") &&
                   Contains("'merge'"));
    CHECK_THAT(project.failure({"migrate", "x"}), Contains("Multiple heads are present"));
    project.ok({"merge", "-m", "both"});
    const auto m = project.id("both");
    CHECK_THAT(project.ok({"history"}),
               StartsWith("111111111111, 222222222222 -> " + m + " (head) (mergepoint), both\n") &&
                   Contains("<base> -> " + a + " (branchpoint), first\n"));
    CHECK_THAT(project.ok({"upgrade"}), Contains("Running upgrade 111111111111, 222222222222 -> " + m + ", both\n"));
    CHECK(db.shell("SELECT count(*) FROM songs WHERE one IS NULL AND two IS NULL") == "0");
    CHECK_THAT(project.failure({"merge"}), Contains("nothing to merge"));
}

STRATA_DB_TEST("a revision without a file is reported by every command that needs it", "[migrate][cli]") {
    Project project(db, &v1::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    project.ok({"upgrade"});
    db.shell("UPDATE strata_version SET version_num = 'feedfacefeed'");
    for (const char* command : {"upgrade", "downgrade", "current", "check", "migrate"}) {
        std::vector<std::string> arguments{command};
        if (arguments.front() == "migrate") arguments.emplace_back("x");
        CHECK_THAT(project.failure(arguments),
                   Contains("Can't locate revision identified by 'feedfacefeed'") && Contains("stamp --purge"));
    }
    CHECK_THAT(project.failure({"upgrade", "zz"}), Contains("Can't locate revision identified by 'feedfacefeed'"));
    project.ok({"stamp", "--purge", "head"});
    CHECK_THAT(project.failure({"upgrade", "zz"}), Contains("Can't locate revision identified by 'zz'"));
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations"));
}

STRATA_DB_TEST("upgrade --sql prints the script and runs nothing", "[migrate][cli]") {
    const Project project(db, &v1::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    const auto untouched = db.dump();
    const auto script = project.ok({"upgrade", "--sql"});
    CHECK(db.dump() == untouched);
    CHECK_THAT(script, Contains("\n\nCREATE TABLE IF NOT EXISTS \"strata_version\"") &&
                           Contains("\n\nINSERT INTO \"strata_version\" (\"version_num\") VALUES ('" +
                                    project.id("first") + "');\n\nINSERT INTO \"strata_history\" "));
    CHECK_THAT(script, Contains(");\n\nCOMMIT;\n"));
    db.shell(script);
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations"));
    CHECK_THAT(project.failure({"upgrade", "base:head"}), Contains("is for --sql only"));
    CHECK_THAT(project.failure({"downgrade", "--sql"}), Contains("downgrade with --sql requires <fromrev>:<torev>"));
    db.shell(project.ok({"downgrade", "head:base", "--sql"}));
    CHECK(db.shell("SELECT count(*) FROM strata_version") == "0");
    CHECK_THROWS(db.shell("SELECT count(*) FROM songs"));
    if (!db.is_sqlite()) return;
    CHECK(project.run({"tool", "upgrade", "--sql", "--url", "sqlite:///x.db"}).code == 0);
    CHECK_FALSE(fs::exists("x.db"));
}

TEST_CASE("wrong use is one line and exit code 2", "[migrate][cli]") {
    const TestDatabase db(TestDialect::sqlite);
    const Project project(db, &v1::metadata);
    CHECK_THAT(project.failure({}), Contains("subcommand"));
    CHECK_THAT(project.failure({"fly"}), Contains("there is no command 'fly'; see --help"));
    CHECK_THAT(project.failure({"upgrade", "a", "b"}), Contains("--help"));
    CHECK_THAT(project.failure({"upgrade", "--nonsense"}), Contains("--nonsense"));
    CHECK_THAT(project.failure({"stamp"}), Contains("revision"));
    CHECK_THAT(project.failure({"migrate"}), Contains("needs a message"));
    CHECK_THAT(project.failure({"migrate", "  "}), Contains("needs a message"));
    CHECK_THAT(project.failure({"migrate", "no folder yet"}), Contains("there is no folder") && Contains("init"));
    CHECK_THAT(project.failure({"current", "-c", "nowhere.toml"}),
               Contains("there is no file") && Contains("nowhere.toml"));
    const auto help = project.ok({"--help"});
    CHECK_THAT(help, Contains("upgrade") && Contains("drop-all"));
    CHECK_THAT(project.ok({"upgrade", "--help"}), Contains("--sql"));
}

TEST_CASE("models that throw something else than an exception are reported in one line", "[migrate][cli]") {
    const TestDatabase db(TestDialect::sqlite);
    const Project project(db, []() -> MetaData { throw 42; });
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{"migrate", "x"}, {"check"}, {"create-all"}, {"drop-all", "--yes"}}) {
        CHECK(project.failure(arguments) ==
              "FAILED: the function that gives the models failed: it threw something that is not a std::exception\n");
    }
}

TEST_CASE("a database that cannot be used is reported in one line without a password", "[migrate][cli]") {
    const TestDatabase db(TestDialect::sqlite);
    const Project project(db, &v1::metadata);
    project.ok({"init"});
    const auto fails = [&](const std::string& url, int exit_code = 3) {
        const auto outcome = project.run({"tool", "--url", url, "upgrade"});
        CHECK(outcome.code == exit_code);
        CHECK_THAT(outcome.err, StartsWith("FAILED: ") && !Contains("hunter2"));
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        return outcome.err;
    };
    fails("nonsense hunter2", 2);
    fails("mysql://ada:hunter2@localhost/x", 2);
    fails("postgresql://ada:hunter2@/x?host=/nonexistent");
    fails("sqlite:////nonexistent/folder/x.db");
    std::ofstream(db.directory() / "text.db")
        << "this is not a database file, but some text that is long enough to be read";
    fails("sqlite:///" + (db.directory() / "text.db").string());
    const auto none = project.run({"tool", "current"});
    CHECK(none.code == 2);
    CHECK_THAT(none.err, Contains("no database is named"));
}

TEST_CASE("the url and the folder come from strata.toml when nothing else names them", "[migrate][cli]") {
    const TestDatabase db(TestDialect::sqlite);
    const Project project(db, &v1::metadata);
    const auto toml = db.directory() / "strata.toml";
    const auto here = fs::current_path();
    const auto run = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"tool", "-c", toml.string()});
        auto outcome = project.run(arguments);
        fs::current_path(here);
        return outcome;
    };
    std::ofstream(toml) << "[database]\nurl = \"sqlite:///from_toml.db\"\n[migrations]\ndirectory = \"steps\"\n";
    CHECK(run({"init"}).out == "created " + (db.directory() / "steps").string() + "\n");
    CHECK(run({"create-all"}).code == 0);
    CHECK(fs::exists(db.directory() / "from_toml.db"));
    setenv("DATABASE_URL", ("sqlite:///" + (db.directory() / "from_environment.db").string()).c_str(), 1);
    CHECK(run({"create-all"}).code == 0);
    CHECK(fs::exists(db.directory() / "from_environment.db"));
    CHECK(run({"create-all", "--url", "sqlite:///" + (db.directory() / "from_option.db").string()}).code == 0);
    CHECK(fs::exists(db.directory() / "from_option.db"));
    unsetenv("DATABASE_URL");

    std::ofstream(toml) << "[database]\nurl = unquoted\n";
    CHECK_THAT(run({"current"}).err, Contains("strata.toml, line 2: "));
    std::ofstream(toml) << "[database]\nurl = 7\n";
    CHECK_THAT(run({"current"}).err, Contains("url under [database] must be a text in quotes"));
}
