#pragma once

#include <filesystem>

namespace strata::test {

/// The source tree: for its tools and the tests' input files.
[[nodiscard]] std::filesystem::path source_directory();
/// The build the running test program is part of.
[[nodiscard]] std::filesystem::path build_directory();

}  // namespace strata::test
