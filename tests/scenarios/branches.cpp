// Two people and one repository.
#include "project.hpp"

#include <algorithm>
#include <fstream>

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::test::columns_of;
using strata::test::error_of;
using strata::test::occurrences;
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

STRATA_DB_TEST(
    "two developers branch from one revision - heads shows two, upgrade refuses with the ways out, branches, merge -m, "
    "upgrade",
    "[scenario][branches][E3]") {
    const Project project(db, Project::History::kept);
    project.db_migrate({"upgrade"});
    db.shell("INSERT INTO users (username, email) VALUES ('ada', 'ada@example.org')");
    const auto schema = db.dump();
    const auto last = revision_id(project.revisions().back());
    const std::string anna = "aaaaaaaaaaaa";
    const std::string bert = "bbbbbbbbbbbb";
    project.add_sql_revision(anna, last, "users get a phone",
                             "ALTER TABLE users ADD COLUMN phone TEXT;\n"
                             "-- downgrade\nALTER TABLE users DROP COLUMN phone;\n");
    project.add_sql_revision(bert, last, "devices get a colour",
                             "ALTER TABLE devices ADD COLUMN colour TEXT;\n"
                             "-- downgrade\nALTER TABLE devices DROP COLUMN colour;\n");

    CHECK(project.db_migrate({"heads"}).out == anna + " (head)\n" + bert + " (head)\n");
    for (const std::vector<std::string>& command : {std::vector<std::string>{"upgrade"}, {"migrate", "more"}}) {
        const auto said = error_of(project.db_migrate(command, 2));
        INFO(said);
        CHECK(occurrences(said, "\n") == 0);
        CHECK_THAT(said,
                   StartsWith("FAILED: Multiple head") && Contains(anna) && Contains(bert) && Contains("'merge'"));
    }
    CHECK_THAT(error_of(project.db_migrate({"upgrade"}, 2)), Contains("take all with 'heads'"));
    CHECK(db.dump() == schema);
    CHECK(project.db_migrate({"branches"}).out ==
          last + " (branchpoint)\n             -> " + anna + " (head)\n             -> " + bert + " (head)\n");

    project.db_migrate({"merge", "-m", "phones and colours"});
    const auto files = project.revisions();
    const auto text = project.read(*std::find_if(files.begin(), files.end(), [](const auto& file) {
        return file.filename().string().ends_with("_phones_and_colours.cpp");
    }));
    CHECK_THAT(text, Contains("revises(\"" + anna + "\", \"" + bert + "\")"));
    const auto heads = project.db_migrate({"heads"}).out;
    CHECK(occurrences(heads, "\n") == 1);
    const auto merged = heads.substr(0, 12);
    const auto upgraded = project.db_migrate({"upgrade"}).out;
    CHECK_THAT(upgraded, Contains("Running upgrade " + last + " -> " + anna + ", users get a phone\n") &&
                             Contains("Running upgrade " + last + " -> " + bert + ", devices get a colour\n") &&
                             Contains("Running upgrade " + anna + ", " + bert + " -> " + merged));
    CHECK(project.db_migrate({"current"}).out == merged + " (head) (mergepoint)\n");
    CHECK(columns_of(db, "users") == "id username email created_at phone");
    CHECK(columns_of(db, "devices") == "id name user_id status colour");
    CHECK(db.shell("SELECT username, phone FROM users") == "ada|");

    project.db_migrate({"downgrade", last});
    CHECK(db.dump() == schema);
}
