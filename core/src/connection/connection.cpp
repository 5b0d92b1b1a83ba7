#include "adopt.hpp"
#include "driver.hpp"
#include "guarded_call.hpp"
#include "query_log.hpp"
#include "statement_cache.hpp"
#include "watched_statements.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/detail/small_vector.hpp>
#include <strata/core/detail/statement_class.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/log.hpp>
#include <strata/core/migration_lock.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace strata::core {

using detail::Author;
using detail::CallLimit;
using detail::Clock;
using detail::PreparedStatement;
using detail::Reuse;
using detail::Staleness;

// Cursor

/// What the query log is told when the statement ends.
struct Cursor::Observed {
    const detail::QueryLog& log;
    const Dialect& dialect;
    std::string sql;
    detail::Author author;
    std::chrono::nanoseconds spent{0};
    std::int64_t rows = 0;
    std::string error_code;

    ~Observed() { log.tell(sql, author, dialect, spent, rows, error_code); }
};

Cursor::Cursor(std::shared_ptr<PreparedStatement> statement) : statement_(std::move(statement)) {
    statement_->busy = true;
}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&& other) noexcept {
    std::swap(statement_, other.statement_);
    std::swap(observed_, other.observed_);
    return *this;
}
Cursor::~Cursor() {
    if (!statement_) return;
    statement_->finish();
    statement_->busy = false;
}

bool Cursor::next() {
    if (!observed_) [[likely]]
        return statement_->step();
    const auto begin = Clock::now();
    try {
        const bool more = statement_->step();
        observed_->rows += more ? 1 : 0;
        observed_->spent += Clock::now() - begin;
        return more;
    } catch (const Error& error) {
        observed_->spent += Clock::now() - begin;
        observed_->error_code = error.code();
        throw;
    }
}
const Row& Cursor::row() const { return statement_->row(); }
std::int64_t Cursor::affected() const { return statement_->affected(); }
std::size_t Cursor::rows_here() const { return statement_->rows_here(); }

// Connection

Connection::Connection(const Url& url) : Connection(url, EngineOptions{}) {}
Connection::Connection(const Url& url, const EngineOptions& options, Access access)
    : Connection(dialect_for(url.scheme).open(url, options, access), options) {
    set_access(access);
}
Connection::Connection(std::unique_ptr<detail::Driver> driver, const EngineOptions& options)
    : driver_(std::move(driver)),
      cache_(std::make_unique<detail::StatementCache>(options.statement_cache_size)),
      log_(detail::QueryLog::of(options)),
      statement_timeout_(options.statement_timeout) {
    driver_->limits.statement_timeout = statement_timeout_;
}
Connection Connection::adopt(std::unique_ptr<soci::session> session) {
    return Connection(detail::adopt_session(std::move(session)), EngineOptions{});
}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&& other) noexcept {
    std::swap(driver_, other.driver_);
    std::swap(cache_, other.cache_);
    std::swap(log_, other.log_);
    std::swap(after_commit_, other.after_commit_);
    std::swap(savepoints_, other.savepoints_);
    std::swap(statement_timeout_, other.statement_timeout_);
    std::swap(timeout_after_transaction_, other.timeout_after_transaction_);
    std::swap(access_, other.access_);
    std::swap(touched_, other.touched_);
    std::swap(restoring_, other.restoring_);
    return *this;
}
Connection::~Connection() {
    cache_.reset();  // its statements use the driver
}

const Dialect& Connection::dialect() const noexcept { return driver_->dialect(); }
ConnectionState Connection::state() const noexcept { return driver_->state(); }

// Statements

std::shared_ptr<PreparedStatement> Connection::prepare_shape(std::string_view key, std::uint64_t hash, Render render) {
    const std::string sql = render();
    if (log::enabled(log::Level::debug))
        log::write(log::Level::debug, "prepare: " + detail::masked_for_log(sql, dialect().lexis(), Author::strata));
    auto statement = driver_->prepare(sql, cache_->takes(sql.size()) ? Reuse::often : Reuse::once);
    statement->touches = driver_->may_change_session(sql);
    cache_->insert(key, hash, statement);
    return statement;
}

