#include "command_line.hpp"
#include "commands.hpp"
#include "log_level.hpp"
#include "nearest.hpp"
#include "paint.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/arguments.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/migrate/tool.hpp>

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>
#include <sstream>

namespace strata::migrate {

namespace {

int fail(const std::string& message) {
    std::cout.flush();
    std::cerr << Paint::err().red("FAILED:") << " " << one_line(message) << std::endl;
    return exit_failed;
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

/// The first word that is in the place of a command without being one; empty when there is none.
std::string wrong_command(const CLI::App& app) {
    if (!app.get_subcommands().empty()) return {};
    for (const auto& word : app.remaining())
        if (!word.starts_with("-")) return word;
    return {};
}

std::string no_such_command(const CLI::App& app, const std::string& word) {
    std::vector<std::string> names;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    const auto meant = nearest(word, {names.begin(), names.end()});
    return "there is no command '" + without_urls(word) + "'" +
           (meant.empty() ? "; see --help" : "; did you mean '" + meant + "'? See --help");
}

/// What CLI11 says, except where it says it badly: it lists what it did not expect backwards.
std::string wrong_use(const CLI::App& app, const CLI::ParseError& error) {
    if (const auto word = wrong_command(app); !word.empty()) return no_such_command(app, word);
    const auto extra = app.remaining(true);
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extra.empty()) {
        return std::string(extra.size() == 1 ? "The following argument was not expected: "
                                             : "The following arguments were not expected: ") +
               without_urls(join(extra, " ")) + "; see --help";
    }
    return without_urls(error.what()) + "; see --help";
}

}  // namespace

int tool_main(int argc, const char* const* argv, const ToolConfig& config) try {
    Paint::choose(Paint::When::automatic);
    const LogLevel level(core::log::Level::error);  // a failure is reported once, in our own line
    GlobalOptions global;
    const std::string path = argc > 0 ? argv[0] : "";
    CLI::App app("Migrations: the history of a database's schema", path.substr(path.find_last_of('/') + 1));
    app.set_version_flag("--version", "strata " STRATA_VERSION, "Print the version of Strata");
    CommandLine line(app, global);
    declare_writing(line);
    declare_branches(line);
    declare_squashing(line);
    declare_running(line);
    declare_planning(line);
    declare_showing(line);
    declare_logging(line);
    declare_testing(line);
    declare_status(line);
    declare_adopting(line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) return fail(wrong_use(app, error));
        if (const auto word = wrong_command(app); !word.empty()) return fail(no_such_command(app, word));
        return app.exit(error, std::cout, std::cerr);  // --help
    }
    if (global.color != "auto") Paint::choose(global.color == "always" ? Paint::When::always : Paint::When::never);
    const Arguments arguments(arguments_for_revisions(global));
    const int code = line.call()(Commands(config, global));
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
