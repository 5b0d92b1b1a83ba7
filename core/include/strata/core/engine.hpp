#pragma once

#include <strata/core/connection.hpp>
#include <strata/core/url.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace strata::core {

namespace detail {
class Pool;
struct PoolSlot;
}  // namespace detail

/// Options of an engine, with SQLAlchemy's names and defaults where it has them.
struct EngineOptions {
    int pool_size = 5;                                                  ///< connections kept open
    int max_overflow = 10;                                              ///< connections beyond them, closed on return
    std::chrono::milliseconds pool_timeout = std::chrono::seconds(30);  ///< wait for a free connection
    std::chrono::seconds pool_recycle =
        std::chrono::seconds(-1);  ///< close connections older than this; negative: never
    std::chrono::seconds ping_after_idle =
        std::chrono::seconds(30);  ///< check a connection that idled this long before use
    std::chrono::seconds connect_timeout = std::chrono::seconds(10);
    std::chrono::milliseconds busy_timeout = std::chrono::seconds(5);  ///< SQLite: wait for another process' lock
    std::size_t statement_cache_size = 256;                            ///< prepared statements per connection
    std::string application_name = "strata";                           ///< as PostgreSQL shows it

    /// The defaults with DB_POOL_SIZE, DB_MAX_OVERFLOW and DB_POOL_TIMEOUT (seconds). Throws UsageError for a value
    /// that is no number.
    [[nodiscard]] static EngineOptions from_environment();
};

/// A connection lent by an engine; goes back when this object does, with any open transaction rolled back. Movable.
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

/// A database and how to reach it: URL, options and the pool of connections. Both layers take one, or a URL.
/// Copies share one pool. Thread safe. Connects lazily: making an engine only checks the URL.
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
    /// URL and options from the environment.
    [[nodiscard]] static Engine from_environment();

    [[nodiscard]] const Url& url() const noexcept;
    [[nodiscard]] const EngineOptions& options() const noexcept;
    [[nodiscard]] const Dialect& dialect() const noexcept;

    /// Lends a connection. Throws Timeout when none is free in pool_timeout, ConnectionError when none can be opened.
    [[nodiscard]] PooledConnection connect(Access access = Access::schema) const;
    /// Connections open now, lent or idle.
    [[nodiscard]] int open_connections() const;
    /// Closes idle connections; lent ones close on return.
    void dispose() const;

private:
    std::shared_ptr<detail::Pool> pool_;
};

}  // namespace strata::core

namespace strata {
using core::Engine;
using core::EngineOptions;
using core::Url;
}  // namespace strata
