#include "command_line.hpp"

#include "text.hpp"

#include <algorithm>
#include <string_view>

namespace strata::migrate {

CommandLine::CommandLine(CLI::App& parser, GlobalOptions& global) : parser_(parser) {
    parser_.require_subcommand(1);
    parser_.fallthrough();
    parser_.add_option("--url", global.url, "The database; else DATABASE_URL, DB_TYPE ..., strata.toml")
        ->check(given("the URL"));
    parser_
        .add_option("--scratch", global.scratch,
                    "A database of a server where another may be made and dropped, to see what SQL of revisions does")
        ->check(given("the URL"));
    parser_.add_option("--wait", global.wait, "Ask a database that does not answer yet again, for so many seconds")
        ->check(CLI::PositiveNumber);
    const auto no_url = [](const std::string& what) {
        return CLI::Validator(
            [what](const std::string& text) {
                return is_like_url(text) ? what + " is wanted there, not a URL; name the database by --url URL"
                                         : std::string();
            },
            "");
    };
    parser_.add_option("--directory", global.directory, "Where revisions are written")
        ->check(given("the folder"))
        ->check(no_url("a folder"));
    parser_.add_option("--color", global.color, "auto (the default), always or never; auto heeds NO_COLOR")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    parser_.add_option("-x", global.arguments, "KEY=VALUE, which revisions find as op.argument(\"KEY\"); repeatable")
        ->allow_extra_args(false);
    parser_
        .add_option("--version-table", global.version_table,
                    "The table that records the database's revisions; else STRATA_VERSION_TABLE, strata.toml")
        ->check(given("the table's name"))
        ->check(no_url("a table's name"));
    parser_
        .add_option("--version-schema", global.version_schema,
                    "The schema of that table; else STRATA_VERSION_SCHEMA, strata.toml, the current schema")
        ->check(given("the schema's name"))
        ->check(no_url("a schema's name"));
    parser_.add_option("--profile", global.profile, "The section [profiles.NAME] of strata.toml; else STRATA_PROFILE")
        ->check(given("the profile"))
        ->check(no_url("a profile"));
    parser_.add_option("-c,--config", global.config, "strata.toml, when it stands elsewhere")
        ->check(given("the file's name"))
        ->check(no_url("a file"));
}

CLI::App& CommandLine::declare(const std::string& name, const std::string& description, const std::string& example,
                               Call call) {
    auto* command = parser_.add_subcommand(name, description);
    command->callback([this, call = std::move(call)] { call_ = call; });
    command->footer("Example: " + parser_.get_name() + " " + example);
    return *command;
}

CLI::Validator CommandLine::given(const std::string& what) {
    return {[what](const std::string& text) { return one_line(text).empty() ? what + " is empty" : std::string(); },
            ""};
}

CLI::Validator CommandLine::revision() {
    return {[](const std::string& text) -> std::string {
                if (one_line(text).empty()) return "the revision is empty";
                if (is_like_url(text)) return "a revision is wanted there, not a URL; name the database by --url URL";
                return {};
            },
            ""};
}

void CommandLine::json(CLI::App& app, bool& value, const char* description) {
    app.add_flag("--json", value, description);
}

bool is_like_url(const std::string& word) {
    const auto colon = word.find(':');
    // A range of targets is `a:billing@head`: there is no host in it.
    const bool range = std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("_:@+-").find(c) != std::string_view::npos;
    });
    if (range) return false;
    return word.find("://") != std::string::npos || word.find("password=") != std::string::npos ||
           (colon != std::string::npos && word.find('@', colon) != std::string::npos);
}

}  // namespace strata::migrate
