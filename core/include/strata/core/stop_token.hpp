#pragma once

#include <strata/core/connection.hpp>

#include <atomic>
#include <stop_token>

namespace strata::core {

/// Binds a connection's statements to a std::stop_token for a scope: once stop is requested, the running statement and
/// each that follows ends with Cancelled; rolling back stays possible. It has a header of its own, since <stop_token>
/// is large. The connection must outlive it and must not be moved meanwhile.
class CancelOnStop {
public:
    CancelOnStop(Connection& connection, const std::stop_token& token)
        : connection_(connection), callback_(token, Request{*this}) {
        connection_.set_stop_flag(&requested_);
    }
    CancelOnStop(const CancelOnStop&) = delete;
    CancelOnStop& operator=(const CancelOnStop&) = delete;
    ~CancelOnStop() { connection_.set_stop_flag(nullptr); }

private:
    struct Request {
        CancelOnStop& scope;
        void operator()() const noexcept { scope.requested_.store(true, std::memory_order_relaxed); }
    };

    Connection& connection_;
    std::atomic<bool> requested_{false};
    std::stop_callback<Request> callback_;  // the last, so that it ends first
};

}  // namespace strata::core
