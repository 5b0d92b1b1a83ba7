#pragma once

#include <strata/core/connection.hpp>

#include <chrono>

namespace strata::core {

/// Keeps other `create_all`, `drop_all` and migration runs away while the schema changes, for a scope.
/// On PostgreSQL it is an advisory lock of the session, asked for again and again so that the waiter holds no snapshot;
/// behind a pooler that shares sessions it is one of each transaction that begins meanwhile. On SQLite it is a lock on
/// the file `NAME-migration` beside the database, which goes with it; a database in memory needs none. Throws Timeout.
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
