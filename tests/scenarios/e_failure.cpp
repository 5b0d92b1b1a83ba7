// When it goes wrong.
#include "project.hpp"

#include <filesystem>

using Catch::Matchers::Contains;
using strata::test::columns_of;
using strata::test::error_of;
using strata::test::occurrences;
using strata::test::Project;
using strata::test::revision_id;
using strata::test::tables_of;

STRATA_DB_TEST("a revision fails midway: nothing of it stays, current is the one before - fix, upgrade",
               "[scenario][E4]") {
    const Project project(db, Project::History::kept);
    project.db_migrate({"upgrade"});
    db.shell("INSERT INTO users (username, email) VALUES ('ada', 'ada@example.org')");
    const auto before = revision_id(project.revisions().back());
    const auto schema = db.dump();
    const auto rows = db.shell("SELECT * FROM users");

    project.db_migrate({"revision", "-m", "users get a score"});
    const auto file = project.revisions().back();
    const auto id = revision_id(file);
    project.write(
        file,
        "#include <strata/migrate/revision.hpp>\n"
        "using namespace strata::migrate;\n"
        "STRATA_REVISION(" +
            id + ", revises(\"" + before +
            "\"), \"users get a score\",\n"
            "    [](Operations& op) {\n"
            "        op.create_table(\"scores\", {column(\"id\", BigInteger{}), primary_key(\"\", {\"id\"})});\n"
            "        op.add_column(\"users\", column(\"score\", Integer{}).server_default(literal(1)));\n"
            "        op.execute(\"UPDATE users SET score = 7\");\n"
            "        op.execute(\"UPDATE users SET scores = score + 1\");\n"
            "        op.alter_column(\"users\", \"email\").type(Text{});\n"
            "    },\n"
            "    [](Operations& op) {\n"
            "        op.alter_column(\"users\", \"email\").type(String{255});\n"
            "        op.drop_column(\"users\", \"score\");\n"
            "        op.drop_table(\"scores\");\n"
            "    })\n");
    const auto said = error_of(project.db_migrate({"upgrade"}, 2));
    INFO(said);
    CHECK(occurrences(said, "\n") == 0);
    CHECK_THAT(said, Contains("FAILED: revision " + id));
    CHECK_THAT(said, Contains("scores") && Contains("nothing of it stays"));
    CHECK(db.dump() == schema);
    CHECK(db.shell("SELECT * FROM users") == rows);
    CHECK(project.db_migrate({"current"}).out == before + "\n");

    project.edit(file, "SET scores = score + 1", "SET score = score + 1");
    CHECK_THAT(project.db_migrate({"upgrade"}).out, Contains("Running upgrade " + before + " -> " + id));
    CHECK(project.db_migrate({"current"}).out == id + " (head)\n");
    CHECK(tables_of(db) == "devices scores strata_history strata_version users");
    CHECK(db.shell("SELECT username, score FROM users") == "ada|8");

    project.db_migrate({"downgrade"});
    CHECK(db.dump() == schema);
    CHECK(db.shell("SELECT * FROM users") == rows);
}

STRATA_DB_TEST(
    "migrate with pending revisions says that the database is not up to date - current, upgrade, migrate again - and a "
    "revision whose file is gone is named with the ways out",
    "[scenario][E1][E2]") {
    const Project project(db, Project::History::kept);
    const auto files = project.revisions();
    const auto second = revision_id(files[1]);
    const auto third = revision_id(files[2]);
    project.db_migrate({"upgrade", second});
    project.add_member("User", "users", "email", "std::optional<std::string> phone");
    const auto behind = error_of(project.db_migrate({"migrate", "add phone to users"}, 2));
    CHECK(occurrences(behind, "\n") == 0);
    CHECK_THAT(behind, Contains("FAILED: Target database is not up to date. Run upgrade first") && Contains(second) &&
                           Contains(third));
    CHECK(project.revisions() == files);
    CHECK(project.db_migrate({"current"}).out == second + "\n");
    project.db_migrate({"upgrade"});
    CHECK_THAT(project.db_migrate({"migrate", "add phone to users"}).out, Contains("Detected add column users.phone"));
    REQUIRE(project.revisions().size() == 4);

    // The revision runs here, and its file never comes into the repository.
    project.db_migrate({"upgrade"});
    const auto file = project.revisions().back();
    const auto lost = revision_id(file);
    const auto kept = db.directory() / "kept.cpp";
    const auto schema = db.dump();
    std::filesystem::rename(file, kept);
    std::filesystem::remove(project.directory() / "migrations/heads");
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"current"}, {"upgrade"}, {"downgrade"}, {"migrate", "more"}, {"check"}}) {
        const auto said = error_of(project.db_migrate(command, 2));
        INFO(command.front() << ": " << said);
        CHECK(occurrences(said, "\n") == 0);
        CHECK_THAT(said, Contains("FAILED: Can't locate revision identified by '" + lost + "'") &&
                             Contains("restore the file") && Contains("'stamp --purge REVISION'"));
    }
    CHECK(db.dump() == schema);

    // One way out: the database is put right by hand and said to be where it is.
    db.shell("ALTER TABLE users DROP COLUMN phone");
    project.db_migrate({"stamp", "--purge", third});
    CHECK(project.db_migrate({"current"}).out == third + " (head)\n");
    CHECK(db.shell("SELECT version_num FROM strata_version") == third);
    // The other: the file is restored.
    std::filesystem::rename(kept, file);
    CHECK_THAT(project.db_migrate({"upgrade"}).out, Contains("Running upgrade " + third + " -> " + lost));
    CHECK(columns_of(db, "users") == "id username email created_at phone");
}

