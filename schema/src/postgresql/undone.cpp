#include "postgresql/undone.hpp"

#include <exception>

namespace strata::schema::postgresql {
namespace {

constexpr std::string_view savepoint = "strata_undone";

}  // namespace

Undone::Undone(core::Connection& connection) : connection_(connection), nested_(connection.in_transaction()) {
    if (nested_)
        connection_.savepoint(savepoint);
    else
        connection_.begin();
}

Undone::~Undone() {
    try {
        if (nested_) {
            connection_.rollback_to_savepoint(savepoint);
            connection_.release_savepoint(savepoint);
        } else {
            connection_.rollback();
        }
    } catch (const std::exception&) {
        static_cast<void>(connection_.reset());  // the connection broke; whoever uses it next is told
    }
}

}  // namespace strata::schema::postgresql
