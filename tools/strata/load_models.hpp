#pragma once

#include <strata/schema/generate.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace strata::tool {

/// Compiles generated files in their folder and calls their metadata(). The code stays loaded until the program ends.
/// Throws UsageError when a file does not compile; the compiler's own messages go to standard error.
[[nodiscard]] schema::MetaData load_models(const std::filesystem::path& folder, const std::string& name_space,
                                           const std::string& compiler, const std::vector<std::string>& includes);

}  // namespace strata::tool
