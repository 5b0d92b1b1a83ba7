// Version tables of a name and a schema of their own: several applications in one database.

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
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::Engine;
using strata::schema::MetaData;
using strata::schema::VersionTables;
using strata::test::History;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace {

struct Song {
    std::int64_t id{};
};
STRATA_MODEL(Song, songs, id)
struct Invoice {
    std::int64_t id{};
};
STRATA_MODEL(Invoice, invoices, id)

MetaData songs_alone() { return {strata::schema::table(songs)}; }
MetaData invoices_alone() { return {strata::schema::table(invoices)}; }

History one_table(const std::string& id, const std::string& table) {
    History history;
    history.add(
        id, {},
        [table](Operations& op) {
            op.create_table(table, {column("id", BigInteger{}).identity(), primary_key("pk_" + table, {"id"})});
        },
        [table](Operations& op) { op.drop_table(table); }, table);
    return history;
}

/// An application with its tool, and what else is said in each of its calls.
class Application {
public:
    Application(const TestDatabase& db, History history, MetaData (*models)(), std::vector<std::string> flags = {})
        : db_(db), history_(std::move(history)), models_(models), flags_(std::move(flags)) {}

    [[nodiscard]] strata::test::ToolRun operator()(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "tool");
        arguments.insert(arguments.end(), {"--url", db_.url()});
        arguments.insert(arguments.end(), flags_.begin(), flags_.end());
        return strata::test::run_tool(arguments,
                                      {models_, history_.revisions(), (db_.directory() / "migrations").string()});
    }
    [[nodiscard]] std::string ok(const std::vector<std::string>& arguments) const {
        const auto run = (*this)(arguments);
        INFO(arguments.front() << ": " << run.out << run.err);
        REQUIRE(run.code == 0);
        return run.out;
    }

private:
    const TestDatabase& db_;
    History history_;
    MetaData (*models_)();
    std::vector<std::string> flags_;
};

constexpr const char* odd_name = "billing's \"v\"";
constexpr const char* odd_table = R"("billing's ""v""")";

std::string tables(const TestDatabase& db) {
    return db.shell(db.is_sqlite() ? "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = "
                                     "'table' AND name NOT LIKE 'sqlite%' ORDER BY name)"
                                   : "SELECT string_agg(relname, ' ' ORDER BY relname COLLATE \"C\") FROM pg_class "
                                     "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace");
}

}  // namespace

STRATA_DB_TEST("two applications with version tables of their own work side by side in one database",
               "[migrate][version_tables]") {
    const Application music(db, one_table("a1", "songs"), &songs_alone);
    const Application billing(db, one_table("b1", "invoices"), &invoices_alone, {"--version-table", odd_name});

    CHECK_THAT(music.ok({"upgrade"}), Contains("-> a1"));
    CHECK_THAT(billing({"status"}).out, Contains("At: base"));
    CHECK_THAT(billing.ok({"upgrade"}), Contains("-> b1"));
    CHECK(tables(db) ==
          std::string(odd_name) + " " + odd_name + "_history invoices songs strata_history strata_version");
    CHECK(db.shell("SELECT version_num FROM strata_version") == "a1");
    CHECK(db.shell("SELECT version_num FROM " + std::string(odd_table)) == "b1");

    for (const auto* const app : {&music, &billing}) {
        const bool bills = app == &billing;
        CHECK_THAT(app->ok({"current"}), StartsWith(bills ? "b1 (head)" : "a1 (head)"));
        CHECK_THAT(app->ok({"status"}), Contains("To run: 0"));
        CHECK_THAT(app->ok({"log"}), Contains(bills ? "upgrade b1" : "upgrade a1") && !Contains(bills ? "a1" : "b1"));
        CHECK_THAT(app->ok({"current", "-v"}), Contains("\nRun: 20"));
        const auto checked = app->ok({"check"});
        CHECK_THAT(checked, Contains("No new upgrade operations detected.") &&
                                Contains(bills ? "left alone: table songs" : "left alone: table invoices"));
        if (bills) CHECK_THAT(checked, !Contains("billing"));
        CHECK_THAT(app->ok({"check", "--drift"}),
                   Contains("Nothing was changed by hand") && !Contains("table strata_"));
        if (bills) CHECK_THAT(app->ok({"check", "--drift"}), !Contains("billing"));
        CHECK_THAT((*app)({"doctor"}).out, Contains(bills ? "ok: version: b1" : "ok: version: a1"));
        CHECK_THAT((*app)({"create-all"}).err, Contains("migrations own this database (table "));
    }

    CHECK(billing.ok({"downgrade", "base"}) == "Running downgrade b1 -> , invoices\n");
    CHECK(tables(db) == std::string(odd_name) + " " + odd_name + "_history songs strata_history strata_version");
    CHECK_THAT(billing.ok({"stamp", "b1"}), Contains(" -> b1"));
    CHECK_THAT(music.ok({"current"}), StartsWith("a1"));
    CHECK_THAT(billing.ok({"stamp", "base"}), Contains("b1 -> "));

    const auto plan = (db.directory() / "plan.json").string();
    CHECK_THAT(billing.ok({"plan", "--out", plan}), Contains("Revision b1"));
    CHECK_THAT(billing.ok({"upgrade", "--plan", plan}), Contains("-> b1"));

    const auto dropped = billing.ok({"drop-all", "--yes"});
    CHECK_THAT(dropped, Contains("Dropped table invoices") && Contains("Dropped table billing"));
    CHECK(tables(db) == "songs strata_history strata_version");
    CHECK_THAT(music.ok({"drop-all", "--yes"}), Contains("Dropped table strata_version"));
    CHECK(tables(db).empty());
}

