#include "driver.hpp"

#include "dialect.hpp"
#include "error.hpp"
#include "functions.hpp"
#include "lexis.hpp"
#include "pipeline.hpp"
#include "statement.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>
#include <strata/core/log.hpp>

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <thread>

namespace strata::core::sqlite {

namespace {

using Clock = std::chrono::steady_clock;

bool outside_transaction(std::string_view statement) {
    const detail::SqlToken first = detail::SqlLexer(statement, lexis).next();
    return first.is("PRAGMA") || first.is("VACUUM") || first.is("ATTACH") || first.is("DETACH") ||
           detail::classify_words(statement, lexis) == StatementClass::transaction;
}

/// Pragmas that only tell something, also with an argument. https://www.sqlite.org/pragma.html
constexpr const char* telling_pragmas[] = {
    "collation_list", "compile_options", "database_list", "foreign_key_check", "foreign_key_list", "function_list",
    "index_info",     "index_list",      "index_xinfo",   "integrity_check",   "module_list",      "pragma_list",
    "quick_check",    "table_info",      "table_list",    "table_xinfo",
};
/// Pragmas that only read a setting when they get no value.
constexpr const char* settings_to_ask[] = {
    "application_id",     "auto_vacuum",
    "busy_timeout",       "cache_size",
    "data_version",       "defer_foreign_keys",
    "encoding",           "foreign_keys",
    "freelist_count",     "ignore_check_constraints",
    "journal_mode",       "journal_size_limit",
    "legacy_alter_table", "locking_mode",
    "max_page_count",     "mmap_size",
    "page_count",         "page_size",
    "query_only",         "read_uncommitted",
    "recursive_triggers", "reverse_unordered_selects",
    "schema_version",     "secure_delete",
    "synchronous",        "temp_store",
    "trusted_schema",     "user_version",
    "wal_autocheckpoint", "writable_schema",
};

template <std::size_t N>
bool one_of(const char* name, const char* const (&names)[N]) {
    return std::ranges::any_of(names, [&](const char* each) { return sqlite3_stricmp(name, each) == 0; });
}

/// Pragmas of a connection whose first value depends on how SQLite was built.
constexpr const char* built_in_defaults[] = {"cache_size",    "cache_spill",        "mmap_size",
                                             "secure_delete", "wal_autocheckpoint", "journal_size_limit",
                                             "max_page_count"};

/// The values that a new connection has, for the pragmas that belong to a connection.
constexpr const char* session_defaults[] = {
    "PRAGMA foreign_keys = ON",          "PRAGMA ignore_check_constraints = OFF",
    "PRAGMA query_only = OFF",           "PRAGMA legacy_alter_table = OFF",
    "PRAGMA recursive_triggers = OFF",   "PRAGMA reverse_unordered_selects = OFF",
    "PRAGMA read_uncommitted = OFF",     "PRAGMA writable_schema = OFF",
    "PRAGMA automatic_index = ON",       "PRAGMA trusted_schema = ON",
    "PRAGMA case_sensitive_like = OFF",  "PRAGMA cell_size_check = OFF",
    "PRAGMA locking_mode = NORMAL",      "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = DEFAULT",       "PRAGMA full_column_names = OFF",
    "PRAGMA short_column_names = ON",    "PRAGMA count_changes = OFF",
    "PRAGMA defer_foreign_keys = OFF",   "PRAGMA threads = 0",
    "PRAGMA analysis_limit = 0",         "PRAGMA fullfsync = OFF",
    "PRAGMA checkpoint_fullfsync = OFF",
};

/// A deadline for a scope; that of a cursor which is open meanwhile counts again afterwards.
class DeadlineFor {
public:
    DeadlineFor(detail::Deadline& place, const detail::Deadline& deadline)
        : place_(place), before_(std::exchange(place, deadline)) {}
    DeadlineFor(const DeadlineFor&) = delete;
    DeadlineFor& operator=(const DeadlineFor&) = delete;
    ~DeadlineFor() { place_ = before_; }

private:
    detail::Deadline& place_;
    detail::Deadline before_;
};

/// The files that were open at a fork(), in the child.
std::vector<FileIdentity>& inherited_files() {
    static std::vector<FileIdentity> files;
    return files;
}

}  // namespace

Driver::Driver(std::unique_ptr<soci::session> session, ::sqlite3* handle, std::chrono::milliseconds busy_timeout)
    : session_(std::move(session)),
      handle_(handle),
      busy_timeout_(busy_timeout),
      file_(FileIdentity::of(path())),
      fork_watch_(this, [](void* self, detail::ForkMoment moment) {
          Driver& driver = *static_cast<Driver*>(self);
          if (moment != detail::ForkMoment::in_child || driver.file_ == FileIdentity{}) return;  // memory is copied
          driver.inherited_ = true;
          inherited_files().push_back(driver.file_);
      }) {
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_handler(handle_, &Driver::busy, this);
    // https://www.sqlite.org/security.html: what SQL of an attacker could use against the process or the file.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    sqlite3_set_authorizer(handle_, &Driver::authorize, this);
    // What generated SQL calls where PostgreSQL would refuse a number. Not deterministic, so that it is called only
    // there.
    sqlite3_create_function_v2(
        handle_, "strata_out_of_range", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, nullptr,
        [](sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_error_code(context, SQLITE_RANGE); },
        nullptr, nullptr, nullptr);
    add_functions(handle_);
    if (const std::string file = path(); !file.empty()) queue_ = WriteQueue::of_file(file);
    if (!queue_) remember_defaults();
}

Driver::~Driver() {
    if (inherited_) {  // to close the file would be to write to it
        if (lock_file_ >= 0) ::close(lock_file_);
        (void)session_.release();
        return;
    }
    leave_queue();
    unlock_migrations();
    sqlite3_set_authorizer(handle_, nullptr, nullptr);
    sqlite3_busy_handler(handle_, nullptr, nullptr);
}

const Dialect& Driver::dialect() const noexcept { return sqlite::dialect(); }

soci::session& Driver::session() noexcept {
    changed_ = true;  // whoever gets the session may change anything
    return *session_;
}

void Driver::fail(std::string_view statement, bool values_bound) { fail(statement, values_bound, nullptr); }

void Driver::fail(sqlite3_stmt* statement, bool values_bound, bool changes_rows) {
    const char* const sql = sqlite3_sql(statement);
    fail(sql == nullptr ? std::string_view() : std::string_view(sql), values_bound, changes_rows ? statement : nullptr);
}

void Driver::fail(std::string_view statement, bool values_bound, sqlite3_stmt* changes) {
    const detail::Interruption interruption = std::exchange(interruption_, detail::Interruption::none);
    struct Settle {
        Driver& driver;
        ~Settle() {
            driver.searches_ = false;
            driver.interruption_ = detail::Interruption::none;
            driver.settle_queue();
        }
    } const settle{*this};
    // A pool closes this connection instead of lending it again.
    changed_ = changed_ || sqlite3_extended_errcode(handle_) == SQLITE_READONLY_DBMOVED;
    const bool waited = !in_transaction() || busy_since_ != Clock::time_point{};
    searches_ = changes != nullptr;
    sqlite::fail(handle_, {statement, values_bound, waited, read_only_, interruption, changes});
}

// Waiting for locks and limits.

/// A caller that has waited longer checks more often, so that it is served sooner and no process starves.
/// https://www.sqlite.org/c3ref/busy_handler.html
int Driver::busy(void* self, int tries) {
    auto& driver = *static_cast<Driver*>(self);
    const auto now = Clock::now();
    if (tries == 0 && driver.busy_since_ == Clock::time_point{}) driver.busy_since_ = now;
    const auto waited = now - driver.busy_since_;
    if (now >= detail::after(driver.busy_since_, driver.busy_timeout_)) return 0;
    if (driver.cancelled_.load(std::memory_order_relaxed)) driver.interruption_ = detail::Interruption::cancelled;
    if (driver.interruption_ == detail::Interruption::none) driver.interruption_ = driver.deadline_.reached();
    if (driver.interruption_ != detail::Interruption::none) return 0;
    static thread_local std::minstd_rand random(std::random_device{}());
    const int most = waited < std::chrono::milliseconds(200) ? 2000 : 700;
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(200, most)(random)));
    return 1;
}

