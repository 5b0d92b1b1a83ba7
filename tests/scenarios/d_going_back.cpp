// Going back and looking.
#include "project.hpp"

#include <map>
#include <utility>

using Catch::Matchers::Contains;
using strata::test::columns_of;
using strata::test::error_of;
using strata::test::Project;
using strata::test::revision_id;
using strata::test::tables_of;
using strata::test::TestDatabase;

STRATA_DB_TEST("downgrade (one), downgrade -1, downgrade REV, downgrade base - each leaves exactly the earlier schema",
               "[scenario][D1]") {
    const auto project = Project::shared(db);
    const auto files = project.revisions();
    REQUIRE(files.size() == 3);
    std::map<int, std::string> schema;  // after how many revisions
    project.db_migrate({"upgrade"});
    project.db_migrate({"downgrade", "base"});
    schema[0] = db.dump();
    CHECK(tables_of(db) == "strata_history strata_version");
    for (int count = 1; count <= 3; ++count) {
        project.db_migrate({"upgrade", "+1"});
        schema[count] = db.dump();
        CHECK(schema[count] != schema[count - 1]);
    }
    CHECK(columns_of(db, "users") == "id username email created_at");
    db.shell("INSERT INTO users (username, email) VALUES ('ada', 'ada@example.org')");
    db.shell("INSERT INTO devices (name, user_id) SELECT 'lamp', id FROM users");
    const auto rows_stay = [&] {
        CHECK(db.shell("SELECT name, username, email FROM devices JOIN users ON users.id = user_id") ==
              "lamp|ada|ada@example.org");
    };

    project.db_migrate({"downgrade"});
    CHECK(db.dump() == schema[2]);
    rows_stay();
    project.db_migrate({"downgrade", "-1"});
    CHECK(db.dump() == schema[1]);
    rows_stay();
    project.db_migrate({"upgrade"});
    CHECK(db.dump() == schema[3]);
    rows_stay();
    project.db_migrate({"downgrade", revision_id(files[0])});
    CHECK(db.dump() == schema[1]);
    rows_stay();
    project.db_migrate({"upgrade"});
    project.db_migrate({"downgrade", "-2"});
    CHECK(db.dump() == schema[1]);
    CHECK(project.db_migrate({"current"}).out == revision_id(files[0]) + "\n");
    project.db_migrate({"downgrade", "base"});
    CHECK(db.dump() == schema[0]);
    CHECK(project.db_migrate({"current"}).out.empty());

    const auto refused = error_of(project.db_migrate({"downgrade", "-1"}, 2));
    CHECK_THAT(refused, Contains("FAILED: "));
    CHECK(db.dump() == schema[0]);
}

STRATA_DB_TEST("current, history, history --verbose, heads, show REV", "[scenario][D2]") {
    const auto project = Project::shared(db);
    const auto files = project.revisions();
    REQUIRE(files.size() == 3);
    const auto first = revision_id(files[0]);
    const auto second = revision_id(files[1]);
    const auto third = revision_id(files[2]);

    CHECK(project.db_migrate({"current"}).out.empty());
    project.db_migrate({"upgrade", second});
    CHECK(project.db_migrate({"current"}).out == second + "\n");
    CHECK(project.db_migrate({"heads"}).out == third + " (head)\n");
    CHECK(project.db_migrate({"history"}).out == second + " -> " + third + " (head), devices have a status\n" +  //
                                                     first + " -> " + second + ", record when a user was created\n" +
                                                     "<base> -> " + first + ", initial schema\n");
    CHECK_THAT(project.db_migrate({"history", "--indicate-current"}).out,
               Contains(first + " -> " + second + " (current), record when a user was created\n"));

    const auto path = [&](std::size_t index) { return "Path: " + (files[index]).string() + "\n"; };
    const auto verbose = project.db_migrate({"history", "--verbose"}).out;
    CHECK(verbose.find("Rev: " + third) < verbose.find("Rev: " + second));
    CHECK(verbose.find("Rev: " + second) < verbose.find("Rev: " + first));
    CHECK_THAT(verbose, Contains("Rev: " + third + " (head)\nParent: " + second + "\n" + path(2)));
    CHECK_THAT(verbose, Contains("Rev: " + second + "\nParent: " + first + "\n" + path(1)));
    CHECK_THAT(verbose, Contains("Rev: " + first + "\nParent: <base>\n" + path(0)));
    CHECK_THAT(verbose, Contains("\n    record when a user was created\n"));

    const auto shown = project.db_migrate({"show", second}).out;
    CHECK_THAT(shown, Contains("Rev: " + second + "\nParent: " + first + "\n" + path(1) + "Create Date: "));
    CHECK_THAT(shown, Contains("record when a user was created") && !Contains("devices have a status"));
    CHECK(project.db_migrate({"show", second.substr(0, 6)}).out == shown);
    CHECK(project.db_migrate({"show", "current"}).out == shown);
    CHECK_THAT(project.db_migrate({"show", "head"}).out, Contains("Rev: " + third + " (head)\n"));
    CHECK_THAT(error_of(project.db_migrate({"show", "0123456789ab"}, 2)), Contains("0123456789ab"));
}

