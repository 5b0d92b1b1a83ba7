#pragma once

#include <strata/core/qualified_name.hpp>
#include <strata/core/server_default.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>

namespace strata::core {

namespace detail {
class Driver;
struct SqlLexis;
}  // namespace detail
struct Url;
struct EngineOptions;
enum class Access : std::uint8_t;

/// What a raw statement does, by its first words.
enum class StatementClass : std::uint8_t { rows, schema, transaction, other };

/// What the layers need to know about a database's SQL. One immutable object per database, thread safe; `dialect_for`
/// returns it.
class Dialect {
public:
    Dialect() = default;
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;
    virtual ~Dialect() = default;

    /// "sqlite" or "postgresql": for display and for choosing per-database parts, never to branch on.
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    /// Whether a URL's scheme means this database: its name or a synonym.
    [[nodiscard]] virtual bool answers_to(std::string_view scheme) const noexcept { return scheme == name(); }
    /// Appends the identifier in double quotes. Throws UsageError for an empty identifier or one that contains NUL.
    void quote(std::string& sql, std::string_view identifier) const;
    [[nodiscard]] std::string quoted(std::string_view identifier) const;
    /// The same for a name with its schema: `"music"."songs"`, or `"songs"`. (Templates, since a text is both.)
    template <std::same_as<QualifiedName> Name>
    void quote(std::string& sql, const Name& name) const {
        if (!name.schema.empty()) {
            quote(sql, std::string_view(name.schema));
            sql += '.';
        }
        quote(sql, std::string_view(name.name));
    }
    template <std::same_as<QualifiedName> Name>
    [[nodiscard]] std::string quoted(const Name& name) const {
        std::string sql;
        quote(sql, name);
        return sql;
    }
    /// Appends the placeholder of a positional parameter; the first is 1.
    virtual void placeholder(std::string& sql, int number) const = 0;
    /// Appends a constant for places where nothing can be bound (DEFAULT, CHECK, an offline script).
    virtual void literal(std::string& sql, const Value& value) const = 0;
    /// The same from a value's canonical text.
    void literal_text(std::string& sql, Value::Kind type, std::string_view canonical) const;
    /// What a server default is on this database, which is then the same for all. `where` says in messages whose it is
    /// ("column songs.token"). Throws UsageError when it has nothing for this database, or names an unknown one or one
    /// twice.
    [[nodiscard]] ServerDefault own_default(const ServerDefault& value, std::string_view where) const;
    /// Appends the SQL of a server default (without DEFAULT). Throws like own_default().
    void server_default(std::string& sql, const ServerDefault& value) const;
    /// The current instant with microseconds, as SQL.
    [[nodiscard]] virtual std::string_view now() const noexcept = 0;

    /// The class of a raw statement: it works on rows, changes the schema, or controls the transaction.
    [[nodiscard]] virtual StatementClass classify(std::string_view sql) const = 0;
    /// The rules by which this database splits SQL into tokens.
    [[nodiscard]] virtual const detail::SqlLexis& lexis() const noexcept = 0;
    /// The lines with which a script for the database's own client (psql, sqlite3) begins, so that it ends at the first
    /// failure and the SQL that follows keeps its meaning.
    [[nodiscard]] virtual std::string_view script_header() const noexcept = 0;
    /// Longest identifier in bytes; the database refuses or truncates a longer one.
    [[nodiscard]] virtual std::size_t max_identifier_length() const noexcept = 0;

    /// Opens a connection; with Access::rows a missing database is not created. Throws ConnectionError.
    [[nodiscard]] virtual std::unique_ptr<detail::Driver> open(const Url& url, const EngineOptions& options,
                                                               Access access) const = 0;
    /// Checks a URL without connecting. Throws UsageError.
    virtual void check(const Url& url) const = 0;
    /// Whether an option of a URL is a secret, or may contain one, and must not be shown.
    [[nodiscard]] virtual bool is_secret(std::string_view option) const noexcept = 0;
    /// Clears the URL parts that this database ignores (host and user for SQLite); the environment's variables set them
    /// all.
    virtual void adapt_environment(Url& url) const = 0;
    /// Whether the database is missing and connecting would create it (an SQLite file). Only looks; creates nothing.
    [[nodiscard]] virtual bool is_missing(const Url& url) const = 0;
    /// Whether connections to this URL do not share a database, so that an engine must use only one.
    [[nodiscard]] virtual bool single_connection(const Url& url) const = 0;
};

/// The dialect of a URL's scheme. Throws UsageError, listing the known schemes.
[[nodiscard]] const Dialect& dialect_for(std::string_view scheme);

}  // namespace strata::core
