#pragma once

#include <strata/core/error.hpp>
#include <strata/core/value.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace soci {
class session;
}

namespace strata::core {

class Dialect;
struct EngineOptions;
struct Url;
namespace detail {
class Driver;
class PreparedStatement;
class StatementCache;
}  // namespace detail

/// What a connection may do. `rows` denies every change of the schema (on SQLite by an authorizer; on PostgreSQL by the
/// class of a raw statement, the rest is the role's matter).
enum class Access : std::uint8_t { schema, rows };

/// How a transaction begins. `immediate` takes SQLite's write lock at once, so that it cannot fail midway for a
/// reader's snapshot; it means nothing on PostgreSQL.
enum class TransactionMode : std::uint8_t { deferred, immediate };

/// The rows of a statement that is running. Movable; ends the statement when it goes. It must not outlive its
/// connection.
class Cursor {
public:
    Cursor(Cursor&&) noexcept;
    Cursor& operator=(Cursor&&) noexcept;
    ~Cursor();

    /// Steps to the next row; false at the end.
    bool next();
    /// The current row; valid until the next call of next().
    [[nodiscard]] const Row& row() const;
    /// Rows changed by INSERT, UPDATE or DELETE, once all rows are read.
    [[nodiscard]] std::int64_t affected() const;

private:
    friend class Connection;
    explicit Cursor(std::shared_ptr<detail::PreparedStatement> statement);

    std::shared_ptr<detail::PreparedStatement> statement_;
};

/// What a statement has done that returns no rows.
struct Executed {
    std::int64_t rows = 0;  ///< changed by INSERT, UPDATE or DELETE
    /// The key that the connection's last INSERT made, where the database keeps it (SQLite's rowid); elsewhere nothing,
    /// only RETURNING tells.
    std::optional<std::int64_t> last_insert_key = std::nullopt;
};

/// One session with one database: the only place that opens a soci::session. Not copyable, movable; used by one thread
/// at a time.
///
/// Statements are prepared once and kept in an LRU cache. Text and bytes bound are not copied: they must live until the
/// cursor is gone, or for the call where there is none.
/// Errors are those of strata/core/error.hpp; after one inside a transaction PostgreSQL refuses all but rollback.
class Connection {
public:
    /// Opens a connection of its own, outside of any pool.
    explicit Connection(const Url& url);
    Connection(const Url& url, const EngineOptions& options, Access access = Access::schema);
    /// Takes over an open session of the application and gives it the settings of ours (foreign keys on, how values
    /// come back). Throws UsageError when its backend is neither SQLite nor PostgreSQL, or a transaction is open.
    [[nodiscard]] static Connection adopt(std::unique_ptr<soci::session> session);

    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    [[nodiscard]] const Dialect& dialect() const noexcept;

    /// Runs one statement, cached, with values for its placeholders in order. Throws UsageError when the text holds
    /// several.
    [[nodiscard]] Cursor query(std::string_view sql, std::span<const Value> values = {});
    /// The same without rows; returns how many were changed.
    std::int64_t execute(std::string_view sql, std::span<const Value> values = {});
    /// The first cell of the first row as text; nothing when there is no row or it is NULL.
    [[nodiscard]] std::optional<std::string> scalar(std::string_view sql, std::span<const Value> values = {});
    /// Runs a script of any number of statements, none of them cached: all of them or none, unless the script controls
    /// the transaction itself or holds a statement that cannot be in one. A failure names the statement by its number
    /// and first line.
    void script(std::string_view sql);

    /// The fast path: a statement known by a key (its shape); `render` makes the SQL when the key is new here.
    [[nodiscard]] Cursor query_cached(std::string_view key, std::uint64_t hash,
                                      const std::function<std::string()>& render, std::span<const Value> values);
    Executed execute_cached(std::string_view key, std::uint64_t hash, const std::function<std::string()>& render,
                            std::span<const Value> values);

    /// Writes many rows at the database's best speed (COPY on PostgreSQL; a prepared statement in a transaction on
    /// SQLite, where one is begun if none is open). `next` fills the values of a row and returns false at the end. All
    /// rows or none.
    std::int64_t bulk_insert(std::string_view table, std::span<const std::string_view> columns,
                             const std::function<bool(std::span<Value> values)>& next);

    void begin(TransactionMode mode = TransactionMode::deferred);
    void commit();
    /// Harmless when no transaction is open.
    void rollback();
    void savepoint(std::string_view name);
    void release_savepoint(std::string_view name);
    void rollback_to_savepoint(std::string_view name);
    [[nodiscard]] bool in_transaction() const;

    [[nodiscard]] Access access() const noexcept;
    /// Changes what the connection may do; forgets the cached statements when it does change.
    void set_access(Access access);

    /// Whether the server still answers.
    [[nodiscard]] bool ping() noexcept;
    /// Rolls back an open transaction. False when the connection must be thrown away.
    [[nodiscard]] bool reset() noexcept;
    void clear_statements();
    /// How many statements are prepared and kept.
    [[nodiscard]] std::size_t cached_statements() const;

    /// The session itself, for code that uses SOCI. Forgets the cached statements.
    [[nodiscard]] soci::session& session();

private:
    explicit Connection(std::unique_ptr<detail::Driver> driver, std::size_t cache_capacity);
    template <class Run>
    auto with_statement(std::string_view key, std::uint64_t hash, const std::function<std::string()>& render,
                        const Run& run);
    friend class MigrationLock;

    std::unique_ptr<detail::Driver> driver_;
    std::unique_ptr<detail::StatementCache> cache_;
    Access access_ = Access::schema;
};

/// A transaction for a scope: rolled back unless committed. Begins a savepoint instead when one is open already.
class Transaction {
public:
    explicit Transaction(Connection& connection, TransactionMode mode = TransactionMode::deferred);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    void commit();
    void rollback();

private:
    Connection& connection_;
    std::string savepoint_;  // empty: the outermost
    bool open_ = true;
};

}  // namespace strata::core

namespace strata {
using core::Connection;
}  // namespace strata