int Driver::progress(void* self) {
    auto& driver = *static_cast<Driver*>(self);
    if (driver.interruption_ == detail::Interruption::none) driver.interruption_ = driver.deadline_.reached();
    return driver.interruption_ == detail::Interruption::none ? 0 : 1;
}

void Driver::Run::begin(const detail::PreparedStatement& statement, bool limited, bool writes) {
    if (limited) {
        driver_.start_limits(statement);
        limited_ = true;
    }
    if (!writes || driver_.has_turn_ || !driver_.queue_ || driver_.in_transaction()) return;
    try {
        driver_.enter_queue(statement);
        entered_ = true;
    } catch (...) {
        end();
        throw;
    }
}

void Driver::Run::end() noexcept {
    if (limited_) driver_.end_limits();
    if (entered_) driver_.settle_queue();
    limited_ = entered_ = false;
}

void Driver::start_limits(const detail::PreparedStatement& statement) {
    if (limited_runs_++ > 0) return;  // a statement inside another statement's loop
    interruption_ = detail::Interruption::none;
    deadline_ = limits.start();
    if (deadline_.reached() == detail::Interruption::cancelled) {
        end_limits();
        fail_interrupted(statement.sql(), detail::Interruption::cancelled);
    }
    constexpr int operations = 1000;  // a few microseconds
    sqlite3_progress_handler(handle_, operations, &Driver::progress, this);
}

