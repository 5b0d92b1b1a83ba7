#pragma once

#include "settings.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace strata::migrate {

class Commands;

/// The declaration of the tool's command line. Each command has a struct of its own for its options, which the group
/// that the command belongs to declares beside the command.
class CommandLine {
public:
    /// Runs the command that the user gave; set by parsing.
    using Call = std::function<int(const Commands&)>;

    /// A command that is being declared. The options live as long as the command line.
    template <class Options>
    struct Declared {
        CLI::App& app;
        Options& options;
    };

    /// Borrows the parser. Declares the options that stand before or after every command.
    CommandLine(CLI::App& parser, GlobalOptions& global);

    /// Declares a command; its help ends with the example, which follows the program's name.
    template <class Options, class Run>
    Declared<Options> add(const std::string& name, const std::string& description, const std::string& example,
                          Run run) {
        const auto options = std::make_shared<Options>();
        auto& app = declare(name, description, example,
                            [options, run](const Commands& commands) { return run(commands, *options); });
        return {app, *options};
    }
    [[nodiscard]] const Call& call() const { return call_; }
    [[nodiscard]] const CLI::App& parser() const { return parser_; }

    /// Refuses an empty value: an unset shell variable must not choose another database, file or revision.
    [[nodiscard]] static CLI::Validator given(const std::string& what);
    /// Refuses an empty value and a URL, which may hold a password that a message must not show.
    [[nodiscard]] static CLI::Validator revision();
    static void json(CLI::App& app, bool& value, const char* description = "Print it as JSON (docs/history.md)");

private:
    CLI::App& declare(const std::string& name, const std::string& description, const std::string& example, Call call);

    CLI::App& parser_;
    Call call_;
};

/// Whether a word is a URL or a part of one and may hold a password: `postgresql://...`, `user:secret@host`.
[[nodiscard]] bool is_like_url(const std::string& word);

}  // namespace strata::migrate
