#include "driver.hpp"

#include "connection/raw_statement.hpp"
#include "dialect.hpp"
#include "lexis.hpp"
#include "parameters.hpp"
#include "pipeline.hpp"
#include "session.hpp"
#include "session_settings.hpp"
#include "statement.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>
#include <strata/core/log.hpp>

#include <algorithm>
#include <cstdlib>

namespace strata::core::postgresql {

namespace {

/// How many prepared statements may wait for their DEALLOCATE while no transaction is open, and inside one.
constexpr std::size_t forgotten_when_idle = 16;
constexpr std::size_t forgotten_in_transaction = 256;

/// Statements that cannot run inside of a transaction, or that control it.
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

/// Whether the server rolled a transaction back.
bool tells_rollback(const PGresult* result) {
    return std::string_view(PQcmdStatus(const_cast<PGresult*>(result))) == "ROLLBACK";
}

/// Whether the text, a statement or a script of the user's, commits a transaction by its own words.
bool holds_commit(std::string_view sql) {
    const auto statements = detail::split_script(sql, lexis, false);
    return std::ranges::any_of(statements, [](std::string_view statement) {
        detail::SqlLexer lexer(statement, lexis);
        const detail::SqlToken first = lexer.next();
        return first.is("COMMIT") || first.is("END") || (first.is("PREPARE") && lexer.next().is("TRANSACTION"));
    });
}

bool is_copy(std::string_view statement) { return detail::SqlLexer(statement, lexis).next().is("COPY"); }

bool succeeded(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

/// The server's notices may contain values, so only their code is kept.
void log_notice(void*, const PGresult* notice) {
    if (!log::enabled(log::Level::debug)) return;
    log::write(log::Level::debug, "PostgreSQL notice, SQLSTATE " + std::string(sqlstate(notice)));
}

std::string_view isolation_words(Isolation isolation) {
    switch (isolation) {
        case Isolation::database_default:
        case Isolation::read_committed:
            return "READ COMMITTED";
        case Isolation::repeatable_read:
            return "REPEATABLE READ";
        case Isolation::serializable:
            return "SERIALIZABLE";
    }
    return "READ COMMITTED";
}

}  // namespace

Driver::Driver(std::unique_ptr<soci::session> session, PGconn* handle, PoolerMode pooler, std::string own_settings,
               const detail::Deadline& until)
    : session_(std::move(session)), channel_(handle), own_settings_(std::move(own_settings)) {
    PQsetNoticeReceiver(handle, log_notice, nullptr);
    if (channel_.in_transaction()) return;  // an adopted session, which is refused
    if (pooler != PoolerMode::transaction) {
        const std::string sql = set_up_sql(own_settings_, pooler == PoolerMode::detect ? PQbackendPID(handle) : 0);
        const ResultPtr done = channel_.run(sql.c_str(), until);
        if (!succeeded(done.get())) fail_last(done.get(), sql, false, false);
        shared_ = PQntuples(done.get()) == 0;  // the backend is not the one that accepted the connection
    } else {
        shared_ = true;
    }
    if (shared_) check_shared_session(until);
}

Driver::~Driver() = default;

/// Settings do not last on a shared session, so those that we rely on must be right already.
void Driver::check_shared_session(const detail::Deadline& until) {
    const ResultPtr found = channel_.run(unfit_settings_sql, until);
    if (!succeeded(found.get())) fail_last(found.get(), unfit_settings_sql, false, false);
    if (PQntuples(found.get()) == 0) return;
    throw ConnectionError("the sessions behind the pooler have " + std::string(PQgetvalue(found.get(), 0, 0)) +
                          ", with which results would be wrong; set it for the role by ALTER ROLE, or connect to the "
                          "server directly");
}

const Dialect& Driver::dialect() const noexcept { return postgresql::dialect(); }

soci::session& Driver::session() noexcept { return *session_; }

std::string Driver::next_name() { return "strata_" + std::to_string(++names_); }

void Driver::fail_last(const PGresult* result, std::string_view statement, bool values_bound, bool may_write,
                       bool commits) const {
    FailedCall call = channel_.failed_call(statement, values_bound, may_write);
    // Only where the answer is lost does it matter what the text would have done.
    call.commits = commits || (PQstatus(channel_.native()) == CONNECTION_BAD && holds_commit(statement));
    last_staleness_ = shared_ ? detail::Staleness::fresh : staleness_of(result);
    fail(channel_.native(), result, call);
}

void Driver::fail_prepare(const PGresult* result, std::string_view statement) const {
    FailedCall call = channel_.failed_call(statement, false, false);
    call.only_prepared = true;
    last_staleness_ = staleness_of(result);
    fail(channel_.native(), result, call);
}

void Driver::forget_statement(const std::string& name) { forgotten_.push_back(name); }

/// A failed transaction refuses DEALLOCATE, and a new one must begin with the user's statement, so statements wait.
void Driver::deallocate_pending() noexcept {
    const PGTransactionStatusType status = PQtransactionStatus(channel_.native());
    const bool idle = status == PQTRANS_IDLE && forgotten_.size() >= forgotten_when_idle;
    const bool inside = status == PQTRANS_INTRANS && forgotten_.size() >= forgotten_in_transaction;
    if (channel_.state() != ChannelState::ready || (!idle && !inside)) return;
    try {
        std::vector<std::string> statements;
        statements.reserve(forgotten_.size());
        for (const std::string& name : forgotten_) statements.push_back("DEALLOCATE " + name);
        forgotten_.clear();
        if (inside) {  // a statement that no longer exists must not end the transaction
            control("SAVEPOINT strata_deallocate");
            const ResultPtr done = channel_.run_each(statements, deadline());
            if (!succeeded(done.get())) control("ROLLBACK TO SAVEPOINT strata_deallocate");
            control("RELEASE SAVEPOINT strata_deallocate");
        } else {
            (void)channel_.run_each(statements, deadline());
        }
    } catch (const std::exception& error) {
        log::write(log::Level::debug, std::string("statements could not be deallocated: ") + error.what());
    }
}

std::shared_ptr<detail::PreparedStatement> Driver::prepare(std::string_view sql, detail::Reuse reuse) {
    check_text(sql);
    if (reuse == detail::Reuse::often) deallocate_pending();
    return std::make_shared<Statement>(*this, sql, reuse);
}

std::string Driver::native_placeholders(std::string_view sql) const {
    detail::SqlLexer lexer(sql, lexis);
    std::string text;
    std::size_t copied = 0;
    int number = 0;
    for (detail::SqlToken token = lexer.next(); token.kind != detail::SqlToken::Kind::end; token = lexer.next()) {
        if (token.kind == detail::SqlToken::Kind::parameter)
            return std::string(sql);  // the text has PostgreSQL's own placeholders
        if (!token.symbol('?')) continue;
        text += sql.substr(copied, token.begin - copied);
        copied = token.begin + 1;
        if (copied < sql.size() && sql[copied] == '?') {
            (void)lexer.next();  // two of them mean a question mark
            continue;
        }
        dialect().placeholder(text, ++number);
    }
    return text += sql.substr(copied);
}

void Driver::expect_done(const PGresult* result, std::string_view sql, bool commits) {
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
        channel_.leave_copy();
        throw UsageError("COPY is not run as a statement; use bulk_insert");
    }
    if (!succeeded(result)) fail_last(result, sql, false, true, commits);
    check_committed(result, sql);
}

/// https://www.postgresql.org/docs/15/sql-commit.html: that a transaction had failed is not an error of COMMIT's.
void Driver::check_committed(const PGresult* result, std::string_view sql) {
    if (!tells_rollback(result) || !holds_commit(sql)) return;
    ErrorDetails details;
    details.code = "25P02";
    throw Error("the transaction had failed at an earlier statement and was rolled back", std::move(details));
}

void Driver::control(std::string_view sql) {
    const std::string text(sql);
    const ResultPtr result = channel_.run(text.c_str(), control_deadline());
    expect_done(result.get(), sql);
}

/// A rollback comes after a limit was reached, so a stop flag does not count; only a server that hangs does.
detail::Deadline Driver::control_deadline() const noexcept {
    if (!limits.start().active()) return {};
    const std::chrono::milliseconds limit(std::max<std::int64_t>(limits.statement_timeout.milliseconds(), 5000));
    return {detail::after(detail::Clock::now(), limit), nullptr};
}

void Driver::commit() {
    if (std::exchange(undo_at_commit_, false) && state() == ConnectionState::in_transaction)
        control(restore_shared_sql);
    const ResultPtr result = channel_.run("COMMIT", deadline());
    expect_done(result.get(), "COMMIT", true);
}

/// Rolling the inner savepoint back restores which constraints are deferred.
void Driver::check_deferred_constraints() {
    control(
        "SAVEPOINT strata_deferred; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO SAVEPOINT strata_deferred; "
        "RELEASE SAVEPOINT strata_deferred");
}

void Driver::set_read_only(bool read_only) {
    if (read_only) control("SET TRANSACTION READ ONLY");
}

void Driver::begin(const TransactionOptions& options) {
    undo_at_commit_ = false;
    deallocate_pending();
    std::string sql = "BEGIN";
    // Through a pooler the session's defaults are not ours.
    if (options.isolation != Isolation::database_default || shared_) {
        sql += " ISOLATION LEVEL ";
        sql += isolation_words(options.isolation);
    }
    if (options.read_only) {
        sql += " READ ONLY";
    } else if (shared_) {
        sql += " READ WRITE";
    }
    if (options.deferrable) sql += " DEFERRABLE";
    const ResultPtr begun = channel_.run(sql.c_str(), deadline());
    if (!succeeded(begun.get())) fail_last(begun.get(), sql, false, false);
    if (shared_ && !lock_key_.empty()) lock_transaction();
}

ConnectionState Driver::state() const noexcept {
    switch (channel_.state()) {
        case ChannelState::broken:
            return ConnectionState::broken;
        case ChannelState::streaming:
            return ConnectionState::streaming;
        case ChannelState::pipelining:
            return ConnectionState::pipelining;
        case ChannelState::ready:
            break;
    }
    if (PQtransactionStatus(channel_.native()) == PQTRANS_INERROR) return ConnectionState::failed_transaction;
    return in_transaction() ? ConnectionState::in_transaction : ConnectionState::idle;
}

/// Nothing in the server refuses such statements, except the role's privileges.
void Driver::check_access(std::string_view sql) const {
    detail::check_rows_only(sql, lexis);
    const std::string table = written_catalogue_table(sql);
    if (table.empty()) return;
    throw UsageError("to write to " + table +
                     " would change the schema or the session, and this connection only reads and writes rows; if it "
                     "is a table of yours, put its schema before its name");
}

bool Driver::may_change_session(std::string_view sql) {
    if (detail::may_change_session(sql, lexis)) return true;
    return !shared_ && hidden_effects_.of(sql, *this);  // a shared session is not restored
}

void Driver::check_text(std::string_view sql) {
    const char* const strings = PQparameterStatus(channel_.native(), "standard_conforming_strings");
    if (strings != nullptr && std::string_view(strings) != "on" && sql.find('\\') != std::string_view::npos) {
        throw UsageError(
            "standard_conforming_strings has been switched off in this session, so a text with a backslash would not "
            "mean what it says; switch it on again");
    }
    unrestorable_ = unrestorable_ || is_unrestorable(sql);
    if (shared_) check_shared(sql);
}

/// After a pooler's transaction the session belongs to another client, so a statement must leave nothing in it. What a
/// reset undoes may happen within a transaction, at whose end it is undone.
void Driver::check_shared(std::string_view sql) {
    if (undo_at_commit_ && detail::classify_words(sql, lexis) == StatementClass::transaction && holds_commit(sql))
        throw UsageError(
            "the transaction has changed a session that a pooler shares; end it by commit(), which undoes that");
    const SessionEffect effect = session_effect_of(sql);
    if (effect.leftover == Leftover::none) return;
    if (effect.leftover == Leftover::undone_by_reset && in_transaction()) {
        undo_at_commit_ = true;
        return;
    }
    std::string line(effect.name);
    line += " would outlive its transaction in a session that a pooler shares; ";
    line += effect.advice;
    if (effect.leftover == Leftover::undone_by_reset) line += ", or run it in a transaction, which undoes it";
    throw UsageError(line);
}

void Driver::script(std::string_view sql) {
    if (sql.find('\0') != std::string_view::npos) throw UsageError("a script holds a NUL character");
    const std::vector<std::string_view> statements = detail::split_script(sql, lexis, false);
    if (std::ranges::any_of(statements, is_copy)) throw UsageError("COPY is not run as a statement; use bulk_insert");
    check_script_strings(statements);
    const bool together = std::ranges::none_of(statements, outside_transaction);
    const bool own = together && !in_transaction() && statements.size() > 1;
    if (own) begin({});
    std::size_t at = 0;
    try {
        if (together && statements.size() > 1) {
            run_pipelined(statements, at);
        } else {
            for (; at < statements.size(); ++at) {
                check_text(statements[at]);
                const ResultPtr result = channel_.run(std::string(statements[at]).c_str(), deadline());
                expect_done(result.get(), statements[at]);
            }
        }
    } catch (const Error& error) {
        if (own) roll_back_quietly();
        detail::rethrow_from_script(error, at + 1, statements.size(), statements[at], lexis);
    }
    if (own) commit();
}

void Driver::run_all(std::span<const std::string_view> statements, std::size_t& done) {
    if (statements.empty()) return;
    check_script_strings(statements);
    const bool own = !in_transaction() && statements.size() > 1;
    if (own) begin({});
    try {
        run_pipelined(statements, done);
    } catch (...) {
        if (own) roll_back_quietly();
        throw;
    }
    if (own) commit();
}

/// Used after a failure that matters more than a failure here.
void Driver::roll_back_quietly() noexcept {
    try {
        if (!broken() && in_transaction()) control("ROLLBACK");
    } catch (const std::exception& error) {
        log::write(log::Level::debug, std::string("a transaction could not be rolled back: ") + error.what());
    }
}

/// `at` is the index of the statement whose result is waited for.
void Driver::run_pipelined(std::span<const std::string_view> statements, std::size_t& at) {
    constexpr std::size_t window = 64;  // limits what each side must buffer for the other
    at = 0;
    for (const std::string_view statement : statements) {
        if (is_copy(statement)) throw UsageError("COPY is not run as a statement; use bulk_insert");
        check_text(statement);
        ++at;
    }
    const Parameters none;
    channel_.enter_pipeline(deadline());
    ResultPtr failed;
    ResultPtr rolled_back;  // the answer to a COMMIT of a transaction that had failed
    std::size_t commit_at = 0;
    std::size_t sent = 0;
    at = 0;
    while (at < statements.size() && !failed) {
        while (sent < statements.size() && sent < at + window) {
            channel_.send(std::string(statements[sent]).c_str(), none);
            ++sent;
        }
        if (sent == statements.size()) {
            channel_.send_sync();
        } else {
            channel_.send_flush();
        }
        const std::size_t until = sent == statements.size() ? sent : at + window / 2;
        for (; at < until && !failed; ++at) {
            channel_.restart_deadline(deadline());
            ResultPtr result = channel_.receive_one();
            if (succeeded(result.get())) {
                if (!rolled_back && tells_rollback(result.get()) && holds_commit(statements[at])) {
                    rolled_back = std::move(result);
                    commit_at = at;
                }
                continue;
            }
            failed = std::move(result);
            if (!failed) failed.reset(PQmakeEmptyPGresult(channel_.native(), PGRES_FATAL_ERROR));
            --at;
        }
    }
    if (sent < statements.size()) channel_.send_sync();
    const ResultPtr at_sync = channel_.finish_pipeline();
    if (failed) fail_last(failed.get(), statements[at], false, true);
    // Outside of a transaction the sync commits what one statement did, and a deferred constraint may fail then.
    if (at_sync || channel_.broken()) fail_last(at_sync.get(), "COMMIT", false, true, true);
    if (!rolled_back) return;
    at = commit_at;
    check_committed(rolled_back.get(), statements[at]);
}

std::unique_ptr<detail::PipelineDriver> Driver::pipeline(Intent /*the server finds out*/) {
    return std::make_unique<PipelineSession>(*this);
}

/// COPY is refused with row-level security and for most views, it does not run the rules of a table, and it writes
/// keys that are GENERATED ALWAYS, which INSERT refuses.
/// https://www.postgresql.org/docs/15/sql-copy.html
bool Driver::takes_copy(const QualifiedName& table, std::span<const std::string_view> columns) {
    constexpr const char* sql =
        "SELECT relkind IN ('r', 'p', 'f') AND NOT relhasrules AND NOT row_security_active(oid) AND NOT EXISTS (SELECT "
        "FROM "
        "pg_attribute WHERE attrelid = pg_class.oid AND attidentity = 'a' AND attname = ANY ($2::name[])) FROM "
        "pg_class "
        "WHERE oid = to_regclass($1)";
    const std::string quoted = dialect().quoted(table);
    const std::string list = array_of_names(columns);
    const Value values[] = {Value::text(quoted), Value::text(list)};
    Parameters parameters;
    parameters.set(values);
    const ResultPtr found = channel_.execute_unnamed(sql, parameters, deadline());
    if (PQresultStatus(found.get()) != PGRES_TUPLES_OK) fail_last(found.get(), sql, true, false);
    if (PQntuples(found.get()) == 0) {
        ErrorDetails details;
        details.code = "42P01";
        details.table = table.name;
        throw NoSuchTable("no such table: " + table, std::move(details));
    }
    return *PQgetvalue(found.get(), 0, 0) == 't';
}

std::int64_t Driver::bulk_insert(const QualifiedName& table, std::span<const std::string_view> columns,
                                 detail::NextRow next) {
    const std::string name = dialect().quoted(table);
    std::string list;
    for (const std::string_view column : columns) {
        list += list.empty() ? " (" : ", ";
        dialect().quote(list, column);
    }
    list += ')';
    return takes_copy(table, columns) ? copy(name + list, columns.size(), next)
                                      : insert_rows(name + list, columns.size(), next);
}

std::int64_t Driver::copy(const std::string& target, std::size_t width, detail::NextRow next) {
    const std::string sql = "COPY " + target + " FROM STDIN";
    const ResultPtr started = channel_.run(sql.c_str(), deadline());
    if (PQresultStatus(started.get()) != PGRES_COPY_IN) fail_last(started.get(), sql, true, false);
    bool sending = true;
    constexpr std::size_t chunk = 65'536;
    std::string lines;
    lines.reserve(chunk + 4096);
    std::vector<Value> values(width);
    try {
        while (sending && next(values)) {
            if (channel_.copy_interrupted()) {
                sending = false;
                break;
            }
            for (std::size_t i = 0; i < width; ++i) {
                if (i > 0) lines += '\t';
                append_copy_field(lines, values[i]);
            }
            lines += '\n';
            if (lines.size() < chunk) continue;
            sending = channel_.put_copy_data(lines);
            lines.clear();
        }
        if (sending && !lines.empty()) sending = channel_.put_copy_data(lines);
    } catch (...) {
        channel_.leave_copy();
        throw;
    }
    const ResultPtr done = channel_.end_copy();
    if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) fail_last(done.get(), sql, true, true);
    return std::strtoll(PQcmdTuples(done.get()), nullptr, 10);  // a trigger may have left some out
}

