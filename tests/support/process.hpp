#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace strata::test {

struct ProcessResult {
    int exit_code{};  ///< 128 + the signal's number when a signal ended it, as a shell says
    std::string out;
    std::string err;
};

struct ProcessOptions {
    std::string input;                                             ///< what it reads from standard input
    bool terminal = false;                                         ///< standard input is a terminal it is typed on
    std::filesystem::path directory;                               ///< where it runs; empty: here
    std::vector<std::pair<std::string, std::string>> environment;  ///< added to ours, or in place of ours
};

/// Runs a program (found in PATH; no shell between) and waits for it. May be called from several threads.
/// Throws std::system_error when the program cannot be started.
[[nodiscard]] ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options = {});

/// Whether this machine gives pseudo terminals; a chroot without /dev/pts does not.
[[nodiscard]] bool has_terminals();

/// Whether the long rounds were asked for (tools/test.sh --long).
[[nodiscard]] bool long_run();

}  // namespace strata::test
