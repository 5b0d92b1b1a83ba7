#pragma once

#include "support/catch.hpp"
#include "support/paths.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// The examples of a guide in docs/. Each is found word for word, except for its indentation, in a program that is
/// compiled and run.
namespace strata::test {

/// The lines without the spaces that they begin with, and without empty ones.
inline std::string without_indentation(std::istream& in) {
    std::string all;
    for (std::string line; std::getline(in, line);) {
        const auto first = line.find_first_not_of(' ');
        if (first != std::string::npos) all += line.substr(first) + '\n';
    }
    return all;
}

/// A file of the source directory.
inline std::string source_text(const std::string& path) {
    std::ifstream file(source_directory() / path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The C++ blocks of a guide, in their order.
inline std::vector<std::string> examples_of(const std::string& guide) {
    std::vector<std::string> examples;
    std::istringstream text(source_text(guide));
    for (std::string line; std::getline(text, line);) {
        if (line != "```cpp") continue;
        std::stringstream example;
        while (std::getline(text, line) && line != "```") example << line << '\n';
        examples.push_back(without_indentation(example));
    }
    return examples;
}

/// Checks that the guide has so many examples, and that each is in the source of a test.
inline void check_examples(const std::string& guide, const std::string& source, std::size_t count) {
    std::istringstream text(source_text(source));
    const std::string run = without_indentation(text);
    const std::vector<std::string> examples = examples_of(guide);
    for (const std::string& example : examples) {
        INFO(guide << ":\n" << example);
        CHECK(run.find(example) != std::string::npos);
    }
    CHECK(examples.size() == count);
}

}  // namespace strata::test
