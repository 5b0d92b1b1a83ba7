#pragma once

#include <strata/core/engine.hpp>

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace strata::core::detail {

using Clock = std::chrono::steady_clock;

/// A connection of a pool, lent or idle.
struct PoolSlot {
    Connection connection;
    Clock::time_point opened;
    Clock::time_point returned;
    std::thread::id user;  // who has it; for an in-memory database's only connection
    bool overflow = false;
    bool suspect = false;  // another one was found broken: ask the server before it is lent
    std::list<PoolSlot>::iterator self;
};

/// The connections of an engine: opened when first needed, kept up to pool_size, lent last-in first-out.
class Pool {
public:
    Pool(Url where, EngineOptions how);

    PoolSlot* take(Access access);
    void give_back(PoolSlot* slot) noexcept;
    [[nodiscard]] int open_connections() const;
    void dispose();

    const Url url;
    const EngineOptions options;
    const Dialect& dialect;

private:
    PoolSlot* take_idle();
    PoolSlot* open(Access access, std::unique_lock<std::mutex>& lock);
    [[nodiscard]] bool usable(PoolSlot& slot) const;
    void drop(PoolSlot* slot);

    mutable std::mutex mutex_;
    std::condition_variable freed_;
    std::list<PoolSlot> slots_;
    std::vector<PoolSlot*> idle_;
    int opening_ = 0;  // connections being opened outside of the mutex
    bool single_;
    int capacity_;
};

}  // namespace strata::core::detail
