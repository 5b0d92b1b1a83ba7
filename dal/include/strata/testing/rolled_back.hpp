#pragma once

#include <strata/dal/database.hpp>

#include <memory>

namespace strata::testing {

/// A transaction for one test, which is rolled back at the end: code under test gets database(), a dal::Database like
/// any other.
///
///     const testing::RolledBack fixture(db);
///     register_customer(fixture.database(), "ada@example.org");
///
/// Every call runs on one connection, in this transaction. What would be a transaction of its own is a savepoint: it is
/// undone when it fails, and then the test goes on; deferred constraints are checked at its end, and the calls of
/// after_commit() run. The isolation that code under test asks for is not applied: give it to the fixture. Calls of
/// several threads wait for each other, for at most the pool's timeout. Keys that the database generates are not given
/// back on PostgreSQL, and now() is the same in the whole test there.
///
/// Another connection sees nothing of what the test writes, and may wait for it: on SQLite for ever, since a file has
/// one writer, and one in memory has one connection. Use the fixture's database alone while it exists.
class RolledBack {
public:
    /// Takes a connection of the database's pool. Filters, callbacks and options of `database` hold for the test, too.
    explicit RolledBack(const dal::Database& database, const dal::TransactionOptions& options = {});
    RolledBack(const RolledBack&) = delete;
    RolledBack& operator=(const RolledBack&) = delete;
    /// Rolls back, and ends streams that are still open. Calls of database() throw UsageError from then on.
    ~RolledBack();

    [[nodiscard]] const dal::Database& database() const noexcept;

private:
    struct State;
    const std::unique_ptr<State> state_;
};

}  // namespace strata::testing
