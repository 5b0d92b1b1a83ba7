#include "commands.hpp"
#include "decisions.hpp"
#include "log_level.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/migrate/tool.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <iostream>
#include <sstream>

namespace strata::migrate {

namespace {

int fail(const std::string& message) {
    std::cout.flush();
    std::cerr << "FAILED: " << one_line(message) << std::endl;
    return exit_failed;
}

/// The values of all command-line options; each command uses some of them.
struct Arguments {
    GlobalOptions global;
    std::string target;
    std::string message;
    std::string message_option;
    RevisionIds revisions;
    Decisions decisions;
    bool sql = false;
    bool verbose = false;
    bool indicate_current = false;
    bool autogenerate = false;
    bool purge = false;
    bool yes = false;
    bool allow_destructive = false;
    bool accept_edited = false;
    int most = 0;
    ManyTargets many;
    std::string backup;
    bool dry_run = false;
    bool offline = false;
    bool drift = false;
    bool json = false;
    std::string file;
    std::string decisions_file;

    [[nodiscard]] Decisions decided() const {
        Decisions all = decisions;
        if (!decisions_file.empty()) add_decisions(decisions_file, all);
        return all;
    }
    [[nodiscard]] Destructive destructive() const {
        return allow_destructive ? Destructive::allowed : Destructive::where_allowed;
    }

    [[nodiscard]] const std::string& text() const {
        const auto& chosen = message_option.empty() ? message : message_option;
        if (one_line(chosen).empty()) throw UsageError("a revision needs a message; give it in quotes, or with -m");
        return chosen;
    }
};

using Call = std::function<int(const Commands&)>;

/// Declares the commands; `call` becomes the one that the user gave.
class CommandLine {
public:
    CommandLine(CLI::App& app, Arguments& arguments) : app_(app), arguments_(arguments) {
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.add_option("--url", arguments_.global.url, "The database; else DATABASE_URL, DB_TYPE ..., strata.toml")
            ->check(given("the URL"));
        app_.add_option(
                "--scratch", arguments_.global.scratch,
                "A database of a server where another may be made and dropped, to see what SQL of revisions does")
            ->check(given("the URL"));
        app_.add_option("--wait", arguments_.global.wait,
                        "Ask a database that does not answer yet again, for so many seconds")
            ->check(CLI::PositiveNumber);
        app_.add_option("--directory", arguments_.global.directory, "Where revisions are written")
            ->check(given("the folder"));
        app_.add_option("-c,--config", arguments_.global.config, "strata.toml, when it stands elsewhere")
            ->check(given("the file's name"));
        writing();
        running();
        showing();
    }
    [[nodiscard]] const Call& call() const { return call_; }

private:
    /// Refuses an empty value: an unset shell variable must not choose another database, file or revision.
    static CLI::Validator given(const std::string& what) {
        return {[what](const std::string& text) { return one_line(text).empty() ? what + " is empty" : std::string(); },
                ""};
    }
    CLI::App& add(const char* name, const char* description, Call call) {
        auto* command = app_.add_subcommand(name, description);
        command->callback([this, call = std::move(call)] { call_ = call; });
        return *command;
    }
    void message(CLI::App& command) {
        command.add_option("message", arguments_.message, "What the revision does, in a few words");
        command.add_option("-m,--message", arguments_.message_option, "The same");
    }
    CLI::Option* target(CLI::App& command, const char* description) {
        return command.add_option("revision", arguments_.target, description)->check(given("the revision"));
    }

    void renames(CLI::App& command) {
        command
            .add_option(
                "--rename", arguments_.decisions.renames,
                "A table, a column or a label of an enum type has another name: songs:tracks, songs.title:name, "
                "status:queued:waiting; may be repeated")
            ->check(given("the name"))
            ->allow_extra_args(false);
        command
            .add_option(
                "--not-renamed", arguments_.decisions.not_renamed,
                "It goes with what is in it, though the models have one like it: songs.title, status:queued; may be "
                "repeated")
            ->check(given("the name"))
            ->allow_extra_args(false);
    }