void Driver::fail_at_limit(const detail::PreparedStatement& statement) const {
    const auto reached =
        cancelled_.load(std::memory_order_relaxed) ? detail::Interruption::cancelled : deadline_.reached();
    if (reached != detail::Interruption::none) fail_interrupted(statement.sql(), reached);
}

void Driver::end_limits() noexcept {
    if (--limited_runs_ > 0) return;
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    deadline_ = {};
}

void Driver::enter_queue(const detail::PreparedStatement& statement) {
    busy_since_ = Clock::now();
    if (queue_->enter(detail::after(busy_since_, busy_timeout_), deadline_, cancelled_)) {
        has_turn_ = true;
        return;
    }
    fail_at_limit(statement);
    if (const auto interruption = deadline_.reached(); interruption != detail::Interruption::none)
        fail_interrupted(statement.sql(), interruption);
    fail_locked(handle_, statement.sql());
}

void Driver::leave_queue() noexcept {
    if (std::exchange(has_turn_, false)) queue_->leave();
}

/// The turn ends with the transaction, or with a statement that was its own transaction.
void Driver::settle_queue() noexcept {
    if (has_turn_ && !in_transaction()) leave_queue();
}

void Driver::cancel() noexcept {
    cancelled_.store(true, std::memory_order_relaxed);
    sqlite3_interrupt(handle_);
}

// What a connection may do.

int Driver::authorize(void* self, int action, const char* first, const char* second, const char* database,
                      const char*) {
    return static_cast<Driver*>(self)->authorize(action, first, second, database);
}

/// https://www.sqlite.org/c3ref/set_authorizer.html: asked while a statement is prepared, not while it runs.
int Driver::authorize(int action, const char* first, const char* second, const char* /*database*/) {
    if (searches_) return action == SQLITE_DELETE ? SQLITE_IGNORE : SQLITE_OK;  // rows are removed one by one
    if (own_) return SQLITE_OK;
    const bool rows = access_ == Access::rows;
    switch (action) {
        case SQLITE_CREATE_INDEX:
        case SQLITE_CREATE_TABLE:
        case SQLITE_CREATE_TRIGGER:
        case SQLITE_CREATE_VIEW:
        case SQLITE_CREATE_VTABLE:
        case SQLITE_DROP_INDEX:
        case SQLITE_DROP_TABLE:
        case SQLITE_DROP_TRIGGER:
        case SQLITE_DROP_VIEW:
        case SQLITE_DROP_VTABLE:
        case SQLITE_REINDEX:
        case SQLITE_ANALYZE:
        case SQLITE_ALTER_TABLE:
            return rows ? SQLITE_DENY : SQLITE_OK;
        case SQLITE_CREATE_TEMP_INDEX:
        case SQLITE_CREATE_TEMP_TABLE:
        case SQLITE_CREATE_TEMP_TRIGGER:
        case SQLITE_CREATE_TEMP_VIEW:
        case SQLITE_DROP_TEMP_INDEX:
        case SQLITE_DROP_TEMP_TABLE:
        case SQLITE_DROP_TEMP_TRIGGER:
        case SQLITE_DROP_TEMP_VIEW:
        case SQLITE_ATTACH:
        case SQLITE_DETACH:
            if (rows) return SQLITE_DENY;  // a temporary table could hide a table of the same name
            changed_ = true;
            return SQLITE_OK;
        case SQLITE_PRAGMA:
            if (read_only_ && second != nullptr && sqlite3_stricmp(first, "query_only") == 0) return SQLITE_DENY;
            if (one_of(first, telling_pragmas) || (second == nullptr && one_of(first, settings_to_ask)))
                return SQLITE_OK;
            if (in_transaction() && sqlite3_stricmp(first, "defer_foreign_keys") == 0)
                return SQLITE_OK;  // it ends with the transaction
            if (rows) return SQLITE_DENY;
            changed_ = true;
            return SQLITE_OK;
        default:
            return SQLITE_OK;
    }
}

