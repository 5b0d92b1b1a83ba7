#include "placement.hpp"

#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/render.hpp>

#include <algorithm>

namespace strata::migrate {

namespace {

using core::internal::contains;

/// Those of a file's name, by which CMake finds the revision.
bool is_id(const std::string& text) {
    return text.size() == 12 && std::all_of(text.begin(), text.end(),
                                            [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string in_quotes(const std::string& text) { return "'" + printable(text) + "'"; }

void check_labels(const RevisionGraph& graph, const RevisionPlace& place) {
    // As the file would be read.
    const Revision probe(place.id, "", {{}, place.labels, {}}, "", {}, {});
    if (!probe.fault.empty()) throw UsageError(probe.fault);
    for (const auto& label : place.labels) {
        const Revision* other = graph.labelled(label) != nullptr ? graph.labelled(label) : graph.find(label);
        if (other != nullptr) {
            throw UsageError("Branch name " + in_quotes(label) + " is already used by revision " + other->label() +
                             "; give the branch another name");
        }
    }
}

/// A label stands for the last revision of its branch here.
RevisionIds named(const RevisionGraph& graph, const std::string& name) {
    return graph.resolve(graph.labelled(name) != nullptr ? name + "@head" : name, {});
}

void check_is_head(const RevisionGraph& graph, const std::string& id, bool splice) {
    if (splice || graph.children(id).empty()) return;
    throw UsageError("Revision " + id +
                     " is not a head revision; please specify --splice to create a new branch from " + "this revision");
}

RevisionIds parents_of(const RevisionGraph& graph, const Placement& wanted) {
    if (wanted.head.empty()) {
        const auto heads = graph.heads();
        if (heads.size() < 2) return heads;
        RevisionIds texts;
        std::string example = heads.front();
        for (const auto& id : heads) {
            const auto labels = graph.labels(id);
            texts.push_back(labels.empty() ? id : id + " (" + join(labels) + ")");
            if (!labels.empty() && example == heads.front()) example = labels.front() + "@head";
        }
        throw UsageError("Multiple heads are present: " + join(texts) +
                         "; say which one the new revision follows, as in '--head " + example +
                         "', or join them with 'merge'");
    }
    if (wanted.head == "base") return {};
    const auto ids = named(graph, wanted.head);
    if (ids.size() != 1)
        throw UsageError("--head " + in_quotes(wanted.head) + " names " +
                         (ids.empty() ? "no revision" : "several revisions: " + join(ids)) + "; name one of the heads");
    check_is_head(graph, ids.front(), wanted.splice);
    return ids;
}

RevisionPlace with_parents(const RevisionGraph& graph, RevisionIds parents, const Placement& wanted) {
    RevisionPlace place{std::move(parents), wanted.labels, {}, new_revision_id(graph, wanted.id)};
    check_labels(graph, place);
    for (const auto& name : wanted.depends_on) {
        const auto ids = graph.resolve(name, {});
        if (ids.empty()) throw UsageError("--depends-on " + in_quotes(name) + " names no revision");
        for (const auto& id : ids)
            if (!contains(place.depends_on, id)) place.depends_on.push_back(id);
    }
    return place;
}

}  // namespace

std::string new_revision_id(const RevisionGraph& graph, const std::string& wanted) {
    std::string id = wanted;
    if (id.empty()) {
        do id = random_revision_id();
        while (graph.find(id) != nullptr);
    } else if (!is_id(id)) {
        throw UsageError(in_quotes(id) + " cannot be a revision's id; --rev-id takes 12 characters of 0-9 and a-f");
    } else if (const Revision* other = graph.find(id); other != nullptr) {
        throw UsageError("the id " + id + " is that of " + other->label() + " already; give another one to --rev-id");
    }
    return id;
}

RevisionPlace find_place(const RevisionGraph& graph, const Placement& wanted) {
    return with_parents(graph, parents_of(graph, wanted), wanted);
}

RevisionPlace find_merge_place(const RevisionGraph& graph, const RevisionIds& revisions, const Placement& wanted) {
    RevisionIds parents;
    for (const auto& name : revisions) {
        for (auto& id : named(graph, name)) {
            check_is_head(graph, id, wanted.splice);
            if (!contains(parents, id)) parents.push_back(std::move(id));
        }
    }
    if (revisions.empty()) parents = graph.heads();
    if (parents.size() < 2)
        throw MigrationError(revisions.empty()
                                 ? "there is nothing to merge: 'heads' lists one revision or none"
                                 : "there is nothing to merge: name two heads or more; 'heads' lists them");
    for (const auto& id : parents) {
        for (const auto& other : parents) {
            if (id != other && graph.applied({id}, graph.get(other)))
                throw UsageError("Revision " + other + " comes before " + id +
                                 " already, so there is nothing to merge of them");
        }
    }
    return with_parents(graph, std::move(parents), wanted);
}

}  // namespace strata::migrate