std::shared_ptr<PreparedStatement> Connection::prepare_text(std::string_view key, std::uint64_t hash,
                                                            std::string_view sql, bool has_values) {
    if (access_ == Access::rows) driver_->check_access(sql);
    const bool rows = dialect().classify(sql) == StatementClass::rows;
    const std::string text = has_values ? driver_->native_placeholders(sql) : std::string(sql);
    if (log::enabled(log::Level::debug))
        log::write(log::Level::debug, "prepare: " + detail::masked_for_log(text, dialect().lexis(), Author::caller));
    const bool kept = rows && cache_->takes(text.size());
    auto statement = driver_->prepare(text, kept ? Reuse::often : Reuse::once);
    statement->touches = driver_->may_change_session(text);
    statement->by_caller = true;
    if (kept) cache_->insert(key, hash, statement);
    return statement;
}

/// Returns if the statement must be prepared again and run once more; otherwise throws the error.
void Connection::recover(const Error& error, std::string_view key, std::uint64_t hash, bool used_before, bool again) {
    const Staleness staleness = driver_->staleness(error);
    const bool suspect = staleness == Staleness::stale || (used_before && staleness != Staleness::fresh);
    if (!suspect) throw;
    if (!driver_->in_transaction()) {
        cache_->erase(key, hash);
        if (again) throw;
        return;
    }
    if (staleness == Staleness::unlikely) {
        cache_->erase(key, hash);
        throw;
    }
    // A change that made one statement stale has made others stale too; retrying the transaction prepares them again.
    cache_->clear();
    ErrorDetails details = error.details();
    details.retryable = true;
    error.raise_again(error.what(), details);
}

namespace {

Author author_of(const PreparedStatement& statement) { return statement.by_caller ? Author::caller : Author::strata; }

/// Counts a statement that is about to run, where the thread counts them.
void note_statement(const detail::Driver& driver, std::string_view sql, Author author) {
    if (detail::is_watched()) detail::count_statement(sql, author, driver.tag, driver.dialect().lexis());
}
void note_statement(const detail::Driver& driver, const PreparedStatement& statement) {
    if (detail::is_watched()) note_statement(driver, statement.sql(), author_of(statement));
}

}  // namespace

/// A statement that cannot be prepared is told to the query log too.
std::shared_ptr<PreparedStatement> Connection::prepare_observed(Prepare prepare) {
    const auto begin = Clock::now();
    try {
        return prepare();
    } catch (const Error& error) {
        if (!error.statement().empty())
            log_->tell(error.statement(), Author::caller, dialect(), Clock::now() - begin, 0, error.code());
        throw;
    }
}

/// Runs what is not a prepared statement, and tells the query log of it. `call` returns how many rows there were.
template <class Call>
void Connection::observe(std::string_view sql, detail::Author author, const Call& call) {
    if (!log_) {
        call();
        return;
    }
    const auto begin = Clock::now();
    try {
        const std::int64_t rows = call();
        log_->tell(sql, author, dialect(), Clock::now() - begin, rows, {});
    } catch (const Error& error) {
        log_->tell(sql, author, dialect(), Clock::now() - begin, 0, error.code());
        throw;
    }
}

void Connection::control(std::string_view sql) {
    observe(sql, Author::strata, [&] {
        driver_->control(sql);
        return std::int64_t{0};
    });
}

/// `run` makes the cursor that ends the statement, also when the statement fails.
template <class Run>
auto Connection::with_statement(std::string_view key, std::uint64_t hash, Prepare prepare, const Run& run) {
    if (driver_->pipelining)
        throw UsageError("a pipeline is open on this connection; finish it before the next statement");
    for (bool again = false;; again = true) {
        std::shared_ptr<PreparedStatement> statement = cache_->find(key, hash);
        if (!statement) statement = log_ ? prepare_observed(prepare) : prepare();
        const bool used_before = std::exchange(statement->used, true);
        touched_ = touched_ || statement->touches;
        try {
            return run(std::move(statement));
        } catch (const Error& error) {
            recover(error, key, hash, used_before, again);
        }
    }
}

Cursor Connection::start(std::string_view key, std::uint64_t hash, Prepare prepare, std::span<const Value> values,
                         const QueryOptions& options) {
    const CallLimit limit(driver_->limits, options.timeout);
    if (log_) return start_observed(key, hash, prepare, values, options);
    return with_statement(key, hash, prepare, [&](std::shared_ptr<PreparedStatement> statement) {
        Cursor cursor(std::move(statement));
        note_statement(*driver_, *cursor.statement_);
        cursor.statement_->run(values, options.fetch);
        return cursor;
    });
}

