#pragma once

#include <strata/core/time_limit.hpp>

#include <cstdint>

namespace strata::core {

/// Isolation levels as PostgreSQL defines them (https://www.postgresql.org/docs/15/transaction-iso.html).
/// `database_default` is READ COMMITTED on PostgreSQL, whatever default the role or the database has. SQLite's
/// transactions are serializable at every level.
enum class Isolation : std::uint8_t { database_default, read_committed, repeatable_read, serializable };

/// How a transaction begins.
struct TransactionOptions {
    Isolation isolation = Isolation::database_default;
    /// The database refuses writes, on SQLite too.
    bool read_only = false;
    /// PostgreSQL, with serializable and read_only: waits for a snapshot that cannot fail. No effect on SQLite.
    bool deferrable = false;
    /// SQLite: takes the write lock at once, so that the transaction cannot fail midway because another connection has
    /// written since it began reading. No effect on PostgreSQL.
    bool immediate = false;
    /// Limit for each statement of the transaction instead of the connection's limit; none: the connection's.
    TimeLimit statement_timeout{};
};

/// The options for a transaction that will write.
inline constexpr TransactionOptions immediate_transaction{.immediate = true};

}  // namespace strata::core
