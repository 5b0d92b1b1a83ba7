#pragma once

#include <strata/core/error.hpp>
#include <strata/core/transaction_options.hpp>

namespace strata::dal {

struct InsertOptions {
    /// Writes the row as it is, with its key and the columns that the server would fill in (except computed ones), and
    /// on PostgreSQL advances the key's sequence past the key: for copies and restores.
    bool keep_keys = false;
};

using core::Isolation;

struct TransactionOptions {
    /// How often the callback is run again after a failure that may be temporary (Error::retryable). The callback must
    /// be repeatable.
    int retries = 0;
    Isolation isolation = Isolation::database_default;
    /// The database refuses writes. On SQLite the transaction does not take the write lock, which it otherwise does at
    /// its start.
    bool read_only = false;
    /// PostgreSQL, with serializable and read_only: waits for a snapshot that cannot fail.
    bool deferrable = false;
    /// Limit for each statement of the transaction (`std::chrono::seconds(2)`); none: the engine's statement_timeout.
    core::TimeLimit statement_timeout{};
};

/// Someone else has changed the row since it was read: its version column does not match.
class StaleRow : public Error {
public:
    using Error::Error;
};

}  // namespace strata::dal