STRATA_DB_TEST("scripts name the version table that was chosen", "[migrate][version_tables][script]") {
    const Application billing(db, one_table("b1", "invoices"), &invoices_alone, {"--version-table", odd_name});
    db.shell(billing.ok({"upgrade", "--sql"}));
    CHECK(tables(db) == std::string(odd_name) + " " + odd_name + "_history invoices");
    CHECK_THAT(billing.ok({"current"}), StartsWith("b1"));
    db.shell(billing.ok({"downgrade", "b1:base", "--sql"}));
    CHECK(billing.ok({"current"}).empty());
    db.shell(billing.ok({"stamp", "b1", "--sql"}));
    CHECK_THAT(billing.ok({"current"}), StartsWith("b1"));
    CHECK_THAT(billing.ok({"log"}), Contains("stamp b1") && Contains("downgrade b1") && Contains("upgrade b1"));

    const TestDatabase empty(db.dialect());
    empty.shell(billing.ok({"ensure-version", "--sql"}));
    CHECK(tables(empty) == std::string(odd_name) + " " + odd_name + "_history");
}

STRATA_DB_TEST("a program says by which tables its migrations are recorded", "[migrate][version_tables]") {
    const Engine engine(db.url());
    const auto history = one_table("b1", "invoices");
    const VersionTables billing{.version = "billing_version", .history = "billing_runs"};
    RunOptions options;
    options.tables = billing;
    CHECK(upgrade(engine, "head", history.revisions(), options) == RevisionIds{"b1"});
    CHECK(tables(db) == "billing_runs billing_version invoices");
    CHECK(current(engine).empty());
    CHECK(current(engine, billing) == RevisionIds{"b1"});
    CHECK(read_history(engine, billing).size() == 1);
    CHECK_FALSE(ensure_version(engine, billing));
    CHECK_FALSE(strata::schema::create_all(songs_alone(), engine, billing).declined.empty());
    CHECK(strata::schema::create_all(songs_alone(), engine).declined.empty());
    strata::schema::drop_all(invoices_alone(), engine, billing);
    CHECK(tables(db) == "songs");
}

TEST_CASE("the version table may be in a schema of its own", "[migrate][version_tables][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    const Application billing(db, one_table("b1", "invoices"), &invoices_alone, {"--version-schema", "au dit"});
    const auto missing = billing({"upgrade"});
    CHECK(missing.code == 2);
    CHECK_THAT(missing.err, StartsWith("FAILED: there is no schema 'au dit' for the version table"));
    db.admin_shell("CREATE SCHEMA \"au dit\"; GRANT ALL ON SCHEMA \"au dit\" TO PUBLIC");

    CHECK_THAT(billing.ok({"upgrade"}), Contains("-> b1"));
    CHECK(tables(db) == "invoices");
    CHECK(db.shell("SELECT version_num FROM \"au dit\".strata_version") == "b1");
    CHECK(db.shell("SELECT revision FROM \"au dit\".strata_history") == "b1");
    CHECK(billing.ok({"ensure-version"}) == "there is already au dit.strata_version\n");
    CHECK_THAT(billing.ok({"check"}), Contains("No new upgrade operations detected.") && !Contains("strata_"));
    CHECK_THAT(billing({"create-all"}).err, Contains("migrations own this database"));
    db.shell(billing.ok({"downgrade", "b1:base", "--sql"}));
    CHECK(billing.ok({"current"}).empty());
    CHECK_THAT(billing.ok({"upgrade"}), Contains("-> b1"));
    const auto tenants = billing({"upgrade", "--each-schema", "%"});
    CHECK(tenants.code == 2);
    CHECK_THAT(tenants.err, Contains("leave version_schema out"));
    CHECK_THAT(billing.ok({"drop-all", "--yes"}), Contains("Dropped table au dit.strata_version"));
    CHECK(db.shell("SELECT count(*) FROM pg_class WHERE relname LIKE 'strata%' AND relkind = 'r'") == "0");
}

