#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/graph.hpp>

#include <algorithm>
#include <set>

/// Revisions that another one replaces.
namespace strata::migrate {
namespace {

using core::internal::contains;

const Revision* with_id(const Revisions& revisions, const std::string& id) {
    const auto found = std::ranges::find(revisions, id, &Revision::id);
    return found == revisions.end() ? nullptr : *found;
}

}  // namespace

/// Leaves out what is replaced, or lets the line end in what replaces it where the database stands in the line.
Revisions RevisionGraph::settled(const Revisions& revisions, const RevisionIds& at) {
    Revisions squashes;
    std::ranges::copy_if(revisions, std::back_inserter(squashes),
                         [](const Revision* each) { return !each->replaces.empty(); });
    if (squashes.empty()) return revisions;

    std::set<std::string> left_out;
    std::map<std::string, std::string> followed;  // the end of a line, and what stands for it
    for (const Revision* squash : squashes) {
        for (const auto& id : squash->replaces) squashed_[id] = squash->id;
        followed[squash->replaces.back()] = squash->id;
        const bool inside = std::ranges::any_of(at, [&](const std::string& id) {
            return contains(squash->replaces, id) && with_id(revisions, id) != nullptr;
        });
        if (inside)
            wholes_[squash->id] = squash;
        else
            left_out.insert(squash->replaces.begin(), squash->replaces.end());
    }

    Revisions settled;
    for (const Revision* revision : revisions) {
        if (left_out.contains(revision->id)) continue;
        const bool ends_line = wholes_.contains(revision->id);
        const auto moved = [&](const std::string& id) {
            // In its own line everything is as it was.
            const auto next = followed.find(id);
            if (next == followed.end() || next->second == revision->id) return id;
            const Revision* const squash = with_id(revisions, next->second);
            return contains(squash->replaces, revision->id) ? id : next->second;
        };
        const auto settle = [&](std::vector<std::string> ids) {
            for (auto& id : ids) {
                for (std::size_t i = 0; i <= squashes.size() && moved(id) != id; ++i) id = moved(id);
                const auto squash = squashed_.find(id);
                if (left_out.contains(id) && squash != squashed_.end())
                    throw MigrationError("Revision " + id + ", referenced from " + revision->label() +
                                         ", was squashed into " + squash->second + "; put it behind that one");
            }
            return ids;
        };
        auto parents = settle(revision->revises);
        if (ends_line) {
            // It may have been put behind others since, which the line does not stand on.
            const Revision* const first = with_id(revisions, revision->replaces.front());
            if (first != nullptr) std::erase_if(parents, [&](const auto& id) { return contains(first->revises, id); });
            parents.insert(parents.begin(), revision->replaces.back());
        }
        const auto needs = ends_line ? RevisionIds{} : settle(revision->depends_on);
        if (!ends_line && parents == revision->revises && needs == revision->depends_on) {
            settled.push_back(revision);
            continue;
        }
        auto& copy = changed_.emplace_back(*revision);
        copy.revises = parents;
        copy.depends_on = needs;
        copy.says_parents = true;
        if (ends_line) {
            copy.labels.clear();  // the line has them
            copy.upgrade = [](Operations&) {};
            copy.downgrade = [](Operations&) {};
        }
        settled.push_back(&copy);
    }
    return settled;
}

const Revision* RevisionGraph::whole(const Revision& revision) const {
    const auto found = wholes_.find(revision.id);
    return found == wholes_.end() ? nullptr : found->second;
}

}  // namespace strata::migrate
