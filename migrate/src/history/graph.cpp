#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/graph.hpp>

#include <algorithm>
#include <charconv>

namespace strata::migrate {

namespace {

using core::internal::contains;

[[noreturn]] void fail(const std::string& message) { throw MigrationError(message); }

std::string not_found(std::string_view name) {
    return "Can't locate revision identified by '" + std::string(name) + "'; 'history' lists what there is";
}

/// `REV+2`, split in two; steps is 0 when the target is not relative.
struct Relative {
    std::string_view base;
    int steps = 0;
};

Relative relative(std::string_view target) {
    const auto sign = target.find_last_of("+-");
    if (sign == std::string_view::npos) return {target};
    const auto digits = target.substr(sign + 1);
    int steps = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), steps);
    if (code != std::errc() || end != digits.data() + digits.size() || steps < 1) {
        fail("'" + std::string(target) + "' names no revision; a relative one is +N, -N, REV+N or REV-N");
    }
    return {target.substr(0, sign), target[sign] == '-' ? -steps : steps};
}

[[noreturn]] void too_few(std::string_view target, int steps, int found) {
    const std::string left = found == 0 ? "is none" : found == 1 ? "is only 1" : "are only " + std::to_string(found);
    fail("Relative revision " + std::string(target) + " didn't produce " + std::to_string(std::abs(steps)) +
         " migrations; there " + left + (steps < 0 ? " below" : " above"));
}

}  // namespace

RevisionGraph::RevisionGraph(const Revisions& revisions) {
    for (const Revision* revision : revisions) {
        if (!revision->fault.empty()) {
            fail("revision file " + (revision->file.empty() ? revision->id : revision->file) + ": " + revision->fault);
        }
        const auto [found, added] = by_id_.emplace(revision->id, revision);
        if (!added) {
            fail("Revision " + revision->id + " is present more than once: in " + found->second->file + " and " +
                 revision->file + "; give one of them an id of its own");
        }
        children_[revision->id];
    }
    std::map<std::string, std::size_t, std::less<>> waiting_for;
    const auto by_file = [](const Revision* left, const Revision* right) {
        return std::tie(left->file, left->id) < std::tie(right->file, right->id);
    };
    std::set<const Revision*, decltype(by_file)> ready(by_file);
    for (const auto& [id, revision] : by_id_) {
        for (const auto& parent : revision->revises) {
            const auto found = children_.find(parent);
            if (found == children_.end()) {
                fail("Revision " + parent + ", referenced from " + revision->label() +
                     ", is not present; restore its file or name another parent");
            }
            found->second.push_back(id);
        }
        waiting_for[id] = revision->revises.size();
        if (revision->revises.empty()) ready.insert(revision);
    }
    while (!ready.empty()) {
        const Revision* revision = *ready.begin();
        ready.erase(ready.begin());
        places_.emplace(revision->id, sorted_.size());
        sorted_.push_back(revision);
        for (const auto& child : children_[revision->id]) {
            if (--waiting_for[child] == 0) ready.insert(by_id_.at(child));
        }
    }
    if (sorted_.size() != by_id_.size()) {
        RevisionIds in_cycle;
        for (const auto& [id, count] : waiting_for) {
            if (count != 0) in_cycle.push_back(by_id_.at(id)->label());
        }
        fail("Cycle is detected in revisions " + join(in_cycle) + "; each of them comes before itself");
    }
}

RevisionIds RevisionGraph::heads() const {
    RevisionIds ids;
    for (const Revision* revision : sorted_) {
        if (children(revision->id).empty()) ids.push_back(revision->id);
    }
    return ids;
}

std::string RevisionGraph::head() const {
    const auto ids = heads();
    if (ids.size() > 1) {
        fail("Multiple head revisions are present: " + join(ids) +
             "; name one of them, take all with 'heads', or join them with 'merge'");
    }
    return ids.empty() ? std::string() : ids.front();
}

const RevisionIds& RevisionGraph::children(const std::string& id) const { return children_.find(id)->second; }

const Revision* RevisionGraph::find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

const Revision& RevisionGraph::get(std::string_view name) const {
    if (const auto exact = by_id_.find(name); exact != by_id_.end()) return *exact->second;
    RevisionIds matches;
    for (auto at = by_id_.lower_bound(name); at != by_id_.end() && at->first.starts_with(name); ++at) {
        matches.push_back(at->first);
    }
    if (name.empty() || matches.empty()) fail(not_found(name));
    if (matches.size() > 1) {
        fail("Revision '" + std::string(name) + "' is ambiguous: " + join(matches) + "; give more of the id");
    }
    return *by_id_.at(matches.front());
}

void RevisionGraph::check_known(const RevisionIds& current) const {
    for (const auto& id : current) {
        if (find(id) == nullptr) {
            fail("Can't locate revision identified by '" + printable(id) +
                 "': the database is at it, but no revision file has it; restore the file, or say where the database "
                 "really is with 'stamp --purge REVISION'");
        }
    }
}

std::string RevisionGraph::step_up(const std::string& from, std::string_view target) const {
    RevisionIds next;
    if (!from.empty()) {
        next = children(from);
    } else {
        for (const Revision* revision : sorted_) {
            if (revision->revises.empty()) next.push_back(revision->id);
        }
    }
    if (next.size() > 1) {
        fail("Ambiguous upgrade to " + std::string(target) + ": " + (from.empty() ? "base" : from) +
             " is followed by " + join(next) + "; name one of them");
    }
    return next.empty() ? std::string() : next.front();
}

