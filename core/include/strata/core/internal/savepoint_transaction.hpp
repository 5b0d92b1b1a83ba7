#pragma once

#include <strata/core/connection.hpp>

namespace strata::core::detail {

/// A savepoint that means what a transaction of its own would mean, inside of a transaction that is never committed:
/// deferred constraints are checked at its commit, the calls of after_commit() run then, it can be read-only and have a
/// time limit. Isolation and `deferrable` belong to the transaction around it and are ignored. Rolled back unless
/// committed.
class SavepointTransaction {
public:
    /// Throws UsageError when no transaction is open.
    explicit SavepointTransaction(Connection& connection, const TransactionOptions& options = {});
    SavepointTransaction(const SavepointTransaction&) = delete;
    SavepointTransaction& operator=(const SavepointTransaction&) = delete;
    ~SavepointTransaction();

    /// `wrote`: whether there can be something for deferred constraints to check.
    void commit(bool wrote = true);

private:
    void end_options();

    Connection& connection_;
    const TimeLimit timeout_before_;
    bool limited_;
    bool read_only_;
    Transaction savepoint_;
    bool options_hold_ = true;
};

}  // namespace strata::core::detail
