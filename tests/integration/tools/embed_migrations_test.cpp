#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

using strata::test::run_process;
using strata::test::TemporaryDirectory;

namespace {

/// A project with a folder of revisions, of which only the configuring is looked at.
class Project {
public:
    explicit Project(const std::string& languages = "NONE") {
        std::filesystem::create_directory(migrations());
        const auto module = strata::test::source_directory() / "cmake/StrataMigrations.cmake";
        write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(p LANGUAGES " + languages +
                                    ")\n"
                                    "add_library(migrate INTERFACE)\nadd_library(strata::migrate ALIAS migrate)\n"
                                    "include(" +
                                    module.string() +
                                    ")\nadd_executable(app main.cpp)\n"
                                    "strata_embed_migrations(app)\n"
                                    "add_library(dal INTERFACE)\nadd_library(strata::dal ALIAS dal)\n"
                                    "strata_expect_migrations(app)\n");
        write("main.cpp", "");
    }
    void write(const std::string& name, const std::string& content) const {
        std::ofstream(folder_.path() / name) << content;
    }
    /// What CMake says, in one line.
    [[nodiscard]] std::string configure() const {
        return said({"cmake", "-G", "Ninja", "-S", folder_.path().string(), "-B", build_folder()});
    }
    [[nodiscard]] std::string build() const { return said({"cmake", "--build", build_folder()}); }
    [[nodiscard]] std::string build_folder() const { return (folder_.path() / "build").string(); }
    [[nodiscard]] static std::string said(const std::vector<std::string>& command) {
        const auto result = run_process(command);
        std::istringstream words(result.out + result.err);
        std::string line;
        for (std::string word; words >> word;) line += word + " ";
        return line;
    }
    [[nodiscard]] std::filesystem::path migrations() const { return folder_.path() / "migrations"; }
    [[nodiscard]] std::string registry() const { return generated("app_migrations/registry.cpp"); }
    [[nodiscard]] std::string expected() const { return generated("app_expected_migrations.cpp"); }

private:
    [[nodiscard]] std::string generated(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(folder_.path() / "build" / name).rdbuf();
        return text.str();
    }

    TemporaryDirectory folder_;
};

const std::string revision = "STRATA_REVISION(\n    0a1b2c3d4e5f, revises(), \"\", {}, {})\n";

}  // namespace

TEST_CASE("every revision of the folder is named by the registry", "[tools]") {
    const Project project;
    project.write("migrations/20261120_143207_0a1b2c3d4e5f_one.cpp", revision);
    project.write("migrations/20261120_143208_1a1b2c3d4e5f_two.sql", "-- upgrade\n");
    CHECK_THAT(project.configure(), !Catch::Matchers::Contains("STRATA_REVISION"));
    CHECK_THAT(project.registry(), Catch::Matchers::Contains("&strata_revision_0a1b2c3d4e5f()"));
    CHECK_THAT(project.registry(), Catch::Matchers::Contains("&strata_revision_1a1b2c3d4e5f()"));
}

TEST_CASE("two files with one revision id are an error that names both", "[tools]") {
    const Project project;
    project.write("migrations/20261120_143207_0a1b2c3d4e5f_one.cpp", revision);
    project.write("migrations/20261120_143208_0a1b2c3d4e5f_two.sql", "-- upgrade\n");
    const auto said = project.configure();
    CHECK_THAT(said, Catch::Matchers::Contains("two revisions have the id 0a1b2c3d4e5f"));
    CHECK_THAT(said, Catch::Matchers::Contains("0a1b2c3d4e5f_one.cpp"));
    CHECK_THAT(said, Catch::Matchers::Contains("0a1b2c3d4e5f_two.sql"));
}

TEST_CASE("a file that is not named as a revision is an error", "[tools]") {
    const Project project;
    project.write("migrations/helpers.cpp", "");
    CHECK_THAT(project.configure(), Catch::Matchers::Contains("helpers.cpp is not named as a revision"));
}

