// Catch2 2 is header-only: its implementation and main() are compiled here, once for all test programs.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <iostream>

namespace {

/// CTest's list of tests is a list of CMake, and the program takes a name as an argument: one with a semicolon would be
/// two tests, one with a dash before it an option, and neither would run.
bool names_can_be_passed_on() {
    bool all = true;
    for (const auto& test : Catch::getRegistryHub().getTestCaseRegistry().getAllTests()) {
        if (test.name.find(';') == std::string::npos && !test.name.starts_with('-')) continue;
        std::cerr << test.lineInfo << ": a test's name has no semicolon and does not begin with a dash: " << test.name
                  << std::endl;
        all = false;
    }
    return all;
}

}  // namespace

int main(int argc, char* argv[]) { return names_can_be_passed_on() ? Catch::Session().run(argc, argv) : 2; }