Cursor Connection::start_observed(std::string_view key, std::uint64_t hash, Prepare prepare,
                                  std::span<const Value> values, const QueryOptions& options) {
    const auto begin = Clock::now();
    return with_statement(key, hash, prepare, [&](std::shared_ptr<PreparedStatement> statement) {
        Cursor cursor(std::move(statement));
        note_statement(*driver_, *cursor.statement_);
        auto observed = std::make_unique<Cursor::Observed>(*log_, dialect(), std::string(cursor.statement_->sql()),
                                                           author_of(*cursor.statement_));
        try {
            cursor.statement_->run(values, options.fetch);
        } catch (const Error& error) {
            observed->error_code = error.code();
            observed->spent = Clock::now() - begin;
            throw;
        }
        observed->spent = Clock::now() - begin;
        cursor.observed_ = std::move(observed);
        return cursor;
    });
}

Executed Connection::run(std::string_view key, std::uint64_t hash, Prepare prepare, std::span<const Value> values,
                         const QueryOptions& options) {
    const CallLimit limit(driver_->limits, options.timeout);
    return with_statement(key, hash, prepare, [&](std::shared_ptr<PreparedStatement> prepared) {
        const Cursor ends_it(std::move(prepared));
        PreparedStatement& statement = *ends_it.statement_;
        note_statement(*driver_, statement);
        if (!log_) return statement.execute(values);
        const auto begin = Clock::now();
        try {
            const Executed executed = statement.execute(values);
            log_->tell(statement.sql(), author_of(statement), dialect(), Clock::now() - begin, executed.rows, {});
            return executed;
        } catch (const Error& error) {
            log_->tell(statement.sql(), author_of(statement), dialect(), Clock::now() - begin, 0, error.code());
            throw;
        }
    });
}

Cursor Connection::query_cached(std::string_view key, std::uint64_t hash, Render render, std::span<const Value> values,
                                const QueryOptions& options) {
    return start(key, hash, [&] { return prepare_shape(key, hash, render); }, values, options);
}

/// The statement with this key where it ran last, and nothing else has to be done for a call than to run it; else
/// nullptr.
PreparedStatement* Connection::latest(std::string_view key, std::uint64_t hash) const {
    if (log_ || driver_->pipelining || detail::is_watched()) return nullptr;
    return cache_->latest(key, hash);
}

Executed Connection::execute_cached(std::string_view key, std::uint64_t hash, Render render,
                                    std::span<const Value> values, const QueryOptions& options) {
    if (PreparedStatement* const last = options.timeout ? nullptr : latest(key, hash); last != nullptr) {
        try {
            touched_ = touched_ || last->touches;
            return last->execute(values);
        } catch (const Error& error) {
            recover(error, key, hash, true, false);
        }
    }
    return run(key, hash, [&] { return prepare_shape(key, hash, render); }, values, options);
}

Executed Connection::execute_cached(std::string_view key, std::uint64_t hash, Render render,
                                    const detail::MemberValues& values) {
    if (PreparedStatement* const last = latest(key, hash); last != nullptr) {
        try {
            touched_ = touched_ || last->touches;
            return last->execute_row(values);
        } catch (const Error& error) {
            recover(error, key, hash, true, false);
        }
    }
    detail::SmallVector<Value, 24> made;
    for (const detail::MemberField& field : values.fields)
        made.push_back(detail::use_member(field, values.row, detail::ValueOfMember()));
    return run(key, hash, [&] { return prepare_shape(key, hash, render); }, {made.data(), made.size()}, {});
}

bool Connection::first_cached(std::string_view key, std::uint64_t hash, Render render, std::span<const Value> values,
                              detail::FunctionRef<void(const Row&)> row) {
    if (PreparedStatement* const last = latest(key, hash); last != nullptr) {
        bool found = false;
        try {
            touched_ = touched_ || last->touches;
            return last->first(values, [&](const Row& first) {
                found = true;
                row(first);
            });
        } catch (const Error& error) {
            if (found) throw;
            recover(error, key, hash, true, false);
        }
    }
    Cursor cursor = query_cached(key, hash, render, values);
    if (!cursor.next()) return false;
    row(cursor.row());
    return true;
}

