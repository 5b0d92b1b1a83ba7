#pragma once

#include <strata/core/connection.hpp>
#include <strata/core/url.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace strata::core {

namespace detail {
class Pool;
struct PoolSlot;
}  // namespace detail

/// Whether a pooler between us and the server shares its sessions among clients between transactions, as PgBouncer's
/// transaction mode does. Then no state of the session can be relied on: statements are not prepared under names,
/// settings are checked instead of set, and the migration lock belongs to each transaction.
enum class PoolerMode : std::uint8_t {
    detect,       ///< asks once per connection
    none,         ///< no pooler, or one that keeps a session for each client
    transaction,  ///< a pooler that shares its sessions
};

/// What a query log reports about one statement.
struct QueryEvent {
    std::string_view sql;               ///< with '...' and ? in place of its literals; never contains a value
    std::string_view tag;               ///< the caller's: Connection::set_tag()
    std::chrono::nanoseconds duration;  ///< in the database and on the network, without the time that the caller took
    std::int64_t rows;                  ///< read or changed
    std::string_view error_code;        ///< empty: the statement succeeded
};

/// An event in a pool.
enum class PoolEvent : std::uint8_t { connected, connect_failed, lent, returned, closed, timed_out };

/// Options of an engine, with the names and defaults of SQLAlchemy's QueuePool where it has them
/// (https://docs.sqlalchemy.org/en/20/core/pooling.html).
struct EngineOptions {
    int pool_size = 5;      ///< connections kept open; 0: no limit
    int max_overflow = 10;  ///< connections beyond them, closed on return; -1: no limit
    std::chrono::milliseconds pool_timeout = std::chrono::seconds(30);  ///< wait for a free connection
    std::chrono::seconds pool_recycle{-1};  ///< close connections older than this; negative: never
    bool pool_pre_ping = false;             ///< check a connection each time before it is lent
    /// Check a connection that was idle for this long before it is lent. A connection on which the server has sent
    /// something in the meantime, most often its end, is always checked.
    std::chrono::seconds ping_after_idle = std::chrono::seconds(30);
    bool pool_use_lifo = true;  ///< lend the connection that was returned last, so that the others may age
    std::chrono::seconds connect_timeout = std::chrono::seconds(10);
    std::chrono::milliseconds busy_timeout = std::chrono::seconds(5);  ///< SQLite: wait for another writer
    std::chrono::milliseconds statement_timeout{0};                    ///< of each statement; 0: none
    std::size_t statement_cache_size = 256;                            ///< prepared statements per connection
    std::string application_name = "strata";                           ///< the name that PostgreSQL shows
    PoolerMode pooler = PoolerMode::detect;

    bool log_queries = false;                 ///< write each statement to the log, at level info
    std::chrono::milliseconds slow_query{0};  ///< write statements that take this long to the log as warnings; 0: none
    /// Called for each statement, on the thread that ran it; what it throws goes to the log. Nothing is measured when
    /// it is empty and the two options above are off.
    std::function<void(const QueryEvent&)> on_query{};
    /// Called for each event of the pool, on the thread that caused it, while no lock is held; what it throws goes to
    /// the log.
    std::function<void(PoolEvent)> on_pool_event{};

    /// The defaults with DB_POOL_SIZE, DB_MAX_OVERFLOW, DB_POOL_TIMEOUT and DB_POOL_RECYCLE (seconds), DB_POOL_PRE_PING
    /// (0 or 1), DB_STATEMENT_TIMEOUT and DB_SLOW_QUERY (milliseconds), DB_POOLER (detect, none or transaction). Throws
    /// UsageError for a value that is not one of these.
    [[nodiscard]] static EngineOptions from_environment();
};

/// The state of a pool at one moment, and its counters so far.
struct PoolStatistics {
    int open = 0;  ///< connections, lent or idle
    int idle = 0;
    int waiting = 0;  ///< callers
    std::uint64_t connected = 0;
    std::uint64_t closed = 0;
    std::uint64_t lent = 0;
    std::uint64_t waited = 0;     ///< calls that had to wait
    std::uint64_t timed_out = 0;  ///< calls that waited in vain
    std::chrono::nanoseconds longest_wait{0};
};

/// A connection lent by an engine, returned when this object is destroyed. The connection is returned in its original
/// state: an open transaction is rolled back, and settings, locks and temporary objects are undone, or the connection
/// is closed. Movable.
class PooledConnection {
public:
    PooledConnection(PooledConnection&&) noexcept;
    PooledConnection& operator=(PooledConnection&&) noexcept;
    ~PooledConnection();

    [[nodiscard]] Connection& operator*() const noexcept { return *connection_; }
    [[nodiscard]] Connection* operator->() const noexcept { return connection_; }

private:
    friend class Engine;
    PooledConnection(std::shared_ptr<detail::Pool> pool, detail::PoolSlot* slot) noexcept;
    void give_back() noexcept;

    std::shared_ptr<detail::Pool> pool_;
    detail::PoolSlot* slot_;
    Connection* connection_;
};

/// A database and how to reach it: URL, options and the pool of connections. Both layers take an engine or a URL.
/// Copies share one pool. Thread safe. Connects lazily: creating an engine only checks the URL.
///
/// An in-memory SQLite database lives as long as its engine and has one connection: while a transaction holds it, a
/// call of the same thread outside of that transaction fails at once with the reason, another thread waits for
/// pool_timeout.
class Engine {
public:
    Engine(std::string_view url,
           EngineOptions options = {});  // NOLINT(google-explicit-constructor): a URL is an engine
    Engine(const char* url) : Engine(std::string_view(url)) {}
    Engine(const std::string& url) : Engine(std::string_view(url)) {}
    Engine(Url url, EngineOptions options = {});
    /// Takes the URL and the options from the environment.
    [[nodiscard]] static Engine from_environment();

    [[nodiscard]] const Url& url() const noexcept;
    [[nodiscard]] const EngineOptions& options() const noexcept;
    [[nodiscard]] const Dialect& dialect() const noexcept;

    /// Lends a connection; the caller that has waited longest is served first. Throws Timeout when none becomes free
    /// within pool_timeout, ConnectionError when none can be opened: while a server is down, one caller tries at a
    /// time, after a short back-off.
    [[nodiscard]] PooledConnection connect(Access access = Access::schema, Intent intent = Intent::write) const;
    /// Connections open now, lent or idle.
    [[nodiscard]] int open_connections() const;
    [[nodiscard]] PoolStatistics statistics() const;
    /// Closes idle connections; lent ones are closed on return. The engine can be used again.
    void dispose() const;
    /// What tells engines apart: copies, which share a pool, have the same.
    [[nodiscard]] const void* identity() const noexcept { return pool_.get(); }
    /// Closes the pool for good: waiting and later callers get UsageError. Lent connections stay usable.
    void close() const;

private:
    std::shared_ptr<detail::Pool> pool_;
};

}  // namespace strata::core

namespace strata {
using core::Engine;
using core::EngineOptions;
using core::Url;
}  // namespace strata
