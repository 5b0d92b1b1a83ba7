#pragma once

#include <strata/core/url.hpp>
#include <strata/schema/object.hpp>
#include <strata/schema/version_tables.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strata::migrate {

/// The options that precede a command.
struct GlobalOptions {
    std::string url;
    std::string directory;
    std::string scratch;                 ///< a database of the server where others may be made
    int wait = 0;                        ///< for how many seconds a database that does not answer is asked again
    std::string config;                  ///< the file's path; empty: strata.toml in the current folder or one above
    std::string color = "auto";          ///< or always, never
    std::string profile;                 ///< of the file; empty: STRATA_PROFILE, else none
    std::vector<std::string> arguments;  ///< `KEY=VALUE`, for revisions
    std::string version_table;           ///< empty: STRATA_VERSION_TABLE, else the file's
    std::string version_schema;          ///< empty: STRATA_VERSION_SCHEMA, else the file's
};

/// A value of strata.toml, and where it stands: `[profiles.production]`. Empty: it is not there.
struct FileValue {
    std::string text;
    std::string section;
};

/// The contents of strata.toml. Relative paths in it start at its folder. A profile's values stand in place of those
/// that are for all.
struct ProjectFile {
    std::filesystem::path path;  ///< empty: no file was found
    std::filesystem::path folder;
    std::string profile;  ///< the chosen one; empty: none
    FileValue url;
    FileValue password;
    FileValue scratch;
    FileValue directory;
    FileValue file_template;
    FileValue version_table;
    FileValue version_schema;
    schema::Owns owns;  ///< [owns]: what of the database is the models' although no revision made it
};
/// Throws UsageError for a file that cannot be read, has a value of the wrong type or lacks the profile, and for a file
/// in a folder above that belongs to another user: such a user must not choose the database.
[[nodiscard]] ProjectFile read_project_file(const GlobalOptions& options);

/// The URL from --url, else the environment, else strata.toml; a relative path in the file starts at the file's folder.
/// `env:NAME` and `file:PATH` stand for what a variable or a file holds. Throws UsageError when none is given.
[[nodiscard]] core::Url find_url(const GlobalOptions& options, const ProjectFile& file);
/// The URL from --scratch, else from strata.toml; none where none is given.
[[nodiscard]] std::optional<core::Url> find_scratch(const GlobalOptions& options, const ProjectFile& file);
/// The folder from --directory, else strata.toml, else the one that the tool was built with.
[[nodiscard]] std::filesystem::path find_directory(const GlobalOptions& options, const ProjectFile& file,
                                                   const std::string& built_in);

/// What `-x KEY=VALUE` say; the last one of a key holds. Throws UsageError for one without a key or `=`.
[[nodiscard]] std::map<std::string, std::string, std::less<>> arguments_for_revisions(const GlobalOptions& options);

/// How revisions' files are named, from strata.toml, else the default.
[[nodiscard]] std::string find_file_template(const ProjectFile& file);

/// The tables of migrations, from flags, else the environment, else strata.toml. The history table of a version table
/// with a name of its own is called after it, `billing_version_history`.
[[nodiscard]] schema::VersionTables find_version_tables(const GlobalOptions& options, const ProjectFile& file);

/// What holds, and where it comes from.
struct Setting {
    std::string name;
    std::string value;  ///< safe to print; empty: not set
    std::string source;
};
[[nodiscard]] std::vector<Setting> settings_in_force(const GlobalOptions& options, const ProjectFile& file,
                                                     const std::string& built_in_directory);

}  // namespace strata::migrate
