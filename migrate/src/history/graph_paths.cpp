#include "revision_name.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/graph.hpp>

#include <algorithm>
#include <optional>

/// Plans which revisions run, and in which order.
namespace strata::migrate {

using core::internal::contains;
using detail::fail_for_too_few;
using detail::RevisionName;

namespace {

[[noreturn]] void fail(const std::string& message) { throw MigrationError(message); }

}  // namespace

Revisions RevisionGraph::upgrade_path(const RevisionIds& current, std::string_view target) const {
    check_known(current);
    const auto name = RevisionName::parse(target);
    if (name.from_current() && name.steps < 0) fail("'" + std::string(target) + "' goes down; use downgrade");
    auto wanted = reached(resolved(name, current, false), &Node::needs);
    const auto there = reached(places_of(current), &Node::needs);
    for (Place place = 0; place < wanted.size(); ++place)
        if (there[place] != 0) wanted[place] = 0;
    return marked(wanted);
}

/// The revision at which a downgrade by `-N` ends; it and all that follows are undone.
RevisionGraph::Place RevisionGraph::last_undone(const RevisionName& name, const Places& rows) const {
    const auto from = starts(name, rows);
    if (from.size() > 1) {
        fail("'" + std::string(name.text) + "' is ambiguous: the database is at " + with_labels(from) +
             "; name a revision, or a branch as in " + example(from, std::to_string(name.steps)));
    }
    const auto ours = lineage(name);
    std::optional<Place> at = from.empty() ? std::nullopt : std::optional(from.front());
    for (int i = 0;; ++i) {
        if (!at) fail_for_too_few(name, i);
        if (i + 1 == -name.steps) return *at;
        Places parents;
        for (const auto parent : nodes_[*at].parents)
            if (ours[parent] != 0) parents.push_back(parent);
        if (parents.size() > 1) {
            fail("'" + std::string(name.text) + "' is ambiguous: " + sorted_[*at]->id + " merges " +
                 with_labels(parents) + "; name one of them");
        }
        at = parents.empty() ? std::nullopt : std::optional(parents.front());
    }
}

Revisions RevisionGraph::downgrade_path(const RevisionIds& current, std::string_view target) const {
    check_known(current);
    const auto name = RevisionName::parse(target);
    const auto rows = places_of(current);
    const auto there = reached(rows, &Node::needs);
    Places lowest;  // what is undone with all that follows
    if (name.from_current()) {
        if (name.steps > 0) fail("'" + std::string(target) + "' goes up; use upgrade");
        lowest.push_back(last_undone(name, rows));
    } else {
        const auto kept = resolved(name, current, false);
        for (const auto place : kept) {
            if (there[place] == 0) {
                fail("Destination " + sorted_[place]->id + " is not a valid downgrade target from current head(s) " +
                     (current.empty() ? "base" : join(current)) + "; 'upgrade' goes up to it");
            }
        }
        const auto ours = lineage(name);
        const auto below = reached(kept, &Node::needs);
        for (const auto place : kept)
            for (const auto child : nodes_[place].children)
                if (below[child] == 0 && ours[child] != 0) lowest.push_back(child);
        if (kept.empty())
            for (Place place = 0; place < sorted_.size(); ++place)
                if (nodes_[place].parents.empty() && ours[place] != 0) lowest.push_back(place);
    }
    auto undone = reached(lowest, &Node::followers);
    for (Place place = 0; place < undone.size(); ++place)
        if (there[place] == 0) undone[place] = 0;
    auto path = marked(undone);
    std::reverse(path.begin(), path.end());
    return path;
}

Revisions RevisionGraph::range(std::string_view range, const RevisionIds& current) const {
    const auto colon = range.find(':');
    if (colon == std::string_view::npos || range.find(':', colon + 1) != std::string_view::npos || range == ":")
        fail("History range '" + printable(range) + "' requires [start]:[end], [start]:, or :[end]");
    const auto from_text = range.substr(0, colon);
    const auto to_text = range.substr(colon + 1);
    const auto from = from_text.empty() ? RevisionName{{}, {}, "base", 0} : RevisionName::parse(from_text);
    const auto to = to_text.empty() ? RevisionName{{}, from.branch, "heads", 0} : RevisionName::parse(to_text);
    if (from.from_current() && to.from_current())
        fail("both ends of '" + printable(range) + "' are relative; name one of them, as in '-3:current'");

    // A relative end counts from the other one.
    Places first;
    Places last;
    const auto counted = [&](const RevisionName& name, const Places& start, const char* opposite) {
        if (start.size() > 1) {
            fail("'" + std::string(name.text) + "' is ambiguous: it counts from " + with_labels(start) +
                 "; name one revision " + opposite);
        }
        return walked(name, start, true);
    };
    if (!from.from_current()) first = resolved(from, current, true);
    if (!to.from_current()) last = resolved(to, current, true);
    if (from.from_current()) first = counted(from, last, "after the colon");
    if (to.from_current()) last = counted(to, first, "before the colon");

    auto shown = reached(last, &Node::needs);
    for (const auto place : first) {
        if (shown[place] == 0) {
            fail("Revision " + sorted_[place]->id + " is not an ancestor of " +
                 (last.empty() ? "base" : with_labels(last)) + "; the range shows what comes between them");
        }
    }
    const auto ours = lineage(from);
    const auto above = reached(first, &Node::followers);
    for (Place place = 0; place < shown.size(); ++place)
        if (ours[place] == 0 || (!first.empty() && above[place] == 0)) shown[place] = 0;
    return marked(shown);
}

RevisionIds RevisionGraph::stamped(const RevisionIds& current, const std::vector<std::string>& targets) const {
    check_known(current);
    Places rows = places_of(current);
    Places wanted;
    for (const auto& target : targets) {
        const auto name = RevisionName::parse(target);
        const auto places = resolved(name, current, false);
        if (places.empty()) {
            if (name.branch.empty()) rows.clear();
            const auto gone = lineage(name);
            std::erase_if(rows, [&](Place row) { return gone[row] != 0; });
        }
        for (const auto place : places)
            if (!contains(wanted, place)) wanted.push_back(place);
    }
    for (const auto place : wanted) {
        const auto below = reached({place}, &Node::needs);
        const auto above = reached({place}, &Node::followers);
        for (const auto other : wanted) {
            if (other == place || below[other] == 0) continue;
            fail("Requested revision " + sorted_[place]->id + " overlaps with other requested revisions " +
                 sorted_[other]->id + ", which comes before it; name only the last of a branch");
        }
        std::erase_if(rows, [&](Place row) { return below[row] != 0 || above[row] != 0; });
    }
    rows.insert(rows.end(), wanted.begin(), wanted.end());
    return ids_of(rows);
}

}  // namespace strata::migrate
