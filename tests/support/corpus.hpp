#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace strata::test {

/// A real schema that is kept beside the project and not in it: `corpus_file("postgresql/chinook.sql")` looks for
/// shared/corpus in the folders above the source tree. Nothing where there is none; the test then says so.
[[nodiscard]] std::optional<std::filesystem::path> corpus_file(const std::string& name);

}  // namespace strata::test

/// Ends the test with a warning, seen in the output, when the file is not there.
#define STRATA_REQUIRE_CORPUS(VARIABLE, NAME)                                                            \
    const auto VARIABLE = ::strata::test::corpus_file(NAME);                                             \
    if (!VARIABLE) {                                                                                     \
        WARN("not run: the corpus file " << (NAME) << " is not beside the source tree on this machine"); \
        return;                                                                                          \
    }
