#include "passed_over.hpp"

#include "text.hpp"

#include <algorithm>
#include <set>

namespace strata::migrate {

Revisions passed_over(const std::map<std::string, HistoryEntry>& applied, const RevisionGraph& graph,
                      const RevisionIds& at) {
    Revisions list;
    if (applied.empty()) return list;
    std::set<std::string> recorded;  // that have a record, or stand on one that has
    for (const Revision* revision : graph.ancestors(at)) {
        // One that was squashed out of what has run here has run.
        const bool ran = applied.contains(revision->id) ||
                         std::ranges::any_of(revision->replaces, [&](const auto& id) { return applied.contains(id); });
        const bool stands_on_one = std::ranges::any_of(graph.required(*revision),
                                                       [&](const std::string& id) { return recorded.contains(id); });
        if (ran || stands_on_one) recorded.insert(revision->id);
        if (!ran && stands_on_one) list.push_back(revision);
    }
    return list;
}

std::string text_of_passed_over(const RevisionGraph& graph, const Revisions& list, const RevisionIds& at) {
    const Revision& last = *list.back();
    std::string follower;
    for (const Revision* revision : graph.ancestors(at)) {
        const auto required = graph.required(*revision);
        if (std::ranges::find(required, last.id) != required.end()) follower = revision->id;
    }
    RevisionIds others;
    for (const Revision* revision : list)
        if (revision != &last) others.push_back(revision->id);
    return "revision " + last.label() + (others.empty() ? "" : " and " + join(others)) + " ha" +
           (others.empty() ? "s" : "ve") + " not run here" +
           (follower.empty() ? "" : ", although " + follower + ", which follows now, has");
}

std::string place_before(const RevisionGraph& graph, const Revisions& list) {
    const auto required = graph.required(*list.front());
    return required.empty() ? "base" : required.front();
}

}  // namespace strata::migrate