void Connection::run_cached(std::span<const CachedCall> calls, Intent intent, CachedResults& results) {
    if (driver_->pipelining)
        throw UsageError("a pipeline is open on this connection; finish it before the next statement");
    if (calls.empty()) return;
    for (bool again = false;; again = true) {
        results.begin();
        std::vector<std::shared_ptr<PreparedStatement>> statements;
        statements.reserve(calls.size());
        bool used_before = false;
        results.at = 0;
        try {
            for (const CachedCall& call : calls) {
                std::shared_ptr<PreparedStatement> statement = cache_->find(call.key, call.hash);
                const auto prepare = [&] {
                    return call.by_caller ? prepare_text(call.key, call.hash, call.render(), !call.values.empty())
                                          : prepare_shape(call.key, call.hash, call.render);
                };
                if (!statement) statement = log_ ? prepare_observed(prepare) : prepare();
                used_before = std::exchange(statement->used, true) || used_before;
                touched_ = touched_ || statement->touches;
                statements.push_back(std::move(statement));
                ++results.at;
            }
            run_pipelined(statements, calls, intent, results);
            return;
        } catch (const Error& error) {
            const CachedCall& failed = calls[std::min(results.at, calls.size() - 1)];
            recover(error, failed.key, failed.hash, used_before, again);
            for (const CachedCall& call : calls) cache_->erase(call.key, call.hash);
        }
    }
}

void Connection::run_pipelined(std::span<const std::shared_ptr<PreparedStatement>> statements,
                               std::span<const CachedCall> calls, Intent intent, CachedResults& results) {
    results.at = 0;
    const std::unique_ptr<detail::PipelineDriver> pipeline = driver_->pipeline(intent);
    for (std::size_t i = 0; i < calls.size(); ++i) pipeline->add(statements[i], calls[i].values);
    for (; results.at < calls.size(); ++results.at) {
        note_statement(*driver_, *statements[results.at]);
        observe(statements[results.at]->sql(), author_of(*statements[results.at]), [&] {
            PreparedStatement& statement = pipeline->next();
            std::int64_t rows = 0;
            try {
                for (; statement.step(); ++rows) results.row(results.at, statement.row());
                if (rows == 0) results.no_row(results.at, statement.row());
                results.done(results.at, pipeline->executed());
            } catch (...) {
                pipeline->note_failure();
                throw;
            }
            return std::max(rows, pipeline->executed().rows);
        });
    }
    pipeline->finish();
}

/// Keys made of SQL text never equal keys made of shapes: their first byte differs.
std::string text_key(std::string_view sql) {
    std::string key(1, '\x01');
    key += sql;
    return key;
}

Cursor Connection::query(std::string_view sql, std::span<const Value> values, const QueryOptions& options) {
    const std::string key = text_key(sql);
    const std::uint64_t hash = std::hash<std::string_view>()(key);
    return start(key, hash, [&] { return prepare_text(key, hash, sql, !values.empty()); }, values, options);
}

std::int64_t Connection::execute(std::string_view sql, std::span<const Value> values, const QueryOptions& options) {
    const std::string key = text_key(sql);
    const std::uint64_t hash = std::hash<std::string_view>()(key);
    return run(key, hash, [&] { return prepare_text(key, hash, sql, !values.empty()); }, values, options).rows;
}

std::optional<std::string> Connection::scalar(std::string_view sql, std::span<const Value> values) {
    Cursor cursor = query(sql, values);
    if (!cursor.next() || cursor.row().is_null(0)) return std::nullopt;
    return std::string(cursor.row().text(0));
}

void Connection::script(std::string_view sql) {
    if (access_ == Access::rows) driver_->check_access(sql);
    touched_ = true;
    note_statement(*driver_, sql, Author::caller);
    observe(sql, Author::caller, [&] {
        driver_->script(sql);
        return std::int64_t{0};
    });
}

void Connection::run_all(std::span<const std::string> statements, std::size_t* done) {
    std::vector<std::string_view> views(statements.begin(), statements.end());
    if (access_ == Access::rows) {
        for (const std::string_view sql : views) driver_->check_access(sql);
    }
    touched_ = true;
    std::size_t count = 0;
    std::string all;
    for (const std::string_view sql : views)
        if (log_ || detail::is_watched()) all += all.empty() ? std::string(sql) : "; " + std::string(sql);
    note_statement(*driver_, all, Author::strata);
    observe(all, Author::strata, [&] {
        driver_->run_all(views, done == nullptr ? count : *done);
        return std::int64_t{0};
    });
}

