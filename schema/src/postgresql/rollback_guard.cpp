#include "postgresql/rollback_guard.hpp"

#include <exception>

namespace strata::schema::postgresql {
namespace {

constexpr std::string_view savepoint = "strata_rollback_guard";

}  // namespace

RollbackGuard::RollbackGuard(core::Connection& connection)
    : connection_(connection), nested_(connection.in_transaction()) {
    if (nested_)
        connection_.savepoint(savepoint);
    else
        connection_.begin({.isolation = core::Isolation::repeatable_read});  // one snapshot for all queries
}

RollbackGuard::~RollbackGuard() {
    try {
        if (nested_) {
            connection_.rollback_to_savepoint(savepoint);
            connection_.release_savepoint(savepoint);
        } else {
            connection_.rollback();
        }
    } catch (const std::exception&) {
        static_cast<void>(connection_.reset());  // the connection broke; its next user gets the error
    }
}

}  // namespace strata::schema::postgresql
