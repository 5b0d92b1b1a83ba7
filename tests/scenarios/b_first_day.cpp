// First day.
#include "project.hpp"

#include <filesystem>

using Catch::Matchers::Contains;
using strata::test::columns_of;
using strata::test::error_of;
using strata::test::occurrences;
using strata::test::Project;
using strata::test::revision_id;
using strata::test::tables_of;
using strata::test::TestDatabase;
using strata::test::TestDialect;

STRATA_DB_TEST(
    "a database without tables: migrate \"initial schema\", upgrade - tables and version table are there, "
    "current names the head, check finds nothing",
    "[scenario][B1]") {
    const Project project(db, Project::History::none);
    CHECK(project.db_migrate({"current"}).out.empty());
    const auto written = project.db_migrate({"migrate", "initial schema"}).out;
    CHECK_THAT(written, Contains("Compared 2 tables: devices, users\n"));
    CHECK_THAT(written, Contains("Detected create table users\nDetected create table devices\n"));
    REQUIRE(project.revisions().size() == 1);
    CHECK(tables_of(db).empty());

    const auto id = revision_id(project.revisions().front());
    CHECK(project.db_migrate({"upgrade"}).out == "Running upgrade  -> " + id + ", initial schema\n");
    CHECK(tables_of(db) == "devices strata_history strata_version users");
    CHECK(columns_of(db, "users") == "id username email created_at");
    CHECK(columns_of(db, "devices") == "id name status user_id");
    CHECK(project.db_migrate({"current"}).out == id + " (head)\n");
    CHECK_THAT(project.db_migrate({"check"}).out, Contains("No new upgrade operations detected."));
    CHECK_THAT(project.db_migrate({"migrate", "again"}).out, Contains("No changes detected"));
    CHECK(project.revisions().size() == 1);
}

STRATA_DB_TEST("a fresh database: delete it, upgrade, the same schema again", "[scenario][B2]") {
    const auto project = Project::shared(db);
    project.db_migrate({"upgrade"});
    const auto schema = db.dump();
    CHECK(tables_of(db) == "devices strata_history strata_version users");

    const TestDatabase other(db.is_sqlite() ? TestDialect::sqlite : TestDialect::postgresql);
    const auto& fresh = db.is_sqlite() ? db : other;  // a file is deleted; PostgreSQL has a new database
    if (db.is_sqlite()) std::filesystem::remove(db.directory() / "test.db");
    CHECK(tables_of(fresh).empty());
    const auto project_again = Project::shared(fresh);
    project_again.db_migrate({"upgrade"});
    CHECK(fresh.dump() == schema);
    CHECK_THAT(project_again.db_migrate({"check"}).out, Contains("No new upgrade operations detected."));
}

STRATA_DB_TEST("create-all for tests, the test run, drop-all --yes", "[scenario][B4]") {
    const auto project = Project::shared(db);
    CHECK(project.db_migrate({"create-all"}).out == "Created table users\nCreated table devices\n");
    CHECK(tables_of(db) == "devices users");
    CHECK(project.app({"create-user", "ada", "ada@example.org"}).out == "1 ada ada@example.org\n");
    CHECK(project.app({"users"}).out == "1 ada ada@example.org\n");

    // Not without being asked to.
    CHECK_THAT(error_of(project.db_migrate({"drop-all"}, 2)), Contains("say --yes"));
    CHECK(db.shell("SELECT username FROM users") == "ada");

    CHECK(project.db_migrate({"drop-all", "--yes"}).out == "Dropped table devices\nDropped table users\n");
    CHECK(tables_of(db).empty());
    if (db.is_postgresql()) CHECK(db.shell("SELECT typname FROM pg_type WHERE typtype = 'e'").empty());
    CHECK(project.db_migrate({"create-all"}).out == "Created table users\nCreated table devices\n");
}

STRATA_DB_TEST("create-all where migrations own the database creates nothing and says so in one line",
               "[scenario][B4]") {
    const auto project = Project::shared(db);
    project.db_migrate({"upgrade"});
    project.db_migrate({"downgrade", "base"});
    const auto said = error_of(project.db_migrate({"create-all"}, 2));
    CHECK(occurrences(said, "\n") == 0);
    CHECK_THAT(said, Contains("FAILED: ") && Contains("run the migrations instead"));
    CHECK(tables_of(db) == "strata_history strata_version");
}

STRATA_DB_TEST("drop-all by hand asks first, and drops on a yes only", "[scenario][B4]") {
    if (!strata::test::has_terminals()) {
        WARN("not run: this machine gives no pseudo terminal (/dev/pts is not mounted)");
        return;
    }
    const auto project = Project::shared(db);
    project.db_migrate({"create-all"});
    const auto before = db.dump();
    const std::vector<std::string> drop_all{(Project::prefix() / "share/strata/db_migrate.sh").string(), "drop-all"};
    for (const std::string answer : {"n", "", "yesterday"}) {
        INFO(answer);
        const auto refused = project.run_on_terminal(drop_all, answer);
        CHECK(refused.exit_code == 2);
        CHECK_THAT(refused.out, Contains("Drop all tables of ") && Contains(" with every row? [y/N] "));
        CHECK_THAT(error_of(refused), Contains("nothing was dropped"));
        CHECK(db.dump() == before);
    }
    const auto agreed = project.run_on_terminal(drop_all, "y");
    CHECK(agreed.exit_code == 0);
    CHECK_THAT(agreed.out, Contains("Dropped table devices\nDropped table users\n"));
    CHECK(tables_of(db).empty());
}

