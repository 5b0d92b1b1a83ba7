// Daily change.
#include "project.hpp"

using Catch::Matchers::Contains;
using strata::test::columns_of;
using strata::test::indexes_of;
using strata::test::is_nullable;
using strata::test::occurrences;
using strata::test::Project;
using strata::test::TestDatabase;

namespace {

void insert_users(const TestDatabase& db) {
    db.shell("INSERT INTO users (username, email) VALUES ('ada', 'ada@example.org'), ('bob', 'bob@example.org')");
}

}  // namespace

STRATA_DB_TEST(
    "add a nullable column: the file holds one add_column up and one drop_column down - upgrade, downgrade, upgrade",
    "[scenario][C1]") {
    const Project project(db, Project::History::kept);
    project.db_migrate({"upgrade"});
    insert_users(db);
    const auto before = db.dump();
    const auto rows = db.shell("SELECT id, username, email, created_at FROM users ORDER BY id");

    project.add_member("User", "users", "email", "std::optional<std::string> phone");
    CHECK_THAT(project.db_migrate({"migrate", "add phone to users"}).out,
               Contains("Detected add column users.phone\n"));
    REQUIRE(project.revisions().size() == 4);
    const auto text = project.read(project.revisions().back());
    INFO(text);
    CHECK(occurrences(text, "op.") == 2);
    const auto up = text.find("op.add_column(\"users\", column(\"phone\", Text{}).nullable());");
    const auto down = text.find("op.drop_column(\"users\", \"phone\");");
    REQUIRE(up != std::string::npos);
    REQUIRE(down != std::string::npos);
    CHECK(up < down);

    project.db_migrate({"upgrade"});
    CHECK(columns_of(db, "users") == "id username email created_at phone");
    CHECK(is_nullable(db, "users", "phone"));
    CHECK(db.shell("SELECT id, username, email, created_at FROM users ORDER BY id") == rows);
    const auto after = db.dump();
    project.db_migrate({"downgrade"});
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT id, username, email, created_at FROM users ORDER BY id") == rows);
    project.db_migrate({"upgrade"});
    CHECK(db.dump() == after);
    CHECK(db.shell("SELECT id, username, email, created_at FROM users ORDER BY id") == rows);
    project.db_migrate({"check"});
}

STRATA_DB_TEST(
    "the reviewer makes the new column NOT NULL with a server default and adds an index - "
    "filled tables keep their rows and get the default",
    "[scenario][C2]") {
    const Project project(db, Project::History::kept);
    project.db_migrate({"upgrade"});
    insert_users(db);
    const auto before = db.dump();

    project.add_member("User", "users", "email", "std::string plan");
    const auto written = project.db_migrate({"migrate", "users have a plan"}).out;
    CHECK_THAT(written,
               Contains("Note: users.plan is NOT NULL and has no server default: upgrade fails where users has rows"));
    const auto file = project.revisions().back();
    project.edit(file, "op.add_column(\"users\", column(\"plan\", Text{}));",
                 "op.add_column(\"users\", column(\"plan\", String{20}).server_default(literal(\"free\")));\n"
                 "op.create_index(\"ix_users_plan\", \"users\", {\"plan\"});");
    project.edit(file, "op.drop_column(\"users\", \"plan\");",
                 "op.drop_index(\"ix_users_plan\", \"users\");\nop.drop_column(\"users\", \"plan\");");
    project.edit(
        "models.hpp", "unique(users.username),",
        "unique(users.username), max_length(users.plan, 20), server_default(users.plan, std::string(\"free\")),");
    project.edit("schema.cpp", "table(users)", "table(users, index(users.plan))");

    project.db_migrate({"upgrade"});
    CHECK(db.shell("SELECT id, username, email, plan FROM users ORDER BY id") ==
          "1|ada|ada@example.org|free\n2|bob|bob@example.org|free");
    CHECK_FALSE(is_nullable(db, "users", "plan"));
    CHECK(indexes_of(db, "users") == "ix_users_plan");
    db.shell("INSERT INTO users (username, email) VALUES ('eve', 'eve@example.org')");
    CHECK(db.shell("SELECT plan FROM users WHERE username = 'eve'") == "free");
    CHECK_THAT(project.db_migrate({"check"}).out, Contains("No new upgrade operations detected."));

    project.db_migrate({"downgrade"});
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT username FROM users ORDER BY id") == "ada\nbob\neve");
}

STRATA_DB_TEST("check in CI: 0 when in step, 1 with the list of differences", "[scenario][C8]") {
    const Project project(db, Project::History::kept);
    project.db_migrate({"upgrade"});
    CHECK_THAT(project.db_migrate({"check"}, 0).out, Contains("No new upgrade operations detected."));
    const auto schema = db.dump();

    project.add_member("User", "users", "email", "std::optional<std::string> phone");
    project.edit("models.hpp", "max_length(devices.name, 100)", "max_length(devices.name, 200)");
    project.edit("schema.cpp", "table(devices, index(devices.status))", "table(devices)");
    const auto said = project.db_migrate({"check"}, 1).out;
    CHECK_THAT(said, Contains("New upgrade operations detected:\n"));
    CHECK_THAT(said, Contains("\n  add column users.phone\n"));
    CHECK_THAT(said, Contains("\n  alter column devices.name"));
    CHECK_THAT(said, Contains("\n  drop index ix_devices_status on devices\n"));
    CHECK(occurrences(said, "\n  ") == 3);
    CHECK(db.dump() == schema);
    CHECK(project.revisions().size() == 3);

    // A database that is behind is told from one that differs.
    project.db_migrate({"downgrade"});
    project.db_migrate({"check"}, 2);
}
