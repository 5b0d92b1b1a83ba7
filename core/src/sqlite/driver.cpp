#include "driver.hpp"

#include "../detail/statement_class.hpp"
#include "dialect.hpp"
#include "error.hpp"
#include "statement.hpp"

#include <strata/core/error.hpp>

#include <sqlite3.h>

#include <algorithm>

namespace strata::core::sqlite {

namespace {

constexpr detail::SqlLexis lexis = detail::sqlite_lexis;

bool outside_transaction(std::string_view statement) {
    const detail::SqlToken first = detail::SqlLexer(statement, lexis).next();
    return first.is("PRAGMA") || first.is("VACUUM") || first.is("ATTACH") || first.is("DETACH") ||
           detail::classify_words(statement, lexis) == StatementClass::transaction;
}

}  // namespace

Driver::Driver(std::unique_ptr<soci::session> session, ::sqlite3* handle, std::chrono::milliseconds busy_timeout)
    : session_(std::move(session)), handle_(handle) {
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, static_cast<int>(busy_timeout.count()));
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    sqlite3_set_authorizer(handle_, &Driver::authorize, this);
}

Driver::~Driver() { sqlite3_set_authorizer(handle_, nullptr, nullptr); }

const Dialect& Driver::dialect() const noexcept { return sqlite::dialect(); }

/// https://www.sqlite.org/c3ref/set_authorizer.html: asked while a statement is prepared, not while it runs.
int Driver::authorize(void* self, int action, const char* first, const char* second, const char* database,
                      const char*) {
    if (static_cast<Driver*>(self)->access_ == Access::schema) return SQLITE_OK;
    const std::string_view where = database == nullptr ? "" : database;
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
            return where == "temp" ? SQLITE_OK : SQLITE_DENY;
        case SQLITE_ALTER_TABLE:
            return std::string_view(first == nullptr ? "" : first) == "temp" ? SQLITE_OK : SQLITE_DENY;
        case SQLITE_ATTACH:
        case SQLITE_DETACH:
            return SQLITE_DENY;
        case SQLITE_PRAGMA: {
            static constexpr const char* guarded[] = {"schema_version", "writable_schema", "journal_mode",
                                                      "foreign_keys",   "user_version",    "application_id"};
            const auto is_it = [&](const char* name) { return sqlite3_stricmp(first, name) == 0; };
            return second != nullptr && std::ranges::any_of(guarded, is_it) ? SQLITE_DENY : SQLITE_OK;
        }
        default:
            return SQLITE_OK;
    }
}

std::shared_ptr<detail::PreparedStatement> Driver::prepare(std::string_view sql) {
    return std::make_shared<Statement>(handle_, sql);
}

void Driver::run_one(std::string_view statement) {
    Statement prepared(handle_, statement);
    prepared.run({});
    while (prepared.step()) {
    }
}

void Driver::script(std::string_view sql) {
    const auto statements = detail::split_script(sql, lexis, true);
    bool whole = !in_transaction();
    for (const std::string_view statement : statements) whole = whole && !outside_transaction(statement);
    if (whole) begin(TransactionMode::immediate);
    std::size_t number = 0;
    try {
        for (const std::string_view statement : statements) {
            ++number;
            run_one(statement);
        }
        if (whole) control("COMMIT");
    } catch (const Error& error) {
        if (whole && in_transaction()) control("ROLLBACK");
        detail::rethrow_from_script(error, number, statements.size(), statements[number - 1], lexis);
    }
}

std::int64_t Driver::bulk_insert(std::string_view table, std::span<const std::string_view> columns,
                                 const std::function<bool(std::span<Value>)>& next) {
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
        begin(TransactionMode::immediate);
    else
        control("SAVEPOINT strata_bulk");
    std::int64_t count = 0;
    try {
        Statement insert(handle_, sql);
        std::vector<Value> values(columns.size());
        while (next(values)) {
            insert.execute(values);
            ++count;
        }
        control(own ? "COMMIT" : "RELEASE strata_bulk");
    } catch (...) {
        if (in_transaction()) {
            if (!own) control("ROLLBACK TO strata_bulk");
            control(own ? "ROLLBACK" : "RELEASE strata_bulk");
        }
        throw;
    }
    return count;
}

void Driver::begin(TransactionMode mode) { control(mode == TransactionMode::immediate ? "BEGIN IMMEDIATE" : "BEGIN"); }

void Driver::control(std::string_view sql) { run_one(sql); }

bool Driver::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

}  // namespace strata::core::sqlite
