#include "completion.hpp"

#include "text.hpp"

#include <strata/core/error.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace strata::migrate {
namespace {

struct Option {
    std::string name;  ///< `--url`
    std::string description;
};

struct Command {
    std::string name;
    std::string description;
    std::vector<Option> options;
};

std::vector<Option> options_of(const CLI::App& app) {
    std::vector<Option> list;
    for (const CLI::Option* option : app.get_options())
        for (const auto& name : option->get_lnames()) list.push_back({"--" + name, option->get_description()});
    return list;
}

std::vector<Command> commands_of(const CLI::App& app) {
    std::vector<Command> list;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        list.push_back({command->get_name(), command->get_description(), options_of(*command)});
    return list;
}

/// In single quotes of any of the shells.
std::string quoted(std::string text) {
    text = one_line(text);
    std::erase_if(text, [](char c) { return c == '\'' || c == '\\'; });
    return "'" + text + "'";
}

std::string names_of(const std::vector<Option>& options) {
    std::string names;
    for (const auto& option : options) names += (names.empty() ? "" : " ") + option.name;
    return names;
}

std::string bash(const std::string& program, const std::vector<Command>& commands, const std::vector<Option>& global) {
    std::string names, alternatives, cases;
    for (const auto& command : commands) {
        names += command.name + " ";
        alternatives += (alternatives.empty() ? "" : "|") + command.name;
        cases +=
            "        " + command.name + ") words='" + names_of(command.options) + " " + names_of(global) + "' ;;\n";
    }
    return "_strata_db_migrate() {\n"
           "    local word command='' words current=${COMP_WORDS[COMP_CWORD]}\n"
           "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
           "        case $word in\n"
           "            " +
           alternatives +
           ") command=$word; break ;;\n"
           "        esac\n"
           "    done\n"
           "    case $command in\n" +
           cases + "        *) words='" + names + names_of(global) +
           "' ;;\n"
           "    esac\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
           "}\n"
           "complete -o default -F _strata_db_migrate db_migrate.sh " +
           program + "\n";
}

std::string zsh(const std::string& program, const std::vector<Command>& commands, const std::vector<Option>& global) {
    const auto described = [](const std::vector<Option>& options) {
        std::string list;
        for (const auto& option : options) list += " " + quoted(option.name + ":" + option.description);
        return list;
    };
    std::string names, cases;
    for (const auto& command : commands) {
        names += " " + quoted(command.name + ":" + command.description);
        cases += "        " + command.name + ") options+=(" + described(command.options) + ") ;;\n";
    }
    return "#compdef db_migrate.sh " + program +
           "\n"
           "_strata_db_migrate() {\n"
           "    local -a commands options\n"
           "    local command=${words[(r)(" +
           [&] {
               std::string alternatives;
               for (const auto& command : commands) alternatives += (alternatives.empty() ? "" : "|") + command.name;
               return alternatives;
           }() +
           ")]}\n"
           "    commands=(" +
           names +
           ")\n"
           "    options=(" +
           described(global) +
           ")\n"
           "    case $command in\n" +
           cases +
           "        *) _describe command commands ;;\n"
           "    esac\n"
           "    _describe option options\n"
           "    _files\n"
           "}\n"
           // The first completion loads the file from fpath, and is to be answered at once.
           "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
           "    _strata_db_migrate \"$@\"\n"
           "else\n"
           "    compdef _strata_db_migrate db_migrate.sh " +
           program + "\nfi\n";
}

std::string fish(const std::string& program, const std::vector<Command>& commands, const std::vector<Option>& global) {
    std::string text, names;
    for (const auto& command : commands) names += " " + command.name;
    for (const auto& name : {std::string("db_migrate.sh"), program}) {
        const auto complete = "complete -c " + name;
        for (const auto& option : global)
            text += complete + " -l " + option.name.substr(2) + " -d " + quoted(option.description) + "\n";
        for (const auto& command : commands) {
            // An option's value is no command, so __fish_use_subcommand would end at it.
            text += complete + " -n 'not __fish_seen_subcommand_from" + names + "' -a " + command.name + " -d " +
                    quoted(command.description) + "\n";
            for (const auto& option : command.options)
                text += complete + " -n '__fish_seen_subcommand_from " + command.name + "' -l " +
                        option.name.substr(2) + " -d " + quoted(option.description) + "\n";
        }
    }
    return text;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
    const auto commands = commands_of(app);
    const auto global = options_of(app);
    if (shell == "bash") return bash(app.get_name(), commands, global);
    if (shell == "zsh") return zsh(app.get_name(), commands, global);
    if (shell == "fish") return fish(app.get_name(), commands, global);
    throw UsageError("there is no completion for '" + one_line(shell) + "'; it is bash, zsh or fish");
}

}  // namespace strata::migrate
