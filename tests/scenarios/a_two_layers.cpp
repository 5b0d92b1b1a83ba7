// An application moves to two layers.
#include "project.hpp"

#include <cstdlib>
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
    "init_db() creates the tables from the environment's URL, then connects - the second run changes nothing",
    "[scenario][A1]") {
    const auto project = Project::shared(db);
    CHECK(project.app({"init-db"}).out == "created users devices\npool of 5\n0 users\n");
    project.app({"create-user", "ada", "ada@example.org"});
    const auto schema = db.dump();
    const auto row = db.shell("SELECT * FROM users");

    CHECK(project.app({"init-db"}).out == "created nothing\npool of 5\n1 users\n");
    CHECK(db.dump() == schema);
    CHECK(db.shell("SELECT * FROM users") == row);
}

namespace {

/// The database's parts as an application gives them, asked from the database's own shell.
void set_parts(Project& project, const TestDatabase& db) {
    project.set("DATABASE_URL", "");
    if (db.is_sqlite()) {
        project.set("DB_TYPE", "sqlite");
        project.set("DB_NAME", (db.directory() / "test.db").string());
        return;
    }
    project.set("DB_TYPE", "postgres");
    project.set("DB_HOST", db.shell("\\echo :HOST"));
    project.set("DB_PORT", db.shell("\\echo :PORT"));
    project.set("DB_NAME", db.shell("\\echo :DBNAME"));
    project.set("DB_USER", db.shell("\\echo :USER"));
}

/// The user or the password of a URL.
std::string part_of(const std::string& url, const std::string& before, const std::string& after) {
    const auto start = url.find(before, url.find("://") + (before == ":" ? 3 : 0)) + before.size();
    return url.substr(start, url.find(after, start) - start);
}

}  // namespace

STRATA_DB_TEST("the connection comes from DB_TYPE, DB_HOST, ... and DB_POOL_SIZE, or from DATABASE_URL",
               "[scenario][A2]") {
    auto project = Project::shared(db);
    SECTION("from its parts, for the tool and the application") {
        set_parts(project, db);
        project.set("DB_POOL_SIZE", "3");
        project.db_migrate({"upgrade"});
        CHECK(tables_of(db) == "devices strata_history strata_version users");
        CHECK_THAT(project.app({"init-db"}).out, Contains("pool of 3\n"));
        project.app({"create-user", "ada", "ada@example.org"});
        CHECK(db.shell("SELECT username FROM users") == "ada");
    }
    SECTION("from DATABASE_URL, which comes first") {
        project.set("DB_TYPE", "no-such-type");
        project.app({"init-db"});
        CHECK(tables_of(db) == "devices users");
    }
    SECTION("a wrong type and a wrong pool size are one clear line each") {
        set_parts(project, db);
        project.set("DB_POOL_SIZE", "many");
        const auto pool = error_of(project.app({"users"}, 2));
        CHECK_THAT(pool, Contains("DB_POOL_SIZE"));
        CHECK(occurrences(pool, "\n") == 0);
        project.set("DB_POOL_SIZE", "3");
        project.set("DB_TYPE", "oracle");
        const auto type = error_of(project.db_migrate({"current"}, 2));
        CHECK_THAT(type, Contains("oracle"));
        CHECK(occurrences(type, "\n") == 0);
        CHECK(tables_of(db).empty());
    }
}

TEST_CASE("a password comes from DB_PASS and is never shown", "[scenario][A2][postgresql]") {
    const char* url = std::getenv("STRATA_TEST_POSTGRES_PASSWORD");
    if (url == nullptr) {
        WARN("not run: STRATA_TEST_POSTGRES_PASSWORD names no role that must give a password");
        return;
    }
    const TestDatabase db(TestDialect::postgresql);
    db.shell("GRANT ALL ON SCHEMA public TO strata_password");
    auto project = Project::shared(db);
    set_parts(project, db);
    project.set("DB_USER", part_of(url, "://", ":"));
    project.set("DB_PASS", part_of(url, ":", "@"));
    project.db_migrate({"upgrade"});
    project.app({"create-user", "ada", "ada@example.org"});
    CHECK(db.shell("SELECT username FROM users") == "ada");

    project.set("DB_PASS", "open sesame");
    for (const auto& said : {error_of(project.db_migrate({"current"}, 3)), error_of(project.app({"users"}, 2))}) {
        INFO(said);
        CHECK(occurrences(said, "\n") == 0);
        CHECK_THAT(said, Contains("password authentication failed") && !Contains("sesame"));
    }
}

