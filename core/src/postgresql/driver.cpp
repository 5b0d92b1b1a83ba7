#include "driver.hpp"

#include "../detail/statement_class.hpp"
#include "dialect.hpp"
#include "parameters.hpp"
#include "statement.hpp"

#include <strata/core/error.hpp>

#include <random>
#include <thread>

namespace strata::core::postgresql {

namespace {

constexpr detail::SqlLexis lexis = detail::postgresql_lexis;

/// The advisory lock's key: "stra" in ASCII, then a hash of the schema's name.
constexpr const char* lock_key_query = "SELECT '1937011297, ' || hashtext(coalesce(current_schema(), ''))";

bool outside_transaction(std::string_view statement) {
    detail::SqlLexer lexer(statement, lexis);
    const detail::SqlToken first = lexer.next();
    if (first.is("VACUUM") || detail::classify_words(statement, lexis) == StatementClass::transaction) return true;
    detail::SqlToken token = lexer.next();
    if ((first.is("CREATE") || first.is("DROP")) && (token.is("DATABASE") || token.is("TABLESPACE"))) return true;
    for (; token.kind != detail::SqlToken::Kind::end; token = lexer.next()) {
        if (token.is("CONCURRENTLY")) return true;
    }
    return false;
}

}  // namespace

Driver::Driver(std::unique_ptr<soci::session> session, PGconn* handle) : session_(std::move(session)), handle_(handle) {
    PQsetNoticeProcessor(handle_, [](void*, const char*) {}, nullptr);  // notices may carry values
    // How times, bytes and floating numbers come back; a role or a database may have other settings.
    const char* style = PQparameterStatus(handle_, "DateStyle");
    if (style == nullptr || !std::string_view(style).starts_with("ISO")) Driver::control("SET datestyle = ISO");
    const char* encoding = PQparameterStatus(handle_, "client_encoding");
    if (encoding == nullptr || std::string_view(encoding) != "UTF8") Driver::control("SET client_encoding = 'UTF8'");
    Driver::control("SET bytea_output = hex; SET extra_float_digits = 1");
}

Driver::~Driver() = default;

const Dialect& Driver::dialect() const noexcept { return postgresql::dialect(); }

std::string Driver::next_statement_name() { return "strata_" + std::to_string(++statements_); }

void Driver::forget_statement(const std::string& name) { forgotten_ += "DEALLOCATE " + name + ";"; }

void Driver::give_up_statements() noexcept {
    if (forgotten_.empty()) return;
    const PGTransactionStatusType status = PQtransactionStatus(handle_);
    if (status != PQTRANS_IDLE && status != PQTRANS_INTRANS) return;
    const bool savepoint = status == PQTRANS_INTRANS;  // one that is gone already must not end the transaction
    if (savepoint) ResultPtr(PQexec(handle_, "SAVEPOINT strata_forget"));
    const ResultPtr done(PQexec(handle_, forgotten_.c_str()));
    if (savepoint) {
        if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) ResultPtr(PQexec(handle_, "ROLLBACK TO strata_forget"));
        ResultPtr(PQexec(handle_, "RELEASE strata_forget"));
    }
    forgotten_.clear();
}

std::shared_ptr<detail::PreparedStatement> Driver::prepare(std::string_view sql) {
    give_up_statements();
    return std::make_shared<Statement>(*this, sql);
}

