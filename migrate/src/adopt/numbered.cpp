#include "readers.hpp"
#include "text.hpp"
#include "tools.hpp"

#include <strata/core/error.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

/// Reads files of SQL that are ordered by the number with which their names begin.
namespace strata::migrate::adopt {
namespace {

namespace fs = std::filesystem;

struct NumberedFile {
    fs::path path;
    std::string number{};  // normal
    std::string digits{};  // as written
    std::string message{};
    bool down = false;
};

/// `001_text.sql`, `1-text.up.sql`, `20200131142030_text.down.sql`, `1.sql`; std::nullopt for another name.
std::optional<NumberedFile> parsed(const fs::path& path) {
    auto stem = path.stem().string();
    NumberedFile file{.path = path};
    for (const std::string end : {".up", ".down"}) {
        if (!stem.ends_with(end)) continue;
        file.down = end == ".down";
        stem.resize(stem.size() - end.size());
        break;
    }
    const auto digits = std::min(stem.find_first_not_of("0123456789"), stem.size());
    if (digits == 0 || (digits < stem.size() && std::string_view("_-. ").find(stem[digits]) == std::string_view::npos))
        return std::nullopt;
    file.digits = stem.substr(0, digits);
    file.number = normal_version(file.digits);
    file.message = stem.substr(std::min(digits + 1, stem.size()));
    std::ranges::replace_if(file.message, [](char c) { return c == '_' || c == '-'; }, ' ');
    file.message = trimmed(file.message);
    return file;
}

/// Files of these tools hold both directions, told apart by comments.
void refuse_other_tools(const std::string& text, const fs::path& path) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 3> marks{
        {{"-- +goose ", "goose"}, {"-- migrate:up", "dbmate"}, {"-- +migrate ", "sql-migrate"}}};
    for (const auto& [mark, tool] : marks) {
        const auto at = text.find(mark);
        if (at == std::string::npos || (at > 0 && text[at - 1] != '\n')) continue;
        throw MigrationError(path.string() + ", line " + std::to_string(line_of(text, at)) + ": a mark of " + tool +
                             ", whose files say both ways in one; split it into NUMBER_text.up.sql and "
                             "NUMBER_text.down.sql");
    }
}

std::string sql_of(const fs::path& path, const ForeignSql& sql) {
    const auto text = read_text(path);
    refuse_other_tools(text, path);
    return sql.fit(text, path.string());
}

using Files = std::map<std::string, NumberedFile, decltype(&version_before)>;

void take(Files& files, NumberedFile file) {
    const auto [other, is_new] = files.emplace(file.number, file);
    if (!is_new)
        throw MigrationError(file.path.string() + " has the number of " + other->second.path.string() +
                             "; give one of them a number of its own");
}

}  // namespace

ForeignHistory read_numbered(const fs::path& folder, const core::Dialect& dialect) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) throw UsageError("there is no folder " + folder.string() + " to adopt");
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == ".sql") paths.push_back(entry.path());
    if (error) throw MigrationError("cannot read the folder " + folder.string() + ": " + error.message());
    std::ranges::sort(paths);
    Files ups(&version_before);
    Files downs(&version_before);
    for (const auto& path : paths) {
        auto file = parsed(path);
        if (!file)
            throw MigrationError(
                path.string() +
                " has no number at the beginning of its name, as 001_text.sql has; rename it or move it "
                "out of the folder");
        take(file->down ? downs : ups, std::move(*file));
    }
    if (ups.empty()) throw MigrationError("the folder " + folder.string() + " has no file 001_text.sql");
    ForeignHistory history{.tool = sql_tool};
    const ForeignSql sql(detail::dialect_compiler(dialect), history.notes);
    for (const auto& [number, file] : ups) {
        ForeignVersion version{.name = number, .message = file.message};
        if (version.message.empty()) version.message = "version " + number;
        version.created = date_of_number(file.digits);
        version.upgrade = sql_of(file.path, sql);
        if (const auto down = downs.find(number); down != downs.end()) {
            version.downgrade = sql_of(down->second.path, sql);
            downs.erase(down);
        }
        if (!history.versions.empty()) version.parents = {history.versions.back().name};
        history.versions.push_back(std::move(version));
    }
    if (!downs.empty())
        throw MigrationError(downs.begin()->second.path.string() + " takes back a number that no other file has");
    return history;
}

}  // namespace strata::migrate::adopt
