#pragma once

#include <strata/core/time_limit.hpp>

#include <cstdint>

namespace strata::core {

/// Isolation levels as PostgreSQL defines them (https://www.postgresql.org/docs/15/transaction-iso.html).
/// `database_default` is READ COMMITTED on PostgreSQL, whatever the role or the database has been given as its default.
/// SQLite's transactions are serializable whatever is asked.
enum class Isolation : std::uint8_t { database_default, read_committed, repeatable_read, serializable };

/// How a transaction begins.
struct TransactionOptions {
    Isolation isolation = Isolation::database_default;
    /// Writes are refused by the database, on SQLite too.
    bool read_only = false;
    /// PostgreSQL, with serializable and read_only: waits for a snapshot that cannot fail. Nothing on SQLite.
    bool deferrable = false;
    /// SQLite: takes the write lock at once, so that the transaction cannot fail midway because another connection has
    /// written since it began reading. Nothing on PostgreSQL.
    bool immediate = false;
    /// Of each statement of the transaction, in the place of the connection's; none: that one.
    TimeLimit statement_timeout{};
};

/// What a transaction that will write asks for.
inline constexpr TransactionOptions immediate_transaction{.immediate = true};

}  // namespace strata::core
