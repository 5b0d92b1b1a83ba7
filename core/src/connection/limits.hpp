#pragma once

#include <strata/core/time_limit.hpp>

#include <atomic>
#include <chrono>

namespace strata::core::detail {

using Clock = std::chrono::steady_clock;

/// The time at which a wait is over; the last that there is where the wait is too long to be counted.
template <class Rep, class Period>
[[nodiscard]] constexpr Clock::time_point after(Clock::time_point begin, std::chrono::duration<Rep, Period> wait) {
    using Wait = std::chrono::duration<Rep, Period>;
    if (wait <= Wait::zero()) return begin;
    const bool counted = wait < std::chrono::duration_cast<Wait>(Clock::time_point::max() - begin);
    return counted ? begin + std::chrono::duration_cast<Clock::duration>(wait) : Clock::time_point::max();
}

/// Why a statement was ended early.
enum class Interruption : unsigned char { none, timeout, cancelled };

/// When a statement must end: at a time, or when another thread requests it. Checking costs nothing while neither is
/// set.
struct Deadline {
    Clock::time_point at = Clock::time_point::max();
    const std::atomic<bool>* stop = nullptr;
    bool closes = false;  ///< PostgreSQL: at the time the connection is closed, instead of asking the server to cancel

    [[nodiscard]] bool active() const noexcept { return stop != nullptr || at != Clock::time_point::max(); }
    [[nodiscard]] Interruption reached() const noexcept {
        if (stop != nullptr && stop->load(std::memory_order_relaxed)) return Interruption::cancelled;
        if (at != Clock::time_point::max() && Clock::now() >= at) return Interruption::timeout;
        return Interruption::none;
    }
};

/// The limits for the statements of a connection from now on.
struct Limits {
    TimeLimit statement_timeout;
    const std::atomic<bool>* stop = nullptr;

    /// The deadline of a statement that starts now.
    [[nodiscard]] Deadline start() const noexcept {
        Deadline deadline{Clock::time_point::max(), stop};
        if (statement_timeout)
            deadline.at = after(Clock::now(), std::chrono::milliseconds(statement_timeout.milliseconds()));
        return deadline;
    }
};

/// Applies a call's own time limit until the call ends.
class CallLimit {
public:
    CallLimit(Limits& limits, TimeLimit timeout) : limits_(limits), before_(limits.statement_timeout) {
        if (timeout) limits_.statement_timeout = timeout;
    }
    CallLimit(const CallLimit&) = delete;
    CallLimit& operator=(const CallLimit&) = delete;
    ~CallLimit() { limits_.statement_timeout = before_; }

private:
    Limits& limits_;
    TimeLimit before_;
};

}  // namespace strata::core::detail
