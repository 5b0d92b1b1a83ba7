#include "command_line.hpp"
#include "commands.hpp"
#include "listing.hpp"

#include <strata/migrate/upgrade.hpp>

#include <iostream>

namespace strata::migrate {

int Commands::current(bool verbose) const {
    const auto history = graph();
    const auto database = engine();
    const auto ids = migrate::current(database);
    history.check_known(ids);
    if (verbose) std::cout << "Current revision(s) for " << database.url().to_string() << ":\n";
    for (const auto& id : ids) {
        std::cout << (verbose ? details(history, history.get(id), directory_) : with_marks(history, history.get(id)))
                  << "\n";
    }
    return exit_done;
}

int Commands::history(bool verbose, bool indicate_current) const {
    const auto all = graph();
    RevisionIds at;
    if (indicate_current) {
        at = migrate::current(engine());
        all.check_known(at);
    }
    const auto& sorted = all.sorted();
    for (auto revision = sorted.rbegin(); revision != sorted.rend(); ++revision) {
        std::cout << (verbose ? details(all, **revision, directory_, at) : history_line(all, **revision, at)) << "\n";
    }
    return exit_done;
}

int Commands::heads(bool verbose) const {
    const auto history = graph();
    for (const auto& id : history.heads()) {
        std::cout << (verbose ? details(history, history.get(id), directory_) : with_marks(history, history.get(id)))
                  << "\n";
    }
    return exit_done;
}

int Commands::branches() const {
    const auto history = graph();
    for (const Revision* revision : history.sorted()) {
        const auto& children = history.children(revision->id);
        if (children.size() < 2) continue;
        std::cout << with_marks(history, *revision) << "\n";
        for (const auto& child : children) {
            std::cout << std::string(revision->id.size(), ' ') << " -> " << with_marks(history, history.get(child))
                      << "\n";
        }
    }
    return exit_done;
}

int Commands::show(const std::string& target) const {
    const auto history = graph();
    RevisionIds at;
    if (target.starts_with("current") || target.find_first_of("+-") == 0) at = migrate::current(engine());
    const auto ids = history.resolve(target, at);
    if (ids.empty()) throw MigrationError("'" + target + "' is not a revision");
    for (const auto& id : ids) std::cout << details(history, history.get(id), directory_) << "\n";
    return exit_done;
}

namespace {

struct CurrentOptions {
    bool verbose = false;
};

struct HistoryOptions {
    bool verbose = false;
    bool indicate_current = false;
};

struct HeadsOptions {
    bool verbose = false;
};

struct BranchesOptions {};

struct ShowOptions {
    std::string target;
};

void add_verbose(CLI::App& app, bool& verbose) { app.add_flag("-v,--verbose", verbose, "With everything about them"); }

}  // namespace

void declare_showing(CommandLine& line) {
    auto [current, at] =
        line.add<CurrentOptions>("current", "Show where the database is", "current -v",
                                 [](const Commands& c, const CurrentOptions& o) { return c.current(o.verbose); });
    add_verbose(current, at.verbose);

    auto [history, listed] = line.add<HistoryOptions>(
        "history", "List the revisions, the newest first", "history -i",
        [](const Commands& c, const HistoryOptions& o) { return c.history(o.verbose, o.indicate_current); });
    add_verbose(history, listed.verbose);
    history.add_flag("-i,--indicate-current", listed.indicate_current, "Mark where the database is");

    auto [heads, last] =
        line.add<HeadsOptions>("heads", "List the revisions that none follows", "heads",
                               [](const Commands& c, const HeadsOptions& o) { return c.heads(o.verbose); });
    add_verbose(heads, last.verbose);

    line.add<BranchesOptions>("branches", "List the revisions that several follow", "branches",
                              [](const Commands& c, const BranchesOptions&) { return c.branches(); });

    auto [show, shown] =
        line.add<ShowOptions>("show", "Show a revision", "show head",
                              [](const Commands& c, const ShowOptions& o) { return c.show(o.target); });
    show.add_option("revision", shown.target, "head, current, an id or the beginning of one")
        ->check(CommandLine::revision())
        ->required();
}

}  // namespace strata::migrate
