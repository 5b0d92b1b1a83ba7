#include "adopt/readers.hpp"
#include "adopt/tools.hpp"
#include "adopt/write.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "heads_file.hpp"
#include "run/stamp_adopted.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

/// The command that takes over the history of another tool, and its options.
namespace strata::migrate {
namespace {

/// `name=value` as Flyway's command line takes them.
std::map<std::string, std::string> placeholders_of(const std::vector<std::string>& texts) {
    std::map<std::string, std::string> placeholders;
    for (const auto& text : texts) {
        const auto equals = text.find('=');
        if (equals == 0 || equals == std::string::npos)
            throw UsageError("--placeholder takes NAME=VALUE, and '" + printable(text) + "' has no name or no '='");
        if (!placeholders.emplace(text.substr(0, equals), text.substr(equals + 1)).second)
            throw UsageError("--placeholder " + printable(text.substr(0, equals)) + " is given twice");
    }
    return placeholders;
}

/// Refuses options of a tool that is not the chosen one.
void check_options(const AdoptOptions& options) {
    const bool alembic = options.tool == adopt::alembic_tool;
    const auto refuse = [&](const char* option, const char* tool) {
        throw UsageError(std::string(option) + " is for 'adopt " + tool + "' only");
    };
    if (!alembic && !options.ini.empty()) refuse("--ini", "alembic");
    if (!alembic && !options.program.empty()) refuse("--alembic", "alembic");
    if (!alembic && !options.tool_table.empty()) refuse("--tool-table", "alembic");
    if (options.tool != adopt::flyway_tool && !options.placeholders.empty()) refuse("--placeholder", "flyway");
}

adopt::ForeignHistory read_history(const AdoptOptions& options, const core::Dialect& dialect) {
    if (options.tool == adopt::flyway_tool)
        return adopt::read_flyway(options.path, placeholders_of(options.placeholders), dialect);
    if (options.tool == adopt::sql_tool) return adopt::read_numbered(options.path, dialect);
    adopt::AlembicOptions alembic{.path = options.path, .ini = options.ini};
    if (!options.program.empty()) alembic.program = options.program;
    if (!options.tool_table.empty()) alembic.version_table = options.tool_table;
    return adopt::read_alembic(alembic, dialect);
}

RevisionIds heads_of(const adopt::ForeignHistory& history) {
    RevisionIds heads;
    for (const auto& version : history.versions) {
        const bool is_head = std::ranges::none_of(
            history.versions, [&](const auto& other) { return core::internal::contains(other.parents, version.name); });
        if (is_head) heads.push_back(adopt::adopted_id(history.tool, version.name));
    }
    return heads;
}

}  // namespace

int Commands::adopt(const AdoptOptions& options) const {
    check_options(options);
    // The files are for this kind of database; it is not asked for anything.
    const auto& dialect = core::dialect_for(find_url(options_, file_).scheme);
    const auto history = read_history(options, dialect);
    const auto files = adopt::adopted_files(history, dialect);
    const HeadsFile heads(directory_);
    heads.need_no_conflict();
    const bool is_new = !std::filesystem::exists(directory_ / files.front().name);
    FileChanges changes;
    const auto paths = adopt::add_files(changes, directory_, files, dialect);
    if (is_new) heads.write(changes, heads_of(history));
    changes.apply();
    for (const auto& path : paths)
        std::cout << (is_new ? "Generating " : "Extending ") << path.string() << " ... done\n";
    for (const auto& note : history.notes) std::cout << "Note: " << one_line(note) << "\n";
    std::cout << files.size() << (files.size() == 1 ? " revision" : " revisions") << " for " << dialect.name()
              << ". Build the tool, and record where databases are that "
              << (options.tool == adopt::sql_tool ? "have" : options.tool + " has")
              << (options.tool == adopt::sql_tool ? " run them" : " migrated") << ": stamp --adopted\n";
    return exit_done;
}

int Commands::stamp_adopted(const std::string& tool_table) const {
    const auto done = migrate::stamp_adopted(engine(), config_.revisions, tool_table, tables_);
    const auto at = (done.versions.empty() ? "base" : printable(join(done.versions))) + " of " + done.tool;
    if (!done.is_new)
        std::cout << "The database is at " << at << ", which is recorded already"
                  << (done.ids.empty() ? "" : ": " + join(done.ids)) << ".\n";
    else
        std::cout << "The database is at " << at << "; recorded as " << join(done.ids) << ".\n";
    return exit_done;
}

void declare_adopting(CommandLine& line) {
    auto [app, options] = line.add<AdoptOptions>(
        "adopt", "Write the history of Alembic, Flyway or numbered SQL files as revisions",
        "adopt alembic ../old/alembic", [](const Commands& c, const AdoptOptions& o) { return c.adopt(o); });
    app.add_option("tool", options.tool, "alembic, flyway or sql (files whose names begin with a number)")
        ->required()
        ->check([](const std::string& text) {
            return adopt::is_adopted_tool(text) ? std::string()
                                                : "'" + printable(text) +
                                                      "' is no tool whose history can be adopted; it is "
                                                      "alembic, flyway or sql";
        });
    app.add_option("path", options.path, "The folder of its files")
        ->required()
        ->check(CommandLine::given("the folder"));
    app.add_option("--ini", options.ini, "Alembic's configuration; else alembic.ini there or in a folder above")
        ->check(CommandLine::given("the file's name"));
    app.add_option("--alembic", options.program, "The program that prints Alembic's SQL (alembic)")
        ->check(CommandLine::given("the program"));
    app.add_option("--tool-table", options.tool_table, "Alembic's version table (alembic_version)")
        ->check(CommandLine::given("the table's name"));
    app.add_option("--placeholder", options.placeholders, "A value for Flyway's ${NAME}: NAME=VALUE; may be repeated")
        ->check(CommandLine::given("the placeholder"))
        ->allow_extra_args(false);
}

}  // namespace strata::migrate
