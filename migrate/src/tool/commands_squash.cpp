#include "command_line.hpp"
#include "commands.hpp"
#include "heads_file.hpp"
#include "history/revision_file.hpp"
#include "history/revision_list.hpp"
#include "json_output.hpp"
#include "operations/folding.hpp"
#include "revision_files.hpp"
#include "run/destructive.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>

#include <algorithm>
#include <iostream>
#include <utility>

/// The command that folds a line of revisions into one.
namespace strata::migrate {
namespace {

using core::internal::contains;

struct SquashOptions {
    std::string range;
    std::string message;
    std::string id;
    bool json = false;
};

/// Throws unless each revision of the list follows the one before it and only that one, and nothing else stands on
/// any but the last.
void check_is_line(const RevisionGraph& graph, const Revisions& line) {
    if (line.size() < 2)
        throw UsageError("there is nothing to squash: the range has " + std::to_string(line.size()) +
                         (line.empty() ? " revisions" : " revision"));
    const auto refuse = [](const Revision& revision, const std::string& why) {
        throw UsageError("revision " + revision.label() + " " + why +
                         ", and only a line of revisions can be squashed; name a range that ends before it or begins "
                         "after it");
    };
    for (std::size_t i = 0; i < line.size(); ++i) {
        const Revision& revision = *line[i];
        if (i > 0 && revision.revises != std::vector<std::string>{line[i - 1]->id})
            refuse(revision, "does not follow " + line[i - 1]->id + " alone");
        if (i == 0 && revision.revises.size() > 1) refuse(revision, "is a merge");
        if (i + 1 < line.size())
            for (const auto& follower : graph.followers(revision.id))
                if (!has(line, follower)) refuse(revision, "is what " + follower + " stands on");
    }
}

std::vector<Operation> upgrades_of(const Revisions& line) {
    std::vector<Operation> all;
    for (const Revision* revision : line) {
        if (!revision->adopted_from.empty())
            throw UsageError("revision " + revision->label() + " was adopted from " + revision->adopted_from +
                             ", and databases that were never recorded here are known by it; squash what comes after "
                             "it");
        for (auto& operation : revision->upgrade_operations()) {
            if (std::holds_alternative<Run>(operation))
                throw UsageError("revision " + revision->label() +
                                 " runs a callback, which has no text to take over; squash what comes before it and "
                                 "what comes after it");
            all.push_back(std::move(operation));
        }
    }
    return all;
}

/// Of the whole line, the last revision first; none where one of them has none.
std::optional<std::vector<Operation>> downgrades_of(const Revisions& line) {
    std::vector<Operation> all;
    for (auto at = line.rbegin(); at != line.rend(); ++at) {
        if (!(*at)->downgrade) return std::nullopt;
        for (auto& operation : (*at)->downgrade_operations()) {
            if (std::holds_alternative<Run>(operation))
                throw UsageError("the downgrade of revision " + (*at)->label() +
                                 " runs a callback, which has no text to take over; squash what comes before it and "
                                 "what comes after it");
            if (auto* made = std::get_if<CreateIndex>(&operation)) made->concurrently = false;
            if (auto* dropped = std::get_if<DropIndex>(&operation)) dropped->concurrently = false;
            all.push_back(std::move(operation));
        }
    }
    return all;
}

/// Whether a revision of the line loses rows or values without saying that it may: then the others may not say so for
/// it.
bool loses_unsaid(const Revisions& line, schema::MetaData state) {
    for (const Revision* revision : line) {
        const auto operations = revision->upgrade_operations();
        const bool said = std::ranges::any_of(
            operations, [](const Operation& each) { return std::holds_alternative<AllowDestructive>(each); });
        const auto notes = destructive_notes(operations, state);
        if (!said && std::ranges::any_of(notes, [](const std::string& note) { return !note.empty(); })) return true;
        try {
            for (const auto& operation : operations) apply(state, operation);
        } catch (const MigrationError&) {  // after the user's own SQL
            return true;
        }
    }
    return false;
}

/// Whether every downgrade is what undoes its upgrade.
bool all_derived(const Revisions& line, schema::MetaData state) {
    for (const Revision* revision : line) {
        const auto operations = revision->upgrade_operations();
        try {
            if (revision->downgrade_operations() != reverse_all(operations, state)) return false;
            for (const auto& operation : operations) apply(state, operation);
        } catch (const MigrationError&) {
            return false;
        }
    }
    return true;
}

bool has_own_sql(const std::vector<Operation>& operations) {
    return std::ranges::any_of(operations, [](const Operation& each) { return std::holds_alternative<Execute>(each); });
}

}  // namespace

int Commands::squash(const std::string& range, const std::string& message, const std::string& id, bool as_json) const {
    const auto history = graph();
    const HeadsFile heads(directory_);
    heads.need_no_conflict();
    if (range.find(':') == std::string::npos)
        throw UsageError("squash takes a range of revisions, both ends included, as in 'squash 3f2a:91b0'");
    const auto line = history.range(range, {});
    check_is_line(history, line);

    const auto& first = *line.front();
    const auto before = replay(history, first.revises);
    const auto all = upgrades_of(line);
    RevisionText text;
    text.id = new_revision_id(history, id);
    text.revises = first.revises;
    text.message = one_line(message.empty() ? "squash " + first.id + " to " + line.back()->id : message);
    text.upgrade = folded(all, before);
    const bool unsaid = loses_unsaid(line, before);
    const auto allowed =
        unsaid ? std::erase_if(text.upgrade,
                               [](const Operation& each) { return std::holds_alternative<AllowDestructive>(each); })
               : 0;
    text.upgrade_notes = destructive_notes(text.upgrade, before);
    const auto downgrade = downgrades_of(line);
    text.reversible = downgrade.has_value();
    if (downgrade) text.downgrade = all_derived(line, before) ? reverse_all(text.upgrade, before) : *downgrade;
    for (const Revision* revision : line) {
        text.replaces.insert(text.replaces.end(), revision->replaces.begin(), revision->replaces.end());
        text.replaces.push_back(revision->id);
        text.labels.insert(text.labels.end(), revision->labels.begin(), revision->labels.end());
        for (const auto& other : revision->depends_on) {
            const Revision& named = history.get(other);
            if (!has(line, named.id) && !contains(text.depends_on, other)) text.depends_on.push_back(other);
        }
    }

    FileChanges changes;
    const auto path = add_revision(changes, directory_, text, find_file_template(file_));
    // What follows the line follows the new revision from now on.
    for (const auto& child : history.children(line.back()->id)) {
        const auto& revision = history.get(child);
        auto parents = revision.revises;
        std::ranges::replace(parents, line.back()->id, text.id);
        const auto file = directory_ / revision.file;
        changes.replace(file, with_parents(file, text_of_file(file), parents));
    }
    auto new_heads = history.heads();
    std::ranges::replace(new_heads, line.back()->id, text.id);
    heads.write(changes, new_heads);
    changes.apply();
    std::vector<std::string> notes;
    if (allowed > 0)
        notes.emplace_back(
            "not all of them say op.allow_destructive(), so it does not; say it there where what is lost may be lost");
    if (has_own_sql(text.upgrade))
        notes.emplace_back(
            "SQL of the revisions stands in it as it was written; look whether all of it is still needed");
    if (as_json) {
        print_json({{"status", "squashed"},
                    {"revision", text.id},
                    {"file", path.string()},
                    {"replaces", array_of(text.replaces)},
                    {"notes", array_of(notes)}});
        return exit_done;
    }
    std::cout << "Squashed " << line.size() << " revisions, " << all.size() << " operations, into " << text.id << ", "
              << text.upgrade.size() << " operations: " << path.string() << "\n";
    for (const auto& note : notes) std::cout << "Note: " << note << ".\n";
    std::cout << "Keep the files of " << first.id << " to " << line.back()->id
              << " until no database is between them; then delete them.\n";
    return exit_done;
}

void declare_squashing(CommandLine& line) {
    auto [app, options] = line.add<SquashOptions>(
        "squash", "Fold a line of revisions into one", "squash base+1:3f2a",
        [](const Commands& c, const SquashOptions& o) { return c.squash(o.range, o.message, o.id, o.json); });
    app.add_option("range", options.range, "The revisions, both ends included: FROM:TO")
        ->required()
        ->check(CommandLine::revision());
    app.add_option("-m,--message", options.message, "What the new revision does, in a few words");
    app.add_option("--rev-id", options.id, "The new revision's id, 12 characters of 0-9 and a-f; else a random one")
        ->check(CommandLine::revision());
    CommandLine::json(app, options.json);
}

}  // namespace strata::migrate