std::string Driver::path() const {
    const char* path = sqlite3_db_filename(handle_, "main");
    return path == nullptr ? std::string() : std::string(path);
}

bool Driver::is_inherited(const std::string& path) {
    return !inherited_files().empty() && std::ranges::count(inherited_files(), FileIdentity::of(path)) > 0;
}

void Driver::fail_inherited(const std::string& path) {
    ErrorDetails details;
    details.connection_lost = true;
    throw ConnectionError("the database was open when this process was forked, and SQLite's locks do not hold here: " +
                              path + "; connect after fork(), or dispose of the engine before it",
                          std::move(details));
}

void Driver::exec(const char* sql) {
    check_process();
    const bool before = std::exchange(own_, true);
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    own_ = before;
    if (code != SQLITE_OK) fail(sql);
}

/// A file is opened again where its session was changed, a database in memory cannot be.
void Driver::remember_defaults() {
    for (const char* name : built_in_defaults) {
        const std::string pragma = "PRAGMA " + std::string(name);
        const bool before = std::exchange(own_, true);
        Statement query(*this, pragma, detail::Reuse::once);
        own_ = before;
        query.run({}, Fetch::buffered);
        if (query.step()) defaults_.push_back(pragma + " = " + std::string(query.row().text(0)));
        query.finish();
    }
}

void Driver::prefer_wal() noexcept {
    own_ = true;
    sqlite3_exec(handle_, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    own_ = false;
}

bool Driver::start_restore() noexcept {
    if (!changed_) return true;
    if (queue_) return false;  // opening a file again is fast, and leaves nothing of the old session
    try {
        restore_session();
        changed_ = false;
        return true;
    } catch (...) {
        return false;
    }
}

void Driver::restore_session() {
    if (!changed_) return;
    if (in_transaction()) return;  // the connection is closed when it is returned
    for (const char* sql : session_defaults) exec(sql);
    for (const std::string& sql : defaults_) exec(sql.c_str());
    sqlite3_busy_handler(handle_, &Driver::busy, this);  // PRAGMA busy_timeout replaces the handler
    std::vector<std::string> statements;
    const auto collect = [&](const char* sql) {
        const bool before = std::exchange(own_, true);
        Statement query(*this, sql, detail::Reuse::once);
        own_ = before;
        query.run({}, Fetch::buffered);
        while (query.step()) statements.emplace_back(query.row().text(0));
        query.finish();
    };
    collect(
        "SELECT 'DROP ' || type || ' IF EXISTS temp.\"' || replace(name, '\"', '\"\"') || '\"' FROM "
        "sqlite_temp_schema WHERE type IN ('table', 'view', 'trigger') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER "
        "BY type = 'table'");
    collect(
        "SELECT 'DETACH \"' || replace(name, '\"', '\"\"') || '\"' FROM pragma_database_list WHERE name NOT IN "
        "('main', 'temp')");
    for (const std::string& sql : statements) exec(sql.c_str());
}

// Statements.

std::shared_ptr<detail::PreparedStatement> Driver::prepare(std::string_view sql, detail::Reuse reuse) {
    check_process();
    return std::make_shared<Statement>(*this, sql, reuse);
}

void Driver::run_one(std::string_view statement) {
    Statement prepared(*this, statement, detail::Reuse::once);
    prepared.execute({});
}

void Driver::script(std::string_view sql) {
    const auto statements = detail::split_script(sql, lexis, true);
    const bool own = !in_transaction() && std::ranges::none_of(statements, outside_transaction);
    if (own) begin(immediate_transaction);
    std::size_t at = 0;
    try {
        for (; at < statements.size(); ++at) run_one(statements[at]);
    } catch (const Error& error) {
        if (own) roll_back_quietly();
        detail::rethrow_from_script(error, at + 1, statements.size(), statements[at], lexis);
    }
    if (own) commit_own();
}

void Driver::run_all(std::span<const std::string_view> statements, std::size_t& done) {
    const bool own = !in_transaction() && statements.size() > 1;
    if (own) begin(immediate_transaction);
    try {
        for (done = 0; done < statements.size(); ++done) run_one(statements[done]);
    } catch (...) {
        if (own) roll_back_quietly();
        throw;
    }
    if (own) commit_own();
}

std::unique_ptr<detail::PipelineDriver> Driver::pipeline(Intent intent) {
    return std::make_unique<PipelineSession>(*this, intent);
}

template <class Insert>
std::int64_t Driver::insert_many(const QualifiedName& table, std::span<const std::string_view> columns,
                                 const Insert& insert) {
    std::string sql = "INSERT INTO ";
    dialect().quote(sql, table);
    std::string places;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        sql += i == 0 ? " (" : ", ";
        dialect().quote(sql, columns[i]);
        places += i == 0 ? "?" : ", ?";
    }
    sql += ") VALUES (" + places + ")";
    const bool own = !in_transaction();
    if (own)
        begin(immediate_transaction);
    else
        control("SAVEPOINT strata_bulk");
    std::int64_t count = 0;
    try {
        Statement statement(*this, sql, detail::Reuse::often);
        count = insert(statement);
        if (!own) control("RELEASE strata_bulk");
    } catch (...) {
        if (own) {
            roll_back_quietly();
        } else if (in_transaction()) {
            control("ROLLBACK TO strata_bulk");
            control("RELEASE strata_bulk");
        }
        throw;
    }
    if (own) commit_own();
    return count;
}

