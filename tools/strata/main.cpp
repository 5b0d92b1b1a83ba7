#include "commands.hpp"

#include <strata/core/error.hpp>
#include <strata/core/log.hpp>

#include <CLI/CLI.hpp>

#include <functional>
#include <iostream>

using namespace strata;
using tool::Arguments;

namespace {

constexpr int exit_failed = 2;

int fail(std::string message) {
    for (char& c : message)
        if (c == '\n' || c == '\r') c = ' ';
    std::cout.flush();
    std::cerr << "FAILED: " << message << std::endl;
    return exit_failed;
}

/// Declares the commands; `call` becomes the one that the user gave.
class CommandLine {
public:
    CommandLine(CLI::App& app, Arguments& arguments) : app_(app), a_(arguments) {
        app_.require_subcommand(1);
        models();
        inspect();
        diff();
        roundtrip();
    }
    [[nodiscard]] const std::function<int()>& call() const { return call_; }

private:
    using Command = int (*)(const Arguments&);
    CLI::App& add(const char* name, const char* description, Command command) {
        auto* added = app_.add_subcommand(name, description);
        added->callback([this, command] { call_ = [this, command] { return command(a_); }; });
        return *added;
    }
    /// Refuses an empty value: an unset shell variable must not choose another database or folder.
    static CLI::Validator given(const std::string& what) {
        return {[what](const std::string& text) { return text.empty() ? what + " is empty" : std::string(); }, ""};
    }
    void database(CLI::App& command) {
        command.add_option("url", a_.url, "sqlite:///file.db or postgresql://user@host/database")
            ->required()
            ->check(given("the URL"));
        command.add_option("--schema", a_.schemas, "Read only this schema, may be repeated (PostgreSQL)")
            ->check(given("the schema"))
            ->allow_extra_args(false);
        command.add_option("--tables", a_.tables, "Only tables that fit, such as 'order*', and what they need")
            ->check(given("the pattern"));
        privileges(command);
    }
    void privileges(CLI::App& command) {
        command.add_flag("--with-privileges", a_.privileges, "Owners, grants and default privileges too (PostgreSQL)");
    }
    void layout(CLI::App& command) {
        command.add_option("--namespace", a_.name_space, "The models' namespace")->check(given("the namespace"));
        auto* one = command.add_flag("--one-file", a_.one_file, "All models in one header; else for up to 40 tables");
        command.add_flag("--per-table", a_.per_table, "A header for each table")->excludes(one);
        command.add_flag("--views", a_.views, "Models for views too, to read from");
    }

    void models() {
        auto& command = add("models", "Write models and schema.cpp for a database", tool::models);
        database(command);
        command.add_option("--out", a_.out, "The folder to write into; what was generated there is replaced")
            ->required()
            ->check(given("the folder"));
        layout(command);
        command.add_flag("--adopt", a_.adopt,
                         "Make the folder a project with migrations: build its tool, check, and mark the database as "
                         "being at the first revision");
    }
    void inspect() {
        auto& command = add("inspect", "Show what is in a database", tool::inspect);
        database(command);
        auto* json = command.add_flag("--json", a_.json, "As JSON");
        auto* sql = command.add_flag("--sql", a_.sql, "As the statements that create it")->excludes(json);
        command.add_flag("--mermaid", a_.mermaid, "As a Mermaid diagram of tables and references")
            ->excludes(json)
            ->excludes(sql);
    }
    void diff() {
        auto& command =
            add("diff", "Compare two databases by their catalogues; exit code 1 when they differ", tool::diff);
        command.add_option("a", a_.url, "A URL, or a file of SQL that is loaded into a scratch database")
            ->required()
            ->check(given("the first database"));
        command.add_option("b", a_.other, "The same")->required()->check(given("the second database"));
        command.add_option("--schema", a_.schemas, "Compare this schema, may be repeated; else all")
            ->check(given("the schema"))
            ->allow_extra_args(false);
        command.add_flag("--sql", a_.sql,
                         "Print the statements that bring the first to the second, for psql or sqlite3");
        privileges(command);
        command.add_option("--server", a_.server, "Where a file of PostgreSQL's SQL is loaded: a URL of that server");
    }
    void roundtrip() {
        auto& command =
            add("roundtrip", "Write models, compile them, create what they say in a scratch database and compare",
                tool::roundtrip);
        database(command);
        layout(command);
        command.add_option("--compiler", a_.compiler, "The C++ compiler; else CXX, else c++");
        command
            .add_option("--include", a_.includes,
                        "Where Strata's headers are, may be repeated; else beside this program")
            ->allow_extra_args(false);
        command.add_option("--out", a_.out, "Keep the generated code in this folder")->check(given("the folder"));
        command.add_option("--into", a_.into, "Create it in this empty database, which is kept; else in a scratch one")
            ->check(given("the database"));
    }

    CLI::App& app_;
    Arguments& a_;
    std::function<int()> call_;
};

}  // namespace

int main(int argc, char** argv) try {
    core::log::set_level(core::log::Level::error);  // a failure is reported once, in our own line
    Arguments arguments;
    CLI::App app("Models for any database, and what is in it");
    const CommandLine line(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help
        return fail(std::string(error.what()) + "; see --help");
    }
    const int code = line.call()();
    std::cout.flush();
    return code;
} catch (const std::exception& error) {
    return fail(error.what());
}