STRATA_DB_TEST("existing helper functions run unchanged after an upgrade added a column they do not know",
               "[scenario][A3]") {
    const auto old_project = Project::shared(db);
    const Project project(db, Project::History::kept);
    project.db_migrate({"upgrade"});
    old_project.app({"create-user", "ada", "ada@example.org"});

    project.add_member("User", "users", "email", "std::optional<std::string> phone");
    project.db_migrate({"migrate", "add phone to users"});
    project.db_migrate({"upgrade"});
    REQUIRE(columns_of(db, "users") == "id username email created_at phone");

    // The program that was built before.
    CHECK(old_project.app({"create-user", "bob", "bob@example.org"}).out == "2 bob bob@example.org\n");
    CHECK(old_project.app({"get-user", "1"}).out == "1 ada ada@example.org\n");
    CHECK(old_project.app({"users"}).out == "1 ada ada@example.org\n2 bob bob@example.org\n");
    CHECK(old_project.app({"update-email", "1", "countess@example.org"}).out == "1 changed\n");
    CHECK(old_project.app({"delete-user", "2"}).out == "1 deleted\n");
    CHECK(db.shell("SELECT id, email, phone FROM users") == "1|countess@example.org|");

    // The same functions, compiled with the model that has the column.
    project.build("app");
    db.shell("UPDATE users SET phone = '12 34'");
    CHECK(project.app({"get-user", "1"}).out == "1 ada countess@example.org\n");
    CHECK(project.app({"update-email", "1", "ada@example.org"}).out == "1 changed\n");
    CHECK(db.shell("SELECT id, email, phone FROM users") == "1|ada@example.org|12 34");
}

STRATA_DB_TEST("init, migrate \"add new column to users\", upgrade, downgrade, current, history", "[scenario][A4]") {
    const Project project(db, Project::History::none);
    std::filesystem::remove(project.directory() / "strata.toml");
    std::filesystem::remove(project.directory() / "migrations");
    CHECK_THAT(error_of(project.db_migrate({"upgrade"}, 2)), Contains("run: db_migrate.sh init"));
    CHECK_THAT(project.db_migrate({"init"}).out, Contains("created ") && Contains("strata.toml"));
    CHECK_THAT(project.db_migrate({"init"}).out, Contains("there already") && !Contains("created"));

    project.db_migrate({"migrate", "initial schema"});
    project.db_migrate({"upgrade"});
    const auto before = db.dump();
    project.add_member("User", "users", "email", "std::optional<std::string> phone");
    project.db_migrate({"migrate", "add new column to users"});
    REQUIRE(project.revisions().size() == 2);
    const auto first = revision_id(project.revisions()[0]);
    const auto second = revision_id(project.revisions()[1]);
    CHECK_THAT(project.db_migrate({"upgrade"}).out,
               Contains("Running upgrade " + first + " -> " + second + ", add new column to users"));
    CHECK(project.db_migrate({"current"}).out == second + " (head)\n");
    CHECK(project.db_migrate({"history"}).out ==
          first + " -> " + second + " (head), add new column to users\n" + "<base> -> " + first + ", initial schema\n");
    CHECK_THAT(project.db_migrate({"downgrade"}).out, Contains("Running downgrade " + second + " -> " + first));
    CHECK(project.db_migrate({"current"}).out == first + "\n");
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("the runtime layer leaves no migration files or tables of its own, and cannot change the schema",
               "[scenario][A5]") {
    const auto project = Project::shared(db);
    project.db_migrate({"create-all"});
    const auto schema = db.dump();
    const auto files = [&] {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(db.directory()))
            names.push_back(entry.path().filename());
        return names;
    };
    const auto files_before = files();
    project.app({"create-user", "ada", "ada@example.org"});
    project.app({"users"});

    for (const std::string statement :
         {"CREATE TABLE extra (id integer)", "ALTER TABLE users ADD COLUMN extra text", "DROP TABLE devices",
          "CREATE INDEX extra ON users (email)", "CREATE VIEW extra AS SELECT 1", "/* */ dRoP TABLE devices",
          "SELECT 1; DROP TABLE devices"}) {
        INFO(statement);
        const auto said = error_of(project.app({"execute", statement}, 2));
        CHECK_THAT(said, Contains("app: ") && (Contains("would change the schema") || Contains("several statements")));
        CHECK(occurrences(said, "\n") == (db.is_sqlite() ? 0 : 1));  // PostgreSQL's role is warned of, too
    }
    CHECK(db.dump() == schema);
    CHECK(files() == files_before);
    CHECK(tables_of(db) == "devices users");
    CHECK(db.shell("SELECT username FROM users") == "ada");
}
