#include "heads_file.hpp"

#include "text.hpp"

#include <strata/core/error.hpp>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

namespace strata::migrate {
namespace {

constexpr const char* explanation =
    "# The last revisions of this history; db_migrate.sh keeps them. Where git finds a conflict here, two branches "
    "have\n"
    "# each added a revision: 'db_migrate.sh rebase' puts yours behind theirs.\n";

RevisionIds ids_in(const std::string& text) {
    RevisionIds ids;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (auto id = trimmed(line); !id.empty() && !id.starts_with('#')) ids.push_back(std::move(id));
    std::ranges::sort(ids);
    return ids;
}

std::string listed(const RevisionIds& ids) { return ids.empty() ? "nothing" : printable(join(ids)); }

}  // namespace

std::optional<std::string> HeadsFile::text() const {
    std::error_code ignored;
    if (!std::filesystem::exists(path_, ignored)) return std::nullopt;
    return text_of_file(path_);
}

bool HeadsFile::in_conflict() const {
    const auto text = this->text();
    if (!text) return false;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("<<<<<<<") || line.starts_with(">>>>>>>")) return true;
    return false;
}

void HeadsFile::need_no_conflict() const {
    if (in_conflict())
        throw MigrationError(path_.string() +
                             " has a conflict: two branches have each added a revision; put yours behind theirs with "
                             "'rebase', or join both with 'merge'");
}

std::optional<HeadsFile::Fault> HeadsFile::fault(const RevisionGraph& graph) const {
    const auto text = this->text();
    if (!text) return std::nullopt;
    if (in_conflict())
        return Fault{path_.string() +
                     " has a conflict; 'rebase' puts your revisions behind theirs, 'merge' joins both"};
    auto sorted = graph.heads();
    std::ranges::sort(sorted);
    const auto ids = ids_in(*text);
    if (ids == sorted) return std::nullopt;
    const bool only_behind = ids.size() == sorted.size() && std::ranges::all_of(ids, [&](const std::string& id) {
                                 return graph.find(id) != nullptr && graph.applied(sorted, graph.get(id));
                             });
    return Fault{path_.string() + " names " + listed(ids) + ", and the history ends with " + listed(sorted) +
                     "; 'heads --write' writes it anew",
                 only_behind};
}

void HeadsFile::write(FileChanges& changes, RevisionIds heads) const {
    std::ranges::sort(heads);
    std::string text = explanation;
    for (const auto& id : heads) text += id + "\n";
    changes.replace(path_, std::move(text));
}

void HeadsFile::write(RevisionIds heads) const {
    FileChanges changes;
    write(changes, std::move(heads));
    changes.apply();
}

}  // namespace strata::migrate
