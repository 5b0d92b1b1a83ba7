#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace strata::core::internal {

/// What a program ended with and wrote.
struct ChildResult {
    bool started = false;
    int failure = 0;  ///< why the program did not start, as errno says it; ENOENT: it does not exist
    int status = -1;  ///< its exit status; 128 + the signal's number where a signal ended it
    std::string out;  ///< of standard output
    std::string err;  ///< of standard error

    /// The last line that is not blank of what it wrote on standard error.
    [[nodiscard]] std::string last_error_line() const;
};

struct ChildOptions {
    std::filesystem::path directory{};                               ///< where it runs; empty: here
    std::vector<std::pair<std::string, std::string>> environment{};  ///< added to ours, or in place of ours
};

/// Runs a program, found in PATH unless its name has a slash, and waits for it. No shell is between, standard input is
/// empty. Arguments may be read by everybody on the machine: a secret goes into the environment. Throws Error where the
/// system gives no pipe.
[[nodiscard]] ChildResult run_child(std::vector<std::string> arguments, const ChildOptions& options = {});

}  // namespace strata::core::internal