RevisionIds RevisionGraph::resolve(std::string_view target, const RevisionIds& current) const {
    const auto [base, steps] = relative(target);
    RevisionIds ids;
    if (base == "heads") {
        ids = heads();
    } else if (base == "head") {
        if (!empty()) ids.push_back(head());
    } else if (base == "current" || (base.empty() && steps != 0)) {
        check_known(current);
        ids = current;
    } else if (base != "base") {
        ids.push_back(get(base).id);
    }
    if (steps == 0) return ids;
    if (ids.size() > 1) {
        fail("'" + std::string(target) + "' is ambiguous: there are " + join(ids) + "; name one of them");
    }
    std::string id = ids.empty() ? std::string() : ids.front();
    for (int i = 0; i < steps; ++i) {
        id = step_up(id, target);
        if (id.empty()) too_few(target, steps, i);
    }
    for (int i = 0; i > steps; --i) {
        if (id.empty()) too_few(target, steps, -i);
        const auto& parents = get(id).revises;
        if (parents.size() > 1) {
            fail("'" + std::string(target) + "' is ambiguous: " + id + " merges " + join(parents) +
                 "; name one of them");
        }
        id = parents.empty() ? std::string() : parents.front();
    }
    return id.empty() ? RevisionIds{} : RevisionIds{id};
}

std::set<std::string> RevisionGraph::ancestor_ids(const RevisionIds& ids) const {
    std::set<std::string> found;
    std::vector<std::string> open(ids.begin(), ids.end());
    while (!open.empty()) {
        const std::string id = std::move(open.back());
        open.pop_back();
        const Revision* revision = find(id);
        if (revision == nullptr || !found.insert(id).second) continue;
        open.insert(open.end(), revision->revises.begin(), revision->revises.end());
    }
    return found;
}

Revisions RevisionGraph::ancestors(const RevisionIds& ids) const {
    const auto wanted = ancestor_ids(ids);
    Revisions result;
    std::copy_if(sorted_.begin(), sorted_.end(), std::back_inserter(result),
                 [&](const Revision* revision) { return wanted.contains(revision->id); });
    return result;
}

Revisions RevisionGraph::upgrade_path(const RevisionIds& current, std::string_view target) const {
    check_known(current);
    if (relative(target).steps < 0 && relative(target).base.empty()) {
        fail("'" + std::string(target) + "' goes down; use downgrade");
    }
    const auto there = ancestor_ids(current);
    Revisions path;
    for (const Revision* revision : ancestors(resolve(target, current))) {
        if (!there.contains(revision->id)) path.push_back(revision);
    }
    return path;
}

Revisions RevisionGraph::downgrade_path(const RevisionIds& current, std::string_view target) const {
    check_known(current);
    const auto [base, steps] = relative(target);
    Revisions path;
    if (base.empty() && steps != 0) {
        if (steps > 0) fail("'" + std::string(target) + "' goes up; use upgrade");
        RevisionIds rows = current;
        for (int i = 0; i > steps; --i) {
            if (rows.empty()) too_few(target, steps, -i);
            if (rows.size() > 1) {
                fail("'" + std::string(target) + "' is ambiguous: the database is at " + join(rows) +
                     "; name a revision");
            }
            path.push_back(&get(rows.front()));
            rows = after_downgrade(rows, *path.back());
        }
        return path;
    }
    const auto ids = resolve(target, current);
    const auto applied = ancestors(current);
    std::set<std::string> beyond;  // the descendants of the target
    for (const auto& id : ids) {
        if (std::none_of(applied.begin(), applied.end(),
                         [&](const Revision* revision) { return revision->id == id; })) {
            fail("Destination " + id + " is not a valid downgrade target from current head(s) " +
                 (current.empty() ? "base" : join(current)));
        }
    }
    for (const Revision* revision : applied) {
        const bool follows =
            std::any_of(revision->revises.begin(), revision->revises.end(),
                        [&](const std::string& parent) { return beyond.contains(parent) || contains(ids, parent); });
        if (ids.empty() || (follows && !contains(ids, revision->id))) beyond.insert(revision->id);
    }
    for (auto at = applied.rbegin(); at != applied.rend(); ++at) {
        if (beyond.contains((*at)->id)) path.push_back(*at);
    }
    return path;
}

/// Goes down from where the database is, but not below the revision: what comes before it does not follow it.
bool RevisionGraph::applied(const RevisionIds& current, const Revision& revision) const {
    const auto place = places_.find(revision.id);
    if (place == places_.end()) return false;
    std::set<std::string_view> seen;
    std::vector<std::string_view> open(current.begin(), current.end());
    while (!open.empty()) {
        const auto id = open.back();
        open.pop_back();
        if (id == revision.id) return true;
        const auto found = places_.find(id);
        if (found == places_.end() || found->second < place->second || !seen.insert(id).second) continue;
        const auto& parents = sorted_[found->second]->revises;
        open.insert(open.end(), parents.begin(), parents.end());
    }
    return false;
}

RevisionIds RevisionGraph::after_upgrade(const RevisionIds& current, const Revision& revision) const {
    RevisionIds rows;
    for (const auto& id : current) {
        if (!contains(revision.revises, id)) rows.push_back(id);
    }
    rows.push_back(revision.id);
    return rows;
}

RevisionIds RevisionGraph::after_downgrade(const RevisionIds& current, const Revision& revision) const {
    RevisionIds rows = current;
    std::erase(rows, revision.id);
    const RevisionIds left = rows;
    for (const auto& parent : revision.revises) {
        if (!applied(left, *by_id_.at(parent))) rows.push_back(parent);
    }
    return rows;
}

}  // namespace strata::migrate
