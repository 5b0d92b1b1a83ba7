#include "settings.hpp"

#include "operations/compiler.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>

#define TOML_EXCEPTIONS 1  // NOLINT(readability-identifier-naming): the library's name
#include <sys/stat.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

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

/// Throws for a file that an untrusted user owns: a folder above may be anybody's (/tmp). Trusted are the current user,
/// root, and the owner of the working directory.
void check_owner(const fs::path& file) {
    struct ::stat here{};
    struct ::stat found{};
    if (::stat(".", &here) != 0 || ::stat(file.c_str(), &found) != 0) return;  // reading it will say why
    if (file.parent_path() == fs::current_path() || found.st_uid == ::geteuid() || found.st_uid == 0 ||
        found.st_uid == here.st_uid)
        return;
    throw UsageError(file.string() +
                     " belongs to another user and is not used; if it is yours to use, name it by --config");
}

/// Reads the file's text. Refuses what no project would write, before the recursive parser gets it.
std::string read_text(const fs::path& path) {
    constexpr std::size_t most_bytes = 1'000'000;
    constexpr auto most_parts = 200;
    std::ifstream file(path, std::ios::binary);
    std::string text(most_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || (file.fail() && !file.eof())) throw UsageError("cannot read " + path.string());
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > most_bytes) throw UsageError(path.string() + " is too long for a strata.toml");
    std::istringstream lines(text);
    int number = 1;
    for (std::string line; std::getline(lines, line); ++number)
        if (std::count(line.begin(), line.end(), '.') > most_parts)
            throw UsageError(path.string() + ", line " + std::to_string(number) +
                             ": a key of so many parts is not read");
    return text;
}

std::string text_of(const toml::table& document, const char* section, const char* key, const fs::path& path) {
    const auto node = document[section][key];
    if (!node) return {};
    if (const auto text = node.value_exact<std::string>()) return *text;
    throw UsageError(path.string() + ": " + key + " under [" + section + "] must be a text in quotes");
}

std::vector<std::string> texts_of(const toml::table& document, const char* section, const char* key,
                                  const fs::path& path) {
    const auto node = document[section][key];
    if (!node) return {};
    const auto refuse = [&] {
        return UsageError(path.string() + ": " + key + " under [" + section + "] must be a list of texts in quotes");
    };
    const auto* list = node.as_array();
    if (list == nullptr) throw refuse();
    std::vector<std::string> texts;
    for (const auto& each : *list) {
        const auto text = each.value_exact<std::string>();
        if (!text) throw refuse();
        texts.push_back(*text);
    }
    return texts;
}

schema::Owns owns_of(const toml::table& document, const fs::path& path) {
    schema::Owns owns{texts_of(document, "owns", "schemas", path), texts_of(document, "owns", "names", path), {}};
    for (const auto& name : texts_of(document, "owns", "kinds", path)) {
        const auto kind = schema::object_kind(name);
        if (!kind)
            throw UsageError(path.string() + ": kinds under [owns] has '" + one_line(name) +
                             "', which is no kind of object; such are table, view, materialized view, index, sequence");
        owns.kinds.push_back(*kind);
    }
    return owns;
}

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

}  // namespace

ProjectFile read_project_file(const std::string& config) {
    const fs::path path = config.empty() ? find_upward("strata.toml") : fs::absolute(config);
    if (path.empty()) return {};
    if (config.empty()) check_owner(path);
    try {
        if (!fs::is_regular_file(path)) throw UsageError("there is no file " + path.string());
        const auto document = toml::parse(read_text(path), path.string());
        return {path.parent_path(), text_of(document, "database", "url", path),
                text_of(document, "database", "scratch", path), text_of(document, "migrations", "directory", path),
                owns_of(document, path)};
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
    auto url = core::Url::parse(file.url);
    detail::dialect_compiler(core::dialect_for(url.scheme)).start_at(url, file.folder);
    return url;
}

std::optional<core::Url> find_scratch(const GlobalOptions& options, const ProjectFile& file) {
    const auto& url = options.scratch.empty() ? file.scratch : options.scratch;
    return url.empty() ? std::nullopt : std::optional(core::Url::parse(url));
}

fs::path find_directory(const GlobalOptions& options, const ProjectFile& file, const std::string& built_in) {
    if (!options.directory.empty()) return fs::absolute(options.directory);
    if (!file.directory.empty()) return (file.folder / file.directory).lexically_normal();
    return built_in.empty() ? fs::absolute("migrations") : fs::path(built_in);
}

}  // namespace strata::migrate
