#include "adopt/recorded.hpp"
#include "adopt/tools.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "completion.hpp"
#include "json_output.hpp"
#include "operations/compiler.hpp"
#include "paint.hpp"
#include "run/history_table.hpp"
#include "run/versions.hpp"
#include "text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/history.hpp>
#include <strata/migrate/upgrade.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>
#include <string>
#include <string_view>

namespace strata::migrate {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

std::string_view word_of(Examined::State state) {
    switch (state) {
        case Examined::State::good:
            return "ok";
        case Examined::State::warning:
            return "warning";
        case Examined::State::problem:
            return "problem";
    }
    return "problem";
}

std::string painted(Examined::State state) {
    const std::string word(word_of(state));
    const auto& paint = Paint::out();
    return state == Examined::State::problem   ? paint.red(word)
           : state == Examined::State::warning ? paint.yellow(word)
                                               : word;
}

/// Files of revisions that the tool was built without, and the other way round.
Examined build_state(const fs::path& directory, const Revisions& revisions) {
    if (!fs::is_directory(directory))
        return {Examined::State::warning, "build", "there is no folder " + directory.string() + " to compare it with"};
    std::set<std::string> built;
    for (const Revision* revision : revisions) built.insert(revision->file);
    std::vector<std::string> differ;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(directory, none)) {
        const auto name = entry.path().filename().string();
        const bool is_revision = entry.path().extension() == ".cpp" || entry.path().extension() == ".sql";
        if (is_revision && built.erase(name) == 0) differ.push_back(name + " is not in the tool");
    }
    for (const auto& name : built) differ.push_back(name + " is in the tool and not in the folder");
    if (differ.empty()) return {Examined::State::good, "build", "the tool has the revisions of " + directory.string()};
    std::sort(differ.begin(), differ.end());
    return {Examined::State::problem, "build",
            differ.front() + (differ.size() > 1 ? ", and " + std::to_string(differ.size() - 1) + " more differ" : "") +
                "; build it again"};
}

/// Whether a newer tool has worked on the database. Versions are numbers with dots.
Examined tool_state(const std::vector<HistoryEntry>& entries) {
    const auto numbers = [](const std::string& version) {
        std::vector<int> list;
        std::string number;
        for (const char c : version + ".") {
            if (c >= '0' && c <= '9') {
                number += c;
            } else if (!number.empty()) {
                list.push_back(std::stoi(number.substr(0, 6)));
                number.clear();
            }
        }
        return list;
    };
    std::string newest;
    for (const auto& entry : entries)
        if (newest.empty() || numbers(newest) < numbers(entry.tool_version)) newest = entry.tool_version;
    const std::string ours = tool_version();
    if (numbers(ours) < numbers(newest))
        return {Examined::State::warning, "tool", ours + "; version " + newest + " has worked on the database"};
    return {Examined::State::good, "tool", ours};
}

}  // namespace

int Commands::status(bool as_json) const {
    const auto history = graph_here();
    const auto database = engine();
    RevisionIds at;
    Changed since;
    std::string other_tool;  // that has migrated the database so far
    if (!database.dialect().is_missing(database.url())) {
        at = migrate::current(database, tables_);
        history.check_known(at);
        since = changed(history);
        if (at.empty()) {
            auto connection = database.connect();
            if (!VersionTable(*connection, tables_).read(*connection).table_exists)
                other_tool = adopt::migrated_by(*connection, history);
        }
    }
    RevisionIds pending;
    for (const Revision* revision : history.upgrade_path(at, "heads")) pending.push_back(revision->id);
    const bool done = pending.empty() && since.empty();
    if (as_json) {
        print_json({{"status", done              ? "current"
                               : pending.empty() ? "edited"
                                                 : "behind"},
                    {"database", database.url().to_string()},
                    {"revisions", array_of(at)},
                    {"heads", array_of(history.effective_heads())},
                    {"pending", array_of(pending)},
                    {"edited", array_of(since.edited)},
                    {"passed_over", array_of(since.passed_over)},
                    {"migrated_by", other_tool.empty() ? json::value(nullptr) : json::value(other_tool)}});
        return done ? exit_done : exit_differences;
    }
    std::cout << "Database: " << database.url().to_string() << "\n";
    std::cout << "At: " << (at.empty() ? "base" : printable(join(at)))
              << (pending.empty() && !history.empty() ? " (head)" : "") << "\n";
    std::cout << "To run: " << pending.size() << (pending.empty() ? "" : ": " + printable(join(pending))) << "\n";
    for (const auto& line : since.edited) std::cout << Paint::out().yellow("Edited:") << " " << one_line(line) << "\n";
    for (const auto& line : since.passed_over)
        std::cout << Paint::out().yellow("Passed over:") << " " << one_line(line) << "\n";
    if (!other_tool.empty())
        std::cout << "Not recorded: the database was migrated by "
                  << (other_tool == adopt::sql_tool ? "another tool" : other_tool)
                  << "; record where it is with 'stamp --adopted'\n";
    return done ? exit_done : exit_differences;
}

