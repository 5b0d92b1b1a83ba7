#pragma once

#include <strata/core/detail/function_ref.hpp>
#include <strata/core/detail/member_values.hpp>
#include <strata/core/error.hpp>
#include <strata/core/qualified_name.hpp>
#include <strata/core/transaction_options.hpp>
#include <strata/core/value.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soci {
class session;
}

namespace strata::core {

class Dialect;
struct EngineOptions;
struct QueryEvent;
struct Url;
namespace detail {
enum class Author : unsigned char;
struct Deadline;
class Driver;
class PipelineDriver;
class Pool;
class PreparedStatement;
class QueryLog;
class SavepointTransaction;
class StatementCache;
}  // namespace detail

/// What a connection may do. `rows` denies every change of the schema and of the session: on SQLite by an authorizer;
/// on PostgreSQL by the class of a statement given as text, while the role's privileges limit what functions do.
enum class Access : std::uint8_t { schema, rows };

/// What a call means to do with the rows: a lost answer of a read is nothing to worry about.
enum class Intent : unsigned char { read, write };

/// The state of a connection.
enum class ConnectionState : std::uint8_t {
    idle,
    in_transaction,
    failed_transaction,  ///< PostgreSQL: accepts only rollback
    streaming,           ///< a cursor reads rows from the server; other statements are refused until it is destroyed
    pipelining,          ///< a Pipeline is open; other statements are refused until it is finished
    broken,              ///< the server is gone, or did not answer; the connection can only be closed
};

/// How a cursor gets its rows.
enum class Fetch : std::uint8_t {
    buffered,  ///< PostgreSQL: the whole result is read into memory first, which is fastest for what fits. SQLite:
               ///< streams.
    /// A row at a time, in constant memory. On PostgreSQL outside of a transaction the connection accepts no other
    /// statement until the cursor is destroyed; inside a transaction the rows of a SELECT come through a server-side
    /// cursor, and other statements may run meanwhile.
    stream,
};

struct QueryOptions {
    Fetch fetch = Fetch::buffered;
    /// Ends the statement with Timeout after this time; 0: the connection's statement_timeout.
    TimeLimit timeout{};
};

/// The rows of a running statement. Movable; destroying it ends the statement, also before its last row. It must not
/// outlive its connection.
class Cursor {
public:
    Cursor(Cursor&&) noexcept;
    Cursor& operator=(Cursor&&) noexcept;
    ~Cursor();

    /// Steps to the next row; false at the end. Throws errors that occur in the middle of a result.
    bool next();
    /// The current row; valid until the next call of next().
    [[nodiscard]] const Row& row() const;
    /// Rows changed by INSERT, UPDATE or DELETE, once all rows are read.
    [[nodiscard]] std::int64_t affected() const;
    /// How many rows the result has, where all of them are here already; else 0.
    [[nodiscard]] std::size_t rows_here() const;

private:
    friend class Connection;
    struct Observed;
    explicit Cursor(std::shared_ptr<detail::PreparedStatement> statement);

    std::shared_ptr<detail::PreparedStatement> statement_;
    std::unique_ptr<Observed> observed_;  // where a query log is on
};

/// The result of a statement that returns no rows.
struct Executed {
    std::int64_t rows = 0;  ///< changed by INSERT, UPDATE or DELETE
    /// The key that the connection's last INSERT generated, where the database keeps it (SQLite's rowid); std::nullopt
    /// elsewhere, where only RETURNING gives it.
    std::optional<std::int64_t> last_insert_key = std::nullopt;
};

/// One of the statements of Connection::run_cached(): its shape, and its values.
struct CachedCall {
    std::string_view key;
    std::uint64_t hash;
    detail::FunctionRef<std::string()> render;
    std::span<const Value> values;
    bool by_caller = false;  ///< the SQL is the caller's own, and the key is that of its text
};
/// The key of a statement that is given by its text.
[[nodiscard]] std::string text_key(std::string_view sql);

/// Takes what the statements of Connection::run_cached() give, in their order.
class CachedResults {
public:
    /// Called before the first statement, and again where all run once more since a prepared one was out of date.
    virtual void begin() = 0;
    virtual void row(std::size_t call, const Row& row) = 0;
    /// Called for a statement without rows, with the columns that it has, if any.
    virtual void no_row(std::size_t /*call*/, const Row& /*columns*/) {}
    virtual void done(std::size_t call, const Executed& executed) = 0;

