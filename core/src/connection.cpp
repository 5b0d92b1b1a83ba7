#include "detail/adopt.hpp"
#include "detail/driver.hpp"
#include "detail/statement_cache.hpp"
#include "detail/statement_class.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/log.hpp>
#include <strata/core/migration_lock.hpp>

#include <atomic>

namespace strata::core {

namespace detail {

void rethrow_from_script(const Error& error, std::size_t number, std::size_t count, std::string_view statement,
                         SqlLexis lexis) {
    if (count == 1) throw;
    const std::string message = "statement " + std::to_string(number) + " of " + std::to_string(count) + " (" +
                                first_line(statement, lexis) + "): " + error.what();
    const ErrorDetails& details = error.details();
    rethrow_with(error, message, details);
}

std::string without_values(std::string message, std::string_view statement) {
    const auto foreign = [&](std::size_t begin, std::size_t end) {
        return statement.find(std::string_view(message).substr(begin, end - begin)) == std::string_view::npos;
    };
    const auto first = message.find_first_of("\"'");
    if (first != std::string::npos) {
        // Each quoted part; a value that holds a quote itself leaves one over.
        bool values = false;
        std::size_t last = first;
        for (auto open = first; open != std::string::npos; open = message.find_first_of("\"'", last + 1)) {
            last = message.find(message[open], open + 1);
            values = values || last == std::string::npos || foreign(open + 1, last);
            if (last == std::string::npos) break;
        }
        last = message.find_last_of("\"'");
        if (values) message.replace(first + 1, last > first ? last - first - 1 : std::string::npos, "...");
        return message;
    }
    if (const auto colon = message.rfind(": "); colon != std::string::npos && foreign(colon + 2, message.size()))
        message.replace(colon + 2, std::string::npos, "...");
    return message;
}

}  // namespace detail

Cursor::Cursor(std::shared_ptr<detail::PreparedStatement> statement) : statement_(std::move(statement)) {
    statement_->busy = true;
}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&& other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
}
Cursor::~Cursor() {
    if (!statement_) return;
    statement_->finish();
    statement_->busy = false;
}
bool Cursor::next() { return statement_->step(); }
const Row& Cursor::row() const { return statement_->row(); }
std::int64_t Cursor::affected() const { return statement_->affected(); }

Connection::Connection(const Url& url) : Connection(url, EngineOptions{}) {}
Connection::Connection(const Url& url, const EngineOptions& options, Access access)
    : Connection(dialect_for(url.scheme).open(url, options, access), options.statement_cache_size) {
    set_access(access);
}
Connection::Connection(std::unique_ptr<detail::Driver> driver, std::size_t cache_capacity)
    : driver_(std::move(driver)), cache_(std::make_unique<detail::StatementCache>(cache_capacity)) {}
Connection Connection::adopt(std::unique_ptr<soci::session> session) {
    return Connection(detail::adopt_session(std::move(session)), EngineOptions{}.statement_cache_size);
}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&& other) noexcept {
    std::swap(driver_, other.driver_);
    std::swap(cache_, other.cache_);
    std::swap(access_, other.access_);
    return *this;
}
Connection::~Connection() {
    cache_.reset();  // its statements use the driver
}

const Dialect& Connection::dialect() const noexcept { return driver_->dialect(); }

template <class Run>
auto Connection::with_statement(std::string_view key, std::uint64_t hash, const std::function<std::string()>& render,
                                const Run& run) {
    for (bool again = false;; again = true) {
        std::shared_ptr<detail::PreparedStatement> statement = cache_->find(key, hash);
        if (!statement) {
            const std::string sql = render();
            if (log::enabled(log::Level::debug)) log::write(log::Level::debug, "prepare: " + sql);
            statement = driver_->prepare(sql);
            cache_->insert(key, hash, statement);
        }
        try {
            detail::PreparedStatement& prepared = *statement;
            return run(prepared, Cursor(std::move(statement)));
        } catch (const Error& error) {
            if (!driver_->is_stale(error)) throw;
            cache_->erase(key, hash);
            if (again || driver_->in_transaction()) throw;
        }
    }
}

Cursor Connection::query_cached(std::string_view key, std::uint64_t hash, const std::function<std::string()>& render,
                                std::span<const Value> values) {
    return with_statement(key, hash, render, [values](detail::PreparedStatement& statement, Cursor cursor) {
        statement.run(values);
        return cursor;
    });
}

