#include "detail/filters.hpp"
#include "detail/one_connection.hpp"
#include "detail/row_hooks.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/stop_token.hpp>
#include <strata/dal/database.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <thread>

namespace strata::dal {

namespace detail {

namespace {

class TransactionLease;

/// The backend for a transaction's verbs, until it ends.
class TransactionBackend final : public Backend {
public:
    TransactionBackend(const QueryCompiler& compiler, const Filters& filters, const RowHooks* hooks,
                       core::Connection& connection, bool read_only)
        : Backend(compiler, hooks), filters_(filters), connection_(&connection), read_only_(read_only) {}

    void transaction(const TransactionOptions& options, Work work) override {
        if (options.retries != 0 || options.read_only || options.deferrable || options.statement_timeout ||
            options.isolation != Isolation::database_default) {
            throw UsageError(
                "retries, isolation, read_only, deferrable and statement_timeout are given to the outermost "
                "transaction");
        }
        try {
            core::Transaction savepoint(open());
            run(compiler_, filters_, hooks_, open(), read_only_, work);
            savepoint.commit();
        } catch (...) {
            // A trigger or a full disk may have rolled back more than the savepoint.
            failed_ = failed_ || (connection_ != nullptr && !connection_->in_transaction());
            throw;
        }
    }

    void after_commit(core::detail::Shared<KeptCall> call) override {
        open().after_commit([call = std::move(call)] { call->run(); });
    }

    /// Calls the work with a backend that ends with it. Throws when the work has swallowed a statement's error: what
    /// came before that statement must not be committed without it.
    static void run(const QueryCompiler& compiler, const Filters& filters, const RowHooks* hooks,
                    core::Connection& connection, bool read_only, Work work) {
        auto* const backend = new TransactionBackend(compiler, filters, hooks, connection, read_only);
        const BackendPtr owner(backend);
        struct End {
            TransactionBackend& backend;
            ~End() { backend.end(); }
        } const end{*backend};
        work(owner);
        if (backend->failed_ || !connection.in_transaction()) fail();
    }

    [[nodiscard]] LeasePtr lease(core::Intent /*one connection*/, LeaseUser& user) override;

    [[nodiscard]] const Filters& filters() const override { return filters_; }
    void check_lock() const override {
        if (read_only_) throw UsageError("for_update() and for_share() lock rows: not in a read-only transaction");
    }

protected:
    void with_connection(core::Intent /*one connection*/, ConnectionWork work) override {
        try {
            work(open());
        } catch (const Error& error) {
            failed_ = failed_ || !error.statement().empty();  // the database itself refused a statement
            throw;
        }
    }

private:
    friend class TransactionLease;

    void end() noexcept {
        for (LeaseUser* const user : users_) user->end();
        connection_ = nullptr;
    }
    /// After a failure PostgreSQL refuses every statement; so do we, on SQLite too.
    [[nodiscard]] core::Connection& open() const {
        if (connection_ == nullptr) {
            throw UsageError("the transaction has ended; its sets and handles cannot be used any more");
        }
        if (failed_) fail();
        return *connection_;
    }
    [[noreturn]] static void fail() {
        ErrorDetails details;
        details.code = "25P02";
        throw Error(
            "the transaction has failed at an earlier statement and is rolled back; put what may fail into a "
            "transaction of its own: tx.transaction(...)",
            std::move(details));
    }

    const Filters filters_;
    core::Connection* connection_;
    std::vector<LeaseUser*> users_;
    bool read_only_;
    bool failed_ = false;
};

/// The connection of a transaction, which the transaction takes away at its end.
class TransactionLease final : public Lease {
public:
    TransactionLease(TransactionBackend& backend, LeaseUser& user)
        : backend_(backend), owner_(shared(backend)), user_(user) {
        backend.users_.push_back(&user);
    }
    ~TransactionLease() override { std::erase(backend_.users_, &user_); }
    void run(ConnectionWork work) override { backend_.with_connection(core::Intent::read, work); }

private:
    static BackendPtr shared(Backend& backend) {
        backend.retain();
        return BackendPtr(&backend);
    }

