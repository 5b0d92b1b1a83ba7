#include "listing.hpp"

#include "json_output.hpp"
#include "paint.hpp"
#include "text.hpp"

#include <algorithm>
#include <string_view>

namespace strata::migrate {

namespace json = boost::json;

namespace {

/// `2026-11-20 14:32:07` for a file with 20261120_143207 in its name; empty when it says no date and time together.
std::string create_date(const std::string& file) {
    const auto digits = [&](std::size_t from, std::size_t count) {
        const auto end = from + count;
        const auto is_border = [&](std::size_t at) {
            return at >= file.size() || std::string_view("_.-").find(file[at]) != std::string_view::npos;
        };
        return file.size() > end && (from == 0 || is_border(from - 1)) && is_border(end) &&
               std::all_of(file.begin() + static_cast<std::ptrdiff_t>(from),
                           file.begin() + static_cast<std::ptrdiff_t>(end),
                           [](char c) { return c >= '0' && c <= '9'; });
    };
    for (std::size_t at = 0; at + 15 < file.size(); ++at) {
        if (!digits(at, 8) || !digits(at + 9, 6)) continue;
        const auto part = [&](std::size_t from, std::size_t count) { return file.substr(at + from, count); };
        return part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + " " + part(9, 2) + ":" + part(11, 2) + ":" +
               part(13, 2);
    }
    return {};
}

std::string or_base(const RevisionIds& ids) { return ids.empty() ? "<base>" : join(ids); }

bool contains(const RevisionIds& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

std::string with_marks(const RevisionGraph& graph, const Revision& revision, const Marks& marks) {
    std::string text = revision.id;
    if (const auto labels = graph.labels(revision.id); marks.labels && !labels.empty())
        text += " (" + join(labels) + ")";
    const auto children = graph.children(revision.id);
    const auto& paint = Paint::out();
    if (children.empty())
        text += " " + paint.cyan(graph.followers(revision.id).empty() ? "(head)" : "(effective head)");
    if (contains(marks.current, revision.id)) text += " " + paint.green("(current)");
    if (marks.tree && children.size() > 1) text += " (branchpoint)";
    if (marks.tree && revision.revises.size() > 1) text += " (mergepoint)";
    return text;
}

std::string history_line(const RevisionGraph& graph, const Revision& revision, const RevisionIds& current) {
    const auto dependencies = revision.depends_on.empty() ? "" : " (" + join(revision.depends_on) + ")";
    return or_base(revision.revises) + dependencies + " -> " +
           with_marks(graph, revision, {.labels = true, .current = current}) + ", " + one_line(revision.message);
}

std::string details(const RevisionGraph& graph, const Revision& revision, const std::filesystem::path& directory,
                    const RevisionIds& current, const std::string& run) {
    const auto children = graph.children(revision.id);
    const auto labels = graph.labels(revision.id);
    std::string text = "Rev: " + with_marks(graph, revision, {.current = current}) + "\n";
    text += (revision.revises.size() > 1 ? "Merges: " : "Parent: ") + or_base(revision.revises) + "\n";
    if (!revision.depends_on.empty()) text += "Also depends on: " + join(revision.depends_on) + "\n";
    if (children.size() > 1) text += "Branches into: " + join(children) + "\n";
    if (!labels.empty()) text += "Branch names: " + join(labels) + "\n";
    text += "Path: " + (directory / revision.file).string() + "\n";
    if (const auto date = create_date(revision.file); !date.empty()) text += "Create Date: " + date + "\n";
    if (!revision.adopted_from.empty()) text += "Adopted from: " + printable(revision.adopted_from) + "\n";
    if (!run.empty()) text += "Run: " + run + "\n";
    return text + "\n    " + one_line(revision.message) + "\n";
}

json::object object_of(const RevisionGraph& graph, const Revision& revision, const std::filesystem::path& directory,
                       const std::optional<RevisionIds>& current) {
    const auto children = graph.children(revision.id);
    const auto date = create_date(revision.file);
    json::object object{{"id", revision.id},
                        {"revises", array_of(revision.revises)},
                        {"depends_on", array_of(revision.depends_on)},
                        {"children", array_of(children)},
                        {"labels", array_of(graph.labels(revision.id))},
                        {"message", revision.message},
                        {"path", (directory / revision.file).string()},
                        {"created", date.empty() ? json::value(nullptr) : json::value(date)},
                        {"head", children.empty()},
                        {"effective_head", graph.followers(revision.id).empty()},
                        {"branchpoint", children.size() > 1},
                        {"mergepoint", revision.revises.size() > 1}};
    if (current) object["current"] = contains(*current, revision.id);
    return object;
}

}  // namespace strata::migrate
