#pragma once

#include "support/database.hpp"

#include <strata/migrate/tool.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace strata::test {

/// What a run of the migration tool inside of this program ended with and printed.
struct ToolRun {
    int code{};
    std::string out;
    std::string err;
};

/// `arguments` are those of main(): the first is the program's name. What it says on standard error is without the
/// lines that say how long revisions took.
[[nodiscard]] ToolRun run_tool(const std::vector<std::string>& arguments, const migrate::ToolConfig& config);

[[nodiscard]] ToolRun run_tool_with_times(const std::vector<std::string>& arguments, const migrate::ToolConfig& config);

/// What a command prints that ends with 0 on the test's database; throws std::runtime_error with its error line else.
std::string run_tool_on(const TestDatabase& db, std::vector<std::string> arguments, const migrate::ToolConfig& config);

/// The revision that `migrate` writes into the config's folder; an empty path when it finds nothing to write.
[[nodiscard]] std::filesystem::path write_migration(const TestDatabase& db, const migrate::ToolConfig& config);

}  // namespace strata::test
