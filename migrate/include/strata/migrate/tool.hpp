#pragma once

#include <strata/migrate/compare_options.hpp>
#include <strata/migrate/revision.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <string>

namespace strata::migrate {

/// The parts of a migration tool.
struct ToolConfig {
    std::function<schema::MetaData()> metadata;  ///< the models
    Revisions revisions;
    std::string directory;  ///< where new revisions are written, unless --directory or strata.toml name another folder
    CompareOptions compare{};  ///< what takes part in comparisons and what counts as a difference
};

/// Runs the command line over these models and revisions (docs/migrations.md). Prints progress to standard output and
/// one line `FAILED: ...` to standard error. Returns the exit code: 0 done or no difference, 1 differences found, 2
/// failed or wrong use, 3 a database that cannot be reached.
int tool_main(int argc, const char* const* argv, const ToolConfig& config);

}  // namespace strata::migrate