std::int64_t Driver::insert_rows(const std::string& target, std::size_t width, detail::NextRow next) {
    const std::size_t most_rows = std::clamp<std::size_t>(most_parameters / width, 1, 500);
    constexpr std::size_t most_bytes = 16'000'000;
    const bool own = !in_transaction();
    if (own) begin({});
    std::int64_t count = 0;
    Parameters parameters;
    std::string sql;
    try {
        std::vector<Value> values(width);
        for (bool more = true; more;) {
            parameters.clear();
            sql = "INSERT INTO " + target + " VALUES";
            std::size_t rows = 0;
            while (rows < most_rows && parameters.size() < most_bytes && (more = next(values))) {
                sql += rows == 0 ? " (" : ", (";
                for (std::size_t i = 0; i < width; ++i) {
                    if (i > 0) sql += ", ";
                    dialect().placeholder(sql, static_cast<int>(rows * width + i + 1));
                }
                sql += ')';
                parameters.append(values);
                ++rows;
            }
            if (rows == 0) break;
            parameters.finish();
            const ResultPtr done = channel_.execute_unnamed(sql.c_str(), parameters, deadline());
            if (!succeeded(done.get())) fail_last(done.get(), "INSERT INTO " + target + " VALUES ...", true, true);
            count += std::strtoll(PQcmdTuples(done.get()), nullptr, 10);
        }
    } catch (...) {
        if (own) roll_back_quietly();
        throw;
    }
    if (own) commit();
    return count;
}

