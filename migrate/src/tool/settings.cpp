#include "settings.hpp"

#include "operations/compiler.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/render.hpp>

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

/// The text under [section], or under [profiles.NAME] where it is there.
FileValue value_of(const toml::table& document, const std::string& profile, const char* section, const char* key,
                   const fs::path& path) {
    const auto read = [&](const toml::node_view<const toml::node>& node, const std::string& where) -> FileValue {
        if (!node) return {};
        if (const auto text = node.value_exact<std::string>()) return {*text, "[" + where + "]"};
        throw UsageError(path.string() + ": " + key + " under [" + where + "] must be a text in quotes");
    };
    if (!profile.empty())
        if (auto own = read(document["profiles"][profile][key], "profiles." + profile); !own.section.empty())
            return own;
    return read(document[section][key], section);
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

constexpr const char* profile_variable = "STRATA_PROFILE";

/// What `env:NAME` or `file:PATH` stands for; any other text is itself. `what` and the name are in messages, the secret
/// is not.
std::string revealed(const std::string& text, const std::string& what, const fs::path& folder) {
    if (text.starts_with("env:")) {
        const auto name = text.substr(4);
        if (!is_set(name.c_str()))
            throw UsageError(what + " is to be in the environment variable " + one_line(name) + ", which is not set");
        return std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody changes it
    }
    if (text.starts_with("file:")) {
        const auto path = (folder / text.substr(5)).lexically_normal();
        std::ifstream file(path, std::ios::binary);
        constexpr std::size_t longest = 4096;
        std::string secret(longest + 1, '\0');
        file.read(secret.data(), static_cast<std::streamsize>(secret.size()));
        if (!file.is_open() || file.bad())
            throw UsageError(what + " is to be in the file " + path.string() + ", which cannot be read");
        secret.resize(static_cast<std::size_t>(file.gcount()));
        if (secret.size() > longest || trimmed(secret).empty())
            throw UsageError(what + " is to be in the file " + path.string() + ", which is empty or too long for it");
        return trimmed(secret);
    }
    return text;
}

}  // namespace

ProjectFile read_project_file(const GlobalOptions& options) {
    const fs::path path = options.config.empty() ? find_upward("strata.toml") : fs::absolute(options.config);
    ProjectFile file;
    file.profile = !options.profile.empty()   ? options.profile
                   : is_set(profile_variable) ? std::getenv(profile_variable)
                                              : "";
    if (path.empty()) {
        if (!file.profile.empty())
            throw UsageError("there is no strata.toml to have the profile " + one_line(file.profile));
        return file;
    }
    if (options.config.empty()) check_owner(path);
    try {
        if (!fs::is_regular_file(path)) throw UsageError("there is no file " + path.string());
        const auto document = toml::parse(read_text(path), path.string());
        if (!file.profile.empty() && !document["profiles"][file.profile].is_table())
            throw UsageError(path.string() + " has no section [profiles." + one_line(file.profile) + "]");
        const auto value = [&](const char* section, const char* key) {
            return value_of(document, file.profile, section, key, path);
        };
        file.path = path;
        file.folder = path.parent_path();
        file.url = value("database", "url");
        file.password = value("database", "password");
        file.scratch = value("database", "scratch");
        file.directory = value("migrations", "directory");
        file.file_template = value("migrations", "file_template");
        file.version_table = value("migrations", "version_table");
        file.version_schema = value("migrations", "version_schema");
        file.owns = owns_of(document, path);
        return file;
    } catch (const toml::parse_error& error) {
        throw UsageError(path.string() + ", line " + std::to_string(error.source().begin.line) + ": " +
                         one_line(error.description()));
    }
}

core::Url find_url(const GlobalOptions& options, const ProjectFile& file) {
    if (!options.url.empty()) return core::Url::parse(revealed(options.url, "--url", fs::current_path()));
    if (is_set("DATABASE_URL") || is_set("DB_TYPE")) return core::Url::from_environment();
    if (file.url.text.empty()) {
        throw UsageError(
            "no database is named; give --url, set DATABASE_URL, or write a url under [database] in strata.toml");
    }
    auto url = core::Url::parse(revealed(file.url.text, "url under " + file.url.section, file.folder));
    // Another section's password is another server's.
    if (!file.password.text.empty() && file.password.section == file.url.section)
        url.password = revealed(file.password.text, "password under " + file.password.section, file.folder);
    detail::dialect_compiler(core::dialect_for(url.scheme)).start_at(url, file.folder);
    return url;
}

