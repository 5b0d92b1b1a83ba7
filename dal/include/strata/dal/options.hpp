#pragma once

#include <strata/core/error.hpp>

namespace strata::dal {

struct InsertOptions {
    /// Writes the row as it is, with its key and the columns that the server would make (not computed ones), and on
    /// PostgreSQL moves the key's sequence behind it: for copies and restores.
    bool keep_keys = false;
};

/// As PostgreSQL defines them. SQLite's transactions are serializable whatever is asked.
enum class Isolation : unsigned char { database_default, read_committed, repeatable_read, serializable };

struct TransactionOptions {
    /// How often the callback runs again after a failure that a new try may cure (Error::retryable). It must be
    /// repeatable.
    int retries = 0;
    Isolation isolation = Isolation::database_default;
    /// Refuses writes on PostgreSQL; on SQLite does not take the write lock, which a transaction otherwise does at its
    /// start.
    bool read_only = false;
};

/// The row was changed by someone else since it was read: its version column does not match.
class StaleRow : public Error {
public:
    using Error::Error;
};

}  // namespace strata::dal