bool Driver::ping(const detail::Deadline& until) noexcept {
    try {
        return succeeded(channel_.run("SELECT 1", until).get());
    } catch (...) {
        return false;
    }
}

detail::Staleness Driver::staleness(const Error& /*error*/) const noexcept { return last_staleness_; }

bool Driver::start_restore() noexcept {
    if (shared_) return !unrestorable_;  // our own settings do not outlive their transaction
    if (unrestorable_) return false;
    try {
        // The time to wait for the answer begins when somebody waits.
        const detail::Deadline far{detail::Clock::now() + std::chrono::hours(24), nullptr, true};
        return channel_.send_only(restore_sql(own_settings_, false).c_str(), far);
    } catch (...) {
        return false;
    }
}

bool Driver::finish_restore(const detail::Deadline& until) noexcept {
    if (shared_) return true;
    try {
        channel_.restart_deadline(until);
        const ResultPtr prepared = channel_.finish_command();
        // What a statement has prepared by SQL can only be known by asking.
        return succeeded(prepared.get()) && PQntuples(prepared.get()) == 0 && !broken();
    } catch (...) {
        return false;
    }
}

void Driver::restore_session() {
    if (shared_ && !in_transaction()) return;  // the session that was changed is not known
    const std::string sql = shared_ ? restore_shared_sql : restore_sql(own_settings_, true);
    const ResultPtr done = channel_.run(sql.c_str(), deadline());
    if (!succeeded(done.get())) fail_last(done.get(), sql, false, false);
}

}  // namespace strata::core::postgresql
