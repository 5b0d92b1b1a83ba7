#include "nearest.hpp"
#include "revision_name.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/graph.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

/// Finds the revisions that a user names.
namespace strata::migrate {

using core::internal::contains;
using detail::fail_for_too_few;
using detail::RevisionName;

namespace {

[[noreturn]] void fail(const std::string& message) { throw MigrationError(message); }

std::string in_quotes(std::string_view name) { return "'" + printable(name) + "'"; }

}  // namespace

RevisionName RevisionName::parse(std::string_view target) {
    const auto refuse = [&]() {
        fail(in_quotes(target) +
             " names no revision; a relative one is +N, -N, REV+N or REV-N, and BRANCH@REV keeps to "
             "a branch");
    };
    RevisionName name{target, {}, target, 0};
    if (const auto at = target.find('@'); at != std::string_view::npos) {
        name.branch = target.substr(0, at);
        name.symbol = target.substr(at + 1);
        if (name.branch.empty() || name.symbol.empty() || name.symbol.find('@') != std::string_view::npos) refuse();
    }
    const auto sign = name.symbol.find_last_of("+-");
    if (sign == std::string_view::npos) return name;
    const auto digits = name.symbol.substr(sign + 1);
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), name.steps);
    if (code != std::errc() || end != digits.data() + digits.size() || name.steps < 1) refuse();
    if (name.symbol[sign] == '-') name.steps = -name.steps;
    name.symbol = name.symbol.substr(0, sign);
    return name;
}

void detail::fail_for_too_few(const RevisionName& name, int found) {
    const std::string left = found == 0 ? "is none" : found == 1 ? "is only 1" : "are only " + std::to_string(found);
    fail("Relative revision " + std::string(name.text) + " didn't produce " + std::to_string(std::abs(name.steps)) +
         " migrations; there " + left + (name.steps < 0 ? " below" : " above"));
}

std::string RevisionGraph::not_found(std::string_view name) const {
    for (const auto& [id, squash] : squashed_)
        if (!name.empty() && id.starts_with(name))
            return "revision " + id + " was squashed into " + squash +
                   ", and the database is not between the revisions that it replaces; name " + squash;
    std::vector<std::string_view> known;
    for (const auto& [id, place] : by_id_) known.push_back(id);
    for (const auto& label : label_names_) known.emplace_back(label);
    for (const char* symbol : {"head", "heads", "base", "current"}) known.emplace_back(symbol);
    const auto meant = nearest(name, known);
    return "Can't locate revision identified by " + in_quotes(name) +
           (meant.empty() ? "; 'history' lists what there is"
                          : "; did you mean " + in_quotes(meant) + "? 'history' lists what there is");
}

/// `c3 (billing), d4`
std::string RevisionGraph::with_labels(const Places& places) const {
    RevisionIds texts;
    for (const auto place : places) {
        const auto names = labels(sorted_[place]->id);
        texts.push_back(sorted_[place]->id + (names.empty() ? "" : " (" + join(names) + ")"));
    }
    return join(texts);
}

/// `'billing@+1'`: how the first of several branches is named.
std::string RevisionGraph::example(const Places& places, std::string_view rest) const {
    for (const auto place : places)
        if (const auto names = labels(sorted_[place]->id); !names.empty())
            return "'" + names.front() + "@" + std::string(rest) + "'";
    return "'" + sorted_[places.front()]->id + "@" + std::string(rest) + "'";
}

