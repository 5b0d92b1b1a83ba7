#include "readers.hpp"
#include "text.hpp"
#include "tools.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/child_process.hpp>
#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <set>

/// Lets Alembic print the SQL of its revisions, and parts it by the statements that write its version table: each
/// revision ends with one that names it.
namespace strata::migrate::adopt {
namespace {

namespace fs = std::filesystem;
using core::detail::SqlToken;

fs::path versions_folder(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) throw UsageError("there is no folder " + path.string() + " to adopt");
    return fs::is_directory(path / "versions", ignored) ? path / "versions" : path;
}

/// The configuration of the project to which the folder belongs.
fs::path find_ini(const AlembicOptions& options) {
    std::error_code ignored;
    if (!options.ini.empty()) {
        if (!fs::is_regular_file(options.ini, ignored)) throw UsageError("there is no file " + options.ini.string());
        return fs::absolute(options.ini);
    }
    auto folder = fs::absolute(options.path).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    for (int i = 0; i < 4; ++i, folder = folder.parent_path())
        if (fs::is_regular_file(folder / "alembic.ini", ignored)) return folder / "alembic.ini";
    throw UsageError("there is no alembic.ini in " + options.path.string() +
                     " nor in a folder above; name it by --ini FILE, since Alembic prints the SQL of its revisions");
}

/// Refuses a configuration for another kind of database, where it says its kind; env.py may choose one otherwise.
void check_kind(const fs::path& ini, const core::Dialect& dialect) {
    const auto text = read_text(ini);
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        const auto line = std::string_view(text).substr(begin, end - begin);
        begin = end + 1;
        if (!line.starts_with("sqlalchemy.url")) continue;
        const auto value = trimmed(line.substr(std::min(line.find('=') + 1, line.size())));
        const auto scheme = value.substr(0, value.find_first_of("+:"));
        if (scheme.empty() || scheme.find_first_of("%{$ ") != std::string::npos || scheme == "driver" ||
            dialect.answers_to(scheme))
            continue;
        throw UsageError(ini.string() + " is for a database of the kind '" + printable(scheme) + "' and --url for " +
                         std::string(dialect.name()) +
                         "; Alembic prints SQL for its own kind, so give both a URL of one kind");
    }
}

/// What a statement says of Alembic's version table.
struct VersionStatement {
    std::string verb;    // INSERT, UPDATE, DELETE, CREATE, DROP
    std::string to{};    // the version that comes
    std::string from{};  // the version that goes
};

class Versions {
public:
    Versions(const AlembicOptions& options, const core::Dialect& dialect)
        : table_(core::internal::lower(options.version_table)), dialect_(dialect) {}

    /// What the statement does with the version table; std::nullopt for all others.
    [[nodiscard]] std::optional<VersionStatement> read(std::string_view statement) const {
        core::detail::SqlLexer lexer(statement, dialect_.lexis());
        std::vector<SqlToken> tokens;
        for (auto token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next())
            tokens.push_back(token);
        if (tokens.empty()) return std::nullopt;
        VersionStatement result;
        for (const auto* const verb : {"INSERT", "UPDATE", "DELETE", "CREATE", "DROP"})
            if (tokens.front().is(verb)) result.verb = verb;
        if (result.verb.empty() || !names_table(tokens, result.verb)) return std::nullopt;
        bool after_where = result.verb == "DELETE";
        for (const auto& token : tokens) {
            if (token.is("WHERE")) after_where = true;
            const auto text = core::detail::string_value(token, dialect_.lexis());
            if (text) (after_where ? result.from : result.to) = *text;
        }
        return result;
    }

private:
    /// Whether the statement is about the table: `INSERT INTO [schema.]alembic_version`, `CREATE TABLE ...`.
    [[nodiscard]] bool names_table(const std::vector<SqlToken>& tokens, const std::string& verb) const {
        const bool two_words = verb != "UPDATE";
        std::size_t at = two_words ? 2 : 1;
        if (two_words && tokens.size() > 1 && !(tokens[1].is("INTO") || tokens[1].is("FROM") || tokens[1].is("TABLE")))
            return false;
        if (at + 2 < tokens.size() && tokens[at + 1].symbol('.')) at += 2;
        if (at >= tokens.size()) return false;
        const auto name = core::detail::name_value(tokens[at]);
        return name && core::internal::lower(*name) == table_;
    }

    std::string table_;
    const core::Dialect& dialect_;
};

/// Runs Alembic and collects what it prints for each revision.
class Renderer {
public:
    Renderer(const AlembicOptions& options, fs::path ini, const ForeignSql& sql, std::vector<ForeignVersion>& versions,
             std::vector<std::string>& notes)
        : options_(options), ini_(std::move(ini)), sql_(sql), versions_(versions), notes_(notes) {}

    void run() {
        const auto all = render({"upgrade", "base:heads", "--sql"}, upgrades_, true);
        if (all == nothing_printed && upgrades_.empty())
            throw UsageError("Alembic prints no SQL that writes a table " + options_.version_table +
                             "; where env.py gives it another version_table, name that by --tool-table");
        for (auto& version : versions_) {
            std::string said = all;
            if (!upgrades_.contains(version.name)) {
                const auto from = version.parents.empty() ? std::string("base") : version.parents.front();
                said = render({"upgrade", from + ":" + version.name, "--sql"}, upgrades_, true);
            }
            const auto found = upgrades_.find(version.name);
            if (found == upgrades_.end())
                throw MigrationError("Alembic cannot print the SQL of revision " + version.name + " (" +
                                     one_line(said, 200) +
                                     "); 'alembic upgrade --sql' must work for it: in the revision "
                                     "leave out what asks the database, and give batch_alter_table its copy_from");
            version.upgrade = sql_.fit(found->second, "revision " + version.name);
        }
        for (auto version = versions_.rbegin(); version != versions_.rend(); ++version) take_downgrade(*version);
    }

private:
    using Texts = std::map<std::string, std::string>;  // SQL by revision
    static constexpr std::string_view nothing_printed = "it prints nothing for it";

