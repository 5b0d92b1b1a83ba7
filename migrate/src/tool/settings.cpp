#include "settings.hpp"

#include "../text.hpp"

#include <strata/core/error.hpp>

#define TOML_EXCEPTIONS 1  // NOLINT(readability-identifier-naming): the library's name
#include <toml++/toml.h>

#include <cstdlib>

namespace strata::migrate {

namespace {

namespace fs = std::filesystem;

fs::path find_upward(const char* name) {
    std::error_code ignored;
    for (auto folder = fs::current_path();; folder = folder.parent_path()) {
        if (fs::exists(folder / name, ignored)) return folder / name;
        if (folder == folder.parent_path()) return {};
    }
}

std::string text_of(const toml::table& document, const char* section, const char* key, const fs::path& path) {
    const auto node = document[section][key];
    if (!node) return {};
    if (const auto text = node.value_exact<std::string>()) return *text;
    throw UsageError(path.string() + ": " + key + " under [" + section + "] must be a text in quotes");
}

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

}  // namespace

ProjectFile read_project_file(const std::string& config) {
    const fs::path path = config.empty() ? find_upward("strata.toml") : fs::absolute(config);
    if (path.empty()) return {};
    try {
        if (!fs::is_regular_file(path)) throw UsageError("there is no file " + path.string());
        const auto document = toml::parse_file(path.string());
        return {path.parent_path(), text_of(document, "database", "url", path),
                text_of(document, "migrations", "directory", path)};
    } catch (const toml::parse_error& error) {
        throw UsageError(path.string() + ", line " + std::to_string(error.source().begin.line) + ": " +
                         one_line(error.description()));
    }
}

core::Url find_url(const GlobalOptions& options, const ProjectFile& file) {
    if (!options.url.empty()) return core::Url::parse(options.url);
    if (is_set("DATABASE_URL") || is_set("DB_TYPE")) return core::Url::from_environment();
    if (file.url.empty()) {
        throw UsageError(
            "no database is named; give --url, set DATABASE_URL, or write a url under [database] in strata.toml");
    }
    fs::current_path(file.folder);
    return core::Url::parse(file.url);
}

fs::path find_directory(const GlobalOptions& options, const ProjectFile& file, const std::string& built_in) {
    if (!options.directory.empty()) return fs::absolute(options.directory);
    if (!file.directory.empty()) return (file.folder / file.directory).lexically_normal();
    return built_in.empty() ? fs::absolute("migrations") : fs::path(built_in);
}

}  // namespace strata::migrate
