#include "command_line.hpp"
#include "commands.hpp"
#include "drawing.hpp"
#include "heads_file.hpp"
#include "json_output.hpp"
#include "listing.hpp"
#include "run_record.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>

/// The commands that show the history and where a database is in it.
namespace strata::migrate {

namespace json = boost::json;

namespace {

json::array objects_of(const RevisionGraph& graph, const RevisionIds& ids, const std::filesystem::path& directory,
                       const std::optional<RevisionIds>& current = std::nullopt) {
    json::array array;
    for (const auto& id : ids) array.push_back(object_of(graph, graph.get(id), directory, current));
    return array;
}

RevisionIds ids_of(const Revisions& revisions) {
    RevisionIds ids;
    for (const Revision* revision : revisions) ids.push_back(revision->id);
    return ids;
}

/// Whether a name counts from where the database is.
bool asks_database(const std::string& name) {
    for (std::size_t at = 0; at < name.size();) {
        const auto end = std::min(name.find_first_of(":@", at), name.size());
        const auto part = name.substr(at, end - at);
        if (part.starts_with("current") || part.find_first_of("+-") == 0) return true;
        at = end + 1;
    }
    return false;
}

}  // namespace

RevisionGraph Commands::graph_here() const {
    return RevisionGraph(config_.revisions, migrate::current(engine(), tables_));
}

RevisionIds Commands::where_it_is(const RevisionGraph& graph) const {
    auto ids = migrate::current(engine(), tables_);
    graph.check_known(ids);
    return ids;
}

int Commands::current(const CurrentOptions& options) const {
    const auto history = graph_here();
    const auto database = engine();
    const auto ids = where_it_is(history);
    const auto heads = history.effective_heads();
    const bool at_heads = std::is_permutation(ids.begin(), ids.end(), heads.begin(), heads.end());
    const auto recorded = options.verbose ? runs() : std::map<std::string, HistoryEntry>();
    if (options.json) {
        auto revisions = objects_of(history, ids, directory_);
        for (std::size_t i = 0; options.verbose && i < ids.size(); ++i) {
            const auto run = recorded.find(ids[i]);
            revisions[i].as_object()["run"] =
                run == recorded.end() ? json::value(nullptr) : json::value(object_of(run->second));
        }
        print_json(
            {{"database", database.url().to_string()}, {"at_heads", at_heads}, {"revisions", std::move(revisions)}});
    } else {
        if (options.verbose) std::cout << "Current revision(s) for " << database.url().to_string() << ":\n";
        for (const auto& id : ids) {
            const auto& revision = history.get(id);
            const auto run = recorded.find(id);
            std::cout << (options.verbose ? details(history, revision, directory_, {},
                                                    run == recorded.end() ? "" : line_of(run->second, false))
                                          : with_marks(history, revision, {}))
                      << "\n";
        }
    }
    if (options.check_heads && !at_heads) {
        std::cout.flush();
        std::cerr << "Database is not on all head revisions: it is at " << (ids.empty() ? "base" : join(ids))
                  << ", and the heads are " << join(heads) << "; 'upgrade heads' brings it there" << std::endl;
        return exit_differences;
    }
    return exit_done;
}

int Commands::history(const HistoryOptions& options) const {
    const bool ask = options.indicate_current || asks_database(options.range);
    const auto all = ask ? graph_here() : graph();
    const auto at = ask ? where_it_is(all) : RevisionIds();
    const auto marked = options.indicate_current ? at : RevisionIds();
    const auto shown = options.range.empty() ? all.sorted() : all.range(options.range, at);
    if (options.json) {
        auto ids = ids_of(shown);
        std::reverse(ids.begin(), ids.end());
        print_json({{"revisions",
                     objects_of(all, ids, directory_, options.indicate_current ? std::optional(at) : std::nullopt)}});
        return exit_done;
    }
    if (options.graph) {
        std::cout << drawn(shown, [&](const Revision& revision) {
            const auto dependencies = revision.depends_on.empty() ? "" : " (needs " + join(revision.depends_on) + ")";
            return with_marks(all, revision, {.labels = true, .current = marked}) + dependencies + ", " +
                   one_line(revision.message);
        });
        return exit_done;
    }
    for (auto revision = shown.rbegin(); revision != shown.rend(); ++revision) {
        std::cout << (options.verbose ? details(all, **revision, directory_, marked)
                                      : history_line(all, **revision, marked))
                  << "\n";
    }
    return exit_done;
}

int Commands::heads(const HeadsOptions& options) const {
    const auto history = graph();
    if (options.write) {
        const HeadsFile file(directory_);
        file.write(history.heads());
        std::cout << "Wrote " << file.path().string() << "\n";
        return exit_done;
    }
    const auto ids = options.resolve_dependencies ? history.effective_heads() : history.heads();
    if (options.json) {
        print_json({{"revisions", objects_of(history, ids, directory_)}});
        return exit_done;
    }
    for (const auto& id : ids) {
        const auto& revision = history.get(id);
        std::cout << (options.verbose ? details(history, revision, directory_)
                                      : with_marks(history, revision, {.labels = true, .tree = false}))
                  << "\n";
    }
    return exit_done;
}

int Commands::branches(const BranchesOptions& options) const {
    const auto history = graph();
    RevisionIds points;
    for (auto at = history.sorted().rbegin(); at != history.sorted().rend(); ++at)
        if (history.children((*at)->id).size() > 1) points.push_back((*at)->id);
    if (options.json) {
        json::array array;
        for (const auto& id : points) {
            auto object = object_of(history, history.get(id), directory_);
            object["branches"] = objects_of(history, history.children(id), directory_);
            array.push_back(std::move(object));
        }
        print_json({{"revisions", std::move(array)}});
        return exit_done;
    }
    for (const auto& id : points) {
        const auto& point = history.get(id);
        std::cout << (options.verbose ? details(history, point, directory_)
                                      : with_marks(history, point, {.labels = true}))
                  << "\n";
        for (const auto& child : history.children(id)) {
            const auto& revision = history.get(child);
            std::cout << std::string(id.size(), ' ') << " -> " << with_marks(history, revision, {.labels = true})
                      << (options.verbose ? ", " + one_line(revision.message) : "") << "\n";
        }
    }
    return exit_done;
}

int Commands::show(const ShowOptions& options) const {
    const bool ask = std::any_of(options.revisions.begin(), options.revisions.end(), asks_database);
    const auto history = ask ? graph_here() : graph();
    const auto at = ask ? where_it_is(history) : RevisionIds();
    RevisionIds shown;
    for (const auto& name : options.revisions) {
        if (history.empty()) throw MigrationError("there is no revision yet; write one with 'migrate'");
        auto ids = history.resolve(name, at);
        if (ids.empty() && name == "current")
            throw MigrationError("the database is at base: no revision has run on it; 'heads' lists the last ones");
        if (ids.empty())
            throw MigrationError("'" + name +
                                 "' is not a revision, but the state before the first one; 'history' "
                                 "lists what there is");
        shown.insert(shown.end(), ids.begin(), ids.end());
    }
    if (options.json) {
        print_json({{"revisions", objects_of(history, shown, directory_)}});
        return exit_done;
    }
    for (const auto& id : shown) std::cout << details(history, history.get(id), directory_) << "\n";
    return exit_done;
}

void declare_showing(CommandLine& line) {
    const auto add_verbose = [](CLI::App& app, bool& verbose) {
        return app.add_flag("-v,--verbose", verbose, "With everything about them");
    };

    auto [current, at] =
        line.add<CurrentOptions>("current", "Show where the database is", "current -v",
                                 [](const Commands& c, const CurrentOptions& o) { return c.current(o); });
    add_verbose(current, at.verbose);
    current.add_flag("--check-heads", at.check_heads, "End with 1 where the database is not at all heads");
    CommandLine::json(current, at.json);

    auto [history, listed] =
        line.add<HistoryOptions>("history", "List the revisions, the newest first", "history -r -3:current -v",
                                 [](const Commands& c, const HistoryOptions& o) { return c.history(o); });
    history
        .add_option("-r,--rev-range", listed.range,
                    "Only these, both ends included: FROM:TO, FROM:, :TO, -3:current, BRANCH@base:")
        ->check(CommandLine::revision());
    auto* verbose = add_verbose(history, listed.verbose);
    history.add_flag("-i,--indicate-current", listed.indicate_current, "Mark where the database is");
    history.add_flag("--graph", listed.graph, "Draw the branches")->excludes(verbose);
    CommandLine::json(history, listed.json);

    auto [heads, last] = line.add<HeadsOptions>("heads", "List the revisions that none follows", "heads -v",
                                                [](const Commands& c, const HeadsOptions& o) { return c.heads(o); });
    add_verbose(heads, last.verbose);
    heads.add_flag("--resolve-dependencies", last.resolve_dependencies, "Leave out those on which others depend");
    CommandLine::json(heads, last.json);
    heads.add_flag("--write", last.write, "Write them into the file 'heads' beside the revisions");

    auto [branches, forks] =
        line.add<BranchesOptions>("branches", "List the revisions that several follow", "branches -v",
                                  [](const Commands& c, const BranchesOptions& o) { return c.branches(o); });
    add_verbose(branches, forks.verbose);
    CommandLine::json(branches, forks.json);

    auto [show, shown] = line.add<ShowOptions>("show", "Show revisions in full", "show head",
                                               [](const Commands& c, const ShowOptions& o) { return c.show(o); });
    show.add_option("revisions", shown.revisions, "head, heads, current, BRANCH@head, ids or the beginning of one, -1")
        ->check(CommandLine::revision())
        ->required();
    CommandLine::json(show, shown.json);
}

}  // namespace strata::migrate