    void offline(CLI::App& command) {
        command.add_flag("--offline", arguments_.offline, "Compare with what the revisions make, without a database");
    }
    void fills(CLI::App& command) {
        command
            .add_option("--fill", arguments_.decisions.fills,
                        "What rows get before a column becomes NOT NULL: songs.rating=0, songs.genre='none'; may be "
                        "repeated")
            ->check(given("the column"))
            ->allow_extra_args(false);
        command
            .add_option("--no-fill", arguments_.decisions.not_filled,
                        "Rows without a value get none, and upgrade refuses where there are such: songs.rating; may be "
                        "repeated")
            ->check(given("the column"))
            ->allow_extra_args(false);
    }
    /// All that a terminal would ask, for `migrate` and `revision --autogenerate`.
    void decisions(CLI::App& command) {
        renames(command);
        fills(command);
        command
            .add_option("--decisions", arguments_.decisions_file, "A JSON file with answers, as --rename ... take them")
            ->check(given("the file's name"));
        json(command, "Ask nothing, print what was found as JSON, and end with 2 where somebody must decide first");
    }
    void json(CLI::App& command, const char* description) { command.add_flag("--json", arguments_.json, description); }

    void writing() {
        auto& a = arguments_;
        add("init", "Make the folder for revisions", [](const Commands& c) { return c.init(); });
        auto& migrate = add("migrate", "Write a revision from what the models and the database differ in",
                            [&a](const Commands& c) { return c.migrate(a.text(), a.decided(), a.offline, a.json); });
        message(migrate);
        offline(migrate);
        migrate
            .add_option("--adopt", a.decisions.adopted,
                        "Take in a thing that no revision made: songs, music.songs, songs.genre; may be repeated")
            ->check(given("the name"))
            ->allow_extra_args(false);
        decisions(migrate);
        auto& revision = add("revision", "Write an empty revision to be filled by hand", [&a](const Commands& c) {
            return a.autogenerate ? c.migrate(a.text(), a.decided(), a.offline, a.json) : c.revision(a.text());
        });
        message(revision);
        revision.add_flag("--autogenerate", a.autogenerate, "As migrate does");
        decisions(revision);
        auto& merge = add("merge", "Write a revision that joins several heads",
                          [&a](const Commands& c) { return c.merge(a.message_option, a.revisions); });
        merge.add_option("revisions", a.revisions, "The heads to join; all of them when none is named")
            ->check(given("a revision"));
        merge.add_option("-m,--message", a.message_option, "What the revision does, in a few words");
        auto& check = add("check", "Tell whether the database is what the models say",
                          [&a](const Commands& c) { return a.drift ? c.drift(a.json) : c.check(a.offline, a.json); });
        offline(check);
        json(check, "Print what differs as JSON");
        check
            .add_flag("--drift", a.drift,
                      "Tell what was changed in the database by hand since the revisions made it; models play no part")
            ->excludes("--offline");
    }
    void running() {
        auto& a = arguments_;
        auto& upgrade = add("upgrade", "Bring the database to a revision", [&a](const Commands& c) {
            if (!a.file.empty()) return c.upgrade_by_plan(a.file, a.destructive(), a.accept_edited);
            const std::string target = a.target.empty() ? "head" : a.target;
            if (a.many.any()) {
                RunOptions options{{}, a.destructive(), a.dry_run};
                options.accept_edited = a.accept_edited;
                a.many.json = a.json;
                return c.upgrade_many(a.many, target, options);
            }
            return c.upgrade(target, a.sql, a.dry_run, a.destructive(), a.accept_edited, a.backup);
        });
        target(upgrade, "head (the default), heads, an id or the beginning of one, +N; with --sql also FROM:TO");
        auto* sql = upgrade.add_flag("--sql", a.sql, "Print the SQL and run nothing");
        auto* dry_run = upgrade.add_flag("--dry-run", a.dry_run, "Run everything and roll it back")->excludes(sql);
        upgrade.add_option("--plan", a.file, "Run what 'plan --out FILE' has written, if it is still the plan")
            ->check(given("the file's name"))
            ->excludes(sql)
            ->excludes(dry_run)
            ->excludes("revision");
        upgrade.add_flag("--allow-destructive", a.allow_destructive, "Let revisions lose rows and values");
        auto* backup =
            upgrade.add_option("--backup", a.backup, "Write the database into a new file before anything runs")
                ->check(given("the file's name"))
                ->excludes(sql)
                ->excludes(dry_run);
        auto* urls =
            upgrade.add_option("--urls", a.many.urls, "Upgrade each database of a file with a URL in each line")
                ->check(given("the file's name"))
                ->excludes(sql)
                ->excludes(backup);
        auto* schemas = upgrade
                            .add_option("--each-schema", a.many.schemas,
                                        "Upgrade each schema of the database whose name fits, with % and _ as in LIKE")
                            ->check(given("the pattern"))
                            ->excludes(sql)
                            ->excludes(backup)
                            ->excludes(urls);
        static_cast<void>(schemas);
        upgrade.add_option("--jobs", a.many.jobs, "How many of them at once (4)")->check(CLI::PositiveNumber);
        json(upgrade, "Print the report of --urls or --each-schema as JSON");
        upgrade.add_flag("--accept-edited", a.accept_edited,
                         "Go on although revisions were edited after they had run here, and take them as they are now");
        auto& downgrade = add("downgrade", "Take revisions back", [&a](const Commands& c) {
            return c.downgrade(a.target.empty() ? "-1" : a.target, a.sql, a.dry_run, a.destructive());
        });
        target(downgrade, "-1 (the default), -N, an id or the beginning of one, base; with --sql FROM:TO");
        downgrade.add_flag("--sql", a.sql, "Print the SQL and run nothing");
        downgrade.add_flag("--dry-run", a.dry_run, "Run everything and roll it back")->excludes("--sql");
        downgrade.add_flag("--allow-destructive", a.allow_destructive,
                           "Let revisions lose more than what their own upgrade has made");
        auto& plan =
            add("plan", "Show what an upgrade would run: statements, locks, and rows in the tables",
                [&a](const Commands& c) { return c.plan(a.target.empty() ? "head" : a.target, a.file, a.json); });
        target(plan, "head (the default), heads, an id or the beginning of one, +N");
        plan.add_option("--out", a.file, "Write the plan to a file too, for 'upgrade --plan FILE'")
            ->check(given("the file's name"));
        json(plan, "Print it as JSON");
        auto& stamp = add("stamp", "Write down where the database is, running nothing",
                          [&a](const Commands& c) { return c.stamp(a.target, a.purge); });
        target(stamp, "head, an id or the beginning of one, base")->required();
        stamp.add_flag("--purge", a.purge, "Forget what is written there, also what no file has");
        target(add("baseline", "Take in a database that has its tables already, once it is what a revision leaves",
                   [&a](const Commands& c) { return c.baseline(a.target.empty() ? "head" : a.target); }),
               "head (the default), an id or the beginning of one");
        add("purge-dropped", "List what revisions have kept instead of dropping it, and drop it",
            [&a](const Commands& c) { return c.purge_dropped(a.yes); })
            .add_flag("--yes", a.yes, "Do not ask");
        add("create-all", "Create the models' missing tables, for development and tests",
            [](const Commands& c) { return c.create_all(); });
        add("drop-all", "Drop the models' tables with every row", [&a](const Commands& c) {
            return c.drop_all(a.yes);
        }).add_flag("--yes", a.yes, "Do not ask");
    }
    void showing() {
        auto& a = arguments_;
        add("current", "Show where the database is", [&a](const Commands& c) {
            return c.current(a.verbose);
        }).add_flag("-v,--verbose", a.verbose, "With everything about it");
        json(add("test",
                 "Run the revisions on a scratch database: up, down and up again, with the rows of fixtures/, and "
                 "compare "
                 "after each",
                 [&a](const Commands& c) { return c.test(a.json); }),
             "Print what was found as JSON");
        json(add("status", "Tell in short where the database is and what there is to run",
                 [&a](const Commands& c) { return c.status(a.json); }),
             "Print it as JSON");
        json(add("doctor", "Look at what migrations need: versions, rights, search_path, a pooler, the build",
                 [&a](const Commands& c) { return c.doctor(a.json); }),
             "Print it as JSON");
        auto& log = add("log", "Show what has run on the database: when, how long, by whom, and what failed",
                        [&a](const Commands& c) { return c.log(a.most, a.json); });
        log.add_option("-n,--lines", a.most, "The newest so many only")->check(CLI::PositiveNumber);
        json(log, "Print it as JSON");
        auto& history = add("history", "List the revisions, the newest first",
                            [&a](const Commands& c) { return c.history(a.verbose, a.indicate_current); });
        history.add_flag("-v,--verbose", a.verbose, "With everything about them");
        history.add_flag("-i,--indicate-current", a.indicate_current, "Mark where the database is");
        add("heads", "List the revisions that none follows", [&a](const Commands& c) {
            return c.heads(a.verbose);
        }).add_flag("-v,--verbose", a.verbose, "With everything about them");
        add("branches", "List the revisions that several follow", [](const Commands& c) { return c.branches(); });
        target(add("show", "Show a revision", [&a](const Commands& c) { return c.show(a.target); }),
               "head, current, an id or the beginning of one")
            ->required();
    }

