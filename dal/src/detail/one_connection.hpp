#pragma once

#include <strata/core/connection.hpp>
#include <strata/dal/database.hpp>

namespace strata::dal::detail {

/// The connection on which every call of a Database runs, inside of a transaction that the connection's owner ends.
class OneConnection : public core::detail::SharedCount {
public:
    OneConnection() = default;
    OneConnection(const OneConnection&) = delete;
    OneConnection& operator=(const OneConnection&) = delete;
    virtual ~OneConnection() = default;

    /// Runs a call that means a transaction of its own, with these options.
    virtual void run(core::Intent intent, const core::TransactionOptions& options, ConnectionWork work) = 0;
    [[nodiscard]] virtual LeasePtr lease(core::Intent intent, LeaseUser& user) = 0;
};
using OneConnectionPtr = core::detail::Shared<OneConnection>;

/// The same database with the same filters, callbacks and options, whose calls all run on that connection.
[[nodiscard]] Database on_one_connection(const Database& database, const OneConnectionPtr& connection);

}  // namespace strata::dal::detail
