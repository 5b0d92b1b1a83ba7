#include "command_line.hpp"
#include "commands.hpp"
#include "git.hpp"
#include "heads_file.hpp"
#include "history/revision_list.hpp"
#include "json_output.hpp"
#include "listing.hpp"
#include "revision_files.hpp"
#include "run/versions.hpp"
#include "text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/branches.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>
#include <map>

/// The commands about two branches of a history.
namespace strata::migrate {

namespace json = boost::json;

namespace {

using core::internal::contains;

/// The revisions of the list that no other one of it stands on.
RevisionIds last_of(const RevisionGraph& graph, const RevisionIds& ids) {
    RevisionIds last;
    for (const auto& id : ids) {
        const bool followed = std::ranges::any_of(
            ids, [&](const std::string& other) { return other != id && graph.applied({other}, graph.get(id)); });
        if (!followed) last.push_back(id);
    }
    return last;
}

RevisionIds their_heads(const RevisionGraph& graph, const std::filesystem::path& directory, const std::string& name) {
    if (graph.labelled(name) != nullptr) return graph.resolve(name + "@head", {});
    if (graph.find(name) != nullptr) return {name};
    const auto ids = revisions_in_git(directory, name);
    if (!ids) return graph.resolve(name, {});
    RevisionIds here;
    for (const auto& id : *ids) {
        const bool squashed = std::ranges::any_of(
            graph.sorted(), [&](const Revision* revision) { return contains(revision->replaces, id); });
        if (graph.find(id) == nullptr && !squashed)
            throw MigrationError("revision " + id + " of " + printable(name) +
                                 " is not here, so that it cannot be looked at; merge first, as with 'git merge "
                                 "--no-commit " +
                                 printable(name) + "'");
        if (graph.find(id) != nullptr) here.push_back(id);
    }
    return last_of(graph, here);
}

/// Those of their heads that come behind what both have, where some do.
RevisionIds behind_common(const Branches& branches) {
    RevisionIds heads;
    for (const auto& id : branches.their_heads)
        if (has(branches.theirs, id)) heads.push_back(id);
    return heads;
}

std::string names_of(const Revisions& revisions) { return revisions.empty() ? "nothing" : join(ids_of(revisions)); }

/// Whether the head comes from where mine forks off.
bool forks_from(const RevisionGraph& graph, const std::string& head, const Revisions& mine) {
    for (const Revision* revision : mine)
        for (const auto& parent : revision->revises)
            if (!has(mine, parent) && graph.applied({head}, graph.get(parent))) return true;
    return false;
}

std::string names(const RevisionIds& ids) { return ids.empty() ? "base" : printable(join(ids)); }

std::string_view text_of(BranchVerdict::Kind kind) {
    switch (kind) {
        case BranchVerdict::Kind::commute:
            return "commute";
        case BranchVerdict::Kind::conflict:
            return "conflict";
        case BranchVerdict::Kind::unknown:
            return "unknown";
    }
    return "";
}

struct RebaseOptions {
    std::string theirs;
    std::string head;
    bool offline = false;
    bool json = false;
};

}  // namespace

Branches Commands::branches_with(const RevisionGraph& graph, const std::string& theirs, const std::string& head) const {
    const auto heads = their_heads(graph, directory_, theirs);
    RevisionIds mine;
    for (const auto& id : graph.heads())
        if (!graph.applied(heads, graph.get(id))) mine.push_back(id);
    if (head.empty()) return branches_of(graph, mine, heads);
    const auto chosen = graph.resolve(graph.labelled(head) != nullptr ? head + "@head" : head, {});
    for (const auto& id : chosen)
        if (!contains(mine, id)) throw UsageError("--head " + id + " is no head of yours; those are " + names(mine));
    return branches_of(graph, chosen, heads);
}

FollowHistory Commands::follow_history() const {
    const auto server = find_scratch(options_, file_);
    if (!server) return {};
    return [this](const RevisionGraph& graph, const RevisionIds& at) { return follow_on_scratch(graph)(at); };
}

int Commands::check_branch(const std::string& theirs, bool as_json) const {
    const auto history = graph();
    const auto branches = branches_with(history, theirs, {});
    const auto verdict = compare_branches(history, branches, dialect(), follow_history());
    const bool clean = verdict.kind == BranchVerdict::Kind::commute;
    if (as_json) {
        print_json({{"status", text_of(verdict.kind)},
                    {"mine", array_of(ids_of(branches.mine))},
                    {"theirs", array_of(ids_of(branches.theirs))},
                    {"reasons", array_of(verdict.reasons)}});
        return clean ? exit_done : exit_differences;
    }
    const auto both = "mine (" + names_of(branches.mine) + ") and theirs (" + names_of(branches.theirs) + ")";
    if (clean)
        std::cout << "The order does not matter: " << both << " end in the same schema.\n";
    else if (verdict.kind == BranchVerdict::Kind::conflict)
        std::cout << "The order matters: " << both << " conflict.\n";
    else
        std::cout << "Whether the order matters cannot be told: " << both << ".\n";
    for (const auto& reason : verdict.reasons) std::cout << "  " << reason << "\n";
    return clean ? exit_done : exit_differences;
}

/// A database that has what is to move would be taken for one that has theirs too.
void Commands::need_not_applied(const Branches& branches) const {
    RevisionIds there;
    try {
        const auto here = graph_here();
        const auto at = where_it_is(here);
        for (const Revision* revision : branches.mine)
            if (here.find(revision->id) != nullptr && here.applied(at, here.get(revision->id)))
                there.push_back(revision->id);
    } catch (const ConnectionError& error) {
        throw MigrationError("it is not known whether the database has revisions that are to move (" +
                             one_line(error.what()) + "); --offline moves them without looking");
    }
    if (there.empty()) return;
    throw MigrationError("the database has " + join(there) +
                         ", which is to come behind what it does not have; take it "
                         "back first with 'downgrade " +
                         names(branches.common) + "', and upgrade after the rebase");
}

int Commands::rebase(const std::string& named, const std::string& head, bool offline, bool as_json) const {
    const auto history = graph();
    const HeadsFile heads(directory_);
    auto theirs = named.empty() ? their_branch_in_git(directory_) : named;
    if (theirs.empty())
        throw UsageError(
            "say what yours shall come behind: a branch of git, as in 'rebase main', or a revision; the "
            "heads are " +
            names(history.heads()));
    const bool named_revision = history.find(theirs) != nullptr;
    auto branches = branches_with(history, theirs, head);
    if (branches.mine.empty() || branches.theirs.empty()) {
        heads.write(history.heads());
        if (as_json)
            print_json({{"status", "nothing to do"}, {"revisions", json::array()}});
        else
            std::cout << (branches.mine.empty() ? "There is nothing to rebase: all revisions are theirs.\n"
                                                : "There is nothing to rebase: yours come behind theirs already.\n");
        return exit_done;
    }
    const auto my_heads = last_of(history, ids_of(branches.mine));
    if (named_revision && my_heads.size() > 1)
        throw UsageError("there are several heads beside " + theirs + ": " + names(my_heads) +
                         "; say with --head which one is yours");
    auto onto = behind_common(branches);
    if (onto.size() > 1)
        std::erase_if(onto, [&](const std::string& id) { return !forks_from(history, id, branches.mine); });
    if (onto.size() != 1)
        throw UsageError("theirs has several heads, " + names(onto) +
                         "; name the one that yours shall come behind, and yours with --head");
    const auto mine = ids_of(branches.mine);
    branches = branches_of(history, last_of(history, mine), onto);
    for (const auto& id : ids_of(branches.mine))
        if (!contains(mine, id))
            throw UsageError("yours stand on " + id + ", which is theirs and not a part of " + onto.front() +
                             "; join the branches with 'merge'");
    for (const Revision* revision : branches.mine)
        if (revision->revises.empty())
            throw UsageError("revision " + revision->label() +
                             " begins a history of its own; say with --head which of yours shall move, or join the "
                             "branches with 'merge'");
    if (branches.common.empty())
        throw UsageError("yours (" + names_of(branches.mine) + ") and " + names(onto) +
                         " have no revision in common: they are two histories; join them with 'merge'");
    if (!offline) need_not_applied(branches);

    auto rebased = migrate::rebase(history, branches, dialect(), follow_history());
    FileChanges changes;
    for (auto& each : rebased) {
        const auto path = directory_ / each.was->file;
        changes.replace(path, rebased_text(path, text_of_file(path), each));
    }
    RevisionIds new_heads;
    for (const auto& id : history.heads())
        if (id != onto.front()) new_heads.push_back(id);
    heads.write(changes, new_heads);
    changes.apply();
    if (as_json) {
        json::array list;
        for (const auto& each : rebased)
            list.push_back(json::object{{"revision", each.was->id},
                                        {"revises", array_of(each.revises)},
                                        {"file", (directory_ / each.was->file).string()},
                                        {"written_anew", each.changed},
                                        {"notes", array_of(each.notes)}});
        print_json({{"status", "rebased"}, {"revisions", std::move(list)}});
        return exit_done;
    }
    for (const auto& each : rebased) {
        std::cout << "Rebased " << each.was->id << " -> revises " << join(each.revises)
                  << (each.changed ? ", its code written anew" : "") << ": " << (directory_ / each.was->file).string()
                  << "\n";
        for (const auto& note : each.notes) std::cout << "Note: " << one_line(note) << ".\n";
    }
    return exit_done;
}

void declare_branches(CommandLine& line) {
    auto [app, options] = line.add<RebaseOptions>(
        "rebase", "Put your revisions behind those of another branch", "rebase main",
        [](const Commands& c, const RebaseOptions& o) { return c.rebase(o.theirs, o.head, o.offline, o.json); });
    app.add_option("theirs", options.theirs,
                   "What yours shall come behind: a branch of git, or a revision; while git merges or rebases, it is "
                   "known")
        ->check(CommandLine::revision());
    app.add_option("--head", options.head, "Which head is yours, where several are not theirs")
        ->check(CommandLine::revision());
    app.add_flag("--offline", options.offline, "Without looking whether the database has what is to move");
    CommandLine::json(app, options.json);
}

}  // namespace strata::migrate