TEST_CASE("a revision whose file is named for another id is an error", "[tools]") {
    const Project project;
    project.write("migrations/20261120_143207_ffffffffffff_one.cpp", revision);
    CHECK_THAT(project.configure(),
               Catch::Matchers::Contains("20261120_143207_ffffffffffff_one.cpp has STRATA_REVISION(0a1b2c3d4e5f, ...) "
                                         "inside and the id ffffffffffff in its name; both ids must be equal"));
    project.write("migrations/20261120_143207_ffffffffffff_one.cpp", "int nothing;\n");
    CHECK_THAT(project.configure(), Catch::Matchers::Contains("one.cpp has no STRATA_REVISION inside"));
}

TEST_CASE("an id that is changed inside a file is an error of the next build, which names the file and both ids",
          "[tools]") {
    const Project project("CXX");
    project.write("migrations/20261120_143207_0a1b2c3d4e5f_one.cpp", revision);
    CHECK_THAT(project.configure(), Catch::Matchers::Contains("Build files have been written"));
    auto changed = revision;
    changed.replace(changed.find("0a1b"), 4, "1111");
    project.write("migrations/20261120_143207_0a1b2c3d4e5f_one.cpp", changed);
    CHECK_THAT(project.build(),
               Catch::Matchers::Contains("20261120_143207_0a1b2c3d4e5f_one.cpp has STRATA_REVISION(11112c3d4e5f, ...) "
                                         "inside and the id 0a1b2c3d4e5f in its name; both ids must be equal") &&
                   !Catch::Matchers::Contains("undefined reference"));
}

TEST_CASE("a missing migrations folder is an error that says how to make it", "[tools]") {
    const Project project;
    std::filesystem::remove(project.migrations());
    CHECK_THAT(project.configure(), Catch::Matchers::Contains("make it with: db_migrate.sh init"));
}

TEST_CASE("raw SQL is embedded byte for byte", "[tools]") {
    const TemporaryDirectory folder;
    const std::string sql = "SELECT '\\n;[[${HOME}@X@', $$it's$$; -- ü \"quoted\" \\\n";
    std::ofstream(folder.path() / "r.sql") << sql;
    const auto embed = run_process({"cmake", "-D", "SQL=" + (folder.path() / "r.sql").string(), "-D", "ID=0a1b2c3d4e5f",
                                    "-D", "OUTPUT=" + (folder.path() / "r.cpp").string(), "-P",
                                    (strata::test::source_directory() / "cmake/StrataEmbedSql.cmake").string()});
    REQUIRE(embed.exit_code == 0);
    std::ostringstream text;
    text << std::ifstream(folder.path() / "r.cpp").rdbuf();
    CHECK_THAT(text.str(), Catch::Matchers::Contains("R\"strata_sql(" + sql + ")strata_sql\""));
    CHECK_THAT(text.str(), Catch::Matchers::Contains("strata_revision_0a1b2c3d4e5f()"));
}

TEST_CASE("a program expects its database at the revisions that none follows and none depends on", "[tools]") {
    const Project project;
    const auto write = [&](const std::string& id, const std::string& parents) {
        project.write("migrations/20261120_143207_" + id + "_x.cpp",
                      "STRATA_REVISION(" + id + ", " + parents + ", \"\", {}, {})\n");
    };
    write("aaaaaaaaaaaa", "revises().label(\"one\")");
    write("bbbbbbbbbbbb", "revises(\"aaaaaaaaaaaa\")");
    write("cccccccccccc", "revises().label(\"two\").depends_on(\"bbbbbbbbbbbb\")");
    project.write("migrations/20261120_143208_dddddddddddd_x.sql", "-- revises: nothing\n-- upgrade\n");
    project.write("migrations/20261120_143209_eeeeeeeeeeee_x.sql",
                  "-- revises: nothing\n-- depends on: dddddddddddd\n-- upgrade\n");
    static_cast<void>(project.configure());
    CHECK_THAT(project.expected(),
               Catch::Matchers::Contains("heads{\n    \"cccccccccccc\",\n    \"eeeeeeeeeeee\",\n}"));
}
