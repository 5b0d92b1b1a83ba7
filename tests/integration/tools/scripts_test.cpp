#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

using strata::test::run_process;
using strata::test::TemporaryDirectory;

namespace {

std::string tool(const char* name) { return (strata::test::source_directory() / "tools" / name).string(); }

std::string content(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("installing what is there already takes less than a second", "[tools]") {
    const auto start = std::chrono::steady_clock::now();
    const auto result = run_process({tool("install_deps.sh")});
    CHECK(result.exit_code == 0);
    CHECK(result.out.empty());
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("a wrong argument of a script is one line and exit code 2", "[tools]") {
    for (const char* name : {"test.sh", "install_deps.sh"}) {
        const auto result = run_process({tool(name), "--no-such-thing"});
        CHECK(result.exit_code == 2);
        CHECK(result.err.find('\n') == result.err.size() - 1);
        CHECK_THAT(result.err, Catch::Matchers::Contains("--no-such-thing"));
    }
}

TEST_CASE("db_migrate.sh outside of a project says to run init", "[tools]") {
    const TemporaryDirectory folder;
    const auto result = run_process({tool("db_migrate.sh"), "upgrade"}, {.directory = folder.path()});
    CHECK(result.exit_code == 2);
    CHECK(result.err == "FAILED: there is no strata.toml here or in a folder above; run: db_migrate.sh init\n");
}

TEST_CASE("init sets a project up once and does no harm when repeated", "[tools]") {
    const TemporaryDirectory folder;
    const auto toml = folder.path() / "strata.toml";
    CHECK(run_process({tool("db_migrate.sh"), "init"}, {.directory = folder.path()}).exit_code == 0);
    CHECK(std::filesystem::is_directory(folder.path() / "migrations"));
    CHECK_THAT(content(toml), Catch::Matchers::Contains("directory = \"migrations\""));

    std::ofstream(toml, std::ios::app) << "# mine\n";
    const auto before = content(toml);
    CHECK(run_process({tool("db_migrate.sh"), "init"}, {.directory = folder.path() / "migrations"}).exit_code == 0);
    CHECK(content(toml) == before);
    CHECK(std::filesystem::is_empty(folder.path() / "migrations"));
}

TEST_CASE("db_migrate.sh answers what is asked of itself, without a project", "[tools]") {
    const TemporaryDirectory folder;
    const auto ask = [&](const std::vector<std::string>& arguments) {
        std::vector<std::string> command{tool("db_migrate.sh")};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return run_process(command, {.directory = folder.path()});
    };
    const auto init = ask({"init", "--help"});
    CHECK(init.exit_code == 0);
    CHECK_THAT(init.out, Catch::Matchers::Contains("Usage: db_migrate.sh init\n") &&
                             Catch::Matchers::Contains("Example: db_migrate.sh init\n"));
    const auto version = ask({"--version"});
    CHECK(version.exit_code == 0);
    CHECK_THAT(version.out, Catch::Matchers::Matches("strata [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    CHECK(std::filesystem::is_empty(folder.path()));
    const auto wrong = ask({"init", "now"});
    CHECK(wrong.exit_code == 2);
    CHECK(wrong.err == "FAILED: init takes no arguments; see init --help\n");
}

TEST_CASE("a strata.toml that names no target, or one that CMake does not know, is reported", "[tools]") {
    const TemporaryDirectory folder;
    std::ofstream(folder.path() / "strata.toml") << "[migrations]\n";
    auto result = run_process({tool("db_migrate.sh"), "current"}, {.directory = folder.path()});
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Catch::Matchers::Contains("names no target under [migrations]"));

    std::ofstream(folder.path() / "strata.toml") << "[migrations]\ntarget = 'missing'  # here\n";
    result = run_process({tool("db_migrate.sh"), "current"}, {.directory = folder.path()});
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Catch::Matchers::Contains("there is no CMakeLists.txt beside strata.toml"));

    std::ofstream(folder.path() / "CMakeLists.txt")
        << "cmake_minimum_required(VERSION 3.25)\nproject(p LANGUAGES NONE)\n";
    result = run_process({tool("db_migrate.sh"), "current"}, {.directory = folder.path()});
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Catch::Matchers::Contains("CMake knows no target 'missing'"));
}
