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

}  // namespace strata::migrate