    TransactionBackend& backend_;
    const BackendPtr owner_;
    LeaseUser& user_;
};

LeasePtr TransactionBackend::lease(core::Intent /*one connection*/, LeaseUser& user) {
    (void)open();
    return LeasePtr(new TransactionLease(*this, user));
}

/// Waits a little longer before each try, and for a random time, so that two colliding transactions wait differently.
void back_off(int tries) {
    static thread_local std::minstd_rand random(std::random_device{}());
    const int longest = 5 << std::min(tries, 7);
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution<int>(1, longest)(random)));
}

/// Gives a Database's options to a leased connection, until it is returned.
class CallScope {
public:
    CallScope(core::Connection& connection, const CallOptions& options)
        : connection_(connection), before_(connection.statement_timeout()), options_(options) {
        if (options.statement_timeout) connection.set_statement_timeout(options.statement_timeout);
        if (options.stop != nullptr) connection.set_stop_flag(options.stop->get());
        if (!options.tag.empty()) connection.set_tag(options.tag);
    }
    CallScope(const CallScope&) = delete;
    CallScope& operator=(const CallScope&) = delete;
    ~CallScope() {
        if (options_.statement_timeout) connection_.set_statement_timeout(before_);
        if (options_.stop != nullptr) connection_.set_stop_flag(nullptr);
        if (!options_.tag.empty()) connection_.set_tag({});
    }

private:
    core::Connection& connection_;
    core::TimeLimit before_;
    const CallOptions& options_;
};

/// A connection of the pool, with a Database's options.
class PooledLease final : public Lease {
public:
    PooledLease(core::PooledConnection connection, CallOptions options)
        : connection_(std::move(connection)), options_(std::move(options)), scope_(*connection_, options_) {}
    void run(ConnectionWork work) override { work(*connection_); }
    [[nodiscard]] bool is_plain() const noexcept override { return true; }

private:
    core::PooledConnection connection_;
    const CallOptions options_;
    const CallScope scope_;
};

/// The one connection of a Database, with that Database's options for each call.
class OneConnectionLease final : public Lease {
public:
    OneConnectionLease(LeasePtr lease, CallOptions options) : lease_(std::move(lease)), options_(std::move(options)) {}
    void run(ConnectionWork work) override {
        lease_->run([&](core::Connection& connection) {
            const CallScope scope(connection, options_);
            work(connection);
        });
    }

private:
    const LeasePtr lease_;
    const CallOptions options_;
};

/// The transactions that a thread has open, the innermost first.
struct HeldTransaction {
    const void* engine;
    const HeldTransaction* before;
};
thread_local const HeldTransaction* held_by_thread = nullptr;

/// Notes that this thread has a transaction open, until the work in it is done.
class HeldScope {
public:
    explicit HeldScope(const void* held_as) : held_{held_as, held_by_thread} { held_by_thread = &held_; }
    HeldScope(const HeldScope&) = delete;
    HeldScope& operator=(const HeldScope&) = delete;
    ~HeldScope() { held_by_thread = held_.before; }

private:
    HeldTransaction held_;
};

class PooledBackend final : public Backend {
public:
    /// No hooks: nullptr, which costs the verbs nothing.
    PooledBackend(const QueryCompiler& compiler, core::Engine its_engine, CallOptions options, Filters filters,
                  std::shared_ptr<const RowHooks> hooks = nullptr,
                  OneConnectionPtr one_connection = OneConnectionPtr(nullptr))
        : Backend(compiler, hooks.get()),
          engine(std::move(its_engine)),
          options_(std::move(options)),
          filters_(std::move(filters)),
          own_hooks_(std::move(hooks)),
          one_connection_(std::move(one_connection)) {}

    const core::Engine engine;

    [[nodiscard]] BackendPtr with(CallOptions options) const {
        return BackendPtr(
            new PooledBackend(compiler_, engine, std::move(options), filters_, own_hooks_, one_connection_));
    }
    [[nodiscard]] BackendPtr filtered(const core::SourceInfo& table, const core::Fragment& condition) const {
        return BackendPtr(new PooledBackend(compiler_, engine, options_, filters_.with(table, condition), own_hooks_,
                                            one_connection_));
    }
    [[nodiscard]] BackendPtr hooked(const core::detail::Shared<RowHook>& hook) const {
        auto hooks = std::make_shared<const RowHooks>((own_hooks_ ? *own_hooks_ : RowHooks()).with(hook));
        return BackendPtr(new PooledBackend(compiler_, engine, options_, filters_, std::move(hooks), one_connection_));
    }
    [[nodiscard]] BackendPtr on(const OneConnectionPtr& connection) const {
        return BackendPtr(new PooledBackend(compiler_, engine, options_, filters_, own_hooks_, connection));
    }

    void transaction(const TransactionOptions& options, Work work) override {
        for (int tries = 0;; ++tries) {
            try {
                run_once(options, work);
                return;
            } catch (const Error& error) {
                if (!error.retryable() || tries >= options.retries) throw;
            }
            back_off(tries);
        }
    }

    void after_commit(core::detail::Shared<KeptCall> /*call*/) override {
        throw UsageError("after_commit() is a transaction's");
    }

    [[nodiscard]] LeasePtr lease(core::Intent intent, LeaseUser& user) override {
        if (one_connection_.get() != nullptr) {
            refuse_beside_one_connection();
            return LeasePtr(new OneConnectionLease(one_connection_->lease(intent, user), options_));
        }
        refuse_beside_transaction();
        return LeasePtr(new PooledLease(engine.connect(core::Access::rows, intent), options_));
    }

