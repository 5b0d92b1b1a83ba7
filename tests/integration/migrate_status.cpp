// What surrounds a run: where a database is, what is wrong with it, waiting for it, and a copy of it.

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/url.hpp>
#include <strata/migrate/upgrade.hpp>

#include <boost/json.hpp>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::test::History;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace {

strata::schema::MetaData models() { return {}; }

const Revision::Callback nothing = [](Operations&) {};

History music() {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) { op.create_table("songs", {column("id", BigInteger{}), primary_key("pk_songs", {"id"})}); },
        nothing, "songs");
    history.add(
        "b2", {"a1"}, [](Operations& op) { op.add_column("songs", column("title", Text{}).nullable()); }, nothing,
        "titles");
    return history;
}

strata::test::ToolRun tool(const TestDatabase& db, std::vector<std::string> arguments, const std::string& url = {}) {
    const auto history = music();
    arguments.insert(arguments.begin(), "tool");
    arguments.insert(arguments.end(), {"--url", url.empty() ? db.url() : url});
    return strata::test::run_tool(arguments, {&models, history.revisions(), (db.directory() / "migrations").string()});
}

}  // namespace

STRATA_DB_TEST("status tells where the database is and what there is to run", "[migrate][status]") {
    const auto empty = tool(db, {"status"});
    CHECK(empty.code == 1);
    CHECK_THAT(empty.out, Contains("At: base\nTo run: 2: a1, b2\n"));
    REQUIRE(tool(db, {"upgrade", "a1"}).code == 0);
    const auto behind = boost::json::parse(tool(db, {"status", "--json"}).out).as_object();
    CHECK(behind.at("status").as_string() == "behind");
    CHECK(behind.at("pending").as_array().size() == 1);
    REQUIRE(tool(db, {"upgrade"}).code == 0);
    const auto current = tool(db, {"status"});
    CHECK(current.code == 0);
    CHECK_THAT(current.out, StartsWith("Database: ") && Contains("At: b2 (head)\nTo run: 0\n"));
}

STRATA_DB_TEST("upgrade and downgrade print what ran as JSON, and the lines of the run on standard error",
               "[migrate][status][json]") {
    const auto run = [&](std::vector<std::string> arguments) {
        arguments.emplace_back("--json");
        const auto done = tool(db, arguments);
        REQUIRE(done.code == 0);
        return std::pair(boost::json::parse(done.out).as_object(), done.err);
    };
    const auto [tried, tried_lines] = run({"upgrade", "--dry-run"});
    CHECK(tried.at("rolled_back").as_bool());
    CHECK(tried.at("ran") == boost::json::array{"a1", "b2"});
    CHECK(tried.at("at") == boost::json::array{});
    const auto [up, up_lines] = run({"upgrade"});
    CHECK(up.at("format") == 1);
    CHECK(up.at("ran") == boost::json::array{"a1", "b2"});
    CHECK(up.at("at") == boost::json::array{"b2"});
    CHECK_FALSE(up.at("rolled_back").as_bool());
    CHECK_THAT(up_lines, Contains("Running upgrade a1 -> b2, titles"));
    const auto [down, down_lines] = run({"downgrade"});
    CHECK(down.at("ran") == boost::json::array{"b2"});
    CHECK(down.at("at") == boost::json::array{"a1"});
    CHECK_THAT(down_lines, Contains("Running downgrade b2 -> a1"));
    CHECK(run({"upgrade", "a1"}).first.at("ran") == boost::json::array{});
}

TEST_CASE("status works for a role that may only read, and says what it does not know",
          "[migrate][status][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    REQUIRE(tool(db, {"upgrade"}).code == 0);
    const std::string schema(db.schema());
    const std::string role = "strata_reader_" + std::to_string(::getpid());
    db.admin_shell("CREATE ROLE " + role + " LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA " + schema + " TO " + role +
                   "; GRANT SELECT ON " + schema + ".strata_version TO " + role + "; ALTER ROLE " + role +
                   " SET search_path = " + schema);
    auto url = strata::core::Url::parse(db.url());
    if (strata::test::surrounding() == strata::test::Surrounding::plain) {
        std::string text = db.url();
        const auto at = text.find("://") + 3;
        const auto host = text.find('@') == std::string::npos ? at : text.find('@') + 1;
        text = text.substr(0, at) + role + ":x@" + text.substr(host);
        const auto run = tool(db, {"status"}, text);
        INFO(run.out << run.err);
        CHECK(run.code == 0);
        CHECK_THAT(run.out, Contains("At: b2 (head)"));
        CHECK_THAT(run.err, Contains("Note: whether revisions were edited since they ran is not known"));
    }
    db.admin_shell("DROP OWNED BY " + role + "; DROP ROLE " + role);
}