    std::size_t at = 0;  ///< the statement that is prepared, or whose result is read; their number at the end

protected:
    ~CachedResults() = default;
};

/// What is called with the results of a statement that runs many times, in order.
struct EachResult {
    detail::FunctionRef<void(const Row& row)> row;             ///< for each row that it returns
    detail::FunctionRef<void(std::int64_t rows_changed)> end;  ///< after the rows of each run
};

/// One session with one database: the only place that opens a soci::session. Not copyable, movable; used by one thread
/// at a time, but for cancel().
///
/// Placeholders are `?` on both databases (`??` is a question mark where a statement has values), or `$1` with
/// PostgreSQL's numbers. Statements about rows are prepared once and kept in an LRU cache; others are run once and
/// forgotten. Text and bytes bound are not copied: they must live until the cursor is gone, or for the call where there
/// is none.
/// Errors are those of strata/core/error.hpp; after one inside a transaction PostgreSQL refuses all but rollback.
class Connection {
public:
    /// Opens a connection that does not belong to a pool.
    explicit Connection(const Url& url);
    Connection(const Url& url, const EngineOptions& options, Access access = Access::schema);
    /// Takes over an open session of the application and gives it the settings of ours (foreign keys on, how values
    /// come back). Throws UsageError when its backend is neither SQLite nor PostgreSQL, or a transaction is open.
    [[nodiscard]] static Connection adopt(std::unique_ptr<soci::session> session);

    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    [[nodiscard]] const Dialect& dialect() const noexcept;
    [[nodiscard]] ConnectionState state() const noexcept;

    /// Runs one statement with values for its placeholders in order. Throws UsageError when the text holds several.
    [[nodiscard]] Cursor query(std::string_view sql, std::span<const Value> values = {},
                               const QueryOptions& options = {});
    /// Runs a statement without returning rows; returns how many were changed by INSERT, UPDATE, DELETE or MERGE, else
    /// 0.
    std::int64_t execute(std::string_view sql, std::span<const Value> values = {}, const QueryOptions& options = {});
    /// The first cell of the first row as text; std::nullopt when there is no row or the cell is NULL.
    [[nodiscard]] std::optional<std::string> scalar(std::string_view sql, std::span<const Value> values = {});
    /// Runs a script of any number of statements: all of them or none, unless the script controls the transaction
    /// itself or contains a statement that cannot run in one. A failure names the statement by its number and first
    /// line.
    void script(std::string_view sql);
    /// Runs statements without values in order, without waiting for each one's answer where the database can. None is
    /// cached. Outside of a transaction all or none take effect. Throws the error of the first statement that failed;
    /// those after it did not run. `done`, if given, counts those that ran.
    void run_all(std::span<const std::string> statements, std::size_t* done = nullptr);

    /// The fast path: a statement identified by a key (its shape); `render` writes the SQL when the key is new here.
    using Render = detail::FunctionRef<std::string()>;
    [[nodiscard]] Cursor query_cached(std::string_view key, std::uint64_t hash, Render render,
                                      std::span<const Value> values, const QueryOptions& options = {});
    Executed execute_cached(std::string_view key, std::uint64_t hash, Render render, std::span<const Value> values,
                            const QueryOptions& options = {});
    /// The same with the members of a row as values, which some drivers take without a conversion.
    Executed execute_cached(std::string_view key, std::uint64_t hash, Render render,
                            const detail::MemberValues& values);
    /// Hands over only the first row; returns whether there was one. `row` may not use the connection.
    bool first_cached(std::string_view key, std::uint64_t hash, Render render, std::span<const Value> values,
                      detail::FunctionRef<void(const Row&)> row);

    /// Runs such statements in order without waiting for each one's answer where the database can: one round trip once
    /// they are prepared. Outside of a transaction all or none take effect. `intent` is read only if no statement
    /// writes. Throws the error of the first statement that failed, `results.at`; those after it did not run.
    void run_cached(std::span<const CachedCall> calls, Intent intent, CachedResults& results);

    /// Runs a cached statement once for each set of values that `next` fills in, `width` of them, until it returns
    /// false; where the database can, without waiting for each result. Inside of a transaction only, which has failed
    /// after an exception. Neither call may use the connection.
    void run_each(std::string_view key, std::uint64_t hash, Render render, std::size_t width,
                  detail::FunctionRef<bool(std::span<Value> values)> next, const EachResult& result);