    /// A run prints the downgrades down to the first revision that has none.
    void take_downgrade(ForeignVersion& version) {
        std::string said;
        if (!downgrades_.contains(version.name))
            said = render({"downgrade", version.name + ":base", "--sql"}, downgrades_, false);
        if (const auto found = downgrades_.find(version.name); found != downgrades_.end()) {
            version.downgrade = sql_.fit(found->second, "revision " + version.name + ", its downgrade");
            return;
        }
        notes_.push_back("revision " + version.name + " has no downgrade, since Alembic cannot print it (" +
                         one_line(said, 200) + ")");
    }

    /// Runs Alembic; adds what it printed in full, and returns the last line of its complaint.
    std::string render(const std::vector<std::string>& arguments, Texts& texts, bool up) {
        // Alembic runs in another folder than we do.
        const bool is_path = options_.program.find('/') != std::string::npos;
        const auto program = is_path ? fs::absolute(options_.program).string() : options_.program;
        std::vector<std::string> command{program, "-c", ini_.string()};
        command.insert(command.end(), arguments.begin(), arguments.end());
        // The configuration's paths are relative to its folder.
        const auto printed = core::internal::run_child(
            command, {.directory = ini_.parent_path(), .environment = {{"PYTHONIOENCODING", "utf-8"}}});
        if (!printed.started && printed.failure != ENOENT)
            throw UsageError("the program '" + options_.program +
                             "' cannot be started: " + std::strerror(printed.failure));
        if (!printed.started || printed.status == 127)
            throw UsageError(
                "there is no program '" + options_.program +
                "', which prints the SQL of Alembic's revisions; install Alembic with what env.py imports, "
                "or name it by --alembic PROGRAM");
        take(printed.out, texts, up);
        return printed.status == 0 ? std::string(nothing_printed) : printed.last_error_line();
    }

    void take(const std::string& script, Texts& texts, bool up) {
        const Versions versions(options_, sql_.dialect());
        std::vector<std::string_view> statements;  // of the revision that is not closed yet
        bool in_parts = false;                     // it ends the transaction within, as autocommit_block() does
        for (const auto& statement : sql_.statements_of(script)) {
            if (controls_transaction(statement, sql_.dialect())) {
                in_parts = in_parts || !statements.empty();
                continue;
            }
            check_end(statement);
            const auto version = versions.read(statement);
            if (!version) {
                statements.push_back(statement);
                continue;
            }
            const auto& name = up ? version->to : version->from;
            // Of several rows that a merge or its downgrade changes, one statement has both.
            const bool closes = up ? version->verb == "INSERT" || version->verb == "UPDATE"
                                   : version->verb == "DELETE" || version->verb == "UPDATE";
            if (!closes || name.empty()) continue;
            check_known(name);
            const bool is_new = texts.emplace(name, sql_.joined(statements)).second;
            if (in_parts && is_new)
                notes_.push_back("revision " + name + (up ? "" : ", its downgrade,") +
                                 " has an autocommit_block(), which runs in the revision's transaction here");
            statements.clear();
            in_parts = false;
        }
    }

    /// Alembic puts a semicolon and an empty line after each text; after a comment on its last line the semicolon is a
    /// part of the comment, and the next statement a part of this one.
    void check_end(std::string_view statement) const {
        const auto& lexis = sql_.dialect().lexis();
        core::detail::SqlLexer lexer(statement, lexis);
        std::size_t end = 0;  // of the token before
        for (auto token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) {
            const auto between = statement.substr(end, token.begin - end);
            const auto closed = between.find(";\n\n");
            if (closed != std::string_view::npos && between.rfind("--", closed) != std::string_view::npos)
                throw MigrationError(
                    "the SQL '" + core::detail::first_line(statement, lexis) +
                    "' of a revision ends in a comment, which takes in the semicolon that Alembic puts "
                    "after it; end the text with a line break there");
            end = token.end();
        }
    }

    void check_known(const std::string& name) const {
        if (std::ranges::any_of(versions_, [&](const auto& version) { return version.name == name; })) return;
        throw MigrationError("Alembic prints a revision " + printable(name) +
                             " that has no file in the folder; adopt the folder of alembic.ini's script_location");
    }

    const AlembicOptions& options_;
    fs::path ini_;
    const ForeignSql& sql_;
    std::vector<ForeignVersion>& versions_;
    std::vector<std::string>& notes_;
    Texts upgrades_;
    Texts downgrades_;
};

}  // namespace

ForeignHistory read_alembic(const AlembicOptions& options, const core::Dialect& dialect) {
    ForeignHistory history{.tool = alembic_tool, .versions = read_alembic_files(versions_folder(options.path))};
    const auto ini = find_ini(options);
    check_kind(ini, dialect);
    const ForeignSql sql(detail::dialect_compiler(dialect), history.notes);
    Renderer(options, ini, sql, history.versions, history.notes).run();
    return history;
}

}  // namespace strata::migrate::adopt
