#include "command_line.hpp"
#include "commands.hpp"
#include "run/history_table.hpp"
#include "run/runner.hpp"
#include "run/versions.hpp"
#include "text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>

namespace strata::migrate {
namespace {

namespace json = boost::json;

std::string seconds(double number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f s", number);
    return text.data();
}

/// `2026-11-28 13:05:11 upgrade b2, 0.042 s, by anna, with 0.1.0`
std::string line_of(const HistoryEntry& entry) {
    auto line = entry.started.to_string().substr(0, 19) + " " + std::string(text_of(entry.action)) + " " +
                printable(entry.revision);
    if (entry.seconds) line += ", " + seconds(*entry.seconds);
    if (!entry.database_user.empty()) line += ", by " + printable(entry.database_user);
    line += ", with " + printable(entry.tool_version);
    if (entry.error) line += ", failed: " + one_line(*entry.error);
    return line;
}

json::value or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object object_of(const HistoryEntry& entry) {
    return {{"revision", entry.revision},
            {"action", text_of(entry.action)},
            {"checksum", or_null(entry.checksum)},
            {"started", entry.started.to_string()},
            {"seconds", entry.seconds ? json::value(*entry.seconds) : json::value(nullptr)},
            {"tool_version", entry.tool_version},
            {"database_user", or_null(entry.database_user)},
            {"error", entry.error ? json::value(*entry.error) : json::value(nullptr)}};
}

}  // namespace

int Commands::log(int most, bool as_json) const {
    auto entries = read_history(engine());
    std::ranges::reverse(entries);
    if (most > 0 && entries.size() > static_cast<std::size_t>(most)) entries.resize(static_cast<std::size_t>(most));
    if (as_json) {
        json::array list;
        for (const auto& entry : entries) list.push_back(object_of(entry));
        std::cout << json::object{{"format", 1}, {"entries", std::move(list)}} << "\n";
        return exit_done;
    }
    for (const auto& entry : entries) std::cout << line_of(entry) << "\n";
    return exit_done;
}

std::vector<std::string> Commands::edited(const RevisionGraph& graph) const {
    std::vector<std::string> lines;
    const auto database = engine();
    if (database.dialect().is_missing(database.url())) return lines;
    auto connection = connect_for_migration(database);
    const auto ids = VersionTable(*connection).read(*connection).ids;
    try {
        const auto applied = HistoryTable(*connection).applied(*connection);
        for (const auto& each : edited_revisions(applied, graph, ids, database.dialect()))
            lines.push_back(text_of(each));
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