const Revision& RevisionGraph::get(std::string_view name) const {
    if (const Revision* exact = find(name); exact != nullptr) return *exact;
    if (const Revision* said = labelled(name); said != nullptr) return *said;
    RevisionIds matches;
    auto at = std::lower_bound(by_id_.begin(), by_id_.end(), name,
                               [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    const auto first = at;
    constexpr std::size_t most_shown = 10;
    std::size_t count = 0;
    for (; at != by_id_.end() && at->first.starts_with(name); ++at, ++count)
        if (count < most_shown) matches.emplace_back(at->first);
    if (name.empty() || matches.empty()) fail(not_found(name));
    if (count > 1) {
        fail("Revision " + in_quotes(name) + " is ambiguous: " + join(matches) +
             (count > most_shown ? " and " + std::to_string(count - most_shown) + " more" : "") +
             "; give more of the id");
    }
    return *sorted_[first->second];
}

std::string RevisionGraph::head() const {
    if (empty()) return {};
    return sorted_[heads_of(RevisionName::parse("head")).front()]->id;
}

RevisionGraph::Place RevisionGraph::branch_of(const RevisionName& name) const {
    if (find(name.branch) == nullptr && labelled(name.branch) == nullptr) {
        const auto prefixed =
            std::lower_bound(by_id_.begin(), by_id_.end(), name.branch,
                             [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
        if (prefixed == by_id_.end() || !prefixed->first.starts_with(name.branch)) {
            std::vector<std::string_view> known(label_names_.begin(), label_names_.end());
            const auto meant = nearest(name.branch, known);
            fail("No such branch: " + in_quotes(name.branch) +
                 (!meant.empty()         ? "; did you mean " + in_quotes(meant) + "?"
                  : label_names_.empty() ? "; no revision says a branch label, but a revision's id names its branch too"
                                         : "; there are " + join(label_names_)));
        }
    }
    return place_of(get(name.branch).id);
}

RevisionGraph::Marked RevisionGraph::lineage(const RevisionName& name) const {
    if (name.branch.empty()) return Marked(sorted_.size(), 1);
    const auto branch = branch_of(name);
    auto all = reached({branch}, &Node::parents);
    const auto after = reached({branch}, &Node::children);
    for (Place place = 0; place < all.size(); ++place)
        if (after[place] != 0) all[place] = 1;
    return all;
}

RevisionGraph::Places RevisionGraph::heads_of(const RevisionName& name) const {
    const bool all = name.symbol == "heads";
    const auto ours = lineage(name);
    Places found;
    for (Place place = 0; place < sorted_.size(); ++place) {
        const auto& node = nodes_[place];
        // On a branch, one that another branch depends on is a head still.
        const bool head = all && name.branch.empty() ? node.followers.empty() : node.children.empty();
        if (head && ours[place] != 0) found.push_back(place);
    }
    if (all || found.size() < 2) return found;
    const bool labelled = std::any_of(found.begin(), found.end(), [&](Place at) { return !nodes_[at].labels.empty(); });
    const auto branch = name.branch.empty() ? std::string() : " on branch " + in_quotes(name.branch);
    fail("Multiple head revisions are present" + branch + ": " + with_labels(found) + "; name one of them" +
         (labelled && name.branch.empty() ? ", as in " + example(found, "head") + "," : ",") + " take all with '" +
         (name.branch.empty() ? "" : std::string(name.branch) + "@") + "heads', or join them with 'merge'");
}

/// Where a database is on a branch; nothing: at its base. Where none of its rows is of the branch, the last revisions
/// of the branch that it has count.
RevisionGraph::Places RevisionGraph::starts(const RevisionName& name, const Places& rows) const {
    const auto ours = lineage(name);
    Places found;
    for (const auto row : rows)
        if (ours[row] != 0) found.push_back(row);
    if (!found.empty() || name.branch.empty()) return found;
    const auto there = reached(rows, &Node::needs);
    for (Place place = 0; place < sorted_.size(); ++place) {
        if (there[place] == 0 || ours[place] == 0) continue;
        const auto& children = nodes_[place].children;
        if (std::none_of(children.begin(), children.end(),
                         [&](Place child) { return there[child] != 0 && ours[child] != 0; }))
            found.push_back(place);
    }
    return found;
}

/// The revisions of the name without its steps.
RevisionGraph::Places RevisionGraph::unmoved(const RevisionName& name, const RevisionIds& current) const {
    if (name.symbol == "heads" || name.symbol == "head") return heads_of(name);
    if (name.symbol == "current" || name.from_current()) {
        check_known(current);
        return starts(name, places_of(current));
    }
    if (name.symbol == "base") {
        static_cast<void>(lineage(name));  // the branch must be there
        return {};
    }
    const auto place = place_of(get(name.symbol).id);
    if (lineage(name)[place] == 0)
        fail("Revision " + sorted_[place]->label() + " is not a member of branch " + in_quotes(name.branch));
    return {place};
}

/// `clipped`: stops at the history's end instead of throwing there.
RevisionGraph::Places RevisionGraph::walked(const RevisionName& name, Places from, bool clipped) const {
    const auto ours = lineage(name);
    const auto kept = [&](const Places& places) {
        Places list;
        for (const auto place : places)
            if (ours[place] != 0) list.push_back(place);
        return list;
    };
    Places bases;
    for (Place place = 0; place < sorted_.size(); ++place)
        if (nodes_[place].parents.empty()) bases.push_back(place);
    std::optional<Place> at = from.empty() ? std::nullopt : std::optional(from.front());
    for (int i = 0; i < std::abs(name.steps); ++i) {
        const bool up = name.steps > 0;
        if (!up && !at) {
            if (clipped) return {};
            fail_for_too_few(name, i);
        }
        const auto next = kept(up ? (at ? nodes_[*at].children : bases) : nodes_[*at].parents);
        if (next.size() > 1 && up) {
            fail("Ambiguous upgrade to " + std::string(name.text) + ": " + (at ? sorted_[*at]->id : "base") +
                 " is followed by " + with_labels(next) + "; name one of them, or a branch as in " +
                 example(next,
                         (name.symbol.empty() ? "" : std::string(name.symbol)) + "+" + std::to_string(name.steps)));
        }
        if (next.size() > 1) {
            fail(in_quotes(name.text) + " is ambiguous: " + sorted_[*at]->id + " merges " + with_labels(next) +
                 "; name one of them");
        }
        if (next.empty() && up) {
            if (clipped) break;
            fail_for_too_few(name, i);
        }
        at = next.empty() ? std::nullopt : std::optional(next.front());
    }
    return at ? Places{*at} : Places{};
}

RevisionGraph::Places RevisionGraph::resolved(const RevisionName& name, const RevisionIds& current,
                                              bool clipped) const {
    auto places = unmoved(name, current);
    if (name.steps == 0) return places;
    if (places.size() > 1) {
        const auto rest = std::string(name.symbol) + (name.steps > 0 ? "+" : "") + std::to_string(name.steps);
        if (name.from_current() && name.steps > 0) {
            fail("Ambiguous upgrade from multiple current revisions: " + with_labels(places) +
                 "; say which branch, as in " + example(places, rest) + ", name a revision, or take all with 'heads'");
        }
        fail(in_quotes(name.text) + " is ambiguous: there are " + with_labels(places) +
             "; name one of them, or a branch as in " + example(places, rest));
    }
    return walked(name, std::move(places), clipped);
}

RevisionIds RevisionGraph::resolve(std::string_view target, const RevisionIds& current) const {
    return ids_of(resolved(RevisionName::parse(target), current, false));
}

}  // namespace strata::migrate