Executed Connection::execute_cached(std::string_view key, std::uint64_t hash,
                                    const std::function<std::string()>& render, std::span<const Value> values) {
    if (detail::PreparedStatement* const latest = cache_->latest(key, hash)) {
        try {
            return latest->execute(values);
        } catch (const Error& error) {
            if (!driver_->is_stale(error)) throw;
            cache_->erase(key, hash);
            if (driver_->in_transaction()) throw;
        }
    }
    return with_statement(key, hash, render, [values](detail::PreparedStatement& statement, const Cursor& /*ends it*/) {
        return statement.execute(values);
    });
}

namespace {

/// Keys made of SQL text and keys made of shapes never meet: the first byte tells them apart.
std::string text_key(std::string_view sql) {
    std::string key(1, '\x01');
    key += sql;
    return key;
}

}  // namespace

Cursor Connection::query(std::string_view sql, std::span<const Value> values) {
    const std::string key = text_key(sql);
    return query_cached(key, std::hash<std::string_view>()(key), [sql] { return std::string(sql); }, values);
}

std::int64_t Connection::execute(std::string_view sql, std::span<const Value> values) {
    const std::string key = text_key(sql);
    return execute_cached(key, std::hash<std::string_view>()(key), [sql] { return std::string(sql); }, values).rows;
}

std::optional<std::string> Connection::scalar(std::string_view sql, std::span<const Value> values) {
    Cursor cursor = query(sql, values);
    if (!cursor.next() || cursor.row().is_null(0)) return std::nullopt;
    return std::string(cursor.row().text(0));
}

void Connection::script(std::string_view sql) { driver_->script(sql); }

std::int64_t Connection::bulk_insert(std::string_view table, std::span<const std::string_view> columns,
                                     const std::function<bool(std::span<Value> values)>& next) {
    if (columns.empty()) throw UsageError("a bulk insert into " + std::string(table) + " names no column");
    return driver_->bulk_insert(table, columns, next);
}

void Connection::begin(TransactionMode mode) {
    if (in_transaction()) throw UsageError("a transaction is open already; use a savepoint inside of it");
    driver_->begin(mode);
}
void Connection::commit() { driver_->control("COMMIT"); }
void Connection::rollback() {
    if (in_transaction()) driver_->control("ROLLBACK");
}
void Connection::savepoint(std::string_view name) { driver_->control("SAVEPOINT " + dialect().quoted(name)); }
void Connection::release_savepoint(std::string_view name) {
    driver_->control("RELEASE SAVEPOINT " + dialect().quoted(name));
}
void Connection::rollback_to_savepoint(std::string_view name) {
    driver_->control("ROLLBACK TO SAVEPOINT " + dialect().quoted(name));
}
bool Connection::in_transaction() const { return driver_->in_transaction(); }

Access Connection::access() const noexcept { return access_; }
void Connection::set_access(Access access) {
    if (access == access_) return;
    access_ = access;
    clear_statements();
    driver_->set_access(access);
}

bool Connection::ping() noexcept { return driver_->ping(); }

bool Connection::reset() noexcept {
    try {
        if (driver_->broken()) return false;
        rollback();
        return !in_transaction() && !driver_->broken();
    } catch (...) {
        return false;
    }
}

void Connection::clear_statements() { cache_->clear(); }
std::size_t Connection::cached_statements() const { return cache_->size(); }

soci::session& Connection::session() {
    clear_statements();
    return driver_->session();
}

Transaction::Transaction(Connection& connection, TransactionMode mode) : connection_(connection) {
    if (connection.in_transaction()) {
        static std::atomic<std::uint64_t> number{0};
        savepoint_ = "strata_" + std::to_string(++number);
        connection.savepoint(savepoint_);
    } else {
        connection.begin(mode);
    }
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
        connection_.rollback_to_savepoint(savepoint_);
        connection_.release_savepoint(savepoint_);
    }
}

MigrationLock::MigrationLock(Connection& connection, std::chrono::milliseconds timeout) : connection_(connection) {
    connection_.driver_->lock_migrations(timeout);
}
MigrationLock::~MigrationLock() { connection_.driver_->unlock_migrations(); }

}  // namespace strata::core
