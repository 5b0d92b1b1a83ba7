#include "write.hpp"

#include "foreign_sql.hpp"
#include "history/checksum.hpp"
#include "text.hpp"
#include "tools.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/migrate/render.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

namespace strata::migrate::adopt {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t id_length = 12;
/// Of a first version that does not say when it was made.
constexpr auto earliest = std::chrono::sys_seconds(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1));

std::vector<std::string> ids_of(std::string_view tool, const std::vector<std::string>& versions) {
    std::vector<std::string> ids;
    for (const auto& version : versions) ids.push_back(adopted_id(tool, version));
    return ids;
}

/// SQL for one kind of database, which may be none: only what has a section for a database is run there.
std::string section(const char* word, const std::string& sql, const core::Dialect& dialect) {
    return std::string("\n-- ") + word + ": " + std::string(dialect.name()) + "\n" + sql + (sql.empty() ? "" : "\n");
}

std::string header_of(const ForeignHistory& history, const ForeignVersion& version) {
    const auto parents = ids_of(history.tool, version.parents);
    std::string text = "-- revises: " + (parents.empty() ? "nothing" : join(parents)) + "\n";
    if (!version.labels.empty()) text += "-- label: " + join(version.labels) + "\n";
    if (!version.depends_on.empty()) text += "-- depends on: " + join(ids_of(history.tool, version.depends_on)) + "\n";
    text += "-- message: " + one_line(version.message) + "\n";
    return text + "-- adopted: " + std::string(history.tool) + " " + version.name + "\n";
}

std::string sections_of(const ForeignVersion& version, const core::Dialect& dialect) {
    const auto upgrade = section("upgrade", version.upgrade, dialect);
    return version.downgrade ? upgrade + section("downgrade", *version.downgrade, dialect) : upgrade;
}

std::string sql_in(const std::vector<Operation>& operations) {
    std::string sql;
    for (const auto& operation : operations) {
        const auto* execute = std::get_if<Execute>(&operation);
        if (execute == nullptr) continue;
        sql += execute->sql;
        for (const auto& each : execute->per_dialect) sql += each.second;
    }
    return trimmed(sql);
}

/// Reads the files as the tool will, and compares.
void check(const ForeignHistory& history, const std::vector<AdoptedFile>& files) {
    std::deque<Revision> revisions;
    Revisions pointers;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto& version = history.versions[i];
        const auto& read = revisions.emplace_back(detail::sql_revision(files[i].id, files[i].name, files[i].text()));
        pointers.push_back(&read);
        const bool is_same = read.fault.empty() && sql_in(read.upgrade_operations()) == trimmed(version.upgrade) &&
                             (!version.downgrade || sql_in(read.downgrade_operations()) == trimmed(*version.downgrade));
        if (!is_same)
            throw MigrationError("version " + version.name + " cannot be written as a revision" +
                                 (read.fault.empty() ? "; its SQL would be read as another one" : ": " + read.fault));
    }
    static_cast<void>(RevisionGraph(pointers));
}

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

/// The texts of the files with the sections for this kind of database added. Refuses files that were not adopted from
/// the same history for another kind.
std::vector<std::string> with_sections(const fs::path& folder, const std::vector<AdoptedFile>& files,
                                       const core::Dialect& dialect) {
    std::vector<std::string> texts;
    const auto upgrade = "-- upgrade: " + std::string(dialect.name());
    for (const auto& file : files) {
        const auto path = folder / file.name;
        std::error_code ignored;
        if (!fs::is_regular_file(path, ignored))
            throw MigrationError("the folder " + folder.string() + " has revisions already, and no " + file.name +
                                 " among them; a history is adopted into an empty folder, or for the other kind of "
                                 "database into the files that it has become");
        auto text = read_text(path);
        if (!text.starts_with(file.header))
            throw MigrationError(path.string() +
                                 " does not begin with the lines of the version that it would be now; it was adopted "
                                 "from another history, or edited");
        if (has_line(text, upgrade))
            throw MigrationError(path.string() + " has a section '" + upgrade +
                                 "' already; to adopt the history anew remove the files that it has become");
        texts.push_back(text + file.sections);
    }
    return texts;
}

}  // namespace

std::string adopted_id(std::string_view tool, const std::string& version) {
    const bool fits = version.size() == id_length && std::ranges::all_of(version, [](char c) {
                          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                      });
    if (tool == alembic_tool && fits) return version;
    return sha256(std::string(tool) + ":" + version).substr(0, id_length);
}

std::vector<AdoptedFile> adopted_files(const ForeignHistory& history, const core::Dialect& dialect) {
    std::vector<AdoptedFile> files;
    auto stamp = earliest - std::chrono::seconds(1);
    for (const auto& version : history.versions) {
        stamp = std::max(stamp + std::chrono::seconds(1), version.created.value_or(earliest));
        const auto id = adopted_id(history.tool, version.name);
        fs::path name = revision_file_name(stamp, id, version.message);
        files.push_back(
            {id, name.replace_extension(".sql").string(), header_of(history, version), sections_of(version, dialect)});
    }
    check(history, files);
    return files;
}

std::vector<fs::path> add_files(FileChanges& changes, const fs::path& folder, const std::vector<AdoptedFile>& files,
                                const core::Dialect& dialect) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
        throw MigrationError("there is no folder " + folder.string() + " for revisions; make it with 'init'");
    bool has_revisions = false;
    for (const auto& entry : fs::directory_iterator(folder, error))
        has_revisions = has_revisions || entry.path().extension() == ".cpp" || entry.path().extension() == ".sql";
    if (error) throw MigrationError("cannot read the folder " + folder.string() + ": " + error.message());
    std::vector<fs::path> paths;
    for (const auto& file : files) paths.push_back(folder / file.name);
    if (has_revisions) {
        auto texts = with_sections(folder, files, dialect);
        for (std::size_t i = 0; i < files.size(); ++i) changes.replace(paths[i], std::move(texts[i]));
    } else {
        for (std::size_t i = 0; i < files.size(); ++i) changes.add(paths[i], files[i].text());
    }
    return paths;
}

}  // namespace strata::migrate::adopt
