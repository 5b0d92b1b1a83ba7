#include "driver.hpp"
#include "guarded_call.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/savepoint_transaction.hpp>
#include <strata/core/log.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace strata::core::detail {

namespace {

Connection& in_transaction(Connection& connection) {
    if (!connection.in_transaction()) throw UsageError("the transaction around this one has ended");
    return connection;
}

}  // namespace

SavepointTransaction::SavepointTransaction(Connection& connection, const TransactionOptions& options)
    : connection_(in_transaction(connection)),
      timeout_before_(connection.statement_timeout()),
      limited_(static_cast<bool>(options.statement_timeout)),
      read_only_(options.read_only),
      savepoint_(connection) {
    if (limited_) connection_.set_statement_timeout(options.statement_timeout);
    if (read_only_) connection_.driver_->set_read_only(true);
}

SavepointTransaction::~SavepointTransaction() {
    try {
        end_options();
    } catch (const std::exception& error) {
        log::write(log::Level::warning, std::string("a transaction's options could not be ended: ") + error.what());
    }
}

void SavepointTransaction::end_options() {
    if (!std::exchange(options_hold_, false)) return;
    if (limited_) connection_.set_statement_timeout(timeout_before_);
    if (!read_only_ || !connection_.in_transaction()) return;
    // Where the server restores it at the savepoint's end, a failed transaction takes no statement.
    connection_.driver_->set_read_only(false);
}

void SavepointTransaction::commit(bool wrote) {
    end_options();
    if (wrote && !read_only_) connection_.driver_->check_deferred_constraints();
    auto& calls = connection_.after_commit_;
    const auto first = calls.begin() + static_cast<std::ptrdiff_t>(std::min(savepoint_.calls_before_, calls.size()));
    savepoint_.commit();
    std::vector<std::function<void()>> own(std::make_move_iterator(first), std::make_move_iterator(calls.end()));
    calls.erase(first, calls.end());
    for (const auto& call : own) guarded_call("a call after COMMIT failed", call);
}

}  // namespace strata::core::detail