void Driver::control(std::string_view sql) {
    const std::string text(sql);
    const ResultPtr result(PQexec(handle_, text.c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
        leave_copy();
        throw UsageError("COPY is not run as a statement; use bulk_insert");
    }
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        fail(handle_, result.get(), sql);
    // https://www.postgresql.org/docs/15/sql-commit.html: no error of its own.
    if (sql == "COMMIT" && std::string_view(PQcmdStatus(result.get())) == "ROLLBACK") {
        ErrorDetails details;
        details.code = "25P02";
        throw Error("the transaction had failed at an earlier statement and was rolled back", std::move(details));
    }
}

void Driver::script(std::string_view sql) {
    if (sql.find('\0') != std::string_view::npos) throw UsageError("a script holds a NUL character");
    const auto statements = detail::split_script(sql, lexis, false);
    bool whole = !in_transaction() && statements.size() > 1;
    for (const std::string_view statement : statements) whole = whole && !outside_transaction(statement);
    if (whole) control("BEGIN");
    std::size_t number = 0;
    try {
        for (const std::string_view statement : statements) {
            ++number;
            control(statement);
        }
        if (whole) control("COMMIT");
    } catch (const Error& error) {
        if (whole && PQstatus(handle_) == CONNECTION_OK && in_transaction()) control("ROLLBACK");
        detail::rethrow_from_script(error, number, statements.size(), statements[number - 1], lexis);
    }
}

void Driver::leave_copy() noexcept {
    PQputCopyEnd(handle_, "COPY is not expected here");
    while (const ResultPtr result{PQgetResult(handle_)}) {
        if (PQresultStatus(result.get()) != PGRES_COPY_OUT) continue;
        char* data = nullptr;
        while (PQgetCopyData(handle_, &data, 0) > 0) PQfreemem(data);
    }
}

void Driver::copy_rows(std::span<Value> values, const std::function<bool(std::span<Value>)>& next,
                       std::int64_t& count) {
    constexpr std::size_t chunk = 65536;
    std::string lines;
    lines.reserve(chunk + 4096);
    const auto send = [&] {
        if (PQputCopyData(handle_, lines.data(), static_cast<int>(lines.size())) != 1) fail(handle_, nullptr, "COPY");
        lines.clear();
    };
    while (next(values)) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) lines += '\t';
            append_copy_field(lines, values[i]);
        }
        lines += '\n';
        ++count;
        if (lines.size() >= chunk) send();
    }
    if (!lines.empty()) send();
}

std::int64_t Driver::bulk_insert(std::string_view table, std::span<const std::string_view> columns,
                                 const std::function<bool(std::span<Value>)>& next) {
    std::string sql = "COPY ";
    dialect().quote(sql, table);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        sql += i == 0 ? " (" : ", ";
        dialect().quote(sql, columns[i]);
    }
    sql += ") FROM STDIN";
    const ResultPtr started(PQexec(handle_, sql.c_str()));
    if (PQresultStatus(started.get()) != PGRES_COPY_IN) fail(handle_, started.get(), sql);
    std::int64_t count = 0;
    std::vector<Value> values(columns.size());
    try {
        copy_rows(values, next, count);
    } catch (...) {
        leave_copy();
        throw;
    }
    if (PQputCopyEnd(handle_, nullptr) != 1) fail(handle_, nullptr, sql);
    ResultPtr failed;
    while (ResultPtr result{PQgetResult(handle_)}) {
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK && !failed) failed = std::move(result);
    }
    if (failed) fail(handle_, failed.get(), sql);
    return count;
}

void Driver::begin(TransactionMode) { control("BEGIN"); }

bool Driver::in_transaction() const {
    const PGTransactionStatusType status = PQtransactionStatus(handle_);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

bool Driver::ping() noexcept {
    const ResultPtr result(PQexec(handle_, "SELECT 1"));
    return PQresultStatus(result.get()) == PGRES_TUPLES_OK;
}

bool Driver::is_stale(const Error& error) const noexcept {
    // "cached plan must not change result type" after ALTER TYPE; "prepared statement does not exist" after DISCARD.
    return error.code() == "26000" ||
           (error.code() == "0A000" && std::string_view(error.what()).find("cached plan") != std::string_view::npos);
}

void Driver::lock_migrations(std::chrono::milliseconds timeout) {
    // Polled: a waiter inside pg_advisory_lock() would hold a snapshot, for which CREATE INDEX CONCURRENTLY waits.
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const ResultPtr key(PQexec(handle_, lock_key_query));
    if (PQresultStatus(key.get()) != PGRES_TUPLES_OK) fail(handle_, key.get(), lock_key_query);
    lock_key_ = PQgetvalue(key.get(), 0, 0);  // kept: what runs under the lock may change the current schema
    const std::string sql = "SELECT pg_try_advisory_lock(" + lock_key_ + ")";
    std::minstd_rand jitter(std::random_device{}());
    for (;;) {
        const ResultPtr result(PQexec(handle_, sql.c_str()));
        if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) fail(handle_, result.get(), sql);
        if (*PQgetvalue(result.get(), 0, 0) == 't') return;
        if (std::chrono::steady_clock::now() >= deadline) {
            ErrorDetails details;
            details.retryable = true;
            throw Timeout("another migration run or create_all holds the migration lock of this database",
                          std::move(details));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + jitter() % 60));
    }
}

void Driver::unlock_migrations() noexcept {
    const std::string sql = "SELECT pg_advisory_unlock(" + lock_key_ + ")";
    const ResultPtr result(PQexec(handle_, sql.c_str()));
}

}  // namespace strata::core::postgresql
