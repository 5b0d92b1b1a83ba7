#pragma once

#include <strata/core/error.hpp>
#include <strata/core/transaction_options.hpp>

namespace strata::dal {

struct InsertOptions {
    /// Writes the row as it is, with its key and the columns that the server would make (not computed ones), and on
    /// PostgreSQL moves the key's sequence behind it: for copies and restores.
    bool keep_keys = false;
};

using core::Isolation;

struct TransactionOptions {
    /// How often the callback runs again after a failure that a new try may cure (Error::retryable). It must be
    /// repeatable.
    int retries = 0;
    Isolation isolation = Isolation::database_default;
    /// The database refuses writes. On SQLite the write lock is not taken, which a transaction otherwise does at its
    /// start.
    bool read_only = false;
    /// PostgreSQL, with serializable and read_only: waits for a snapshot that cannot fail.
    bool deferrable = false;
    /// Of each statement of the transaction (`std::chrono::seconds(2)`); none: the engine's statement_timeout.
    core::TimeLimit statement_timeout{};
};

/// The row was changed by someone else since it was read: its version column does not match.
class StaleRow : public Error {
public:
    using Error::Error;
};

}  // namespace strata::dal