STRATA_DB_TEST("doctor finds nothing wrong where all is well, and tells a tool that lacks a revision",
               "[migrate][doctor]") {
    const auto folder = db.directory() / "migrations";
    std::filesystem::create_directories(folder);
    const auto history = music();
    for (const auto& revision : history.revisions()) std::ofstream(folder / revision->file) << "";
    REQUIRE(tool(db, {"upgrade"}).code == 0);
    const auto healthy = tool(db, {"doctor"});
    INFO(healthy.out << healthy.err);
    CHECK(healthy.code == 0);
    CHECK_THAT(healthy.out, Contains("ok: version: b2\n") && Contains("ok: history: 2 revisions\n") &&
                                Contains("ok: build: ") && Contains("ok: tool: "));
    CHECK_THAT(healthy.out, Contains(db.is_sqlite() ? "ok: SQLite: 3." : "ok: PostgreSQL: 1"));
    std::ofstream(folder / "20260101_c3_more.cpp") << "";
    const auto stale = tool(db, {"doctor", "--json"});
    CHECK(stale.code == 1);
    const auto report = boost::json::parse(stale.out).as_object();
    CHECK(report.at("status").as_string() == "problems");
    CHECK_THAT(stale.out, Contains("20260101_c3_more.cpp is not in the tool; build it again"));
}

STRATA_DB_TEST("doctor warns of a tool that is older than the one that has worked there", "[migrate][doctor]") {
    REQUIRE(tool(db, {"upgrade"}).code == 0);
    db.shell("UPDATE strata_history SET tool_version = '97.10.1' WHERE revision = 'b2'");
    CHECK_THAT(tool(db, {"doctor"}).out, Contains("warning: tool: 0.") && Contains("version 97.10.1 has worked"));
}

TEST_CASE("doctor names what the role may not do", "[migrate][doctor][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    const std::string schema(db.schema());
    if (strata::test::surrounding() != strata::test::Surrounding::foreign) {
        CHECK_THAT(tool(db, {"doctor"}).out, Contains("warning: role: ") && Contains("is a superuser"));
    } else {
        db.admin_shell("ALTER SCHEMA " + schema + " OWNER TO CURRENT_USER; REVOKE CREATE ON SCHEMA " + schema +
                       " FROM strata_app; GRANT USAGE ON SCHEMA " + schema + " TO strata_app");
        const auto run = tool(db, {"doctor"});
        CHECK(run.code == 1);
        CHECK_THAT(run.out, Contains("problem: role: ") && Contains("may not create in the schema"));
    }
    CHECK_THAT(tool(db, {"doctor"}).out,
               Contains(strata::test::surrounding() == strata::test::Surrounding::pooled ? "warning: pooler: "
                                                                                         : "ok: pooler: none"));
}

TEST_CASE("a database that does not answer ends a command with 3, after as long as --wait says",
          "[migrate][wait][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto url = strata::core::Url::parse(db.url());
    const auto host = url.options.contains("host") ? url.options["host"] : url.hosts.front().name;
    const auto port = url.options.contains("port") ? url.options["port"]
                      : url.hosts.empty()          ? "5432"
                                                   : std::to_string(url.hosts.front().port);
    const auto socket = std::filesystem::path(host) / (".s.PGSQL." + port);
    REQUIRE(std::filesystem::exists(socket));
    const auto folder = db.directory() / "run";
    std::filesystem::create_directories(folder);
    std::string text = db.url();
    const auto at = text.find(host);
    REQUIRE(at != std::string::npos);
    text.replace(at, host.size(), folder.string());

    const auto down = tool(db, {"upgrade"}, text);
    CHECK(down.code == 3);
    CHECK_THAT(down.err, StartsWith("FAILED: "));
    const auto begun = std::chrono::steady_clock::now();
    const auto waited = tool(db, {"upgrade", "--wait", "1"}, text);
    CHECK(waited.code == 3);
    CHECK_THAT(waited.err, Contains("Waiting for the database: ") && Contains("FAILED: "));
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::seconds(1));

    std::jthread starts([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(600));
        std::filesystem::create_symlink(socket, folder / socket.filename());
    });
    const auto run = tool(db, {"upgrade", "--wait", "30"}, text);
    INFO(run.out << run.err);
    CHECK(run.code == 0);
    CHECK_THAT(run.out, Contains("Running upgrade a1 -> b2"));
}

