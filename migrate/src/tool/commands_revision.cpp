#include "command_line.hpp"
#include "commands.hpp"
#include "decisions.hpp"
#include "heads_file.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>

/// The commands that write revision files, and their options.
namespace strata::migrate {

int Commands::revision(const std::string& message, const Placement& placement, bool as_json) const {
    const auto history = graph();
    HeadsFile(directory_).need_no_conflict();
    return write(message, find_place(history, placement), {}, as_json);
}

int Commands::merge(const std::string& message, const RevisionIds& revisions, const Placement& placement,
                    bool as_json) const {
    const auto history = graph();
    const auto place = find_merge_place(history, revisions, placement);
    return write(message.empty() ? "merge " + join(place.revises, " and ") : message, place, {}, as_json);
}

namespace {

/// What a revision does, as an argument or with -m.
struct Message {
    std::string argument;
    std::string option;

    [[nodiscard]] const std::string& text() const {
        const auto& chosen = option.empty() ? argument : option;
        if (one_line(chosen).empty()) throw UsageError("a revision needs a message; give it in quotes, or with -m");
        return chosen;
    }
};

/// What a terminal would be asked.
struct Answers {
    Decisions given;
    std::string file;

    [[nodiscard]] Decisions all() const {
        Decisions decisions = given;
        if (!file.empty()) add_decisions(file, decisions);
        return decisions;
    }
};

struct MigrateOptions {
    Message message;
    Placement placement;
    Answers answers;
    bool offline = false;
    bool json = false;
};

struct RevisionOptions {
    MigrateOptions migrate;
    bool autogenerate = false;
};

struct MergeOptions {
    RevisionIds revisions;
    std::string message;
    Placement placement;
    bool json = false;
};

struct CheckOptions {
    bool offline = false;
    bool drift = false;
    std::string branch;
    bool json = false;
};

struct InitOptions {};

void add_message(CLI::App& app, Message& message) {
    app.add_option("message", message.argument, "What the revision does, in a few words");
    app.add_option("-m,--message", message.option, "The same");
}

void add_names(CLI::App& app, const char* name, std::vector<std::string>& values, const char* description) {
    app.add_option(name, values, description)->check(CommandLine::revision())->allow_extra_args(false);
}

void add_branch(CLI::App& app, Placement& placement, const char* splice) {
    app.add_flag("--splice", placement.splice, splice);
    add_names(app, "--branch-label", placement.labels, "A name for the branch that begins with the revision");
    app.add_option("--rev-id", placement.id, "The revision's id, 12 characters of 0-9 and a-f; else a random one")
        ->check(CommandLine::revision());
}

void add_placement(CLI::App& app, Placement& placement) {
    app.add_option("--head", placement.head,
                   "What the revision follows, where there are several heads: an id, a branch's label, BRANCH@head; "
                   "base begins another history")
        ->check(CommandLine::revision());
    add_branch(app, placement, "Let --head name a revision that others follow already, and begin a branch there");
    add_names(app, "--depends-on", placement.depends_on,
              "A revision of another branch that must have run before; may be repeated");
}

void add_offline(CLI::App& app, bool& offline) {
    app.add_flag("--offline", offline, "Compare with what the revisions make, without a database");
}

void add_answers(CLI::App& app, Answers& answers) {
    const auto repeated = [&](const char* name, std::vector<std::string>& values, const char* what,
                              const char* description) {
        app.add_option(name, values, description)->check(CommandLine::given(what))->allow_extra_args(false);
    };
    repeated("--rename", answers.given.renames, "the name",
             "A table, a column or a label of an enum type has another name: songs:tracks, songs.title:name, "
             "status:queued:waiting; may be repeated");
    repeated("--not-renamed", answers.given.not_renamed, "the name",
             "It goes with what is in it, though the models have one like it: songs.title, status:queued; may be "
             "repeated");
    repeated("--fill", answers.given.fills, "the column",
             "What rows get before a column becomes NOT NULL: songs.rating=0, songs.genre='none'; may be repeated");
    repeated("--no-fill", answers.given.not_filled, "the column",
             "Rows without a value get none, and upgrade refuses where there are such: songs.rating; may be repeated");
    app.add_option("--decisions", answers.file, "A JSON file with answers, as --rename ... take them")
        ->check(CommandLine::given("the file's name"));
}

void add_migrating(CLI::App& app, MigrateOptions& options) {
    add_message(app, options.message);
    add_placement(app, options.placement);
    add_answers(app, options.answers);
    CommandLine::json(app, options.json,
                      "Ask nothing, print what was found as JSON, and end with 2 where somebody must decide first");
}

int migrate(const Commands& commands, const MigrateOptions& options) {
    return commands.migrate(options.message.text(), options.placement, options.answers.all(), options.offline,
                            options.json);
}

}  // namespace

void declare_writing(CommandLine& line) {
    line.add<InitOptions>("init", "Make the folder for revisions", "init",
                          [](const Commands& c, const InitOptions&) { return c.init(); });

    auto [app, migrating] =
        line.add<MigrateOptions>("migrate", "Write a revision from what the models and the database differ in",
                                 "migrate \"add genre to songs\"", &migrate);
    add_migrating(app, migrating);
    add_offline(app, migrating.offline);
    app.add_option("--adopt", migrating.answers.given.adopted,
                   "Take in a thing that no revision made: songs, music.songs, songs.genre; may be repeated")
        ->check(CommandLine::given("the name"))
        ->allow_extra_args(false);

    auto [revision, writing] = line.add<RevisionOptions>(
        "revision", "Write an empty revision to be filled by hand", "revision -m \"fill the new column\"",
        [](const Commands& c, const RevisionOptions& o) {
            return o.autogenerate ? migrate(c, o.migrate)
                                  : c.revision(o.migrate.message.text(), o.migrate.placement, o.migrate.json);
        });
    add_migrating(revision, writing.migrate);
    revision.add_flag("--autogenerate", writing.autogenerate, "As migrate does");

    auto [merge, merging] = line.add<MergeOptions>(
        "merge", "Write a revision that joins several heads", "merge -m \"join the branches\"",
        [](const Commands& c, const MergeOptions& o) { return c.merge(o.message, o.revisions, o.placement, o.json); });
    merge.add_option("revisions", merging.revisions, "The heads to join; all of them when none is named")
        ->check(CommandLine::revision());
    merge.add_option("-m,--message", merging.message, "What the revision does, in a few words");
    add_branch(merge, merging.placement, "Let revisions be joined that others follow already");
    CommandLine::json(merge, merging.json);

    auto [check, checking] = line.add<CheckOptions>("check", "Tell whether the database is what the models say",
                                                    "check", [](const Commands& c, const CheckOptions& o) {
                                                        if (!o.branch.empty()) return c.check_branch(o.branch, o.json);
                                                        return o.drift ? c.drift(o.json) : c.check(o.offline, o.json);
                                                    });
    add_offline(check, checking.offline);
    auto* branch =
        check
            .add_option("--branch", checking.branch,
                        "Tell whether your revisions and those of a branch of git, or of a revision, can run in "
                        "either order; no database is looked at")
            ->check(CommandLine::revision())
            ->excludes("--offline");
    CommandLine::json(check, checking.json, "Print what differs as JSON");
    check
        .add_flag("--drift", checking.drift,
                  "Tell what was changed in the database by hand since the revisions made it; models play no part")
        ->excludes("--offline")
        ->excludes(branch);
}

}  // namespace strata::migrate
