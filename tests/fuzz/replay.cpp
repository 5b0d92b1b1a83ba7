// The texts that were once found, or that begin a search: each is still right.

#include "support/catch.hpp"
#include "support/paths.hpp"
#include "targets.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void replay(const strata::fuzz::Target& target) {
    std::size_t count = 0;
    for (const auto& file :
         fs::directory_iterator(strata::test::source_directory() / "tests/fuzz/corpus" / target.name)) {
        INFO(file.path().string());
        CHECK_NOTHROW(target.run(content_of(file.path())));
        ++count;
    }
    CHECK(count > 0);
}

}  // namespace

TEST_CASE("the kept texts of the URL parser are right", "[fuzz]") { replay(strata::fuzz::targets[0]); }
TEST_CASE("the kept texts of the SQL lexer are right", "[fuzz]") { replay(strata::fuzz::targets[1]); }
TEST_CASE("the kept texts of the CREATE TABLE parser are right", "[fuzz]") { replay(strata::fuzz::targets[2]); }
TEST_CASE("the kept texts of the table editor are right", "[fuzz]") { replay(strata::fuzz::targets[3]); }
TEST_CASE("the kept texts of the SQL revision parser are right", "[fuzz]") { replay(strata::fuzz::targets[4]); }
