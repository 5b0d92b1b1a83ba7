#pragma once

#include <strata/core/connection.hpp>

#include <chrono>

namespace strata::core {

/// Excludes other `create_all`, `drop_all` and migration runs while the schema changes, for a scope. On PostgreSQL it
/// is a session-level advisory lock, polled with jitter so that the waiter holds no snapshot; on SQLite it does
/// nothing, since BEGIN IMMEDIATE serialises writers there. Throws Timeout.
class MigrationLock {
public:
    explicit MigrationLock(Connection& connection, std::chrono::milliseconds timeout = std::chrono::minutes(10));
    MigrationLock(const MigrationLock&) = delete;
    MigrationLock& operator=(const MigrationLock&) = delete;
    ~MigrationLock();

private:
    Connection& connection_;
};

}  // namespace strata::core
