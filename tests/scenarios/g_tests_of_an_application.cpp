// Tests of an application, and its input and output types: the devices project's own (devices/app_tests.cpp and
// api.cpp).
#include "project.hpp"

using Catch::Matchers::Contains;
using strata::test::occurrences;
using strata::test::ProcessResult;
using strata::test::Project;
using strata::test::tables_of;

namespace {

ProcessResult run_tests(const Project& project, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{(project.directory() / "build/app_tests").string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto result = project.run(command);
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    return result;
}

}  // namespace

TEST_CASE("a fixture makes a database in memory, upgrades to head, yields, downgrades to base",
          "[scenario][G1][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    auto project = Project::shared(db);
    project.set("TEST_DATABASE_URL", "sqlite:///:memory:");
    CHECK(run_tests(project, {}).out == "passed on sqlite\npassed on sqlite\npassed on sqlite\n");
    CHECK(std::filesystem::is_empty(db.directory()));
}

STRATA_DB_TEST("a fixture wraps each test in a transaction that is rolled back", "[scenario][G2]") {
    const auto project = Project::shared(db);
    project.db_migrate({"upgrade"});
    const auto line = "rolled back on " + std::string(db.dialect_name()) + "\n";
    CHECK(run_tests(project, {"shared"}).out == line + line + line);
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
    CHECK(run_tests(project, {"shared"}).out == line + line + line);

    // They did write there: rows that are in the way are met.
    project.app({"create-user", "ada", "ada@example.org"});
    const auto met = project.run({(project.directory() / "build/app_tests").string(), "shared"});
    CHECK(met.exit_code == 1);
    CHECK(db.shell("SELECT username FROM users") == "ada");
}

STRATA_DB_TEST("the same suite on SQLite and PostgreSQL by one environment variable", "[scenario][G3]") {
    auto project = Project::shared(db);
    project.set("TEST_DATABASE_URL", db.url());
    const auto databases = [&] {
        return db.is_postgresql() ? db.shell("SELECT count(*) FROM pg_database WHERE datname LIKE 'strata_scratch_%'")
                                  : std::string("0");
    };
    const auto line = "passed on " + std::string(db.dialect_name()) + "\n";
    CHECK(run_tests(project, {}).out == line + line + line);
    CHECK(tables_of(db).empty());  // each had a database of its own
    CHECK(databases() == "0");
}

STRATA_DB_TEST(
    "a create, a response and a patch struct map to the model by names, faults are told by field, and the response is "
    "JSON of a row",
    "[scenario][H1]") {
    const auto project = Project::shared(db);
    project.db_migrate({"upgrade"});
    const auto api = [&](const std::vector<std::string>& arguments) {
        std::vector<std::string> command{(project.directory() / "build/api").string()};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return project.run(command);
    };
    const auto created = api({"post", R"({"username": "ada", "email": "ada@example.org"})"});
    INFO(created.err);
    CHECK(created.out == R"({"id":1,"username":"ada","email":"ada@example.org"})"
                         "\n");
    CHECK(db.shell("SELECT id, username, email FROM users") == "1|ada|ada@example.org");

    // What is absent stays as it is.
    CHECK(api({"patch", "1", R"({"email": "countess@example.org"})"}).out ==
          R"({"id":1,"username":"ada","email":"countess@example.org"})"
          "\n");
    CHECK(api({"patch", "1", "{}"}).exit_code == 0);
    CHECK(db.shell("SELECT id, username, email FROM users") == "1|ada|countess@example.org");
    CHECK(api({"get", "1"}).out == R"({"id":1,"username":"ada","email":"countess@example.org"})"
                                   "\n");

    const auto faults = api({"post", R"({"username": "A", "email": "nobody", "colour": "red"})"});
    CHECK(faults.exit_code == 1);
    CHECK_THAT(faults.out, Contains("username too_short\n") && Contains("username pattern\n") &&
                               Contains("email pattern\n") && Contains("colour unknown\n"));
    CHECK(occurrences(faults.out, "\n") == 4);
    CHECK(api({"post", R"({"username": "eve"})"}).out == "email missing\n");
    CHECK(api({"patch", "1", R"({"username": ")" + std::string(51, 'x') + R"("})"}).out == "username too_long\n");
    CHECK(db.shell("SELECT id, username, email FROM users") == "1|ada|countess@example.org");
}
