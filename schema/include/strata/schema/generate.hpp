#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/metadata.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// Models for a database that stands: a MetaData as C++ that gives the same MetaData again.
namespace strata::schema {

struct GenerateOptions {
    std::string name_space = "models";  ///< of the generated code
    enum class Layout : std::uint8_t {
        automatic,  ///< one file for up to 40 tables
        one_file,   ///< all models in models.hpp
        per_table,  ///< a header for each table, so that a program compiles only the models that it uses
    };
    Layout layout = Layout::automatic;
    /// Whether a CMakeLists.txt is written, which makes the folder a project, or a part of one by add_subdirectory():
    /// the models' library and the migration tool NAME_migrate, with revisions in `migrations`.
    bool migration_tool = false;
    /// The columns of views, for which read-only models are written too. See view_columns().
    std::map<QualifiedName, std::vector<Column>> views{};
};

/// A generated file: its path in the output folder, with `/` between the parts, and its text.
struct GeneratedFile {
    std::string name;
    std::string text;
    bool operator==(const GeneratedFile&) const = default;
};

/// Writes models, a `metadata()` function and what CMake needs to build them. The same MetaData gives the same files.
/// What the vocabulary cannot express (`unmanaged`) is a comment that begins with "unmanaged". Throws UsageError for
/// a namespace that is no identifier.
[[nodiscard]] std::vector<GeneratedFile> generate(const MetaData& metadata, const core::Dialect& dialect,
                                                  const GenerateOptions& options = {});

/// The name of the CMake target of the generated models' library, and of the migration tool.
[[nodiscard]] std::string models_target(const GenerateOptions& options);
[[nodiscard]] std::string migration_tool_target(const GenerateOptions& options);

/// Whether a file is there and was generated.
[[nodiscard]] bool is_generated_file(const std::filesystem::path& file);

/// Whether the folder has generated files with a model of a table or of a view.
[[nodiscard]] bool has_generated_models(const std::filesystem::path& folder);

/// Puts the files into the folder, which is made. What stands between the lines "strata: own code" and "strata: end of
/// own code" of a file that is there is kept. Throws UsageError, before anything is written, for a file of that name
/// that was not generated. A generated file that is not among the new ones is removed, unless it has own code. Returns
/// the names of such files that were left.
std::vector<std::string> write_generated(const std::vector<GeneratedFile>& files, const std::filesystem::path& folder);

}  // namespace strata::schema
