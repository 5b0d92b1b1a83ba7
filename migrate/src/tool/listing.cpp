#include "listing.hpp"

#include "text.hpp"

#include <algorithm>

namespace strata::migrate {

namespace {

/// `2026-11-20 14:32:07` for a file named 20261120_143207_...; empty when the name has another form.
std::string create_date(const std::string& file) {
    const auto digits = [&](std::size_t from, std::size_t count) {
        return file.size() > from + count && std::all_of(file.begin() + static_cast<std::ptrdiff_t>(from),
                                                         file.begin() + static_cast<std::ptrdiff_t>(from + count),
                                                         [](char c) { return c >= '0' && c <= '9'; });
    };
    if (!digits(0, 8) || !digits(9, 6)) return {};
    return file.substr(0, 4) + "-" + file.substr(4, 2) + "-" + file.substr(6, 2) + " " + file.substr(9, 2) + ":" +
           file.substr(11, 2) + ":" + file.substr(13, 2);
}

std::string or_base(const RevisionIds& ids) { return ids.empty() ? "<base>" : join(ids); }

}  // namespace

std::string with_marks(const RevisionGraph& graph, const Revision& revision, const RevisionIds& current) {
    std::string text = revision.id;
    if (graph.children(revision.id).empty()) text += " (head)";
    if (graph.children(revision.id).size() > 1) text += " (branchpoint)";
    if (revision.revises.size() > 1) text += " (mergepoint)";
    if (std::find(current.begin(), current.end(), revision.id) != current.end()) text += " (current)";
    return text;
}

std::string history_line(const RevisionGraph& graph, const Revision& revision, const RevisionIds& current) {
    return or_base(revision.revises) + " -> " + with_marks(graph, revision, current) + ", " +
           one_line(revision.message);
}

std::string details(const RevisionGraph& graph, const Revision& revision, const std::filesystem::path& directory,
                    const RevisionIds& current) {
    std::string text = "Rev: " + with_marks(graph, revision, current) + "\n";
    text += (revision.revises.size() > 1 ? "Merges: " : "Parent: ") + or_base(revision.revises) + "\n";
    if (graph.children(revision.id).size() > 1) text += "Branches into: " + join(graph.children(revision.id)) + "\n";
    text += "Path: " + (directory / revision.file).string() + "\n";
    if (const auto date = create_date(revision.file); !date.empty()) text += "Create Date: " + date + "\n";
    return text + "\n    " + one_line(revision.message) + "\n";
}

}  // namespace strata::migrate