    CLI::App& app_;
    Arguments& arguments_;
    Call call_;
};

/// Whether a word is a URL or a part of one and may hold a password: `postgresql://...`, `user:secret@host`.
bool is_like_url(const std::string& word) {
    const auto colon = word.find(':');
    return word.find("://") != std::string::npos || word.find("password=") != std::string::npos ||
           (colon != std::string::npos && word.find('@', colon) != std::string::npos);
}

/// Removes URLs from a message that quotes the command line: they may contain a password.
std::string without_urls(const std::string& message) {
    std::istringstream words(message);
    std::string text;
    for (std::string word; words >> word;) {
        const auto at = word.find("://");
        text += text.empty() ? "" : " ";
        text += !is_like_url(word) ? word : at == std::string::npos ? "..." : word.substr(0, at + 3) + "...";
    }
    return text;
}

/// Refuses a URL given where something else belongs: a message must not show it, and would only say that it is not
/// there.
void check_no_urls(const Arguments& arguments) {
    const bool revision = is_like_url(arguments.target) ||
                          std::any_of(arguments.revisions.begin(), arguments.revisions.end(), is_like_url);
    const char* wanted = revision                                  ? "a revision is wanted there"
                         : is_like_url(arguments.global.config)    ? "--config wants a file"
                         : is_like_url(arguments.global.directory) ? "--directory wants a folder"
                                                                   : nullptr;
    if (wanted != nullptr) throw UsageError(std::string(wanted) + ", not a URL; name the database by --url URL");
}

}  // namespace

int tool_main(int argc, const char* const* argv, const ToolConfig& config) try {
    const LogLevel level(core::log::Level::error);  // a failure is reported once, in our own line
    Arguments arguments;
    CLI::App app("Migrations: the history of a database's schema");
    const CommandLine line(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help
        if (app.get_subcommands().empty()) {                     // CLI11 would only say that a subcommand is required
            for (const auto& word : app.remaining()) {
                if (!word.starts_with("-")) return fail("there is no command '" + without_urls(word) + "'; see --help");
            }
        }
        return fail(without_urls(error.what()) + "; see --help");
    }
    check_no_urls(arguments);
    const int code = line.call()(Commands(config, arguments.global));
    std::cout.flush();
    return code;
} catch (const RowsInTheWay& error) {
    const int code = fail("revision " + error.revision() + " was not started, since rows are in its way:");
    for (const auto& finding : error.findings()) std::cerr << "  " << one_line(finding.text()) << std::endl;
    return code;
} catch (const ConnectionError&) {
    fail(current_exception_text());
    return exit_unreachable;
} catch (...) {
    return fail(current_exception_text());
}

}  // namespace strata::migrate