void Connection::run_each(std::string_view key, std::uint64_t hash, Render render, std::size_t width,
                          detail::FunctionRef<bool(std::span<Value> values)> next, const EachResult& result) {
    if (!in_transaction()) throw UsageError("run_each() needs an open transaction");
    const auto prepare = [&] { return prepare_shape(key, hash, render); };
    with_statement(key, hash, prepare, [&](std::shared_ptr<PreparedStatement> prepared) {
        const Cursor ends_it(std::move(prepared));
        PreparedStatement& statement = *ends_it.statement_;
        note_statement(*driver_, statement);
        observe(statement.sql(), author_of(statement), [&] {
            std::int64_t rows = 0;
            const auto count = [&](std::int64_t changed) {
                rows += changed;
                result.end(changed);
            };
            statement.run_each(width, next, {result.row, count});
            return rows;
        });
        return true;
    });
}

template <class Insert>
std::int64_t Connection::bulk_insert_with(const QualifiedName& table, std::span<const std::string_view> columns,
                                          const Insert& insert) {
    if (columns.empty()) throw UsageError("a bulk insert into " + table + " names no column");
    touched_ = touched_ || driver_->may_change_session("INSERT INTO " + dialect().quoted(table));
    std::int64_t rows = 0;
    const std::string shown = "INSERT INTO " + dialect().quoted(table) + " (many rows)";
    note_statement(*driver_, shown, Author::strata);
    observe(shown, Author::strata, [&] { return rows = insert(); });
    return rows;
}

std::int64_t Connection::bulk_insert(const QualifiedName& table, std::span<const std::string_view> columns,
                                     detail::FunctionRef<bool(std::span<Value> values)> next) {
    return bulk_insert_with(table, columns, [&] { return driver_->bulk_insert(table, columns, next); });
}

std::int64_t Connection::bulk_insert(const QualifiedName& table, std::span<const std::string_view> columns,
                                     std::span<const detail::MemberField> fields,
                                     detail::FunctionRef<const void*()> next_row) {
    return bulk_insert_with(table, columns,
                            [&] { return driver_->bulk_insert_rows(table, columns, fields, next_row); });
}

// Transactions

void Connection::begin(const TransactionOptions& options) {
    if (in_transaction()) throw UsageError("a transaction is open already; use a savepoint inside of it");
    after_commit_.clear();
    savepoints_.clear();
    observe("BEGIN", Author::strata, [&] {
        driver_->begin(options);
        return std::int64_t{0};
    });
    if (!options.statement_timeout) return;
    timeout_after_transaction_ = driver_->limits.statement_timeout;
    driver_->limits.statement_timeout = options.statement_timeout;
}

void Connection::end_transaction_timeout() noexcept {
    if (!timeout_after_transaction_ || in_transaction()) return;
    driver_->limits.statement_timeout = *timeout_after_transaction_;
    timeout_after_transaction_.reset();
}

void Connection::commit() {
    try {
        observe("COMMIT", Author::strata, [&] {
            driver_->commit();
            return std::int64_t{0};
        });
    } catch (...) {
        if (!in_transaction()) after_commit_.clear();
        end_transaction_timeout();
        throw;
    }
    end_transaction_timeout();
    for (const auto& call : std::exchange(after_commit_, {})) detail::guarded_call("a call after COMMIT failed", call);
}

void Connection::rollback() {
    after_commit_.clear();
    savepoints_.clear();
    driver_->abandon_stream();
    if (in_transaction()) control("ROLLBACK");
    end_transaction_timeout();
}

void Connection::savepoint(std::string_view name) {
    control("SAVEPOINT " + dialect().quoted(name));
    savepoints_.emplace_back(name, after_commit_.size());
}
void Connection::release_savepoint(std::string_view name) {
    control("RELEASE SAVEPOINT " + dialect().quoted(name));
    if (const auto known = find_savepoint(name); known != savepoints_.end())
        savepoints_.erase(known, savepoints_.end());
}
/// The savepoint stays, and forgets the calls that were registered after it.
void Connection::rollback_to_savepoint(std::string_view name) {
    driver_->abandon_stream();
    control("ROLLBACK TO SAVEPOINT " + dialect().quoted(name));
    const auto known = find_savepoint(name);
    if (known == savepoints_.end()) return;
    after_commit_.resize(std::min(after_commit_.size(), known->second));
    savepoints_.erase(std::next(known), savepoints_.end());
}

/// The latest of this name.
std::vector<std::pair<std::string, std::size_t>>::iterator Connection::find_savepoint(std::string_view name) {
    const auto found = std::find_if(savepoints_.rbegin(), savepoints_.rend(),
                                    [&](const auto& savepoint) { return savepoint.first == name; });
    return found == savepoints_.rend() ? savepoints_.end() : std::prev(found.base());
}
bool Connection::in_transaction() const { return driver_->in_transaction(); }