int Commands::config(bool as_json) const {
    const auto settings = settings_in_force(options_, file_, config_.directory);
    if (as_json) {
        json::object values;
        for (const auto& each : settings)
            values[each.name] =
                json::object{{"value", each.value.empty() ? json::value(nullptr) : json::value(each.value)},
                             {"source", each.value.empty() ? json::value(nullptr) : json::value(each.source)}};
        print_json({{"settings", std::move(values)}});
        return exit_done;
    }
    for (const auto& each : settings)
        std::cout << each.name << " = "
                  << (each.value.empty() ? "(not set)" : one_line(each.value) + "  (" + each.source + ")") << "\n";
    return exit_done;
}

int Commands::doctor(bool as_json) const {
    using State = Examined::State;
    Examination all;
    const auto history = graph();
    all.push_back(build_state(directory_, config_.revisions));
    const auto heads = history.heads();
    all.push_back(
        heads.size() < 2
            ? Examined{State::good, "history", std::to_string(history.sorted().size()) + " revisions"}
            : Examined{State::warning, "history", "it has several heads, " + join(heads) + "; 'merge' joins them"});
    const auto database = engine();
    if (database.dialect().is_missing(database.url())) {
        all.push_back({State::warning, "database", "there is none yet at " + database.url().to_string()});
    } else {
        auto connection = database.connect();
        for (auto& each : detail::dialect_compiler(database.dialect()).examine(*connection))
            all.push_back(std::move(each));
        const bool usable = std::ranges::none_of(
            all, [](const auto& each) { return each.what == "search_path" && each.state == State::problem; });
        if (usable) {
            try {
                const auto ids = VersionTable(*connection, tables_).read(*connection).ids;
                RevisionGraph(config_.revisions, ids).check_known(ids);
                all.push_back(tool_state(HistoryTable(*connection, tables_).read(*connection)));
                all.push_back({State::good, "version", ids.empty() ? "base" : join(ids)});
            } catch (const Error& error) {
                all.push_back({State::problem, "version", error.what()});
            }
        }
    }
    const bool healthy = std::ranges::none_of(all, [](const auto& each) { return each.state == State::problem; });
    if (as_json) {
        json::array list;
        for (const auto& each : all)
            list.push_back(json::object{{"state", word_of(each.state)}, {"what", each.what}, {"text", each.text}});
        print_json({{"status", healthy ? "healthy" : "problems"}, {"examined", std::move(list)}});
    } else {
        for (const auto& each : all)
            std::cout << painted(each.state) << ": " << each.what << ": " << one_line(each.text) << "\n";
    }
    return healthy ? exit_done : exit_differences;
}

namespace {

/// Of a command that only reports.
struct ReportOptions {
    bool json = false;
};

struct CompletionOptions {
    std::string shell;
};

constexpr const char* as_json = "Print it as JSON (docs/running.md)";

}  // namespace

void declare_status(CommandLine& line) {
    auto [status, telling] =
        line.add<ReportOptions>("status", "Tell in short where the database is and what there is to run", "status",
                                [](const Commands& c, const ReportOptions& o) { return c.status(o.json); });
    CommandLine::json(status, telling.json, as_json);
    auto [doctor, looking] = line.add<ReportOptions>(
        "doctor", "Look at what migrations need: versions, rights, search_path, a pooler, the build", "doctor",
        [](const Commands& c, const ReportOptions& o) { return c.doctor(o.json); });
    CommandLine::json(doctor, looking.json, as_json);
    auto [config, settings] = line.add<ReportOptions>(
        "config", "Show what holds and where it comes from, passwords masked", "config --profile production",
        [](const Commands& c, const ReportOptions& o) { return c.config(o.json); });
    CommandLine::json(config, settings.json, as_json);
    auto [completion, completing] =
        line.add<CompletionOptions>("completion", "Print a script that completes commands and options in a shell",
                                    "completion bash > ~/.local/share/bash-completion/completions/db_migrate.sh",
                                    [&parser = line.parser()](const Commands&, const CompletionOptions& o) {
                                        std::cout << completion_script(parser, o.shell);
                                        return exit_done;
                                    });
    completion.add_option("shell", completing.shell, "bash, zsh or fish")->required();
}

}  // namespace strata::migrate
