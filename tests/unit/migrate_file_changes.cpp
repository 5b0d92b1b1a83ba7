#include "file_changes.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

#include <strata/core/error.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using strata::MigrationError;
using strata::migrate::FileChanges;
using strata::test::TemporaryDirectory;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

std::string read(const fs::path& path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("files that are written together are all there, and a replaced one keeps its permissions",
          "[migrate][files]") {
    const TemporaryDirectory folder;
    const auto old = folder.path() / "old";
    write(old, "before");
    fs::permissions(old, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
    FileChanges changes;
    changes.add(folder.path() / "new", "a");
    changes.replace(old, "b");
    changes.replace(folder.path() / "another", "c");
    CHECK(files_in(folder.path()) == 1);
    changes.apply();
    CHECK(read(folder.path() / "new") == "a");
    CHECK(read(old) == "b");
    CHECK(read(folder.path() / "another") == "c");
    CHECK(fs::status(old).permissions() == (fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read));
    CHECK(files_in(folder.path()) == 3);
}

TEST_CASE("where one of several files cannot be written, all are as they were", "[migrate][files]") {
    const TemporaryDirectory folder;
    const auto old = folder.path() / "old";
    const auto there = folder.path() / "there";
    write(old, "before");
    write(there, "of somebody else");
    FileChanges changes;
    changes.add(folder.path() / "new", "a");
    changes.replace(old, "b");
    SECTION("a new file is there already") { changes.add(there, "c"); }
    SECTION("a folder is missing") { changes.replace(folder.path() / "missing" / "file", "c"); }
    CHECK_THROWS_AS(changes.apply(), MigrationError);
    CHECK(read(old) == "before");
    CHECK(read(there) == "of somebody else");
    CHECK(files_in(folder.path()) == 2);
}
