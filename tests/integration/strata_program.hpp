#pragma once

#include "support/paths.hpp"
#include "support/process.hpp"

#include <string>
#include <utility>
#include <vector>

namespace strata::test {

/// Runs the program `strata` that this build has made.
inline ProcessResult run_strata(std::vector<std::string> arguments, const ProcessOptions& options = {}) {
    arguments.insert(arguments.begin(), (build_directory() / "tools/strata/strata").string());
    return run_process(arguments, options);
}

}  // namespace strata::test