void Connection::after_commit(std::function<void()> call) {
    if (!in_transaction()) throw UsageError("no transaction is open whose end could be waited for");
    after_commit_.push_back(std::move(call));
}

// The session

Access Connection::access() const noexcept { return access_; }
void Connection::set_access(Access access) {
    if (access == access_) return;
    access_ = access;
    clear_statements();
    driver_->set_access(access);
}

void Connection::set_statement_timeout(TimeLimit timeout) noexcept { driver_->limits.statement_timeout = timeout; }
TimeLimit Connection::statement_timeout() const noexcept { return driver_->limits.statement_timeout; }
void Connection::cancel() noexcept { driver_->cancel(); }
void Connection::set_stop_flag(const std::atomic<bool>* flag) noexcept { driver_->limits.stop = flag; }
void Connection::set_tag(std::string_view tag) {
    if (log_) log_->tag = tag;
    if (detail::is_watched() || !driver_->tag.empty()) driver_->tag = tag;
}

bool Connection::ping() noexcept { return driver_->ping(driver_->limits.start()); }

bool Connection::start_reset() noexcept {
    try {
        driver_->limits.stop = nullptr;
        driver_->limits.statement_timeout = statement_timeout_;
        if (log_) log_->tag.clear();
        driver_->tag.clear();
        if (driver_->broken()) return false;
        if (driver_->state() != ConnectionState::idle || timeout_after_transaction_ || !after_commit_.empty() ||
            !savepoints_.empty()) {
            rollback();
            if (in_transaction() || driver_->broken()) return false;
        }
        if (!touched_ && !driver_->session_changed()) return true;
        touched_ = false;
        restoring_ = true;
        return driver_->start_restore();
    } catch (...) {
        return false;
    }
}

bool Connection::finish_reset(const detail::Deadline& until) noexcept {
    return !std::exchange(restoring_, false) || driver_->finish_restore(until);
}

bool Connection::reset() noexcept {
    constexpr std::chrono::seconds longest{30};
    return start_reset() && finish_reset({Clock::now() + longest, nullptr, true});
}

void Connection::restore_session() { driver_->restore_session(); }

void Connection::clear_statements() { cache_->clear(); }
std::size_t Connection::cached_statements() const { return cache_->size(); }

soci::session& Connection::session() {
    clear_statements();
    touched_ = true;
    return driver_->session();
}

// Pipeline

Pipeline::Pipeline(Connection& connection)
    : connection_(connection), driver_(connection.driver_->pipeline(Intent::write)) {
    connection_.touched_ = true;  // its statements cannot be looked at one by one while others are in flight
}
Pipeline::~Pipeline() = default;

void Pipeline::add(std::string_view sql, std::span<const Value> values) {
    if (connection_.access_ == Access::rows) connection_.driver_->check_access(sql);
    if (connection_.log_) texts_.emplace_back(sql);
    note_statement(*connection_.driver_, sql, Author::caller);
    driver_->add(values.empty() ? std::string(sql) : connection_.driver_->native_placeholders(sql), values);
}

std::int64_t Pipeline::next() {
    return next([](const Row&) {});
}

std::int64_t Pipeline::next(detail::FunctionRef<void(const Row&)> row) {
    std::string sql;
    if (!texts_.empty()) {
        sql = std::move(texts_.front());
        texts_.pop_front();
    }
    std::int64_t affected = 0;
    connection_.observe(sql, Author::caller, [&] {
        PreparedStatement& statement = driver_->next();
        std::int64_t rows = 0;
        try {
            for (; statement.step(); ++rows) row(statement.row());
        } catch (...) {
            driver_->note_failure();
            throw;
        }
        affected = statement.affected();
        return std::max(rows, affected);
    });
    return affected;
}

std::size_t Pipeline::waiting() const noexcept { return driver_->waiting(); }

/// The results that nobody has asked for are told as one.
void Pipeline::finish() {
    std::string all;
    for (const std::string& sql : texts_) all += all.empty() ? sql : "; " + sql;
    if (std::exchange(texts_, {}).empty()) {
        driver_->finish();
        return;
    }
    connection_.observe(all, Author::caller, [&] {
        driver_->finish();
        return std::int64_t{0};
    });
}

}  // namespace strata::core
