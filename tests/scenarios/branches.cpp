// Two people and one repository.
#include "project.hpp"

#include <fstream>

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::test::Project;
using strata::test::revision_id;
using strata::test::TestDatabase;
using strata::test::TestDialect;

TEST_CASE("two people add a revision each - checked before the merge and rebased after it",
          "[scenario][branches][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    const Project project(db, Project::History::kept);
    const auto git = [&](std::vector<std::string> arguments, int exit_code = 0) {
        arguments.insert(arguments.begin(), "git");
        const auto result = project.run(arguments);
        INFO(result.out << result.err);
        REQUIRE(result.exit_code == exit_code);
    };
    const auto add = [&](const std::string& message, const std::string& sql) {
        const auto last = revision_id(project.revisions().back());
        project.db_migrate({"revision", "-m", message});
        const auto file = project.revisions().back();
        const auto id = revision_id(file);
        std::filesystem::remove(project.directory() / file);
        auto as_sql = file;
        project.write(as_sql.replace_extension(".sql"),
                      "-- revises: " + last + "\n-- message: " + message + "\n-- upgrade\n" + sql + ";\n");
        git({"add", "migrations"});
        git({"commit", "--quiet", "-m", message});
        return id;
    };
    project.write(".gitignore", "build\n*.db*\n*.sqlite*\n");
    git({"init", "--quiet", "--initial-branch=main"});
    git({"config", "user.name", "Anna"});
    git({"config", "user.email", "anna@example.com"});
    project.db_migrate({"heads", "--write"});
    git({"add", "--all"});
    git({"commit", "--quiet", "-m", "devices"});

    git({"checkout", "--quiet", "-b", "mine"});
    const auto mine = add("users get a phone", "ALTER TABLE users ADD COLUMN phone TEXT");
    git({"checkout", "--quiet", "main"});
    const auto theirs = add("devices get a colour", "ALTER TABLE devices ADD COLUMN colour TEXT");
    git({"checkout", "--quiet", "mine"});

    CHECK(project.db_migrate({"check", "--branch", "main"}).out ==
          "The order does not matter: mine (" + mine + ") and theirs (" + theirs + ") end in the same schema.\n");
    git({"merge", "main"}, 1);
    CHECK_THAT(project.read("migrations/heads"), Contains("<<<<<<<"));
    CHECK_THAT(project.db_migrate({"rebase"}).out, StartsWith("Rebased " + mine + " -> revises " + theirs + ": "));
    git({"add", "migrations"});
    git({"commit", "--quiet", "-m", "merged"});
    project.db_migrate({"upgrade"});
    CHECK(project.db_migrate({"current"}).out == mine + " (head)\n");
    CHECK_THAT(strata::test::columns_of(db, "users"), Contains("phone"));
    CHECK_THAT(strata::test::columns_of(db, "devices"), Contains("colour"));
}
