#include "write.hpp"

#include "history/checksum.hpp"
#include "text.hpp"
#include "tools.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/migrate/render.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <memory>

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

/// SQL for one kind of database; what does nothing does so on both.
std::string section(const char* word, const std::string& sql, const core::Dialect& dialect) {
    const std::string title = std::string("\n-- ") + word;
    if (sql.empty()) return title + "\n";
    return title + ": " + std::string(dialect.name()) + "\n" + sql + "\n";
}

std::string text_of(const ForeignHistory& history, const ForeignVersion& version, const core::Dialect& dialect) {
    const auto parents = ids_of(history.tool, version.parents);
    std::string text = "-- revises: " + (parents.empty() ? "nothing" : join(parents)) + "\n";
    if (!version.labels.empty()) text += "-- label: " + join(version.labels) + "\n";
    if (!version.depends_on.empty()) text += "-- depends on: " + join(ids_of(history.tool, version.depends_on)) + "\n";
    text += "-- message: " + one_line(version.message) + "\n";
    text += "-- adopted: " + std::string(history.tool) + " " + version.name + "\n";
    text += section("upgrade", version.upgrade, dialect);
    if (version.downgrade) text += section("downgrade", *version.downgrade, dialect);
    return text;
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
        const auto& read = revisions.emplace_back(detail::sql_revision(files[i].id, files[i].name, files[i].text));
        pointers.push_back(&read);
        const bool is_same = read.fault.empty() && sql_in(read.upgrade_operations()) == trimmed(version.upgrade) &&
                             (!version.downgrade || sql_in(read.downgrade_operations()) == trimmed(*version.downgrade));
        if (!is_same)
            throw MigrationError("version " + version.name + " cannot be written as a revision" +
                                 (read.fault.empty() ? "; its SQL would be read as another one" : ": " + read.fault));
    }
    static_cast<void>(RevisionGraph(pointers));
}

void write_file(const fs::path& path, const std::string& text) {
    const auto fail = [&] {
        throw MigrationError("cannot write " + path.string() + ": " + std::strerror(errno) + "; nothing was adopted");
    };
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wx"), &std::fclose);
    if (!file) fail();
    const bool is_written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
    if (!is_written || std::fclose(file.release()) != 0) {
        const int error = errno;
        std::error_code ignored;
        fs::remove(path, ignored);
        errno = error;
        fail();
    }
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
        files.push_back({id, name.replace_extension(".sql").string(), text_of(history, version, dialect)});
    }
    check(history, files);
    return files;
}

std::vector<fs::path> write_files(const fs::path& folder, const std::vector<AdoptedFile>& files) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
        throw MigrationError("there is no folder " + folder.string() + " for revisions; make it with 'init'");
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == ".cpp" || entry.path().extension() == ".sql")
            throw MigrationError("the folder " + folder.string() + " has revisions already (" +
                                 entry.path().filename().string() +
                                 "); a history is adopted as the first one, into an empty folder");
    if (error) throw MigrationError("cannot read the folder " + folder.string() + ": " + error.message());
    std::vector<fs::path> written;
    try {
        for (const auto& file : files) {
            write_file(folder / file.name, file.text);
            written.push_back(folder / file.name);
        }
    } catch (...) {
        for (const auto& path : written) fs::remove(path, error);
        throw;
    }
    return written;
}

}  // namespace strata::migrate::adopt
