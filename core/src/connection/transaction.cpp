#include "driver.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/log.hpp>
#include <strata/core/migration_lock.hpp>

#include <atomic>

namespace strata::core {

Transaction::Transaction(Connection& connection, const TransactionOptions& options) : connection_(connection) {
    if (!connection.in_transaction()) {
        connection.begin(options);
        return;
    }
    if (options.isolation != Isolation::database_default || options.read_only || options.deferrable ||
        options.statement_timeout)
        throw UsageError(
            "isolation, read_only, deferrable and statement_timeout are given to the outermost transaction");
    static std::atomic<std::uint64_t> count{0};
    savepoint_ = "strata_" + std::to_string(++count);
    calls_before_ = connection.after_commit_.size();
    connection.savepoint(savepoint_);
}

Transaction::~Transaction() {
    if (!open_) return;
    try {
        rollback();
    } catch (const std::exception& error) {
        log::write(log::Level::warning, std::string("a transaction could not be rolled back: ") + error.what());
    }
}

void Transaction::commit() {
    if (!open_) throw UsageError("the transaction has ended already");
    if (savepoint_.empty()) {
        connection_.commit();
    } else {
        connection_.release_savepoint(savepoint_);
    }
    open_ = false;
}

void Transaction::rollback() {
    if (!open_) return;
    open_ = false;
    if (savepoint_.empty()) {
        connection_.rollback();
    } else if (connection_.in_transaction()) {
        connection_.after_commit_.resize(std::min(connection_.after_commit_.size(), calls_before_));
        connection_.rollback_to_savepoint(savepoint_);
        connection_.release_savepoint(savepoint_);
    }
}

MigrationLock::MigrationLock(Connection& connection, std::chrono::milliseconds timeout) : connection_(connection) {
    connection_.driver_->lock_migrations(timeout);
}
MigrationLock::~MigrationLock() { connection_.driver_->unlock_migrations(); }

}  // namespace strata::core
