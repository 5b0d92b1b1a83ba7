#pragma once

#include <strata/core/connection.hpp>

#include <string_view>

namespace strata::schema::postgresql {

/// Begins a transaction, or a savepoint in the open one, and always rolls it back.
class RollbackGuard {
public:
    explicit RollbackGuard(core::Connection& connection);
    RollbackGuard(const RollbackGuard&) = delete;
    RollbackGuard& operator=(const RollbackGuard&) = delete;
    ~RollbackGuard();

    /// Whether a transaction was open already.
    [[nodiscard]] bool nested() const noexcept { return nested_; }

private:
    core::Connection& connection_;
    bool nested_;
};

}  // namespace strata::schema::postgresql
