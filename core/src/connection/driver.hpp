#pragma once

#include "limits.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/detail/member_values.hpp>
#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace strata::core::detail {

/// The longest text of a statement: SQLite's limit, and roughly PostgreSQL's.
inline constexpr std::size_t longest_statement = 1'000'000'000;

/// Fills the values of the next row; false at the end.
using NextRow = FunctionRef<bool(std::span<Value>)>;

/// Whether a statement will run again, so that keeping it prepared pays.
enum class Reuse : unsigned char { once, often };

/// Whether an error says that a prepared statement is out of date. `maybe`: a statement that was prepared before the
/// schema changed fails like this, but so does one that names a missing object. `unlikely`: most often a value is
/// wrong.
enum class Staleness : unsigned char { fresh, unlikely, maybe, stale };

/// One statement prepared on one session. Used by one cursor at a time.
class PreparedStatement {
public:
    PreparedStatement() = default;
    PreparedStatement(const PreparedStatement&) = delete;
    PreparedStatement& operator=(const PreparedStatement&) = delete;
    virtual ~PreparedStatement() = default;

    /// Binds the values and starts the statement.
    virtual void run(std::span<const Value> values, Fetch fetch) = 0;
    /// The next row; false at the end.
    virtual bool step() = 0;
    [[nodiscard]] virtual const Row& row() const = 0;
    [[nodiscard]] virtual std::int64_t affected() const = 0;
    /// How many rows the result has, where all of them are here already; else 0.
    [[nodiscard]] virtual std::size_t rows_here() const { return 0; }
    /// Releases the result; the statement can run again.
    virtual void finish() noexcept = 0;
    /// Runs to the end. The statement is finished on return, also by an exception.
    virtual Executed execute(std::span<const Value> values) = 0;
    virtual Executed execute_row(const MemberValues& values);
    /// Runs until the first row. The statement is finished on return, also by an exception.
    virtual bool first(std::span<const Value> values, FunctionRef<void(const Row&)> row);
    /// Runs it once for each set of values; see Connection::run_each().
    virtual void run_each(std::size_t width, FunctionRef<bool(std::span<Value>)> next, const EachResult& result);
    [[nodiscard]] virtual std::string_view sql() const noexcept = 0;

    bool busy = false;       ///< a cursor is reading
    bool used = false;       ///< it has run before, so the schema may have changed since it was prepared
    bool touches = false;    ///< it may change the session
    bool by_caller = false;  ///< its text is the caller's own
};

/// Statements in flight; see Pipeline.
class PipelineDriver {
public:
    PipelineDriver() = default;
    PipelineDriver(const PipelineDriver&) = delete;
    PipelineDriver& operator=(const PipelineDriver&) = delete;
    virtual ~PipelineDriver() = default;

    virtual void add(std::string sql, std::span<const Value> values) = 0;
    /// A prepared statement of this session; the values must live until its result is read.
    virtual void add(std::shared_ptr<PreparedStatement> statement, std::span<const Value> values) = 0;
    /// The next statement's result, ready to be stepped through; valid until the next call. Throws its error.
    virtual PreparedStatement& next() = 0;
    /// What the current statement has done, once its rows are read.
    [[nodiscard]] virtual Executed executed() const = 0;
    [[nodiscard]] virtual std::size_t waiting() const noexcept = 0;
    /// Records that the rows of the current statement could not be read to their end.
    virtual void note_failure() noexcept = 0;
    /// Runs the remaining statements and makes the connection ready again. Throws the first failure that next() has not
    /// thrown.
    virtual void finish() = 0;
};

/// A session with one database and the operations of its native interface. Uses a soci::session that it owns.
class Driver {
public:
    Driver() = default;
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    virtual ~Driver() = default;

    [[nodiscard]] virtual const Dialect& dialect() const noexcept = 0;
    [[nodiscard]] virtual soci::session& session() noexcept = 0;

