#include "../detail/one_connection.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/savepoint_transaction.hpp>
#include <strata/core/log.hpp>
#include <strata/testing/rolled_back.hpp>

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace strata::testing {

namespace {

using core::detail::SavepointTransaction;
using dal::detail::ConnectionWork;
using dal::detail::LeaseUser;

class TestLease;

class TestTransaction final : public dal::detail::OneConnection {
public:
    TestTransaction(const core::Engine& engine, const dal::TransactionOptions& options)
        : wait_(engine.options().pool_timeout),
          connection_(engine.connect(core::Access::rows)),
          transaction_(std::in_place, *connection_.value(),
                       core::TransactionOptions{.isolation = options.isolation,
                                                .read_only = options.read_only,
                                                .deferrable = options.deferrable,
                                                .immediate = !options.read_only,
                                                .statement_timeout = options.statement_timeout}) {}

    void run(core::Intent intent, const core::TransactionOptions& options, ConnectionWork work) override {
        const Turn turn(*this);
        SavepointTransaction savepoint(open(), options);
        work(open());
        savepoint.commit(intent == core::Intent::write);
    }

    [[nodiscard]] dal::detail::LeasePtr lease(core::Intent intent, LeaseUser& user) override;

    /// Rolls back and gives the connection back.
    void end() noexcept;

private:
    friend class TestLease;

    /// The right to use the connection, which a thread may take several times.
    class Turn {
    public:
        explicit Turn(TestTransaction& transaction) : lock_(transaction.mutex_, transaction.wait_) {
            if (!lock_.owns_lock())
                throw Timeout("the test's connection is used by another thread, and was not free in time");
        }

    private:
        const std::unique_lock<std::recursive_timed_mutex> lock_;
    };

    [[nodiscard]] core::Connection& open() const {
        if (!connection_) throw UsageError("the test's transaction has been rolled back");
        core::Connection& connection = **connection_;
        if (!connection.in_transaction())
            throw UsageError("the test's transaction has ended early: a trigger or the database rolled it back");
        return connection;
    }

    const std::chrono::milliseconds wait_;
    std::recursive_timed_mutex mutex_;
    std::optional<core::PooledConnection> connection_;
    std::optional<core::Transaction> transaction_;
    std::vector<TestLease*> leases_;
};

/// Runs each call of a stream in a savepoint, so that one that fails is undone alone. A stream that writes has one
/// savepoint, since none ends while its statement runs.
class TestLease final : public dal::detail::Lease {
public:
    TestLease(TestTransaction& transaction, core::Intent intent, LeaseUser& user)
        : transaction_(transaction), intent_(intent), user_(user) {
        transaction.retain();
        transaction.leases_.push_back(this);
    }
    ~TestLease() override {
        const std::lock_guard turn(transaction_.mutex_);
        std::erase(transaction_.leases_, this);
        try {
            if (savepoint_) savepoint_->commit();
        } catch (const std::exception& error) {
            core::log::write(core::log::Level::warning,
                             std::string("a stream's transaction could not be ended: ") + error.what());
        }
        savepoint_.reset();
    }

    void run(ConnectionWork work) override {
        const TestTransaction::Turn turn(transaction_);
        core::Connection& connection = transaction_.open();
        if (!savepoint_) savepoint_.emplace(connection);
        try {
            work(connection);
            if (intent_ == core::Intent::write || connection.state() == core::ConnectionState::streaming) return;
            savepoint_->commit(false);
        } catch (...) {
            savepoint_.reset();
            throw;
        }
        savepoint_.reset();
    }

    void end() noexcept {
        user_.end();
        savepoint_.reset();
    }

private:
    TestTransaction& transaction_;
    const dal::detail::OneConnectionPtr owner_{&transaction_};
    const core::Intent intent_;
    LeaseUser& user_;
    std::optional<SavepointTransaction> savepoint_;
};

dal::detail::LeasePtr TestTransaction::lease(core::Intent intent, LeaseUser& user) {
    const Turn turn(*this);
    (void)open();
    return dal::detail::LeasePtr(new TestLease(*this, intent, user));
}

void TestTransaction::end() noexcept {
    const std::lock_guard turn(mutex_);
    for (TestLease* const lease : leases_) lease->end();
    transaction_.reset();
    connection_.reset();
}

const dal::TransactionOptions& checked(const dal::TransactionOptions& options) {
    if (options.retries != 0) throw UsageError("a test's transaction is not run again: retries are for those in it");
    return options;
}

}  // namespace

struct RolledBack::State {
    State(const dal::Database& on, const dal::TransactionOptions& options)
        : State(on, new TestTransaction(on.engine(), checked(options))) {}
    State(const dal::Database& on, TestTransaction* made)
        : transaction(made), database(dal::detail::on_one_connection(on, transaction)) {}

    const core::detail::Shared<TestTransaction> transaction;
    const dal::Database database;
};

RolledBack::RolledBack(const dal::Database& database, const dal::TransactionOptions& options)
    : state_(std::make_unique<State>(database, options)) {}
RolledBack::~RolledBack() { state_->transaction->end(); }
const dal::Database& RolledBack::database() const noexcept { return state_->database; }

}  // namespace strata::testing
