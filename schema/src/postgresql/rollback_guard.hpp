#pragma once

#include <strata/core/connection.hpp>

#include <string_view>

namespace strata::schema::postgresql {

/// A transaction, or a savepoint of the one that is open, that is always taken back.
class RollbackGuard {
public:
    explicit RollbackGuard(core::Connection& connection);
    RollbackGuard(const RollbackGuard&) = delete;
    RollbackGuard& operator=(const RollbackGuard&) = delete;
    ~RollbackGuard();

    /// Whether a transaction was open before.
    [[nodiscard]] bool nested() const noexcept { return nested_; }

private:
    core::Connection& connection_;
    bool nested_;
};

}  // namespace strata::schema::postgresql