    [[nodiscard]] const Filters& filters() const override { return filters_; }
    void check_lock() const override {
        throw UsageError(
            "for_update() and for_share() lock rows until the transaction ends: run the query in db.transaction(...)");
    }

protected:
    void with_connection(core::Intent intent, ConnectionWork work) override {
        refuse_beside_transaction();
        if (one_connection_.get() != nullptr) {
            one_connection_->run(intent, {}, [&](core::Connection& connection) {
                const CallScope scope(connection, options_);
                work(connection);
            });
            return;
        }
        const core::PooledConnection lease = engine.connect(core::Access::rows, intent);
        const CallScope scope(*lease, options_);
        work(*lease);
    }

private:
    void refuse_beside_one_connection() const {
        for (const HeldTransaction* held = held_by_thread; held != nullptr; held = held->before) {
            if (held->engine == one_connection_.get())
                throw UsageError(
                    "this database has one connection, and its transaction is open: nothing runs beside it; test such "
                    "code with a database of its own (testing::ScratchDatabase)");
        }
    }
    void refuse_beside_transaction() const {
        if (held_by_thread == nullptr) return;
        if (one_connection_.get() != nullptr && options_.beside_transaction) refuse_beside_one_connection();
        if (options_.beside_transaction) return;
        for (const HeldTransaction* held = held_by_thread; held != nullptr; held = held->before) {
            if (held->engine == held_as())
                throw UsageError(
                    "this thread has a transaction open on this database, for which the call could wait for ever: make "
                    "it through the transaction, or say db.with({.beside_transaction = true})");
        }
    }

    /// What tells apart whether calls could wait for each other's transactions.
    [[nodiscard]] const void* held_as() const noexcept {
        return one_connection_.get() != nullptr ? static_cast<const void*>(one_connection_.get()) : engine.identity();
    }

    void run_once(const TransactionOptions& options, Work work) const {
        refuse_beside_transaction();
        const core::TransactionOptions asked{.isolation = options.isolation,
                                             .read_only = options.read_only,
                                             .deferrable = options.deferrable,
                                             .immediate = !options.read_only,
                                             .statement_timeout = options.statement_timeout};
        const auto run = [&](core::Connection& connection) {
            const HeldScope held(held_as());
            TransactionBackend::run(compiler_, filters_, hooks_, connection, options.read_only, work);
        };
        if (one_connection_.get() != nullptr) {
            one_connection_->run(core::Intent::write, asked, [&](core::Connection& connection) {
                const CallScope scope(connection, options_);
                run(connection);
            });
            return;
        }
        const core::Intent intent = options.read_only ? core::Intent::read : core::Intent::write;
        const core::PooledConnection lease = engine.connect(core::Access::rows, intent);
        const CallScope scope(*lease, options_);
        core::Transaction transaction(*lease, asked);
        run(*lease);
        transaction.commit();
    }

    const CallOptions options_;
    const Filters filters_;
    const std::shared_ptr<const RowHooks> own_hooks_;
    const OneConnectionPtr one_connection_;  ///< empty: the pool's
};

}  // namespace

Database on_one_connection(const Database& database, const OneConnectionPtr& connection) {
    return database.replaced(
        [&](const Backend& backend) { return static_cast<const PooledBackend&>(backend).on(connection); });
}

}  // namespace detail

const core::Engine& Database::engine() const noexcept {
    return static_cast<const detail::PooledBackend&>(*backend_).engine;
}

Database Database::with(CallOptions options) const {
    return Database(static_cast<const detail::PooledBackend&>(*backend_).with(std::move(options)));
}

Database Database::hooked(const core::detail::Shared<detail::RowHook>& hook) const {
    return Database(static_cast<const detail::PooledBackend&>(*backend_).hooked(hook));
}

Database Database::filtered_by(const core::SourceInfo& table, const core::Fragment& condition) const {
    if (std::all_of(condition.tokens().begin(), condition.tokens().end(),
                    [](const auto& token) { return token.op == core::Op::truth || token.op == core::Op::logical_and; }))
        throw UsageError("filtered() was given a condition without a value, which would keep no row out");
    return Database(static_cast<const detail::PooledBackend&>(*backend_).filtered(table, condition));
}

Database Database::replaced(core::detail::FunctionRef<detail::BackendPtr(const detail::Backend&)> make) const {
    return Database(make(*backend_));
}

const core::Dialect& Session::dialect() const noexcept { return backend_->compiler().dialect; }

Database connect(const core::Engine& engine) {
    const detail::QueryCompiler& compiler = detail::compiler_for(engine.dialect());
    const core::PooledConnection lease = engine.connect(core::Access::rows);
    compiler.check_role(*lease);
    return Database(detail::BackendPtr(new detail::PooledBackend(compiler, engine, {}, {})));
}

Database connect(std::string_view url) { return connect(core::Engine(url)); }
Database connect(const char* url) { return connect(core::Engine(url)); }
Database connect(const std::string& url) { return connect(core::Engine(url)); }

std::string to_sql(const core::Fragment& query, const core::Dialect& dialect) {
    const detail::QueryCompiler& compiler = detail::compiler_for(dialect);
    return compiler.compile(detail::Call({query}, {}, compiler).request());
}

}  // namespace strata::dal
