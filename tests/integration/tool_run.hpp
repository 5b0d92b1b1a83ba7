#pragma once

#include <strata/migrate/tool.hpp>

#include <string>
#include <vector>

namespace strata::test {

/// What a run of the migration tool inside of this program ended with and printed.
struct ToolRun {
    int code{};
    std::string out;
    std::string err;
};

/// `arguments` are those of main(): the first is the program's name.
[[nodiscard]] ToolRun run_tool(const std::vector<std::string>& arguments, const migrate::ToolConfig& config);

}  // namespace strata::test