    /// Writes many rows at the database's best speed (COPY on PostgreSQL where it is allowed, else INSERT of many rows
    /// at once; a prepared statement in a transaction on SQLite, where one is begun if none is open). `next` fills the
    /// values of a row and returns false at the end. All rows or none.
    std::int64_t bulk_insert(const QualifiedName& table, std::span<const std::string_view> columns,
                             detail::FunctionRef<bool(std::span<Value> values)> next);
    /// The same with rows of a model, whose members are the values; `next_row` returns nullptr at the end.
    std::int64_t bulk_insert(const QualifiedName& table, std::span<const std::string_view> columns,
                             std::span<const detail::MemberField> fields, detail::FunctionRef<const void*()> next_row);

    void begin(const TransactionOptions& options = {});
    /// Throws the error of a deferred constraint, or CommitInDoubt when the connection broke before the answer. After
    /// any error no transaction is open, except for Timeout or Cancelled on SQLite: then it may be called again.
    void commit();
    /// Harmless when no transaction is open.
    void rollback();
    void savepoint(std::string_view name);
    void release_savepoint(std::string_view name);
    void rollback_to_savepoint(std::string_view name);
    [[nodiscard]] bool in_transaction() const;
    /// Calls `call` after the open transaction has been committed, in the order of registration; forgets it when the
    /// transaction is rolled back. An exception from it goes to the log, since the transaction stays committed. Throws
    /// UsageError when no transaction is open.
    void after_commit(std::function<void()> call);

    [[nodiscard]] Access access() const noexcept;
    /// Changes what the connection may do; a change forgets the cached statements.
    void set_access(Access access);

    /// The time limit of each statement from now on; 0: none. A pool restores the engine's when the connection returns.
    void set_statement_timeout(TimeLimit timeout) noexcept;
    [[nodiscard]] TimeLimit statement_timeout() const noexcept;
    /// Ends the statement that is running, if any, with Cancelled. The only function that any thread may call while the
    /// connection exists. Does nothing when no statement runs.
    void cancel() noexcept;
    /// A flag that another thread sets to end the running statement and refuse those that follow; it must outlive its
    /// use here. Null: none. See CancelOnStop for a std::stop_token.
    void set_stop_flag(const std::atomic<bool>* flag) noexcept;

    /// The tag that the query log gives to the statements from now on, such as a request's name. Empty: none.
    void set_tag(std::string_view tag);

    /// Whether the server still answers.
    [[nodiscard]] bool ping() noexcept;
    /// Restores the connection's original state: ends a stream, rolls back, and undoes what the caller's own statements
    /// may have changed. Returns false when the connection must be closed instead. A pool calls it when a connection
    /// returns.
    [[nodiscard]] bool reset() noexcept;
    /// Restores settings, temporary objects and other state of the session to what they were when it was opened; the
    /// migration lock stays. Throws when that is impossible; the connection should then be closed.
    void restore_session();
    void clear_statements();
    /// How many statements are prepared and kept.
    [[nodiscard]] std::size_t cached_statements() const;

    /// The session itself, for code that uses SOCI. Forgets the cached statements.
    [[nodiscard]] soci::session& session();

private:
    friend class MigrationLock;
    friend class Pipeline;
    friend class Transaction;
    friend class detail::Pool;
    friend class detail::SavepointTransaction;
    using Prepare = detail::FunctionRef<std::shared_ptr<detail::PreparedStatement>()>;

