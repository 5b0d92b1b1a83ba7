#pragma once

#include <strata/core/connection.hpp>
#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace strata::core::detail {

/// One statement prepared on one session. Used by one cursor at a time.
class PreparedStatement {
public:
    PreparedStatement() = default;
    PreparedStatement(const PreparedStatement&) = delete;
    PreparedStatement& operator=(const PreparedStatement&) = delete;
    virtual ~PreparedStatement() = default;

    /// Binds and starts.
    virtual void run(std::span<const Value> values) = 0;
    /// The next row; false at the end.
    virtual bool step() = 0;
    [[nodiscard]] virtual const Row& row() const = 0;
    [[nodiscard]] virtual std::int64_t affected() const = 0;
    /// Lets go of the result; the statement can run again.
    virtual void finish() noexcept = 0;
    /// Runs to the end. Finished when it returns, and when it throws.
    virtual Executed execute(std::span<const Value> values) {
        struct Finish {
            PreparedStatement& statement;
            ~Finish() { statement.finish(); }
        } const finish{*this};
        run(values);
        while (step()) {
        }
        return {affected()};
    }

    bool busy = false;  ///< a cursor is reading
};

/// A session with one database and what its native interface can do. Sits on a soci::session that it owns.
class Driver {
public:
    Driver() = default;
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    virtual ~Driver() = default;

    [[nodiscard]] virtual const Dialect& dialect() const noexcept = 0;
    [[nodiscard]] virtual soci::session& session() noexcept = 0;

    /// Throws UsageError when the text holds no statement or several.
    [[nodiscard]] virtual std::shared_ptr<PreparedStatement> prepare(std::string_view sql) = 0;
    virtual void script(std::string_view sql) = 0;
    virtual std::int64_t bulk_insert(std::string_view table, std::span<const std::string_view> columns,
                                     const std::function<bool(std::span<Value>)>& next) = 0;

    virtual void begin(TransactionMode mode) = 0;
    /// A short statement without values: COMMIT, SAVEPOINT, ...
    virtual void control(std::string_view sql) = 0;
    [[nodiscard]] virtual bool in_transaction() const = 0;

    virtual void set_access(Access access) = 0;
    [[nodiscard]] virtual bool ping() noexcept = 0;
    /// Whether the session is known to be gone, without asking the server.
    [[nodiscard]] virtual bool broken() const noexcept { return false; }
    /// Whether the error means that a prepared statement is out of date and a fresh one may succeed.
    [[nodiscard]] virtual bool is_stale(const Error& error) const noexcept = 0;

    virtual void lock_migrations(std::chrono::milliseconds timeout) = 0;
    virtual void unlock_migrations() noexcept = 0;
};

/// Throws the error again with the number and first line of the statement of a script that it comes from.
[[noreturn]] void rethrow_from_script(const Error& error, std::size_t number, std::size_t count,
                                      std::string_view statement, SqlLexis lexis);

/// A database's message without what it quotes that does not stand in the statement: that may be a bound value.
[[nodiscard]] std::string without_values(std::string message, std::string_view statement);

/// Throws ValueError for text that no database keeps: NUL or invalid UTF-8.
void check_text(std::string_view text);
/// The same for a document or an array, where a NUL stands escaped.
void check_json(std::string_view text);

}  // namespace strata::core::detail
