#pragma once

#include <strata/core/url.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace strata::migrate {

/// What the command line says beside the command itself.
struct GlobalOptions {
    std::string url;
    std::string directory;
    std::string config;  ///< a file; empty: strata.toml here or in a folder above
};

/// What strata.toml says. Relative paths in it start at its folder.
struct ProjectFile {
    std::filesystem::path folder;  ///< empty: there is no file
    std::string url;
    std::string directory;
};
/// Throws UsageError for a file that cannot be read or holds something else than strings where they belong.
[[nodiscard]] ProjectFile read_project_file(const std::string& config);

/// --url, else the environment, else strata.toml; for the last one the working directory becomes the file's folder, so
/// that a relative path means the same from everywhere. Throws UsageError when none is given.
[[nodiscard]] core::Url find_url(const GlobalOptions& options, const ProjectFile& file);
/// --directory, else strata.toml's, else the one the tool was built with.
[[nodiscard]] std::filesystem::path find_directory(const GlobalOptions& options, const ProjectFile& file,
                                                   const std::string& built_in);

}  // namespace strata::migrate