    explicit Connection(std::unique_ptr<detail::Driver> driver, const EngineOptions& options);
    Cursor start(std::string_view key, std::uint64_t hash, Prepare prepare, std::span<const Value> values,
                 const QueryOptions& options);
    Cursor start_observed(std::string_view key, std::uint64_t hash, Prepare prepare, std::span<const Value> values,
                          const QueryOptions& options);
    Executed run(std::string_view key, std::uint64_t hash, Prepare prepare, std::span<const Value> values,
                 const QueryOptions& options);
    template <class Run>
    auto with_statement(std::string_view key, std::uint64_t hash, Prepare prepare, const Run& run);
    [[nodiscard]] detail::PreparedStatement* latest(std::string_view key, std::uint64_t hash) const;
    template <class Insert>
    std::int64_t bulk_insert_with(const QualifiedName& table, std::span<const std::string_view> columns,
                                  const Insert& insert);
    void recover(const Error& error, std::string_view key, std::uint64_t hash, bool used_before, bool again);
    void run_pipelined(std::span<const std::shared_ptr<detail::PreparedStatement>> statements,
                       std::span<const CachedCall> calls, Intent intent, CachedResults& results);
    [[nodiscard]] std::shared_ptr<detail::PreparedStatement> prepare_shape(std::string_view key, std::uint64_t hash,
                                                                           Render render);
    [[nodiscard]] std::shared_ptr<detail::PreparedStatement> prepare_text(std::string_view key, std::uint64_t hash,
                                                                          std::string_view sql, bool has_values);
    [[nodiscard]] std::shared_ptr<detail::PreparedStatement> prepare_observed(Prepare prepare);
    template <class Call>
    void observe(std::string_view sql, detail::Author author, const Call& call);
    void control(std::string_view sql);
    void end_transaction_timeout() noexcept;
    [[nodiscard]] std::vector<std::pair<std::string, std::size_t>>::iterator find_savepoint(std::string_view name);
    [[nodiscard]] bool start_reset() noexcept;
    [[nodiscard]] bool finish_reset(const detail::Deadline& until) noexcept;

    std::unique_ptr<detail::Driver> driver_;
    std::unique_ptr<detail::StatementCache> cache_;
    std::unique_ptr<detail::QueryLog> log_;  // null: the log is off
    std::vector<std::function<void()>> after_commit_;
    std::vector<std::pair<std::string, std::size_t>> savepoints_;  // with how many calls there were before it
    TimeLimit statement_timeout_;                                  // the engine's limit
    std::optional<TimeLimit> timeout_after_transaction_;           // the limit to restore after the transaction
    Access access_ = Access::schema;
    bool touched_ = false;  // the caller's own statements may have changed the session
    bool restoring_ = false;
};

/// Statements sent without waiting for each other's answers, which arrive in order. Outside of a transaction they form
/// one: all or none take effect. After a failure the rest does not run. On SQLite, where there is nothing to wait for,
/// each statement runs when its result is asked for, with the same meaning.
///
///     Pipeline pipeline(connection);
///     pipeline.add("UPDATE songs SET plays = plays + 1 WHERE id = ?", values);
///     pipeline.add("SELECT plays FROM songs WHERE id = ?", values);
///     pipeline.next();
///     pipeline.next([](const Row& row) { ... row.integer(0) ... });
///     pipeline.finish();
///
/// The connection accepts no other statement until finish(). The destructor waits for what was sent, and rolls it back
/// when finish() was not reached and no transaction was open.
class Pipeline {
public:
    explicit Pipeline(Connection& connection);
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;
    ~Pipeline();

    /// Sends a statement. The values are copied.
    void add(std::string_view sql, std::span<const Value> values = {});
    /// Waits for the next result, and calls with each of its rows. Returns how many rows were changed. Throws the
    /// statement's error. Throws UsageError for a statement that did not run because an earlier one failed, and when no
    /// result is left.
    std::int64_t next();
    std::int64_t next(detail::FunctionRef<void(const Row&)> row);
    /// How many results are left.
    [[nodiscard]] std::size_t waiting() const noexcept;
    /// Waits for the remaining results and frees the connection. Throws the first failure that next() has not thrown.
    void finish();

private:
    Connection& connection_;
    std::unique_ptr<detail::PipelineDriver> driver_;
    std::deque<std::string> texts_;  // of what was sent, where a query log is on
};

/// A transaction for a scope: rolled back unless committed. Begins a savepoint instead when one is open already.
class Transaction {
public:
    /// Throws UsageError where a transaction is open and the options say more than `immediate`, which then means
    /// nothing.
    explicit Transaction(Connection& connection, const TransactionOptions& options = {});
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    void commit();
    void rollback();

private:
    friend class detail::SavepointTransaction;

    Connection& connection_;
    std::string savepoint_;         // empty: the outermost transaction
    std::size_t calls_before_ = 0;  // of after_commit()
    bool open_ = true;
};

}  // namespace strata::core

namespace strata {
using core::Connection;
}  // namespace strata
