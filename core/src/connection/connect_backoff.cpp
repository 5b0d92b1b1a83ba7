#include "pool.hpp"

#include <strata/core/types.hpp>

#include <algorithm>

namespace strata::core::detail {

namespace {

constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{1000};

std::string utc(std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch());
    return TimestampTz(std::chrono::microseconds(seconds).count()).to_string();
}

}  // namespace

void ConnectBackoff::wait_turn(std::unique_lock<std::mutex>& lock, Clock::time_point until) {
    if (!last_) return;
    const std::uint64_t seen = tries_;
    while (last_ && tries_ == seen) {
        if (!trying_ && Clock::now() >= next_try_) {
            trying_ = true;
            return;
        }
        if (Clock::now() >= until) throw ConnectionError(*last_);
        changed_.wait_until(lock, std::min(until, trying_ ? until : next_try_));
    }
    if (last_) throw ConnectionError(*last_);
}

void ConnectBackoff::succeeded() {
    trying_ = false;
    if (!last_) return;
    last_.reset();
    changed_.notify_all();
}

void ConnectBackoff::gave_up() {
    if (!std::exchange(trying_, false)) return;
    changed_.notify_all();
}

ConnectionError ConnectBackoff::failed(const ConnectionError& error) {
    if (last_ && !trying_) return error;  // another caller's result, or a try that began before the first failure
    if (!last_) {
        since_ = std::chrono::system_clock::now();
        tries_ = 0;
        pause_ = first_pause;
    } else {
        pause_ = std::min(pause_ * 2, longest_pause);
    }
    trying_ = false;
    ++tries_;
    next_try_ = Clock::now() + pause_;
    const bool again = last_.has_value();
    last_ = again ? ConnectionError(std::string(error.what()) + "; unreachable since " + utc(since_) + ", tried " +
                                        std::to_string(tries_) + " times",
                                    error.details())
                  : error;
    changed_.notify_all();
    return *last_;
}

}  // namespace strata::core::detail