TEST_CASE("a version table that cannot be is refused before anything runs", "[migrate][version_tables]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto refused = [&](const std::vector<std::string>& flags, const std::string& why) {
        const Application app(db, one_table("a1", "songs"), &songs_alone, flags);
        for (const auto& command : std::vector<std::vector<std::string>>{
                 {"upgrade"}, {"upgrade", "--sql"}, {"stamp", "head"}, {"ensure-version"}}) {
            const auto run = app(command);
            INFO(command.front() << run.out);
            CHECK(run.code == 2);
            CHECK_THAT(run.err, StartsWith("FAILED: ") && Contains(why));
            CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
        }
        CHECK(tables(db).empty());
    };
    refused({"--version-schema", "audit"}, "a database of sqlite has no schemas; leave version_schema out");
    refused({"--version-table", "strata_history"}, "which is the name of a table that records what has run");
    refused({"--version-table", " "}, "the table's name is empty");

    const TestDatabase server(TestDialect::postgresql);
    const Application app(server, one_table("a1", "songs"), &songs_alone, {"--version-table", std::string(53, 'v')});
    CHECK_THAT(app({"upgrade"}).err, Contains("is too long; postgresql takes 52 bytes there"));
    const Application fits(server, one_table("a1", "songs"), &songs_alone, {"--version-table", std::string(52, 'v')});
    CHECK_THAT(fits.ok({"upgrade"}), Contains("-> a1"));
    CHECK_THAT(fits.ok({"current", "-v"}), Contains("\nRun: "));

    const Application taken(db, one_table("a1", "songs"), &songs_alone, {"--version-table", "songs"});
    CHECK_THAT(taken({"check"}).err, Contains("the models have a table songs, in which migrations keep their own"));
}

TEST_CASE("the version table's name and schema come from strata.toml, the environment and flags",
          "[migrate][version_tables][config]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto file = (db.directory() / "strata.toml").string();
    std::ofstream(file) << "[migrations]\nversion_table = \"of_the_file\"\n"
                           "[profiles.tenant]\nversion_table = \"of_a_profile\"\nversion_schema = \"audit\"\n";
    const Application app(db, one_table("a1", "songs"), &songs_alone, {"--config", file});
    const auto config = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"config"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return app.ok(arguments);
    };
    CHECK_THAT(config({}), Contains("version_table = of_the_file  (strata.toml [migrations])\n") &&
                               Contains("version_schema = (not set)\n"));
    CHECK_THAT(config({"--profile", "tenant"}),
               Contains("version_table = of_a_profile  (strata.toml [profiles.tenant])\n") &&
                   Contains("version_schema = audit  (strata.toml [profiles.tenant])\n"));
    setenv("STRATA_VERSION_TABLE", "of_the_environment", 1);
    CHECK_THAT(config({}), Contains("version_table = of_the_environment  (STRATA_VERSION_TABLE)\n"));
    CHECK_THAT(config({"--version-table", "of_a_flag"}), Contains("version_table = of_a_flag  (--version-table)\n"));
    unsetenv("STRATA_VERSION_TABLE");
    CHECK_THAT(app.ok({"upgrade"}), Contains("-> a1"));
    CHECK(tables(db) == "of_the_file of_the_file_history songs");
    std::ofstream(file) << "";
    CHECK_THAT(config({}), Contains("version_table = strata_version  (the default)\n"));
}

STRATA_DB_TEST("a table that somebody else has made in the place of the history's is named in one line",
               "[migrate][version_tables]") {
    db.shell("CREATE TABLE strata_history (id INTEGER, note VARCHAR(20))");
    const Application music(db, one_table("a1", "songs"), &songs_alone);
    for (const auto& command :
         std::vector<std::vector<std::string>>{{"upgrade"}, {"log"}, {"stamp", "head"}, {"doctor"}}) {
        const auto run = music(command);
        INFO(command.front() << run.out << run.err);
        CHECK(run.code == (command.front() == "doctor" ? 1 : 2));
        CHECK_THAT(run.out + run.err,
                   Contains("the table strata_history is not the one in which migrations record what "
                            "has run: it has other columns; rename it"));
    }
    CHECK(tables(db) == "strata_history");
    const Application other(db, one_table("a1", "songs"), &songs_alone, {"--version-table", "music"});
    CHECK_THAT(other.ok({"upgrade"}), Contains("-> a1"));
}
