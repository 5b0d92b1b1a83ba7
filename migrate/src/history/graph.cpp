#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/graph.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>

/// Builds the graph of a history and answers what is above and below what.
namespace strata::migrate {

namespace {

using core::internal::contains;

[[noreturn]] void fail(const std::string& message) { throw MigrationError(message); }

bool by_file(const Revision* left, const Revision* right) {
    return std::tie(left->file, left->id) < std::tie(right->file, right->id);
}

template <class List, class Value>
void add_once(List& list, const Value& value) {
    if (!contains(list, value)) list.push_back(value);
}

}  // namespace

RevisionGraph::RevisionGraph(const Revisions& revisions, const RevisionIds& at) {
    index(settled(revisions, at));
    take_labels(sorted_);
    std::vector<Node> nodes(sorted_.size());
    connect(nodes);
    sort(std::move(nodes));
    spread_labels();
    // A file that lost its line would silently begin a history of its own.
    for (const Revision* revision : sorted_) {
        if (revision->says_parents || revision == sorted_.front()) continue;
        fail("revision file " + revision->file +
             " has no line '-- revises: ID', and it is not the first revision; name its parent there, or write "
             "'-- revises: nothing' if it begins a history of its own");
    }
}

/// Lists the revisions by file, and their ids.
void RevisionGraph::index(Revisions revisions) {
    sorted_ = std::move(revisions);
    std::stable_sort(sorted_.begin(), sorted_.end(), by_file);
    for (Place place = 0; place < sorted_.size(); ++place) {
        const Revision& revision = *sorted_[place];
        if (!revision.fault.empty()) {
            fail("revision file " + (revision.file.empty() ? revision.id : revision.file) + ": " + revision.fault);
        }
        by_id_.emplace_back(revision.id, place);
    }
    std::stable_sort(by_id_.begin(), by_id_.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    const auto twice = std::adjacent_find(by_id_.begin(), by_id_.end(),
                                          [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice == by_id_.end()) return;
    fail("Revision " + std::string(twice->first) + " is present more than once: in " + sorted_[twice->second]->file +
         " and " + sorted_[std::next(twice)->second]->file + "; give one of them an id of its own");
}

/// Reads the labels; the places are those of the list by file still.
void RevisionGraph::take_labels(const Revisions& revisions) {
    for (Place place = 0; place < revisions.size(); ++place) {
        for (const auto& label : revisions[place]->labels) {
            if (const Revision* other = find(label); other != nullptr) {
                fail("Branch name '" + label + "' in revision " + revisions[place]->label() +
                     " is the id of revision " + other->label() + "; give the branch another name");
            }
            const auto [found, added] = by_label_.emplace(label, place);
            if (added || found->second == place) continue;
            fail("Branch name '" + label + "' in revision " + revisions[place]->label() +
                 " is already used by revision " + revisions[found->second]->label() +
                 "; give one of them another name");
        }
    }
}

void RevisionGraph::connect(std::vector<Node>& nodes) const {
    for (Place place = 0; place < sorted_.size(); ++place) {
        const Revision& revision = *sorted_[place];
        auto& node = nodes[place];
        for (const auto& parent : revision.revises) {
            if (find(parent) == nullptr) {
                fail("Revision " + parent + ", referenced from " + revision.label() +
                     ", is not present; restore its file or name another parent");
            }
            const auto at = place_of(parent);
            if (at == place) {
                fail("Self-loop is detected in revision " + revision.label() + "; name another parent than itself");
            }
            add_once(node.parents, at);
        }
        node.needs = node.parents;
        for (const auto& other : revision.depends_on) {
            const Revision* said = find(other) != nullptr ? find(other) : labelled(other);
            if (said == nullptr) {
                fail("Revision " + other + ", on which " + revision.label() +
                     " depends, is not present; restore its file or take the dependency out");
            }
            const auto at = place_of(said->id);
            if (at == place) {
                fail("Dependency self-loop is detected in revision " + revision.label() +
                     "; it cannot depend on itself");
            }
            add_once(node.needs, at);
        }
        for (const auto parent : node.parents) nodes[parent].children.push_back(place);
        for (const auto other : node.needs) nodes[other].followers.push_back(place);
        steps_.fetch_add(node.needs.size(), std::memory_order_relaxed);
    }
}

/// Brings the revisions into an order in which each comes after what it needs, and renumbers everything to it.
void RevisionGraph::sort(std::vector<Node> nodes) {
    std::priority_queue<Place, Places, std::greater<>> ready;
    std::vector<std::size_t> waiting(nodes.size());
    for (Place at = 0; at < nodes.size(); ++at) {
        waiting[at] = nodes[at].needs.size();
        if (waiting[at] == 0) ready.push(at);
    }
    Places order;
    Places place_now(nodes.size());
    while (!ready.empty()) {
        const auto at = ready.top();
        ready.pop();
        place_now[at] = order.size();
        order.push_back(at);
        for (const auto follower : nodes[at].followers)
            if (--waiting[follower] == 0) ready.push(follower);
        steps_.fetch_add(nodes[at].followers.size(), std::memory_order_relaxed);
    }
    if (order.size() != nodes.size()) fail_for_cycle(nodes, waiting);

    const Revisions by_file_name = std::move(sorted_);
    sorted_.clear();
    nodes_.resize(nodes.size());
    for (const auto at : order) {
        auto& node = nodes[at];
        for (auto* edges : {&node.parents, &node.needs, &node.children, &node.followers})
            for (auto& place : *edges) place = place_now[place];
        std::sort(node.children.begin(), node.children.end());
        std::sort(node.followers.begin(), node.followers.end());
        nodes_[sorted_.size()] = std::move(node);
        sorted_.push_back(by_file_name[at]);
    }
    for (auto& [id, place] : by_id_) place = place_now[place];
    for (auto& [label, place] : by_label_) place = place_now[place];
}

/// What comes after a cycle waits too, but is not a part of it.
void RevisionGraph::fail_for_cycle(const std::vector<Node>& nodes, const std::vector<std::size_t>& waiting) const {
    Marked left(nodes.size());
    std::vector<std::size_t> followers(nodes.size());
    Places open;
    for (Place at = 0; at < nodes.size(); ++at) left[at] = waiting[at] != 0 ? 1 : 0;
    for (Place at = 0; at < nodes.size(); ++at) {
        if (left[at] == 0) continue;
        for (const auto follower : nodes[at].followers) followers[at] += static_cast<std::size_t>(left[follower]);
        if (followers[at] == 0) open.push_back(at);
    }
    while (!open.empty()) {
        const auto at = open.back();
        open.pop_back();
        left[at] = 0;
        for (const auto other : nodes[at].needs)
            if (left[other] != 0 && --followers[other] == 0) open.push_back(other);
    }
    RevisionIds in_cycle;
    bool by_dependency = false;
    for (Place at = 0; at < nodes.size(); ++at) {
        if (left[at] == 0) continue;
        in_cycle.push_back(sorted_[at]->label());
        by_dependency = by_dependency || std::none_of(nodes[at].parents.begin(), nodes[at].parents.end(),
                                                      [&](Place parent) { return left[parent] != 0; });
    }
    fail(std::string(by_dependency ? "Dependency cycle" : "Cycle") + " is detected in revisions " + join(in_cycle) +
         "; each of them comes before itself");
}

void RevisionGraph::spread_labels() {
    for (const auto& [label, place] : by_label_) {
        const auto number = label_names_.size();
        label_names_.push_back(label);
        const auto below = reached({place}, &Node::children);
        for (Place at = place; at < below.size(); ++at)
            if (below[at] != 0) nodes_[at].labels.push_back(number);
        // Back to where the history branches or merges.
        auto at = place;
        while (nodes_[at].parents.size() == 1) {
            at = nodes_[at].parents.front();
            if (nodes_[at].followers.size() > 1 || nodes_[at].parents.size() > 1) break;
            nodes_[at].labels.push_back(number);
        }
    }
}

RevisionIds RevisionGraph::ids_of(const Places& places) const {
    RevisionIds ids;
    ids.reserve(places.size());
    for (const auto place : places) ids.push_back(sorted_[place]->id);
    return ids;
}

RevisionGraph::Place RevisionGraph::place_of(std::string_view id) const {
    const auto found =
        std::lower_bound(by_id_.begin(), by_id_.end(), id,
                         [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    return found == by_id_.end() || found->first != id ? sorted_.size() : found->second;
}

/// Ids without a revision are left out.
RevisionGraph::Places RevisionGraph::places_of(const RevisionIds& ids) const {
    Places places;
    for (const auto& id : ids)
        if (const auto place = place_of(id); place < sorted_.size()) places.push_back(place);
    return places;
}

RevisionGraph::Marked RevisionGraph::reached(const Places& from, Edges edges) const {
    Marked found(sorted_.size());
    Places open;
    std::size_t steps = 0;
    const auto meet = [&](Place place) {
        if (found[place] != 0) return;
        found[place] = 1;
        open.push_back(place);
    };
    for (const auto place : from) meet(place);
    while (!open.empty()) {
        const auto at = open.back();
        open.pop_back();
        for (const auto next : nodes_[at].*edges) meet(next);
        steps += (nodes_[at].*edges).size();
    }
    steps_.fetch_add(steps, std::memory_order_relaxed);
    return found;
}

Revisions RevisionGraph::marked(const Marked& flags) const {
    Revisions result;
    for (Place place = 0; place < flags.size(); ++place)
        if (flags[place] != 0) result.push_back(sorted_[place]);
    return result;
}

RevisionIds RevisionGraph::heads() const {
    RevisionIds ids;
    for (Place place = 0; place < sorted_.size(); ++place)
        if (nodes_[place].children.empty()) ids.push_back(sorted_[place]->id);
    return ids;
}

RevisionIds RevisionGraph::effective_heads() const {
    RevisionIds ids;
    for (Place place = 0; place < sorted_.size(); ++place)
        if (nodes_[place].followers.empty()) ids.push_back(sorted_[place]->id);
    return ids;
}

RevisionIds RevisionGraph::children(const std::string& id) const { return ids_of(nodes_[place_of(id)].children); }
RevisionIds RevisionGraph::followers(const std::string& id) const { return ids_of(nodes_[place_of(id)].followers); }
RevisionIds RevisionGraph::required(const Revision& revision) const {
    return ids_of(nodes_[place_of(revision.id)].needs);
}

std::vector<std::string> RevisionGraph::labels(const std::string& id) const {
    std::vector<std::string> names;
    for (const auto number : nodes_[place_of(id)].labels) names.push_back(label_names_[number]);
    return names;
}

const Revision* RevisionGraph::labelled(std::string_view label) const {
    const auto found = by_label_.find(label);
    return found == by_label_.end() ? nullptr : sorted_[found->second];
}

const Revision* RevisionGraph::find(std::string_view id) const {
    const auto place = place_of(id);
    return place == sorted_.size() ? nullptr : sorted_[place];
}

Revisions RevisionGraph::ancestors(const RevisionIds& ids) const {
    return marked(reached(places_of(ids), &Node::needs));
}

void RevisionGraph::check_known(const RevisionIds& current) const {
    for (const auto& id : current) {
        if (find(id) == nullptr) {
            if (const auto squash = squashed_.find(id); squash != squashed_.end())
                fail("the database is at " + id + ", which was squashed into " + squash->second +
                     ", and its file is gone; upgrade the database with a version of the project that has it");
            fail("Can't locate revision identified by '" + printable(id) +
                 "': the database is at it, but no revision file has it; restore the file, or say where the database "
                 "really is with 'stamp --purge REVISION'");
        }
    }
}

bool RevisionGraph::applied(const RevisionIds& current, const Revision& revision) const {
    const auto place = place_of(revision.id);
    return place < sorted_.size() && followed(places_of(current), place, sorted_.size());
}

/// Whether one of the rows is the revision or comes after it. Searches from both ends in turn, since one of them is
/// mostly near: down from the rows, but not below the revision, and up from the revision, but not by way of the one
/// that was taken back.
bool RevisionGraph::followed(const Places& rows, Place place, Place taken_back) const {
    if (contains(rows, place)) return true;
    Places down;
    for (const auto row : rows)
        if (row > place) down.push_back(row);
    if (down.empty()) return false;
    const auto last = *std::max_element(down.begin(), down.end());
    Places up{place};
    std::map<Place, bool> seen_down;
    std::map<Place, bool> seen_up;
    std::size_t steps = 0;
    const auto finish = [&](bool found) {
        steps_.fetch_add(steps, std::memory_order_relaxed);
        return found;
    };
    while (!down.empty() && !up.empty()) {
        const auto below = down.back();
        down.pop_back();
        for (const auto next : nodes_[below].needs) {
            ++steps;
            if (next == place) return finish(true);
            if (next > place && seen_down.emplace(next, true).second) down.push_back(next);
        }
        const auto above = up.back();
        up.pop_back();
        for (const auto next : nodes_[above].followers) {
            ++steps;
            if (contains(rows, next)) return finish(true);
            if (next < last && next != taken_back && seen_up.emplace(next, true).second) up.push_back(next);
        }
    }
    return finish(false);
}

/// A parent or a dependency that was the last of its branch is not so any more.
RevisionIds RevisionGraph::after_upgrade(const RevisionIds& current, const Revision& revision) const {
    const auto& needs = nodes_[place_of(revision.id)].needs;
    RevisionIds rows;
    for (const auto& id : current) {
        if (!contains(needs, place_of(id))) rows.push_back(id);
    }
    rows.push_back(revision.id);
    return rows;
}

RevisionIds RevisionGraph::after_downgrade(const RevisionIds& current, const Revision& revision) const {
    RevisionIds ids = current;
    std::erase(ids, revision.id);
    Places rows = places_of(ids);
    const auto undone = place_of(revision.id);
    const auto& needs = nodes_[undone].needs;
    auto newest_first = needs;  // what is needed by another of them comes after it
    std::sort(newest_first.begin(), newest_first.end(), std::greater<>());
    Places added;
    for (const auto need : newest_first) {
        if (followed(rows, need, undone)) continue;
        rows.push_back(need);
        added.push_back(need);
    }
    for (const auto need : needs)
        if (contains(added, need)) ids.push_back(sorted_[need]->id);
    return ids;
}

}  // namespace strata::migrate
