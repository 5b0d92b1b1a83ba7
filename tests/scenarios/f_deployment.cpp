// Deployment.
#include "project.hpp"

#include <future>

using Catch::Matchers::Contains;
using strata::test::columns_of;
using strata::test::error_of;
using strata::test::occurrences;
using strata::test::ProcessResult;
using strata::test::Project;
using strata::test::revision_id;
using strata::test::tables_of;
using strata::test::TestDatabase;

namespace {

/// Containers that start at once, each with this as its command.
std::vector<ProcessResult> start_containers(const Project& project, int count, const std::string& command) {
    std::vector<std::future<ProcessResult>> containers;
    for (int number = 0; number < count; ++number) {
        containers.push_back(std::async(std::launch::async, [&project, command, number] {
            return project.run({"sh", "-c", command, "container", "user" + std::to_string(number)});
        }));
    }
    std::vector<ProcessResult> results;
    for (auto& container : containers) results.push_back(container.get());
    return results;
}

}  // namespace

STRATA_DB_TEST("upgrade && app as a container's command - two containers starting at once", "[scenario][F1]") {
    const auto project = Project::shared(db);
    const auto app = std::string(R"(build/app init-db && exec build/app create-user "$1" "$1@example.org")");
    // Where there is no compiler the tool itself is in the container.
    const std::string upgrade =
        GENERATE("\"$CMAKE_PREFIX_PATH/share/strata/db_migrate.sh\" upgrade", "build/devices_migrate upgrade");
    INFO(upgrade);

    const auto results = start_containers(project, 2, upgrade + " && " + app);
    std::string said;
    for (const auto& result : results) {
        INFO(result.out << result.err);
        CHECK(result.exit_code == 0);
        CHECK_THAT(result.out, Contains("created nothing\n"));
        said += result.out;
    }
    for (const auto& file : project.revisions()) {
        INFO(said);
        CHECK(occurrences(said, " -> " + revision_id(file) + ", ") == 1);
    }
    CHECK(tables_of(db) == "devices strata_history strata_version users");
    CHECK(project.db_migrate({"current"}).out == revision_id(project.revisions().back()) + " (head)\n");
    CHECK(db.shell("SELECT username FROM users ORDER BY username") == "user0\nuser1");
}

STRATA_DB_TEST("four upgrades at once of an empty database - each revision once, ten rounds",
               "[scenario][concurrency]") {
    for (int round = 0; round < 10; ++round) {
        INFO("round " << round);
        const TestDatabase empty(db.dialect());
        const auto project = Project::shared(empty);
        std::string said;
        for (const auto& result : start_containers(project, 4, "exec build/devices_migrate upgrade")) {
            INFO(result.out << result.err);
            CHECK(result.exit_code == 0);
            said += result.out;
        }
        INFO(said);
        for (const auto& file : project.revisions()) CHECK(occurrences(said, " -> " + revision_id(file) + ", ") == 1);
        CHECK(tables_of(empty) == "devices strata_history strata_version users");
        CHECK(empty.shell("SELECT version_num FROM strata_version") == revision_id(project.revisions().back()));
    }
}

STRATA_DB_TEST(
    "before: the SQL is reviewed, the plan printed - after: current, check - rollback: downgrade -1, current, restart",
    "[scenario][F3][F4]") {
    const auto project = Project::shared(db);
    const auto files = project.revisions();
    REQUIRE(files.size() == 3);
    const auto second = revision_id(files[1]);
    const auto third = revision_id(files[2]);
    project.db_migrate({"upgrade", second});
    project.app({"create-user", "ada", "ada@example.org"});
    db.shell("INSERT INTO devices (name, user_id) SELECT 'lamp', id FROM users");
    const auto before = db.dump();

    // Before: what would run, of the one revision that is pending, with the rows that it meets.
    const auto sql = project.db_migrate({"upgrade", second + ":head", "--sql"}).out;
    CHECK_THAT(sql, Contains("ix_devices_status") && Contains("'" + third + "'") && !Contains("created_at"));
    const auto plan = project.db_migrate({"plan"}).out;
    CHECK_THAT(plan, Contains(third) && Contains("devices have a status") && Contains("1 row") &&
                         Contains("ix_devices_status") && !Contains("record when a user was created"));
    const auto plan_file = (db.directory() / "plan.json").string();
    project.db_migrate({"plan", "--out", plan_file});
    CHECK(db.dump() == before);
    CHECK(project.db_migrate({"current"}).out == second + "\n");

    // What was reviewed is what runs.
    CHECK_THAT(project.db_migrate({"upgrade", "--plan", plan_file}).out,
               Contains("Running upgrade " + second + " -> " + third));

    // After.
    CHECK(project.db_migrate({"current"}).out == third + " (head)\n");
    CHECK_THAT(project.db_migrate({"check"}).out, Contains("No new upgrade operations detected."));
    CHECK(db.shell("SELECT name, status FROM devices") == "lamp|offline");

    // Rollback.
    CHECK_THAT(project.db_migrate({"downgrade", "-1"}).out, Contains("Running downgrade " + third + " -> " + second));
    CHECK(project.db_migrate({"current"}).out == second + "\n");
    CHECK(db.dump() == before);
    CHECK(columns_of(db, "devices") == "id name user_id");
    CHECK(project.app({"users"}).out == "1 ada ada@example.org\n");
    CHECK(db.shell("SELECT name, user_id FROM devices") == "lamp|1");

    // The plan that has run is not run once more on another database than it was made for.
    project.db_migrate({"upgrade"});
    CHECK_THAT(error_of(project.db_migrate({"upgrade", "--plan", plan_file}, 2)), Contains("FAILED: "));
}
