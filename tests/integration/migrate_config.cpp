// What the tool is told by strata.toml, the environment and flags.

#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace {

strata::schema::MetaData models() { return {}; }

/// A folder with a strata.toml, and an environment that names no database.
class Folder {
public:
    explicit Folder(const std::string& toml) {
        write("strata.toml", toml);
        for (const char* name : {"DATABASE_URL", "DB_TYPE", "STRATA_PROFILE"}) unsetenv(name);
    }
    ~Folder() {
        for (const char* name : {"DATABASE_URL", "STRATA_PROFILE", "STRATA_TEST_SECRET"}) unsetenv(name);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(db_.directory() / name, std::ios::binary) << text;
    }
    [[nodiscard]] strata::test::ToolRun tool(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "tool");
        arguments.insert(arguments.end(), {"--config", path("strata.toml")});
        return strata::test::run_tool(arguments, {&models, {}, "migrations"});
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (db_.directory() / name).string(); }

private:
    const TestDatabase db_{TestDialect::sqlite};
};

constexpr const char* with_profile = R"(
[database]
url = "sqlite:///music.db"

[profiles.production]
url = "postgresql://anna@db.example.com/music"
password = "file:secret"
)";

}  // namespace

TEST_CASE("config shows what holds and where it comes from", "[migrate][config]") {
    const Folder folder(with_profile);
    const auto plain = folder.tool({"config"});
    CHECK(plain.code == 0);
    CHECK_THAT(plain.out, Contains("url = sqlite:////") && Contains("music.db  (strata.toml [database])") &&
                              Contains("profile = (not set)") && Contains("scratch = (not set)"));
    setenv("DATABASE_URL", "sqlite:///of_the_environment.db", 1);
    CHECK_THAT(folder.tool({"config"}).out, Contains("of_the_environment.db  (DATABASE_URL)"));
    CHECK_THAT(folder.tool({"config", "--url", "sqlite:///of_a_flag.db"}).out, Contains("of_a_flag.db  (--url)"));
    const auto report = boost::json::parse(folder.tool({"config", "--json"}).out).as_object();
    const auto& settings = report.at("settings").as_object();
    CHECK(settings.at("url").as_object().at("source").as_string() == "DATABASE_URL");
    CHECK(settings.at("scratch").as_object().at("value").is_null());
}

TEST_CASE("a profile stands in place of what is for all, and its password is read and never shown",
          "[migrate][config]") {
    const Folder folder(with_profile);
    folder.write("secret", "pass word\n");
    for (const bool by_flag : {true, false}) {
        if (!by_flag) setenv("STRATA_PROFILE", "production", 1);
        const auto shown = folder.tool(by_flag ? std::vector<std::string>{"config", "--profile", "production"}
                                               : std::vector<std::string>{"config"});
        CHECK(shown.code == 0);
        CHECK_THAT(shown.out, Contains("url = postgresql://anna:***@db.example.com/music  (strata.toml "
                                       "[profiles.production], its password [profiles.production])") &&
                                  !Contains("pass word"));
        CHECK_THAT(shown.out,
                   Contains(by_flag ? "profile = production  (--profile)" : "profile = production  (STRATA_PROFILE)"));
    }
    const auto missing = folder.tool({"config", "--profile", "nothing"});
    CHECK(missing.code == 2);
    CHECK_THAT(missing.err, Contains("has no section [profiles.nothing]"));
}

TEST_CASE("a password is never sent to another section's server", "[migrate][config]") {
    const Folder folder(
        "[database]\nurl = \"postgresql://anna@one/music\"\npassword = \"of one\"\n"
        "[profiles.other]\nurl = \"postgresql://anna@other/music\"\n");
    CHECK_THAT(folder.tool({"config"}).out, Contains("url = postgresql://anna:***@one/music"));
    CHECK_THAT(folder.tool({"config", "--profile", "other"}).out, Contains("url = postgresql://anna@other/music"));
}

TEST_CASE("a secret in a variable or a file is used, and one that is not there is named", "[migrate][config]") {
    const Folder folder("[database]\nurl = \"env:STRATA_TEST_SECRET\"\n");
    const auto unset = folder.tool({"current"});
    CHECK(unset.code == 2);
    CHECK_THAT(unset.err, Contains("url under [database] is to be in the environment variable STRATA_TEST_SECRET, "
                                   "which is not set"));
    setenv("STRATA_TEST_SECRET", ("sqlite:///" + folder.path("of_a_variable.db")).c_str(), 1);
    CHECK(folder.tool({"ensure-version"}).code == 0);
    CHECK(std::filesystem::exists(folder.path("of_a_variable.db")));
    folder.write("url", "sqlite:///" + folder.path("of_a_file.db") + "\n");
    CHECK(folder.tool({"ensure-version", "--url", "file:" + folder.path("url")}).code == 0);
    CHECK(std::filesystem::exists(folder.path("of_a_file.db")));
    const auto none = folder.tool({"current", "--url", "file:/nowhere/secret"});
    CHECK(none.code == 2);
    CHECK_THAT(none.err, Contains("--url is to be in the file /nowhere/secret, which cannot be read"));
}

TEST_CASE("completion offers commands, and a command's own options after it", "[migrate][config]") {
    const Folder folder("");
    const auto script = folder.tool({"completion", "bash"});
    REQUIRE(script.code == 0);
    folder.write("complete", script.out);
    folder.write("words", "source " + folder.path("complete") +
                              "\nCOMP_WORDS=(db_migrate.sh \"$@\")\nCOMP_CWORD=$(($# ))\n_strata_db_migrate\n"
                              "printf '%s ' \"${COMPREPLY[@]}\" > " +
                              folder.path("reply") + "\n");
    const auto completed = [&](const std::string& words) {
        REQUIRE(std::system(("bash " + folder.path("words") + " " + words).c_str()) == 0);
        std::ifstream file(folder.path("reply"));
        std::string reply;
        std::getline(file, reply);
        return reply;
    };
    CHECK(completed("down") == "downgrade ");
    CHECK(completed("upgrade --each") == "--each-schema ");
    CHECK(completed("--url x upgrade --dry") == "--dry-run ");
    CHECK(completed("log --each").find("each") == std::string::npos);
    CHECK_THAT(folder.tool({"completion", "zsh"}).out, Contains("#compdef db_migrate.sh") && Contains("'upgrade:"));
    CHECK_THAT(folder.tool({"completion", "fish"}).out,
               Contains("complete -c db_migrate.sh -n '__fish_seen_subcommand_from upgrade' -l dry-run -d "));
    const auto other = folder.tool({"completion", "csh"});
    CHECK(other.code == 2);
    CHECK_THAT(other.err, Contains("it is bash, zsh or fish"));
}