STRATA_DB_TEST(
    "upgrade head --sql, upgrade a:b --sql, downgrade b:a --sql - fed to psql or sqlite3 they give the same database "
    "as "
    "the online run",
    "[scenario][D3]") {
    const TestDatabase online_database(db.dialect());
    const auto online = Project::shared(online_database);
    const auto offline = Project::shared(db);
    const auto files = online.revisions();
    REQUIRE(files.size() == 3);
    const auto first = revision_id(files[0]);
    const auto second = revision_id(files[1]);
    const auto third = revision_id(files[2]);
    const auto fed = [&](const std::vector<std::string>& command) {
        const auto script = offline.db_migrate(command).out;
        INFO(script);
        CHECK(error_of(offline.db_migrate(command)).empty());
        db.shell(script);
    };
    const auto same = [&] {
        CHECK(db.dump() == online_database.dump());
        CHECK(db.shell("SELECT version_num FROM strata_version") ==
              online_database.shell("SELECT version_num FROM strata_version"));
        CHECK(offline.db_migrate({"current"}).out == online.db_migrate({"current"}).out);
    };

    // A script is written without a database: nothing is made by that.
    offline.db_migrate({"upgrade", "head", "--sql"});
    CHECK(tables_of(db).empty());
    fed({"upgrade", "head", "--sql"});
    online.db_migrate({"upgrade"});
    same();
    CHECK(offline.db_migrate({"current"}).out == third + " (head)\n");

    for (const TestDatabase* const database : {&std::as_const(db), &online_database}) {
        database->shell("INSERT INTO users (username, email) VALUES ('ada', 'ada@example.org')");
        database->shell("INSERT INTO devices (name, user_id) SELECT 'lamp', id FROM users");
    }
    fed({"downgrade", third + ":" + first, "--sql"});
    online.db_migrate({"downgrade", first});
    same();
    CHECK(columns_of(db, "devices") == "id name user_id");
    fed({"upgrade", first + ":" + second, "--sql"});
    online.db_migrate({"upgrade", second});
    same();
    CHECK(offline.db_migrate({"current"}).out == second + "\n");
    CHECK(db.shell("SELECT name, username FROM devices JOIN users ON users.id = user_id") == "lamp|ada");

    // One that begins elsewhere stops before it does anything.
    const auto script = offline.db_migrate({"upgrade", first + ":head", "--sql"}).out;
    CHECK_THROWS_WITH(db.shell(script), Contains("not at " + first));
    same();

    fed({"downgrade", second + ":base", "--sql"});
    online.db_migrate({"downgrade", "base"});
    CHECK(db.dump() == online_database.dump());
    CHECK(tables_of(db) == "strata_history strata_version");
}

STRATA_DB_TEST("upgrade REV with a full id, a unique prefix, +1", "[scenario][D4]") {
    const auto project = Project::shared(db);
    const auto files = project.revisions();
    REQUIRE(files.size() == 3);
    const auto first = revision_id(files[0]);
    const auto second = revision_id(files[1]);
    const auto third = revision_id(files[2]);
    CHECK_THAT(project.db_migrate({"upgrade", first}).out, Contains("Running upgrade  -> " + first + ", "));
    CHECK(project.db_migrate({"current"}).out == first + "\n");
    CHECK_THAT(project.db_migrate({"upgrade", second.substr(0, 5)}).out,
               Contains("Running upgrade " + first + " -> " + second + ", "));
    CHECK(project.db_migrate({"current"}).out == second + "\n");
    CHECK_THAT(project.db_migrate({"upgrade", "+1"}).out, Contains("Running upgrade " + second + " -> " + third));
    CHECK(project.db_migrate({"current"}).out == third + " (head)\n");

    const auto schema = db.dump();
    CHECK_THAT(error_of(project.db_migrate({"upgrade", "+1"}, 2)), Contains("FAILED: "));
    CHECK_THAT(error_of(project.db_migrate({"upgrade", "ffffffffffff"}, 2)),
               Contains("Can't locate revision identified by 'ffffffffffff'"));
    CHECK(db.dump() == schema);
}
