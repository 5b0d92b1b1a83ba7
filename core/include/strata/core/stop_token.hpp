#pragma once

#include <strata/core/connection.hpp>

#include <atomic>
#include <optional>
#include <stop_token>

namespace strata::core {

/// A flag that ends statements: set by any thread, by request() or by a std::stop_token. It is what
/// dal::CallOptions::stop takes, and has a header of its own, since <stop_token> is large. Thread safe.
class StopFlag {
public:
    StopFlag() = default;
    explicit StopFlag(const std::stop_token& token) : callback_(std::in_place, token, Request{*this}) {}
    StopFlag(const StopFlag&) = delete;
    StopFlag& operator=(const StopFlag&) = delete;

    void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] const std::atomic<bool>* get() const noexcept { return &requested_; }

private:
    struct Request {
        StopFlag& flag;
        void operator()() const noexcept { flag.request(); }
    };

    std::atomic<bool> requested_{false};
    std::optional<std::stop_callback<Request>> callback_;  // the last, so that it ends first
};

/// Binds a connection's statements to a std::stop_token for a scope: once stop is requested, the running statement and
/// each that follows ends with Cancelled; rolling back stays possible. The connection must outlive it and must not be
/// moved meanwhile.
class CancelOnStop {
public:
    CancelOnStop(Connection& connection, const std::stop_token& token) : connection_(connection), flag_(token) {
        connection_.set_stop_flag(flag_.get());
    }
    CancelOnStop(const CancelOnStop&) = delete;
    CancelOnStop& operator=(const CancelOnStop&) = delete;
    ~CancelOnStop() { connection_.set_stop_flag(nullptr); }

private:
    Connection& connection_;
    StopFlag flag_;
};

}  // namespace strata::core
