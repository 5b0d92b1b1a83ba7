#include "linear_history.hpp"

#include "history/revision_list.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

#include <algorithm>

namespace strata::migrate {
namespace {

/// Throws where a revision of the first branch needs one of the second.
void check_independent(const RevisionGraph& graph, const Revisions& first, const Revisions& second) {
    for (const Revision* revision : first)
        for (const auto& needed : graph.required(*revision))
            if (has(second, needed))
                throw MigrationError("revision " + revision->label() + " depends on " + needed +
                                     " of the other branch");
}

}  // namespace

RevisionIds parents_behind(const Revision& revision, const Revisions& branch, const RevisionIds& onto) {
    RevisionIds parents;
    std::ranges::copy_if(revision.revises, std::back_inserter(parents),
                         [&](const std::string& id) { return has(branch, id); });
    if (revision.revises.empty()) return {};  // a history of its own
    // What it revises besides comes before the branch, and so before the parents that are left.
    return parents.empty() ? onto : parents;
}

LinearHistory::LinearHistory(const RevisionGraph& graph, const RevisionIds& common, const Revisions& first,
                             const RevisionIds& onto, const Revisions& second) {
    check_independent(graph, first, second);
    auto all = graph.ancestors(common);
    all.insert(all.end(), first.begin(), first.end());
    for (const Revision* revision : second) {
        second_.push_back(*revision);
        second_.back().revises = parents_behind(*revision, second, onto);
        second_.back().says_parents = true;
        all.push_back(&second_.back());
    }
    graph_.emplace(all);
}

std::vector<Operation> operations_of(const Revisions& branch) {
    std::vector<Operation> all;
    for (const Revision* revision : branch)
        for (auto& operation : revision->upgrade_operations()) all.push_back(std::move(operation));
    return all;
}

Rehearsal rehearsal_of(const core::Dialect& dialect, const RevisionGraph& graph, const RevisionIds& at,
                       const FollowHistory& follow) {
    Rehearsal rehearsal(dialect, graph, at);
    if (follow) rehearsal.follow_sql([&](const RevisionIds& ids) { return follow(graph, ids); });
    return rehearsal;
}

void rehearse(Rehearsal& rehearsal, const Revision& revision, Direction direction) {
    static_cast<void>(
        rehearsal.next(revision, direction, [](CompiledRevision& compiled, Snapshot& shape, const RehearsedRevision&) {
            return compiled.rehearse(shape);
        }));
}

}  // namespace strata::migrate
