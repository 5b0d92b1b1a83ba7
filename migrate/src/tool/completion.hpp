#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace strata::migrate {

/// A script for the shell (bash, zsh or fish) that completes the commands and options of the command line, for
/// db_migrate.sh and for the tool itself. Throws UsageError for another shell.
[[nodiscard]] std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace strata::migrate