STRATA_DB_TEST("upgrade --backup leaves the database as it was before in a file", "[migrate][backup]") {
    const auto file = (db.directory() / "before.backup").string();
    REQUIRE(tool(db, {"upgrade", "a1"}).code == 0);
    db.shell("INSERT INTO songs VALUES (7)");
    const auto run = tool(db, {"upgrade", "--backup", file});
    INFO(run.out << run.err);
    REQUIRE(run.code == 0);
    CHECK_THAT(run.out, StartsWith("The database as it was is in " + file + "\nRunning upgrade a1 -> b2"));
    if (db.is_sqlite()) {
        const strata::Engine copy("sqlite:///" + file);
        CHECK(current(copy) == RevisionIds{"a1"});
        CHECK(copy.connect()->scalar("SELECT id FROM songs") == "7");
        CHECK_THROWS(copy.connect()->scalar("SELECT title FROM songs"));
    } else {
        std::ifstream stream(file, std::ios::binary);
        std::string archive(5, '\0');
        stream.read(archive.data(), 5);
        CHECK(archive == "PGDMP");
    }
    const auto again = tool(db, {"downgrade", "-1"});
    REQUIRE(again.code == 0);
    const auto refused = tool(db, {"upgrade", "--backup", file});
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, Contains("is there already"));
    CHECK(current(strata::Engine(db.url())) == RevisionIds{"a1"});
}

TEST_CASE("doctor says that an SQLite file, or its folder, may only be read", "[migrate][doctor][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    REQUIRE(tool(db, {"upgrade"}).code == 0);
    CHECK_THAT(tool(db, {"doctor"}).out, Contains("ok: rights: the connection may write"));
    const auto file = std::filesystem::path(strata::core::Url::parse(db.url()).database);
    const auto folder = db.directory();
    using std::filesystem::perms;
    /// As somebody who is not root, whom no permission stops.
    const auto doctor = [&] {
        const auto nobody = static_cast<::uid_t>(65534);
        const bool is_root = ::geteuid() == 0;
        // What a reader has left beside the file belongs to it.
        for (const auto* const end : {"-wal", "-shm"}) std::filesystem::remove(file.string() + end);
        if (is_root) REQUIRE(::seteuid(nobody) == 0);
        auto run = tool(db, {"doctor"});
        if (is_root) REQUIRE(::seteuid(0) == 0);
        return run;
    };
    std::filesystem::permissions(folder, perms(0777));
    std::filesystem::permissions(file, perms(0444));
    const auto read_only = doctor();
    INFO(read_only.out << read_only.err);
    CHECK(read_only.code == 1);
    CHECK_THAT(read_only.out, Contains("problem: rights: the file ") && Contains(" may only be read\n"));
    std::filesystem::permissions(file, perms(0666));
    std::filesystem::permissions(folder, perms(0555));
    const auto closed = doctor();
    CHECK(closed.code != 0);
    CHECK_THAT(closed.err, StartsWith("FAILED: the database is read-only: ") && Contains("may not write"));
    std::filesystem::permissions(folder, perms(0777));
    CHECK_THAT(doctor().out, Contains("ok: rights: the connection may write"));
}

TEST_CASE("a pg_dump that is not there is told otherwise than one that cannot be started",
          "[migrate][backup][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    const std::string path = std::getenv("PATH");
    const auto folder = db.directory() / "bin";
    std::filesystem::create_directories(folder);
    const auto failure = [&](const std::string& name) {
        ::setenv("PATH", folder.c_str(), 1);
        const auto run = tool(db, {"upgrade", "--backup", (db.directory() / name).string()});
        ::setenv("PATH", path.c_str(), 1);
        CHECK(run.code == 2);
        CHECK_FALSE(std::filesystem::exists(db.directory() / name));
        return run.err;
    };
    CHECK_THAT(failure("one"), Contains("pg_dump is not installed here"));
    std::ofstream(folder / "pg_dump") << "#!/bin/sh\n";
    std::filesystem::permissions(folder / "pg_dump", std::filesystem::perms(0644));
    CHECK_THAT(failure("two"), StartsWith("FAILED: pg_dump cannot be started: ") && !Contains("not installed"));
    CHECK(current(strata::Engine(db.url())).empty());
}
