#include "readers.hpp"
#include "text.hpp"
#include "tools.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

/// Reads Flyway's migrations by the names of their files:
/// https://documentation.red-gate.com/fd/migrations-184127470.html
namespace strata::migrate::adopt {
namespace {

namespace fs = std::filesystem;

struct MigrationFile {
    fs::path path;
    char prefix = 'V';        // V, U, R or B
    std::string version{};    // normal; empty for R
    std::string description;  // with blanks
};

constexpr std::array<std::string_view, 8> other_languages{".java", ".kt",  ".class", ".py",
                                                          ".sh",   ".ps1", ".cmd",   ".bat"};

/// `beforeMigrate.sql`, `afterEachMigrate__text.sql`: SQL that Flyway runs around migrations.
bool is_callback(const std::string& stem) {
    const auto name = stem.substr(0, stem.find("__"));
    return (name.starts_with("before") || name.starts_with("after") || name == "createSchema") &&
           std::ranges::all_of(name, [](char c) {
               const char letter = core::internal::lower(c);
               return letter >= 'a' && letter <= 'z';
           });
}

std::string with_blanks(std::string text) {
    std::ranges::replace(text, '_', ' ');
    return trimmed(text);
}

/// What the name of a migration says; std::nullopt for a file that is none.
std::optional<MigrationFile> parsed(const fs::path& path) {
    const auto stem = path.stem().string();
    const auto parted = stem.find("__");
    if (parted == std::string::npos || std::string_view("VURB").find(stem.front()) == std::string_view::npos)
        return std::nullopt;
    MigrationFile file{path, stem.front(), {}, with_blanks(stem.substr(parted + 2))};
    const auto version = stem.substr(1, parted - 1);
    file.version = normal_version(version);
    if ((file.prefix == 'R') != version.empty() || (file.prefix != 'R' && file.version.empty())) return std::nullopt;
    return file;
}

class Folder {
public:
    Folder(const fs::path& folder, const std::map<std::string, std::string>& placeholders, const core::Dialect& dialect)
        : folder_(folder), placeholders_(placeholders), sql_(detail::dialect_compiler(dialect), history_.notes) {}

    ForeignHistory run() {
        std::error_code error;
        if (!fs::is_directory(folder_, error)) throw UsageError("there is no folder " + folder_.string() + " to adopt");
        std::vector<fs::path> paths;
        for (const auto& entry : fs::recursive_directory_iterator(folder_, error))
            if (!entry.is_directory()) paths.push_back(entry.path());
        if (error) throw MigrationError("cannot read the folder " + folder_.string() + ": " + error.message());
        std::ranges::sort(paths);
        for (const auto& path : paths) take(path);
        take_baseline();
        for (const auto& file : versioned_) add_versioned(file);
        for (const auto& [version, file] : undos_)
            throw MigrationError(file.path.string() + " takes back a version " + version + " that no file V" + version +
                                 "__... makes");
        std::ranges::sort(repeatable_, {}, &MigrationFile::description);
        for (const auto& file : repeatable_) add_repeatable(file);
        if (history_.versions.empty())
            throw MigrationError("the folder " + folder_.string() + " has no migration of Flyway, V1__text.sql");
        return std::move(history_);
    }

private:
    void take(const fs::path& path) {
        const auto name = path.filename().string();
        const auto extension = path.extension().string();
        auto file = parsed(path);
        if (extension == ".conf" && name.find(".sql.") != std::string::npos) {
            history_.notes.push_back(path.string() + " is left out: a revision is one transaction, always");
        } else if (extension != ".sql") {
            if (file && std::ranges::find(other_languages, extension) != other_languages.end())
                throw MigrationError(path.string() +
                                     " is a migration that is no SQL; write a file of SQL that does the same in its "
                                     "place, or a revision after the adopted ones");
        } else if (is_callback(path.stem().string())) {
            history_.notes.push_back(path.string() +
                                     " is left out: it is a callback, which Flyway runs around migrations");
        } else if (!file) {
            throw MigrationError(
                path.string() +
                " is not named as a migration of Flyway (V1_2__text.sql, U1_2__text.sql, R__text.sql); "
                "rename it or move it out of the folder");
        } else if (file->prefix == 'R') {
            for (const auto& other : repeatable_)
                if (other.description == file->description) refuse_twin(other, *file);
            repeatable_.push_back(std::move(*file));
        } else if (file->prefix == 'U') {
            const auto version = file->version;
            const auto [other, is_new] = undos_.emplace(version, std::move(*file));
            if (!is_new) refuse_twin(other->second, *parsed(path));
        } else {
            take_versioned(std::move(*file));
        }
    }

