#pragma once

#include <strata/core/connection.hpp>

#include <string_view>

namespace strata::schema::postgresql {

/// A transaction, or a savepoint of the one that is open, that is always taken back.
class Undone {
public:
    explicit Undone(core::Connection& connection);
    Undone(const Undone&) = delete;
    Undone& operator=(const Undone&) = delete;
    ~Undone();

    /// Whether a transaction was open before.
    [[nodiscard]] bool nested() const noexcept { return nested_; }

private:
    core::Connection& connection_;
    bool nested_;
};

}  // namespace strata::schema::postgresql