STRATA_DB_TEST("the app starts before the migrations - one line that says what to run", "[scenario][E6]") {
    const auto project = Project::shared(db);
    const auto one_line = [&](const std::string& table, const std::vector<std::string>& command) {
        const auto said = error_of(project.app(command, 2));
        INFO(said);
        // PostgreSQL's role is warned of, too.
        CHECK(said.substr(said.rfind('\n') + 1) == "app: no such table: " + table + "; run db_migrate.sh upgrade");
        CHECK(occurrences(said, "\n") == (db.is_sqlite() ? 0 : 1));
    };
    db.shell("CREATE TABLE something_else (id integer)");
    one_line("users", {"users"});
    one_line("users", {"get-user", "1"});
    one_line("users", {"create-user", "ada", "ada@example.org"});
    one_line("users", {"delete-user", "1"});
    one_line("devices", {"execute", "UPDATE devices SET name = 'lamp'"});
    CHECK(tables_of(db) == "something_else");

    project.db_migrate({"upgrade"});
    CHECK(project.app({"users"}).out.empty());
}

STRATA_DB_TEST("reset in development: drop everything, upgrade", "[scenario][E7]") {
    const auto project = Project::shared(db);
    if (db.is_postgresql()) db.clear();  // a schema that was made anew is told from the server's own in a dump
    project.db_migrate({"upgrade"});
    const auto schema = db.dump();
    const auto head = project.db_migrate({"current"}).out;
    project.app({"create-user", "ada", "ada@example.org"});

    SECTION("by the database's own means") {
        if (db.is_sqlite()) {
            std::filesystem::remove(db.directory() / "test.db");
        } else {
            db.clear();
        }
    }
    SECTION("by drop-all") {
        CHECK(
            project.db_migrate({"drop-all", "--yes"}).out ==
            "Dropped table devices\nDropped table users\nDropped table strata_version\nDropped table strata_history\n");
        CHECK(tables_of(db).empty());
    }
    SECTION("by downgrade base") { project.db_migrate({"downgrade", "base"}); }
    CHECK(occurrences(project.db_migrate({"upgrade"}).out, "Running upgrade ") == 3);
    CHECK(db.dump() == schema);
    CHECK(project.db_migrate({"current"}).out == head);
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
    CHECK(project.app({"create-user", "bob", "bob@example.org"}).out == "1 bob bob@example.org\n");
}

TEST_CASE("a step that cannot be in a transaction broke off - running again finishes it",
          "[scenario][E4][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    const Project project(db, Project::History::kept);
    const auto last = revision_id(project.revisions().back());
    const std::string id = "aaaaaaaaaaaa";
    project.write("migrations/20990101_000000_" + id + "_unique_emails.cpp", R"(#include <strata/migrate/revision.hpp>
using namespace strata::migrate;
STRATA_REVISION(
    aaaaaaaaaaaa, revises(")" + last + R"("), "unique emails",
    [](Operations& op) { op.create_index("ix_users_email", "users", {"email"}).unique().concurrently(); },
    [](Operations& op) { op.drop_index("ix_users_email", "users").concurrently(); })
)");
    project.db_migrate({"upgrade", last});
    const auto schema = db.dump();
    db.shell("INSERT INTO users (username, email) VALUES ('ada', 'ada@example.org'), ('bob', 'ada@example.org')");
    const auto valid = [&] {
        return db.shell("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_users_email')");
    };
    const auto said = error_of(project.db_migrate({"upgrade"}, 2));
    INFO(said);
    CHECK_THAT(said, Contains("FAILED: revision " + id) && Contains("users"));
    CHECK(project.db_migrate({"current"}).out == last + "\n");
    // What is left where the server ends such a step midway.
    CHECK_THROWS(db.shell("CREATE UNIQUE INDEX CONCURRENTLY ix_users_email ON users (email)"));
    CHECK(valid() == "f");

    db.shell("UPDATE users SET email = 'bob@example.org' WHERE username = 'bob'");
    CHECK_THAT(project.db_migrate({"upgrade"}).out, Contains("Running upgrade " + last + " -> " + id));
    CHECK(project.db_migrate({"current"}).out == id + " (head)\n");
    CHECK(valid() == "t");
    CHECK_THROWS_WITH(db.shell("UPDATE users SET email = 'ada@example.org'"), Contains("ix_users_email"));
    project.db_migrate({"downgrade"});
    CHECK(db.dump() == schema);
}