TEST_CASE("a project that could not be configured is configured by the next call", "[scenario][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    Project project(db, Project::History::kept);
    project.set("CMAKE_PREFIX_PATH", "/nowhere");
    CHECK_THAT(project.db_migrate({"heads"}, 2).err, Contains("FAILED: CMake could not configure "));
    project.set("CMAKE_PREFIX_PATH", Project::prefix().string());
    CHECK_THAT(project.db_migrate({"heads"}).out, Contains(" (head)\n"));

    // Two revisions of one id are told in one line, however the build finds them.
    const auto file = project.revisions().back();
    const auto id = revision_id(file);
    project.write(file.parent_path() / ("20990101_000000_" + id + "_again.cpp"), project.read(file));
    const auto said = error_of(project.db_migrate({"heads"}, 2));
    CHECK_THAT(said, Contains("FAILED: two revisions have the id " + id));
    CHECK(std::count(said.begin(), said.end(), '\n') == 0);
}

STRATA_DB_TEST(
    "a database that has the tables already: upgrade points to baseline and stamp, and after either the next migrate "
    "is "
    "empty - a model that was not registered is missed in the list of what was compared",
    "[scenario][B3][B5][E5]") {
    const Project project(db, Project::History::none);
    project.db_migrate({"create-all"});
    db.shell("INSERT INTO users (username, email) VALUES ('ada', 'ada@example.org')");
    const auto row = db.shell("SELECT * FROM users");
    CHECK_THAT(project.db_migrate({"migrate", "initial schema"}).out, Contains("Compared 2 tables: devices, users\n"));
    const auto first = revision_id(project.revisions().front());
    const auto said = error_of(project.db_migrate({"upgrade"}, 2));
    CHECK(occurrences(said, "\n") == 0);
    CHECK_THAT(said, Contains("table users already exists") && Contains("'baseline'") && Contains("'stamp REVISION'"));
    CHECK(db.shell("SELECT * FROM users") == row);
    CHECK(project.db_migrate({"current"}).out.empty());

    // Either way it is taken in as it is.
    for (const std::vector<std::string>& taken_in : {std::vector<std::string>{"stamp", "head"}, {"baseline"}}) {
        INFO(taken_in.front());
        project.db_migrate({"stamp", "base"});
        project.db_migrate(taken_in);
        CHECK(project.db_migrate({"current"}).out == first + " (head)\n");
        CHECK_THAT(project.db_migrate({"migrate", "again"}).out, Contains("No changes detected"));
        CHECK(project.db_migrate({"upgrade"}).out.find("Running") == std::string::npos);
    }
    CHECK(project.revisions().size() == 1);
    CHECK(db.shell("SELECT * FROM users") == row);

    // A model that was written and not registered: the list of tables does not have it.
    project.edit("models.hpp", "}  // namespace devices",
                 "struct Room {\n    std::int64_t id{};\n    std::string name{};\n};\n"
                 "STRATA_MODEL(Room, rooms, id, name)\n\n}  // namespace devices");
    const auto missed = project.db_migrate({"migrate", "rooms"}).out;
    CHECK_THAT(missed, Contains("Compared 2 tables: devices, users\n") && Contains("No changes detected"));
    project.edit("schema.cpp", "table(devices, index(devices.status))",
                 "table(devices, index(devices.status)), table(rooms)");
    const auto seen = project.db_migrate({"migrate", "rooms"}).out;
    CHECK_THAT(seen, Contains("Compared 3 tables: devices, rooms, users\n") && Contains("Detected create table rooms"));
    const auto second = revision_id(project.revisions().back());

    // Somebody makes the table by hand, and says that the revision is done.
    db.shell(db.is_sqlite() ? "CREATE TABLE rooms (id INTEGER CONSTRAINT pk_rooms PRIMARY KEY, name TEXT NOT NULL)"
                            : "CREATE TABLE rooms (id bigint GENERATED BY DEFAULT AS IDENTITY CONSTRAINT pk_rooms "
                              "PRIMARY KEY, name text NOT NULL)");
    CHECK_THAT(error_of(project.db_migrate({"upgrade"}, 2)), Contains("table rooms already exists"));
    const auto by_hand = db.dump();
    CHECK(project.db_migrate({"stamp", second}).out == "Running stamp_revision " + first + " -> " + second + "\n");
    CHECK(db.dump() == by_hand);
    CHECK(db.shell("SELECT version_num FROM strata_version") == second);
    CHECK_THAT(project.db_migrate({"check"}).out, Contains("No new upgrade operations detected."));

    // The same where what the database records is nonsense.
    db.shell("UPDATE strata_version SET version_num = 'feedfacefeed'");
    CHECK_THAT(error_of(project.db_migrate({"stamp", second}, 2)), Contains("feedfacefeed") && Contains("--purge"));
    project.db_migrate({"stamp", "--purge", second});
    CHECK(db.shell("SELECT version_num FROM strata_version") == second);
    CHECK(project.db_migrate({"current"}).out == second + " (head)\n");
    CHECK(db.dump() == by_hand);

    project.db_migrate({"downgrade"});
    CHECK(tables_of(db) == "devices strata_history strata_version users");
    CHECK(db.shell("SELECT * FROM users") == row);
}
