#include "command_line.hpp"
#include "commands.hpp"
#include "json_output.hpp"
#include "run/history_table.hpp"
#include "run/passed_over.hpp"
#include "run/recorded_state.hpp"
#include "run/runner.hpp"
#include "run/versions.hpp"
#include "run_record.hpp"
#include "text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>

namespace strata::migrate {

namespace json = boost::json;

int Commands::log(int most, bool as_json) const {
    auto entries = read_history(engine(), tables_);
    std::ranges::reverse(entries);
    if (most > 0 && entries.size() > static_cast<std::size_t>(most)) entries.resize(static_cast<std::size_t>(most));
    if (as_json) {
        json::array list;
        for (const auto& entry : entries) list.push_back(object_of(entry));
        print_json({{"entries", std::move(list)}});
        return exit_done;
    }
    for (const auto& entry : entries) std::cout << line_of(entry) << "\n";
    return exit_done;
}

std::map<std::string, HistoryEntry> Commands::runs() const {
    const auto database = engine();
    if (database.dialect().is_missing(database.url())) return {};
    auto connection = connect_for_migration(database);
    try {
        return HistoryTable(*connection, tables_).runs(*connection);
    } catch (const Error& error) {
        std::cerr << "Note: when the revisions ran is not known: " << one_line(error.what()) << std::endl;
    }
    return {};
}

Commands::Changed Commands::changed(const RevisionGraph& graph) const {
    Changed lines;
    const auto database = engine();
    if (database.dialect().is_missing(database.url())) return lines;
    auto connection = connect_for_migration(database);
    try {
        const auto [ids, applied] =
            read_state(*connection, VersionTable(*connection, tables_), HistoryTable(*connection, tables_));
        for (const auto& each : edited_revisions(applied, graph, ids, database.dialect()))
            lines.edited.push_back(text_of(each));
        if (const auto list = passed_over(applied, graph, ids); !list.empty())
            lines.passed_over.push_back(text_of_passed_over(graph, list, ids));
    } catch (const Error& error) {
        std::cerr << "Note: whether revisions were edited since they ran is not known: " << one_line(error.what())
                  << std::endl;
    }
    return lines;
}

namespace {

struct LogOptions {
    int most = 0;
    bool json = false;
};

}  // namespace

void declare_logging(CommandLine& line) {
    auto [app, options] =
        line.add<LogOptions>("log", "Show what has run on the database: when, how long, by whom, and what failed",
                             "log -n 10", [](const Commands& c, const LogOptions& o) { return c.log(o.most, o.json); });
    app.add_option("-n,--lines", options.most, "The newest so many only")->check(CLI::PositiveNumber);
    CommandLine::json(app, options.json, "Print it as JSON");
}

}  // namespace strata::migrate
