#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

/// Other programs that a command runs: the compiler, CMake, a migration tool.
namespace strata::tool {

/// The program, which is looked for in PATH, and its arguments.
using ProgramCall = std::vector<std::string>;

/// The words of a command as CXX or CC give it to make: parted by blanks, with the shell's quotes. A path to a file
/// that exists is one word, whatever blanks it has. Throws UsageError for a quote that is not closed.
[[nodiscard]] ProgramCall command_words(const std::string& command);

/// What a program ended with when it could not be started.
inline constexpr int exit_not_started = 127;

/// Runs the calls, as many at once as there are processors, and starts no more once one has failed. Returns the exit
/// code of one that failed, or 0. What they print is appended to the log, or goes where this program's goes.
int run_programs(const std::vector<ProgramCall>& calls, const std::filesystem::path& log = {});

}  // namespace strata::tool