    [[noreturn]] static void refuse_twin(const MigrationFile& one, const MigrationFile& other) {
        throw MigrationError(other.path.string() + " is the same version as " + one.path.string() +
                             "; give one of them a version of its own");
    }

    void take_versioned(MigrationFile file) {
        auto place = std::ranges::find_if(
            versioned_, [&](const auto& other) { return !version_before(other.version, file.version); });
        if (place != versioned_.end() && place->version == file.version) refuse_twin(*place, file);
        versioned_.insert(place, std::move(file));
    }

    /// A baseline migration makes what the versions up to its own have made, for a new database. It is a version like
    /// others where those are gone.
    void take_baseline() {
        for (std::size_t i = 1; i < versioned_.size(); ++i)
            if (versioned_[i].prefix == 'B')
                throw MigrationError(versioned_[i].path.string() + " makes what " + versioned_[i - 1].path.string() +
                                     " and others before it make too; move the one or the others out of the folder");
    }

    void add_versioned(const MigrationFile& file) {
        ForeignVersion version{.name = file.version, .message = file.description};
        if (version.message.empty()) version.message = "version " + file.version;
        version.upgrade = sql_of(file.path);
        version.created = date_of_number(file.version);
        if (const auto undo = undos_.find(file.version); undo != undos_.end()) {
            version.downgrade = sql_of(undo->second.path);
            undos_.erase(undo);
        }
        append(std::move(version));
    }

    void add_repeatable(const MigrationFile& file) {
        history_.notes.push_back(file.path.string() +
                                 " runs once, after all others; write a new revision where its text changes");
        ForeignVersion version{.name = repeatable_name(file), .message = file.description};
        version.upgrade = sql_of(file.path);
        append(std::move(version));
    }

    /// Flyway records the description.
    static std::string repeatable_name(const MigrationFile& file) {
        auto name = file.description;
        std::ranges::replace(name, ' ', '_');
        return "R__" + name;
    }

    void append(ForeignVersion version) {
        if (!history_.versions.empty()) version.parents = {history_.versions.back().name};
        history_.versions.push_back(std::move(version));
    }

    [[nodiscard]] std::string sql_of(const fs::path& path) const {
        return sql_.fit(without_placeholders(read_text(path), path), path.string());
    }

    /// Flyway replaces them everywhere, in quotes and in comments too; their names have no case.
    [[nodiscard]] std::string without_placeholders(const std::string& text, const fs::path& path) const {
        std::string result;
        std::size_t at = 0;
        for (;;) {
            const auto begin = text.find("${", at);
            const auto end = begin == std::string::npos ? begin : text.find('}', begin);
            if (end == std::string::npos) return result + text.substr(at);
            const auto name = text.substr(begin + 2, end - begin - 2);
            const auto value = std::ranges::find_if(placeholders_, [&](const auto& each) {
                return core::internal::lower(each.first) == core::internal::lower(name);
            });
            if (value == placeholders_.end())
                throw UsageError(path.string() + ", line " + std::to_string(line_of(text, begin)) +
                                 ": the placeholder ${" + printable(name) +
                                 "} has no value; give it one by --placeholder " + printable(name) + "=VALUE");
            result.append(text, at, begin - at).append(value->second);
            at = end + 1;
        }
    }

    const fs::path& folder_;
    const std::map<std::string, std::string>& placeholders_;
    ForeignHistory history_{.tool = flyway_tool};
    ForeignSql sql_;
    std::vector<MigrationFile> versioned_;  // in order; V and B
    std::map<std::string, MigrationFile> undos_;
    std::vector<MigrationFile> repeatable_;
};

/// The parts of a version, each without zeros before it.
std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == '.' || c == '_')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    for (auto& part : parts) part.erase(0, std::min(part.find_first_not_of('0'), part.empty() ? 0 : part.size() - 1));
    return parts;
}

}  // namespace

std::string normal_version(std::string_view text) {
    auto parts = parts_of(text);
    for (const auto& part : parts)
        if (part.empty() || !std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; })) return {};
    while (parts.size() > 1 && parts.back() == "0") parts.pop_back();
    return join(parts, ".");
}

bool version_before(std::string_view one, std::string_view other) {
    return std::ranges::lexicographical_compare(parts_of(one), parts_of(other), [](const auto& a, const auto& b) {
        return std::pair(a.size(), a) < std::pair(b.size(), b);
    });
}

ForeignHistory read_flyway(const fs::path& folder, const std::map<std::string, std::string>& placeholders,
                           const core::Dialect& dialect) {
    return Folder(folder, placeholders, dialect).run();
}

}  // namespace strata::migrate::adopt
