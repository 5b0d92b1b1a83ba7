#pragma once

#include "fork_watch.hpp"
#include "limits.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>

#include <condition_variable>
#include <list>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace strata::core::detail {

/// A connection of a pool, lent or idle.
struct PoolSlot {
    Connection connection;
    Clock::time_point opened;
    Clock::time_point returned;
    std::thread::id user;    // the thread that has it; for an in-memory database's only connection
    bool suspect = false;    // another connection was found broken: ping this one before it is lent
    bool retired = false;    // it is closed when it is returned
    bool inherited = false;  // by a fork(): it is the parent process's
    std::list<PoolSlot>::iterator self;
};

/// Keeps callers from repeatedly asking a server that is down: after a failure only one caller at a time tries to
/// connect, after a short back-off, and all get its result. Used under the pool's mutex.
class ConnectBackoff {
public:
    /// Waits while another caller tries, or until this caller's turn. Throws the error of the caller that tried.
    void wait_turn(std::unique_lock<std::mutex>& lock, Clock::time_point until);
    void succeeded();
    /// Returns the error in the form that every caller gets.
    ConnectionError failed(const ConnectionError& error);
    /// Records a failure that says nothing about the server.
    void gave_up();
    /// In a forked process: the callers that tried and waited exist in the parent only.
    void forget_callers() noexcept {
        trying_ = false;
        // Made anew and not destroyed, since that would wait for the parent's callers.
        ::new (static_cast<void*>(&changed_)) std::condition_variable;
    }

private:
    std::condition_variable changed_;
    std::optional<ConnectionError> last_;  // set while the server is down
    std::chrono::system_clock::time_point since_;
    Clock::time_point next_try_;
    std::chrono::milliseconds pause_{0};
    std::uint64_t tries_ = 0;
    bool trying_ = false;
};

/// The connections of an engine: opened when first needed, kept up to pool_size, lent to whoever has waited longest. No
/// connection is opened, asked or closed while the mutex is held.
class Pool {
public:
    Pool(Url where, EngineOptions how);

    PoolSlot* take(Access access);
    void give_back(PoolSlot* slot) noexcept;
    [[nodiscard]] int open_connections() const;
    [[nodiscard]] PoolStatistics statistics() const;
    void dispose();
    void close();

    const Url url;
    const EngineOptions options;
    const Dialect& dialect;

private:
    /// A caller in the queue. It is given a connection, or the right to open one.
    struct Waiter {
        std::condition_variable served;
        PoolSlot* slot = nullptr;
        bool may_open = false;
        bool closed = false;
    };

    PoolSlot* reserve(Clock::time_point begin);
    PoolSlot* wait_in_queue(std::unique_lock<std::mutex>& lock, Clock::time_point begin);
    PoolSlot* open(Access access, Clock::time_point begin);
    [[nodiscard]] bool usable(PoolSlot& slot, Clock::time_point begin) const;
    void discard(PoolSlot* slot);
    void pass_on_right();
    void tell(PoolEvent event) const;
    void at_fork(ForkMoment moment) noexcept;

    mutable std::mutex mutex_;
    std::list<PoolSlot> slots_;
    std::list<PoolSlot> left_;  // in a forked process: the connections of its parent
    std::vector<PoolSlot*> idle_;
    std::list<Waiter*> waiting_;
    ConnectBackoff backoff_;
    PoolStatistics counts_;
    std::uint64_t returned_ = 0;
    int opening_ = 0;  // how many callers have the right to open one
    bool closed_ = false;
    bool single_;
    int capacity_;
    ForkWatch fork_watch_;
};

}  // namespace strata::core::detail
