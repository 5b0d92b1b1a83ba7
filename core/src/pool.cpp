#include "detail/pool.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

#include <algorithm>
#include <optional>

namespace strata::core::detail {

Pool::Pool(Url where, EngineOptions how)
    : url(std::move(where)),
      options(std::move(how)),
      dialect(dialect_for(url.scheme)),
      single_(dialect.single_connection(url)),
      capacity_(single_ ? 1 : std::max(1, options.pool_size + options.max_overflow)) {
    if (options.pool_size < 0 || options.max_overflow < 0)
        throw UsageError("pool_size and max_overflow must not be negative");
}

PoolSlot* Pool::take_idle() {
    if (idle_.empty()) return nullptr;
    PoolSlot* slot = idle_.back();
    idle_.pop_back();
    return slot;
}

bool Pool::usable(PoolSlot& slot) const {
    const auto now = Clock::now();
    if (options.pool_recycle.count() >= 0 && now - slot.opened > options.pool_recycle && !single_) return false;
    const bool fresh = !slot.suspect && now - slot.returned < options.ping_after_idle;
    if (!fresh && !slot.connection.ping()) return false;
    slot.suspect = false;
    return true;
}

void Pool::drop(PoolSlot* slot) { slots_.erase(slot->self); }

PoolSlot* Pool::open(Access access, std::unique_lock<std::mutex>& lock) {
    ++opening_;
    lock.unlock();
    std::list<PoolSlot> made;
    try {
        const auto now = Clock::now();
        made.push_back({Connection(url, options, access), now, now, {}, false, false, {}});
    } catch (...) {
        lock.lock();
        --opening_;
        freed_.notify_one();
        throw;
    }
    lock.lock();
    --opening_;
    slots_.splice(slots_.end(), made);
    PoolSlot& slot = slots_.back();
    slot.self = std::prev(slots_.end());
    slot.overflow = static_cast<int>(slots_.size()) > options.pool_size && !single_;
    return &slot;
}

PoolSlot* Pool::take(Access access) {
    std::unique_lock lock(mutex_);
    std::optional<Clock::time_point> deadline;  // the clock is read only when there is something to wait for
    PoolSlot* slot = nullptr;
    for (;;) {
        slot = take_idle();
        if (slot != nullptr) {
            lock.unlock();
            if (usable(*slot)) break;
            lock.lock();
            drop(slot);
            continue;
        }
        if (static_cast<int>(slots_.size()) + opening_ < capacity_) {
            slot = open(access, lock);
            lock.unlock();
            break;
        }
        if (single_ && !slots_.empty() && slots_.front().user == std::this_thread::get_id()) {
            throw UsageError(
                "the database in memory has one connection, and a transaction or a cursor of this thread holds it; "
                "make the call through that transaction");
        }
        if (!deadline) deadline = Clock::now() + options.pool_timeout;
        if (freed_.wait_until(lock, *deadline) == std::cv_status::timeout && idle_.empty() &&
            static_cast<int>(slots_.size()) + opening_ >= capacity_) {
            ErrorDetails details;
            details.retryable = true;
            throw Timeout("no connection to " + url.to_string() + " became free within " +
                              std::to_string(options.pool_timeout.count()) + " ms; all " + std::to_string(capacity_) +
                              " are in use",
                          std::move(details));
        }
    }
    if (single_) {
        const std::lock_guard guard(mutex_);
        slot->user = std::this_thread::get_id();
    }
    try {
        slot->connection.set_access(access);
    } catch (...) {
        give_back(slot);
        throw;
    }
    return slot;
}

void Pool::give_back(PoolSlot* slot) noexcept {
    const bool clean = slot->connection.reset();
    std::list<PoolSlot> gone;
    {
        const std::lock_guard lock(mutex_);
        slot->user = {};
        if (clean && !slot->overflow) {
            slot->returned = Clock::now();
            idle_.push_back(slot);
        } else {
            gone.splice(gone.end(), slots_, slot->self);
            // What broke this one may have broken them all: a restart of the server.
            if (!clean) {
                for (PoolSlot* other : idle_) other->suspect = true;
            }
        }
    }
    freed_.notify_one();
}

int Pool::open_connections() const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(slots_.size());
}

void Pool::dispose() {
    if (single_) return;  // it is the database
    std::list<PoolSlot> gone;
    const std::lock_guard lock(mutex_);
    for (PoolSlot* slot : idle_) gone.splice(gone.end(), slots_, slot->self);
    idle_.clear();
    for (PoolSlot& slot : slots_) slot.overflow = true;
}

}  // namespace strata::core::detail
