#include "pool.hpp"

#include "driver.hpp"
#include "guarded_call.hpp"

#include <strata/core/dialect.hpp>

#include <algorithm>
#include <ctime>
#include <limits>

namespace strata::core::detail {

namespace {

int capacity_of(const EngineOptions& options, bool single) {
    if (options.pool_size < 0 || options.max_overflow < -1)
        throw UsageError("pool_size must be 0 or more, and max_overflow -1 or more");
    if (single) return 1;
    if (options.pool_size == 0 || options.max_overflow == -1) return std::numeric_limits<int>::max();
    const auto both = static_cast<std::int64_t>(options.pool_size) + options.max_overflow;
    return static_cast<int>(std::min<std::int64_t>(both, std::numeric_limits<int>::max()));
}

/// The time to a few milliseconds, at a quarter of the price of Clock::now().
Clock::time_point coarse_now() noexcept {
    std::timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);  // of the same origin as steady_clock
    return Clock::time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace

Pool::Pool(Url where, EngineOptions how)
    : url(std::move(where)),
      options(std::move(how)),
      dialect(dialect_for(url.scheme)),
      single_(dialect.single_connection(url)),
      capacity_(capacity_of(options, single_)),
      fork_watch_(this, [](void* self, ForkMoment moment) { static_cast<Pool*>(self)->at_fork(moment); }) {}

/// The child has the lists of the pool and not the callers in them; its connections are the parent's.
void Pool::at_fork(ForkMoment moment) noexcept {
    if (moment == ForkMoment::before) {
        mutex_.lock();
        return;
    }
    if (moment == ForkMoment::in_child) {
        waiting_.clear();
        if (!single_) {
            left_.splice(left_.end(), slots_);
            for (PoolSlot& slot : left_) slot.inherited = true;
            idle_.clear();
        }
        opening_ = 0;
        backoff_.forget_callers();
    }
    mutex_.unlock();
}

void Pool::tell(PoolEvent event) const {
    if (options.on_pool_event) guarded_call("on_pool_event failed", [&] { options.on_pool_event(event); });
}

/// Returns a connection, or nullptr when the caller gets the right to open one.
PoolSlot* Pool::reserve(Clock::time_point begin) {
    std::unique_lock lock(mutex_);
    if (closed_) throw UsageError("the engine has been closed");
    if (waiting_.empty()) {
        if (!idle_.empty()) {
            const auto chosen = options.pool_use_lifo ? std::prev(idle_.end()) : idle_.begin();
            PoolSlot* const slot = *chosen;
            idle_.erase(chosen);
            return slot;
        }
        if (static_cast<int>(slots_.size()) < capacity_ - opening_) {
            ++opening_;
            return nullptr;
        }
    }
    if (single_ && !slots_.empty() && slots_.front().user == std::this_thread::get_id()) {
        throw UsageError(
            "the database in memory has one connection, and a transaction or a cursor of this thread holds it; "
            "make the call through that transaction");
    }
    return wait_in_queue(lock, begin);
}

PoolSlot* Pool::wait_in_queue(std::unique_lock<std::mutex>& lock, Clock::time_point begin) {
    Waiter waiter;
    const auto place = waiting_.insert(waiting_.end(), &waiter);
    ++counts_.waited;
    const auto served = [&] { return waiter.slot != nullptr || waiter.may_open || waiter.closed; };
    const bool in_time = waiter.served.wait_until(lock, after(begin, options.pool_timeout), served);
    counts_.longest_wait = std::max<std::chrono::nanoseconds>(counts_.longest_wait, Clock::now() - begin);
    if (!in_time) {
        waiting_.erase(place);
        ++counts_.timed_out;
        const int in_use = static_cast<int>(slots_.size()) + opening_;
        lock.unlock();
        tell(PoolEvent::timed_out);
        throw Timeout("no connection to " + url.to_string() + " became free within " +
                      std::to_string(options.pool_timeout.count()) + " ms; all " + std::to_string(in_use) +
                      " are in use");
    }
    if (waiter.closed) throw UsageError("the engine has been closed");
    return waiter.slot;
}

/// Call it with the mutex held: gives the right to open a connection to the caller that has waited longest.
void Pool::pass_on_right() {
    if (waiting_.empty() || static_cast<int>(slots_.size()) >= capacity_ - opening_) return;
    ++opening_;
    Waiter* const next = waiting_.front();
    waiting_.pop_front();
    next->may_open = true;
    next->served.notify_one();
}

/// Closes a connection and turns its place into the right to open one.
void Pool::discard(PoolSlot* slot) {
    std::list<PoolSlot> gone;
    {
        const std::lock_guard lock(mutex_);
        gone.splice(gone.end(), slots_, slot->self);
        ++opening_;
        ++counts_.closed;
    }
    gone.clear();
    tell(PoolEvent::closed);
}

/// A connection that does not answer in time is closed.
bool Pool::usable(PoolSlot& slot, Clock::time_point begin) const {
    constexpr std::chrono::milliseconds least{100};
    const auto until = [&] { return Deadline{after(begin, std::max(options.pool_timeout, least)), nullptr, true}; };
    if (slot.connection.restoring_ && !slot.connection.finish_reset(until())) return false;
    if (single_) return true;
    const auto now = coarse_now();
    if (options.pool_recycle.count() >= 0 && now > after(slot.opened, options.pool_recycle)) return false;
    const bool doubtful = slot.suspect || options.pool_pre_ping ||
                          now >= after(slot.returned, options.ping_after_idle) || !slot.connection.driver_->quiet();
    if (doubtful && !slot.connection.driver_->ping(until())) return false;
    slot.suspect = false;
    return true;
}

/// Call it with the right to open a connection.
PoolSlot* Pool::open(Access access, Clock::time_point begin) {
    {
        std::unique_lock lock(mutex_);
        try {
            backoff_.wait_turn(lock, after(begin, options.pool_timeout));
        } catch (...) {
            --opening_;
            pass_on_right();
            throw;
        }
    }
    std::list<PoolSlot> made;
    try {
        const auto now = Clock::now();
        made.push_back({Connection(url, options, access), now, now, {}, false, false, false, {}});
    } catch (const ConnectionError& error) {
        std::unique_lock lock(mutex_);
        --opening_;
        pass_on_right();
        if (!error.retryable()) {
            backoff_.gave_up();
            throw;
        }
        const ConnectionError told = backoff_.failed(error);
        lock.unlock();
        tell(PoolEvent::connect_failed);
        throw told;
    } catch (...) {
        const std::lock_guard lock(mutex_);
        --opening_;
        backoff_.gave_up();
        pass_on_right();
        throw;
    }
    PoolSlot* slot = nullptr;
    {
        const std::lock_guard lock(mutex_);
        backoff_.succeeded();
        --opening_;
        ++counts_.connected;
        slots_.splice(slots_.end(), made);
        slot = &slots_.back();
        slot->self = std::prev(slots_.end());
    }
    tell(PoolEvent::connected);
    return slot;
}

PoolSlot* Pool::take(Access access) {
    const auto begin = coarse_now();
    PoolSlot* slot = reserve(begin);
    if (slot != nullptr && !usable(*slot, begin)) {
        discard(slot);
        slot = nullptr;
    }
    if (slot == nullptr) slot = open(access, begin);
    try {
        slot->connection.set_access(access);
    } catch (...) {
        give_back(slot);
        throw;
    }
    if (single_) {
        const std::lock_guard lock(mutex_);
        slot->user = std::this_thread::get_id();
    }
    tell(PoolEvent::lent);
    return slot;
}

void Pool::give_back(PoolSlot* slot) noexcept {
    const bool clean = slot->connection.start_reset();
    const bool broken = slot->connection.state() == ConnectionState::broken;
    std::list<PoolSlot> gone;
    {
        const std::lock_guard lock(mutex_);
        ++returned_;
        slot->user = {};
        const bool surplus = !single_ && options.pool_size > 0 && waiting_.empty() &&
                             static_cast<int>(slots_.size()) > options.pool_size;
        // What broke this connection may have broken all of them, such as a restart of the server.
        if (broken) {
            for (PoolSlot* other : idle_) other->suspect = true;
        }
        if (slot->inherited) {
            gone.splice(gone.end(), left_, slot->self);
        } else if (!clean || slot->retired || closed_ || surplus) {
            gone.splice(gone.end(), slots_, slot->self);
            ++counts_.closed;
            pass_on_right();
        } else {
            slot->returned = coarse_now();
            if (waiting_.empty()) {
                idle_.push_back(slot);
            } else {
                Waiter* const next = waiting_.front();
                waiting_.pop_front();
                next->slot = slot;
                next->served.notify_one();  // under the mutex, since the waiter is destroyed as soon as it is served
            }
        }
    }
    tell(PoolEvent::returned);
    if (!gone.empty()) {
        gone.clear();
        tell(PoolEvent::closed);
    }
}

int Pool::open_connections() const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(slots_.size());
}

PoolStatistics Pool::statistics() const {
    const std::lock_guard lock(mutex_);
    PoolStatistics now = counts_;
    now.lent = returned_ + slots_.size() - idle_.size();
    now.open = static_cast<int>(slots_.size());
    now.idle = static_cast<int>(idle_.size());
    now.waiting = static_cast<int>(waiting_.size());
    return now;
}

void Pool::dispose() {
    std::list<PoolSlot> gone;
    {
        const std::lock_guard lock(mutex_);
        if (single_ && !closed_) return;  // the connection is the database
        for (PoolSlot* slot : idle_) gone.splice(gone.end(), slots_, slot->self);
        counts_.closed += gone.size();
        idle_.clear();
        for (PoolSlot& slot : slots_) slot.retired = true;
    }
    for (std::size_t i = 0; i < gone.size(); ++i) tell(PoolEvent::closed);
}

void Pool::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        for (Waiter* const waiter : waiting_) {
            waiter->closed = true;
            waiter->served.notify_one();
        }
        waiting_.clear();
    }
    dispose();
}

}  // namespace strata::core::detail