    /// Throws UsageError when the text contains no statement or several.
    [[nodiscard]] virtual std::shared_ptr<PreparedStatement> prepare(std::string_view sql, Reuse reuse) = 0;
    /// The statement with the database's own placeholders instead of `?`.
    [[nodiscard]] virtual std::string native_placeholders(std::string_view sql) const { return std::string(sql); }
    virtual void script(std::string_view sql) = 0;
    /// Runs statements without values in order, at the database's best speed. Stops at the first that fails; `done`
    /// counts those that ran.
    virtual void run_all(std::span<const std::string_view> statements, std::size_t& done) = 0;
    [[nodiscard]] virtual std::unique_ptr<PipelineDriver> pipeline(Intent intent) = 0;
    virtual std::int64_t bulk_insert(const QualifiedName& table, std::span<const std::string_view> columns,
                                     NextRow next) = 0;
    virtual std::int64_t bulk_insert_rows(const QualifiedName& table, std::span<const std::string_view> columns,
                                          std::span<const MemberField> fields, FunctionRef<const void*()> next_row);

    virtual void begin(const TransactionOptions& options) = 0;
    /// Runs a short statement without values that controls the transaction: ROLLBACK, SAVEPOINT, ...
    virtual void control(std::string_view sql) = 0;
    virtual void commit() = 0;
    /// Throws what a COMMIT would throw because of deferred constraints, and leaves them deferred.
    virtual void check_deferred_constraints() = 0;
    /// Whether the database refuses writes in the open transaction from now on; where it lets nobody take that back, it
    /// ends with the savepoint.
    virtual void set_read_only(bool read_only) = 0;
    [[nodiscard]] virtual bool in_transaction() const = 0;
    [[nodiscard]] virtual ConnectionState state() const noexcept = 0;

    virtual void set_access(Access /*access*/) {}
    /// Throws UsageError for a text that a connection for rows must not run, where the database itself cannot refuse
    /// it.
    virtual void check_access(std::string_view /*sql*/) const {}
    /// Whether a statement may leave something in the session, so that the session must be restored afterwards. Never
    /// throws for a wrong statement.
    [[nodiscard]] virtual bool may_change_session(std::string_view sql) = 0;
    [[nodiscard]] virtual bool ping(const Deadline& until) noexcept = 0;
    /// Whether the server has sent nothing since the last answer: what it sends then is the end of the session or its
    /// warning.
    [[nodiscard]] virtual bool quiet() const noexcept { return true; }
    /// Whether the session is known to be gone, without asking the server.
    [[nodiscard]] virtual bool broken() const noexcept { return false; }
    [[nodiscard]] virtual Staleness staleness(const Error& /*error*/) const noexcept { return Staleness::fresh; }

    /// Restores the session to its state when it was opened: settings, locks, temporary objects. Starts the restore, so
    /// that the caller does not wait, and completes it before the next use; returns false when the connection must be
    /// closed instead.
    [[nodiscard]] virtual bool start_restore() noexcept = 0;
    [[nodiscard]] virtual bool finish_restore(const Deadline& until) noexcept = 0;
    /// Restores the session at once, keeping the migration lock. Throws when it cannot.
    virtual void restore_session() = 0;
    /// Whether a change of the session was noticed that only the driver can see.
    [[nodiscard]] virtual bool session_changed() const noexcept { return false; }

    /// Ends an open stream of rows, whatever happens to its statement.
    virtual void abandon_stream() noexcept {}
    /// Ends the running statement; any thread may call it.
    virtual void cancel() noexcept = 0;

    virtual void lock_migrations(std::chrono::milliseconds timeout) = 0;
    virtual void unlock_migrations() noexcept = 0;

    Limits limits;
    std::string tag;          ///< of the running statements, while the thread has a StatementWatch
    bool pipelining = false;  ///< a pipeline is open, when the driver itself does not refuse other statements
};

/// Throws the error again with the number and the first line of the script's statement that caused it.
[[noreturn]] void rethrow_from_script(const Error& error, std::size_t number, std::size_t count,
                                      std::string_view statement, SqlLexis lexis);

/// Removes from a database's message what it quotes that is not part of the statement: that may be a bound value.
[[nodiscard]] std::string without_values(std::string message, std::string_view statement);

enum class TextFault { none, nul, not_utf8 };
/// What no database stores, where the text has it.
[[nodiscard]] TextFault text_fault(std::string_view text);
/// Throws ValueError for text that no database stores: text with NUL or invalid UTF-8.
void check_text(std::string_view text);
/// The same for a document or an array, in which a NUL is escaped.
void check_json(std::string_view text);

}  // namespace strata::core::detail
