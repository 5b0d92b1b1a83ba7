#include "python_file.hpp"
#include "readers.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/revision.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

/// Reads the revisions of Alembic: which there are, and what they stand on.
namespace strata::migrate::adopt {
namespace {

namespace fs = std::filesystem;

struct File {
    fs::path path;
    ForeignVersion version;
};

/// `Create Date: 2020-01-31 14:20:30.123456` of a docstring.
std::optional<std::chrono::sys_seconds> create_date(const std::string& docstring) {
    static constexpr std::string_view title = "Create Date:";
    const auto at = docstring.find(title);
    if (at == std::string::npos) return std::nullopt;
    const auto text = trimmed(std::string_view(docstring).substr(at + title.size(), 32));
    std::string digits;
    for (const char c : text.substr(0, 19))
        if (c >= '0' && c <= '9') digits += c;
    return date_of_number(digits);
}

/// The docstring's first paragraph, as Alembic takes it.
std::string message_of(const std::string& docstring) {
    const auto text = trimmed(docstring);
    auto end = text.find("\n\n");
    for (const auto* const title : {"\nRevision ID:", "\r\n\r\n"}) end = std::min(end, text.find(title));
    const auto first = one_line(text.substr(0, end));
    return first.starts_with("Revision ID:") ? std::string() : first;
}

File read_file(const fs::path& path) {
    static const std::vector<std::string> variables{"revision", "down_revision", "branch_labels", "depends_on"};
    const auto where = path.string();
    auto python = read_python(read_text(path), where, variables);
    const auto& id = python.values["revision"];
    if (id.is_sequence || id.texts.size() != 1 || id.texts.front().empty())
        throw MigrationError(where +
                             " has no line 'revision = \"...\"' and so is no revision of Alembic; move it out "
                             "of the folder");
    File file{path, {.name = id.texts.front()}};
    const auto bad = [](char c) { return static_cast<unsigned char>(c) <= 0x20U || c == ','; };
    if (std::ranges::any_of(file.version.name, bad))
        throw MigrationError(where + ": the revision '" + printable(file.version.name) +
                             "' has a blank or a comma in its id, which cannot be written down");
    file.version.parents = std::move(python.values["down_revision"].texts);
    file.version.labels = std::move(python.values["branch_labels"].texts);
    file.version.depends_on = std::move(python.values["depends_on"].texts);
    file.version.message = message_of(python.docstring);
    if (file.version.message.empty()) file.version.message = path.stem().string();
    file.version.created = create_date(python.docstring);
    const Revision probe("probe", "", {{}, file.version.labels, {}}, "", {}, {});
    if (!probe.fault.empty()) throw MigrationError(where + ": " + probe.fault);
    return file;
}

std::vector<File> read_files(const fs::path& folder) {
    std::vector<File> files;
    std::error_code error;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder, error)) paths.push_back(entry.path());
    if (error) throw MigrationError("cannot read the folder " + folder.string() + ": " + error.message());
    std::ranges::sort(paths);
    for (const auto& path : paths) {
        const auto name = path.filename().string();
        if (path.extension() == ".py" && !name.starts_with("__init__") && !name.starts_with(".#"))
            files.push_back(read_file(path));
    }
    return files;
}

using Places = std::map<std::string, std::size_t>;

/// Refuses names that nothing has, and puts ids in the place of labels.
void resolve_names(std::vector<File>& files, const Places& by_name) {
    Places by_label;
    for (std::size_t i = 0; i < files.size(); ++i)
        for (const auto& label : files[i].version.labels) by_label.emplace(label, i);
    for (auto& file : files) {
        const auto missing = [&](const char* variable, const std::string& name) {
            throw MigrationError(file.path.string() + ": its " + variable + " '" + printable(name) +
                                 "' is the id of no file in " + file.path.parent_path().string());
        };
        for (const auto& name : file.version.parents)
            if (!by_name.contains(name)) missing("down_revision", name);
        for (auto& name : file.version.depends_on) {
            const auto label = by_label.find(name);
            if (by_name.contains(name)) continue;
            if (label == by_label.end()) missing("depends_on", name);
            name = files[label->second].version.name;
        }
    }
}

/// Those that a version stands on come before it, otherwise the older ones.
std::vector<ForeignVersion> in_order(std::vector<File> files) {
    std::vector<ForeignVersion> sorted;
    std::set<std::string> done;
    while (!files.empty()) {
        const auto is_ready = [&](const File& file) {
            const auto is_done = [&](const std::string& name) { return done.contains(name); };
            return std::ranges::all_of(file.version.parents, is_done) &&
                   std::ranges::all_of(file.version.depends_on, is_done);
        };
        auto next = files.end();
        for (auto it = files.begin(); it != files.end(); ++it)
            if (is_ready(*it) && (next == files.end() || it->version.created < next->version.created)) next = it;
        if (next == files.end())
            throw MigrationError(files.front().path.string() +
                                 ": it comes before itself by what it and others revise or depend on");
        done.insert(next->version.name);
        sorted.push_back(std::move(next->version));
        files.erase(next);
    }
    return sorted;
}

}  // namespace

std::optional<std::chrono::sys_seconds> date_of_number(std::string_view digits) {
    using namespace std::chrono;
    const bool all_digits = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (!all_digits || (digits.size() != 8 && digits.size() != 14)) return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t count) {
        int value = 0;
        for (const char c : digits.substr(at, count)) value = value * 10 + (c - '0');
        return value;
    };
    const year_month_day date{year(number(0, 4)), month(static_cast<unsigned>(number(4, 2))),
                              day(static_cast<unsigned>(number(6, 2)))};
    if (!date.ok() || number(0, 4) < 1970) return std::nullopt;
    sys_seconds instant = sys_days(date);
    if (digits.size() == 8) return instant;
    if (number(8, 2) > 23 || number(10, 2) > 59 || number(12, 2) > 59) return std::nullopt;
    return instant + hours(number(8, 2)) + minutes(number(10, 2)) + seconds(number(12, 2));
}

std::vector<ForeignVersion> read_alembic_files(const fs::path& versions) {
    auto files = read_files(versions);
    if (files.empty()) throw MigrationError("the folder " + versions.string() + " has no revision of Alembic");
    Places by_name;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto [other, is_new] = by_name.emplace(files[i].version.name, i);
        if (!is_new)
            throw MigrationError(files[i].path.string() + " has the id of " + files[other->second].path.string() +
                                 ", '" + other->first + "'; give one of them an id of its own");
    }
    resolve_names(files, by_name);
    return in_order(std::move(files));
}

}  // namespace strata::migrate::adopt
