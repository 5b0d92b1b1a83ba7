// The table of docs/from_pydal.md names tests that exist.

#include "support/guide.hpp"

#include <filesystem>

using namespace strata::test;

namespace {

/// The sources of all tests, one after the other.
std::string all_sources() {
    std::string text;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_directory() / "tests")) {
        if (entry.path().extension() == ".cpp")
            text += source_text(std::filesystem::relative(entry.path(), source_directory()).string());
    }
    return text;
}

/// What is in backticks.
std::vector<std::string> names_in(const std::string& line) {
    std::vector<std::string> names;
    for (auto begin = line.find('`'); begin != std::string::npos; begin = line.find('`', begin + 1)) {
        const auto end = line.find('`', begin + 1);
        if (end == std::string::npos) break;
        names.push_back(line.substr(begin + 1, end - begin - 1));
        begin = end;
    }
    return names;
}

}  // namespace

TEST_CASE("every case of docs/from_pydal.md has a test that exists, or the reason why not", "[dal][docs]") {
    const std::string sources = all_sources();
    std::istringstream guide(source_text("docs/from_pydal.md"));
    int next = 1;
    for (std::string line; std::getline(guide, line);) {
        if (!line.starts_with("| " + std::to_string(next) + " | ")) continue;
        INFO(line);
        const std::vector<std::string> names = names_in(line);
        const bool reason =
            line.find("| not applicable, because ") != std::string::npos || line.find("| not yet") != std::string::npos;
        CHECK((reason || !names.empty()));
        for (const std::string& name : names) {
            INFO(name);
            const bool program = name.starts_with("compile_fail/");
            CHECK((program ? std::filesystem::exists(source_directory() / "tests" / (name + ".cpp"))
                           : sources.find("(\"" + name + "\"") != std::string::npos));
        }
        ++next;
    }
    CHECK(next == 83);
}
