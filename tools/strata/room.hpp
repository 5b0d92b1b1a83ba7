#pragma once

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/engine.hpp>

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What of the program depends on the kind of database; one room for each, in a folder of its own.
namespace strata::tool {

/// What a database's own catalogue says of each object, by the object's kind and name; one fact a line.
using Listing = std::map<std::string, std::string>;

/// An empty database that is removed with this object.
class Scratch {
public:
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    virtual ~Scratch() = default;
    [[nodiscard]] virtual core::Url url() const = 0;
};

class Room {
public:
    Room() = default;
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;
    virtual ~Room() = default;
    [[nodiscard]] virtual const core::Dialect& dialect() const = 0;
    /// Throws UsageError when schemas were asked for and the database has none.
    virtual void check_schemas(const std::vector<std::string>& asked) const { (void)asked; }
    /// Connects to a database that is only read: nothing is made or changed. Throws UsageError when it does not exist.
    [[nodiscard]] virtual core::PooledConnection open(const core::Engine& engine) const { return engine.connect(); }
    /// A text that connections have in common when they are to one database; empty for a database of one connection.
    [[nodiscard]] virtual std::string identity(core::Connection& connection) const = 0;
    /// A URL that names the same database in any folder.
    [[nodiscard]] virtual std::string from_anywhere(const std::string& url) const { return url; }
    /// Says what the file is, where a program of this database wrote it and it is not SQL, and what to do; empty
    /// otherwise.
    [[nodiscard]] virtual std::string what_is(const std::string& file, std::string_view text) const = 0;
    /// On the same server. Throws UsageError that says what right is missing.
    [[nodiscard]] virtual std::unique_ptr<Scratch> scratch(const core::Url& beside) const = 0;
    /// Makes names without a schema mean the same in `connection` as in `original`, for the rest of the session: where
    /// they are created, and where else they are looked for.
    virtual void enter(core::Connection& connection, core::Connection& original) const = 0;
    /// The statements with which a script begins, so that its names without a schema mean the same wherever it is run.
    [[nodiscard]] virtual std::vector<std::string> opening(core::Connection& original) const = 0;
    /// Takes out of a scratch database what a new one has and the original has not.
    virtual void strip(core::Connection& scratch, core::Connection& original) const = 0;
    /// The statements of a file that was written for the database's own client: what only the client runs is blank.
    /// Throws UsageError for a command of the client that changes what the statements do.
    [[nodiscard]] virtual std::string statements_of(std::string file) const = 0;
    /// Reads the catalogue, of these schemas or of all.
    [[nodiscard]] virtual Listing list(core::Connection& connection, const std::vector<std::string>& schemas,
                                       bool with_privileges) const = 0;
};

[[nodiscard]] const Room& room_of(const core::Dialect& dialect);
/// Throws UsageError for a file that is a database's own and no SQL.
void check_is_sql(const std::string& file, std::string_view text);

namespace sqlite {
[[nodiscard]] const Room& room();
}
namespace postgresql {
[[nodiscard]] const Room& room();
}

/// Puts blanks in the place of each line between two statements that begins with `mark`, where `harmless` lists the
/// command. Throws UsageError for another one, which names the client.
void blank_client_commands(std::string& sql, const core::detail::SqlLexis& lexis, char mark,
                           std::initializer_list<std::string_view> harmless, std::string_view client);

/// The text in one line without control characters, so that what a database says cannot control the terminal, nor end a
/// comment of a script.
[[nodiscard]] std::string printable(std::string text);

/// A name that no other run has.
[[nodiscard]] std::string scratch_name();

/// Prints what differs; returns how many objects do. An object that only one has counts once.
std::size_t print_differences(const Listing& left, const Listing& right, const std::string& left_name,
                              const std::string& right_name);

}  // namespace strata::tool