std::optional<core::Url> find_scratch(const GlobalOptions& options, const ProjectFile& file) {
    if (!options.scratch.empty()) return core::Url::parse(revealed(options.scratch, "--scratch", fs::current_path()));
    if (file.scratch.text.empty()) return std::nullopt;
    return core::Url::parse(revealed(file.scratch.text, "scratch under " + file.scratch.section, file.folder));
}

fs::path find_directory(const GlobalOptions& options, const ProjectFile& file, const std::string& built_in) {
    if (!options.directory.empty()) return fs::absolute(options.directory);
    if (!file.directory.text.empty()) return (file.folder / file.directory.text).lexically_normal();
    return built_in.empty() ? fs::absolute("migrations") : fs::path(built_in);
}

namespace {

/// Of a flag, a variable of the environment, the file; the value is empty where none says it.
Setting one_of(const std::string& name, const std::string& given, const char* flag, const char* variable,
               const FileValue& in_file) {
    if (!given.empty()) return {name, given, flag};
    if (is_set(variable)) return {name, std::getenv(variable), variable};  // NOLINT(concurrency-mt-unsafe)
    if (!in_file.text.empty()) return {name, in_file.text, "strata.toml " + in_file.section};
    return {name, "", "the default"};
}

Setting version_table_setting(const GlobalOptions& options, const ProjectFile& file) {
    return one_of("version_table", options.version_table, "--version-table", "STRATA_VERSION_TABLE",
                  file.version_table);
}

Setting version_schema_setting(const GlobalOptions& options, const ProjectFile& file) {
    return one_of("version_schema", options.version_schema, "--version-schema", "STRATA_VERSION_SCHEMA",
                  file.version_schema);
}

}  // namespace

std::map<std::string, std::string, std::less<>> arguments_for_revisions(const GlobalOptions& options) {
    std::map<std::string, std::string, std::less<>> values;
    for (const auto& text : options.arguments) {
        const auto equals = text.find('=');
        // The text may hold a secret.
        if (equals == std::string::npos || equals == 0) throw UsageError("-x takes KEY=VALUE");
        values[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return values;
}

std::string find_file_template(const ProjectFile& file) {
    return file.file_template.text.empty() ? std::string(default_file_template) : file.file_template.text;
}

schema::VersionTables find_version_tables(const GlobalOptions& options, const ProjectFile& file) {
    schema::VersionTables tables;
    if (const auto table = version_table_setting(options, file).value; !table.empty() && table != tables.version) {
        tables.version = table;
        tables.history = table + "_history";
    }
    tables.schema = version_schema_setting(options, file).value;
    return tables;
}

std::vector<Setting> settings_in_force(const GlobalOptions& options, const ProjectFile& file,
                                       const std::string& built_in_directory) {
    const auto in_file = [&](const FileValue& value) { return "strata.toml " + value.section; };
    std::vector<Setting> list;
    list.push_back({"config", file.path.string(), options.config.empty() ? "found" : "--config"});
    list.push_back({"profile", file.profile, options.profile.empty() ? profile_variable : "--profile"});
    Setting url{"url", {}, "nothing names a database"};
    const bool named = !options.url.empty() || is_set("DATABASE_URL") || is_set("DB_TYPE") || !file.url.text.empty();
    if (named) {
        url.value = find_url(options, file).to_string();
        url.source = !options.url.empty()     ? "--url"
                     : is_set("DATABASE_URL") ? "DATABASE_URL"
                     : is_set("DB_TYPE")      ? "DB_TYPE and what belongs to it"
                     : file.password.section != file.url.section
                         ? in_file(file.url)
                         : in_file(file.url) + ", its password " + file.password.section;
    }
    list.push_back(std::move(url));
    const auto scratch = find_scratch(options, file);
    list.push_back({"scratch", scratch ? scratch->to_string() : "",
                    options.scratch.empty() ? in_file(file.scratch) : "--scratch"});
    list.push_back({"directory", find_directory(options, file, built_in_directory).string(),
                    !options.directory.empty()     ? "--directory"
                    : !file.directory.text.empty() ? in_file(file.directory)
                    : built_in_directory.empty()   ? "the default"
                                                   : "the build"});
    list.push_back({"file_template", find_file_template(file),
                    file.file_template.text.empty() ? "the default" : in_file(file.file_template)});
    auto table = version_table_setting(options, file);
    table.value = find_version_tables(options, file).version;
    list.push_back(std::move(table));
    list.push_back(version_schema_setting(options, file));
    return list;
}

}  // namespace strata::migrate
