#pragma once

#include <strata/core/error.hpp>
#include <strata/core/transaction_options.hpp>

#include <string>

namespace strata::core {
class StopFlag;  // <strata/core/stop_token.hpp>
}

namespace strata::dal {

struct InsertOptions {
    /// Writes the row as it is, with its key and the columns that the server would fill in (except computed ones), and
    /// on PostgreSQL advances the key's sequence past the key: for copies and restores.
    bool keep_keys = false;
};

/// What holds for each statement of a Database: see Database::with().
struct CallOptions {
    /// Ends the statement with Timeout after this time (`std::chrono::seconds(2)`); none: the engine's
    /// statement_timeout.
    core::TimeLimit statement_timeout{};
    /// Once it is set, the running statement and those that follow end with Cancelled. It must outlive the Database.
    /// Null: none.
    const core::StopFlag* stop = nullptr;
    /// Lets statements run beside a transaction that this thread has open on the same database, on another connection.
    /// They do not see what it has written, and wait for ever for a row that it has locked. Otherwise they are refused.
    bool beside_transaction = false;
    /// The name that the query log gives to the statements, such as a request's. Empty: none.
    std::string tag{};
};

using core::Isolation;

struct TransactionOptions {
    /// How often the callback is run again, each time after a longer pause, when nothing of it can have been written
    /// and a new try may succeed (Error::retryable): a serialization failure, a deadlock, a locked SQLite database, a
    /// table that was changed meanwhile, a server that is gone or not there yet. The callback must be repeatable.
    int retries = 0;
    Isolation isolation = Isolation::database_default;
    /// The database refuses writes. On SQLite the transaction does not take the write lock, which it otherwise does at
    /// its start.
    bool read_only = false;
    /// PostgreSQL, with serializable and read_only: waits for a snapshot that cannot fail.
    bool deferrable = false;
    /// Limit for each statement of the transaction (`std::chrono::seconds(2)`); none: that of the Database.
    core::TimeLimit statement_timeout{};
};

/// Someone else has changed the row since it was read: its version column does not match.
class StaleRow : public core::detail::ErrorOf<StaleRow> {
public:
    using ErrorOf::ErrorOf;
};

/// How a query's plan is shown.
struct ExplainOptions {
    bool analyze = false;  ///< runs the query, and shows how long its steps took and how many rows they had
};

}  // namespace strata::dal