std::int64_t Driver::bulk_insert(const QualifiedName& table, std::span<const std::string_view> columns,
                                 detail::NextRow next) {
    return insert_many(table, columns, [&](Statement& statement) { return statement.execute_many(next); });
}

std::int64_t Driver::bulk_insert_rows(const QualifiedName& table, std::span<const std::string_view> columns,
                                      std::span<const detail::MemberField> fields,
                                      detail::FunctionRef<const void*()> next_row) {
    return insert_many(table, columns, [&](Statement& statement) { return statement.execute_rows(fields, next_row); });
}

// Transactions.

void Driver::begin(const TransactionOptions& options) {
    settle_transaction();
    if (options.read_only) exec("PRAGMA query_only = ON");
    try {
        if (options.immediate && !options.read_only) {
            Statement(*this, "BEGIN IMMEDIATE", detail::Reuse::once).execute({});
        } else {
            control("BEGIN");
        }
    } catch (...) {
        if (options.read_only) exec("PRAGMA query_only = OFF");
        throw;
    }
    read_only_ = options.read_only;
}

/// Not limited, since a rollback comes after a limit was reached.
void Driver::control(std::string_view sql) {
    busy_since_ = {};
    exec(std::string(sql).c_str());
    settle_transaction();
}

/// The transaction's options end with it, whatever ended it.
void Driver::settle_transaction() {
    if (in_transaction()) return;
    settle_queue();
    if (std::exchange(read_only_, false)) exec("PRAGMA query_only = OFF");
}

/// A COMMIT that a reader keeps waiting (with a rollback journal) leaves the transaction open, to be tried again. One
/// that a deferred constraint refuses is rolled back, as PostgreSQL does it.
void Driver::commit() {
    cancelled_.store(false, std::memory_order_relaxed);
    interruption_ = detail::Interruption::none;
    const DeadlineFor limit(deadline_, limits.start());
    if (deadline_.reached() == detail::Interruption::cancelled)
        fail_interrupted("COMMIT", detail::Interruption::cancelled);
    try {
        control("COMMIT");
    } catch (const ForeignKeyViolation&) {
        roll_back_quietly();
        throw;
    }
}

void Driver::check_deferred_constraints() {
    int open = 0;
    int unused = 0;
    sqlite3_db_status(handle_, SQLITE_DBSTATUS_DEFERRED_FKS, &open, &unused, 0);
    if (open == 0) return;
    ErrorDetails details;
    details.code = std::to_string(SQLITE_CONSTRAINT_FOREIGNKEY);
    details.statement = "COMMIT";
    throw ForeignKeyViolation("FOREIGN KEY constraint failed", std::move(details));
}

void Driver::set_read_only(bool read_only) {
    if (read_only_ == read_only) return;
    read_only_ = false;  // the authorizer denies the pragma while it is set
    exec(read_only ? "PRAGMA query_only = ON" : "PRAGMA query_only = OFF");
    read_only_ = read_only;
}

/// A transaction that nobody else knows about must not stay open.
void Driver::commit_own() {
    try {
        commit();
    } catch (...) {
        roll_back_quietly();
        throw;
    }
}

void Driver::roll_back_quietly() noexcept {
    try {
        if (in_transaction()) control("ROLLBACK");
        settle_transaction();
    } catch (const std::exception& error) {
        log::write(log::Level::debug, std::string("a transaction could not be rolled back: ") + error.what());
    }
}

bool Driver::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

ConnectionState Driver::state() const noexcept {
    if (inherited_) return ConnectionState::broken;
    if (pipelining) return ConnectionState::pipelining;
    return in_transaction() ? ConnectionState::in_transaction : ConnectionState::idle;
}

}  // namespace strata::core::sqlite
