// Names of revisions' files by a template of the project's own.

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"
#include "tool_run.hpp"

#include <strata/migrate/render.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::test::History;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace {

namespace fs = std::filesystem;

strata::schema::MetaData models() {
    strata::schema::Table songs;
    songs.name = "songs";
    songs.columns = {column("id", BigInteger{})};
    return {{std::move(songs)}};
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename() != "heads") names.push_back(entry.path().filename().string());
    return names;
}

/// What CMake finds in the folder: the ids in order, or its complaint.
std::string found_by_cmake(const fs::path& folder) {
    const auto project = folder.parent_path() / "project";
    fs::create_directories(project);
    std::ofstream(project / "CMakeLists.txt")
        << "cmake_minimum_required(VERSION 3.25)\nproject(names LANGUAGES NONE)\ninclude(\""
        << (strata::test::source_directory() / "cmake/StrataMigrations.cmake").string()
        << "\")\n_strata_find_revisions(test \"" << folder.string() << "\")\nmessage(STATUS \"IDS ${IDS} END\")\n";
    const auto run = strata::test::run_process({"cmake", "-S", project.string(), "-B", (project / "build").string()});
    std::istringstream words(run.out + run.err);  // CMake breaks long lines
    std::string text;
    for (std::string word; words >> word;) text += word + " ";
    return text;
}

}  // namespace

TEST_CASE("revision, migrate and merge name files by file_template, and the build finds their ids",
          "[migrate][file_template]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto folder = db.directory() / "migrations";
    fs::create_directories(folder);
    const auto toml = (db.directory() / "strata.toml").string();
    std::ofstream(toml) << "[migrations]\nfile_template = \"{slug}.{date}_{time}-{id}\"\n";
    History two_heads;
    const auto nothing = [](Operations&) {};
    two_heads.add("a1", {}, nothing, nothing).add("b2", {}, nothing, nothing);
    const auto tool = [&](std::vector<std::string> arguments, const Revisions& revisions) {
        arguments.insert(arguments.begin(), "tool");
        arguments.insert(arguments.end(), {"--url", db.url(), "--config", toml});
        const auto run = strata::test::run_tool(arguments, {&models, revisions, folder.string()});
        INFO(run.out << run.err);
        CHECK(run.code == 0);
        return run.out;
    };
    tool({"revision", "-m", "By hand", "--rev-id", "111111111111"}, {});
    tool({"migrate", "Songs"}, {});
    tool({"merge", "-m", "Both", "--rev-id", "222222222222"}, two_heads.revisions());
    const auto names = names_in(folder);
    REQUIRE(names.size() == 3);
    for (const auto& name : names) {
        INFO(name);
        CHECK((name.starts_with("by_hand.20") || name.starts_with("songs.20") || name.starts_with("both.20")));
        CHECK(id_in_file_name(name).size() == 12);
        CHECK(name.ends_with("-" + id_in_file_name(name) + ".cpp"));
    }
    CHECK_THAT(tool({"config"}, {}), Contains("file_template = {slug}.{date}_{time}-{id}  (strata.toml [migrations])"));
    std::string ids;
    for (const auto* const slug : {"both", "by_hand", "songs"})  // in the order of the names
        for (const auto& name : names)
            if (name.starts_with(slug)) ids += (ids.empty() ? "" : ";") + id_in_file_name(name);
    CHECK_THAT(found_by_cmake(folder), Contains("IDS " + ids + " END"));

    const Revision revision("111111111111", "/x/by_hand.20261120_143207-111111111111.cpp", {}, "by hand", nothing, {});
    CHECK_THAT(tool({"show", "111111111111"}, {&revision}), Contains("Create Date: 2026-11-20 14:32:07\n"));

    std::ofstream(folder / "no_id_here.sql") << "";
    CHECK_THAT(found_by_cmake(folder), Contains("no_id_here.sql is not named as a revision"));
    fs::remove(folder / "no_id_here.sql");
    std::ofstream(folder / "again_111111111111.sql") << "";
    CHECK_THAT(found_by_cmake(folder), Contains("two revisions have the id 111111111111"));

    std::ofstream(toml) << "[migrations]\nfile_template = \"{slug}\"\n";
    const auto refused = strata::test::run_tool({"tool", "revision", "-m", "x", "--url", db.url(), "--config", toml},
                                                {&models, {}, folder.string()});
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, StartsWith("FAILED: file_template is \"{slug}\", and must have {id}"));
    CHECK(names_in(folder).size() == 4);
}
