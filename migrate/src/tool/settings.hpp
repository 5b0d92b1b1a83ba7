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
/// Throws UsageError for a file that cannot be read or holds something else than strings where they belong, and for one
/// in a folder above that belongs to another user: who may write there must not choose the database.
[[nodiscard]] ProjectFile read_project_file(const std::string& config);

/// --url, else the environment, else strata.toml; a relative path in the last one starts at the file's folder. Throws
/// UsageError when none is given.
[[nodiscard]] core::Url find_url(const GlobalOptions& options, const ProjectFile& file);
/// --directory, else strata.toml's, else the one the tool was built with.
[[nodiscard]] std::filesystem::path find_directory(const GlobalOptions& options, const ProjectFile& file,
                                                   const std::string& built_in);

}  // namespace strata::migrate
