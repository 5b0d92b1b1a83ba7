#include "error.hpp"

#include "connection/driver.hpp"
#include "lexis.hpp"
#include "missing_names.hpp"
#include "violations.hpp"

#include <strata/core/error.hpp>

#include <sqlite3.h>

#include <optional>
#include <string>

namespace strata::core::sqlite {

namespace {

/// What follows `prefix` in the message. SQLite has no other way to say which constraint failed: these words are part
/// of its interface, in English everywhere, and all that is read of them are names.
std::string suffix_after(std::string_view message, std::string_view prefix) {
    const auto at = message.find(prefix);
    return at == std::string_view::npos ? std::string() : std::string(message.substr(at + prefix.size()));
}

void locate(::sqlite3* handle, ErrorDetails& details, const std::string& places) {
    Places named = named_places(handle, places);
    details.table = std::move(named.table);
    details.columns = std::move(named.columns);
}

/// "users.email, users.name" are the columns of a key; "index 'name'" is an index on expressions.
void locate_unique(::sqlite3* handle, ErrorDetails& details, const std::string& places) {
    constexpr std::string_view index = "index '";
    if (places.starts_with(index) && places.ends_with('\'')) {
        details.constraint = places.substr(index.size(), places.size() - index.size() - 1);
        details.table = table_of_index(handle, details.constraint);
        return;
    }
    locate(handle, details, places);
    details.constraint = unique_name(handle, details.table, details.columns);
}

[[noreturn]] void fail_foreign_key(::sqlite3* handle, const FailedStatement& statement, const std::string& message,
                                   ErrorDetails details) {
    if (statement.changes != nullptr) {
        if (std::optional<Constraint> key = violated_key(handle, statement.changes)) {
            details.table = std::move(key->table);
            details.constraint = std::move(key->name);
            details.columns = std::move(key->columns);
        }
    }
    throw ForeignKeyViolation(message, std::move(details));
}

std::string path_of(::sqlite3* handle) {
    const char* path = sqlite3_db_filename(handle, "main");
    return path == nullptr || *path == '\0' ? "the database in memory" : std::string(path);
}

/// Statements whose messages show the path that they were given, in no quotes.
bool opens_a_file(std::string_view sql) {
    const detail::SqlToken first = detail::SqlLexer(sql, lexis).next();
    return first.is("ATTACH") || first.is("DETACH") || first.is("VACUUM");
}

}  // namespace

void fail_interrupted(std::string_view sql, detail::Interruption interruption) {
    ErrorDetails details;
    details.code = std::to_string(SQLITE_INTERRUPT);
    details.statement = std::string(sql);
    if (interruption == detail::Interruption::timeout)
        throw Timeout("the statement took longer than its time limit and was ended", std::move(details));
    throw Cancelled("the statement was cancelled", std::move(details));
}

void fail_locked(::sqlite3* handle, std::string_view sql) {
    ErrorDetails details;
    details.code = std::to_string(SQLITE_BUSY);
    details.statement = std::string(sql);
    details.retryable = true;
    throw Timeout("the database is locked by another connection: " + path_of(handle), std::move(details));
}

namespace {

/// SQLite does not wait where waiting could not help. https://www.sqlite.org/c3ref/busy_handler.html
[[noreturn]] void fail_unwaited(::sqlite3* handle, ErrorDetails details) {
    for (sqlite3_stmt* each = sqlite3_next_stmt(handle, nullptr); each != nullptr;
         each = sqlite3_next_stmt(handle, each)) {
        if (sqlite3_stmt_busy(each) != 0 && sqlite3_stmt_readonly(each) == 0)
            throw UsageError(
                "a cursor of this same connection still runs a statement that writes; read it to its end or let it go "
                "first",
                std::move(details));
    }
    details.retryable = true;
    throw SerializationFailure(
        "another connection is writing, and this transaction began by reading; run it again, or begin it immediate",
        std::move(details));
}

}  // namespace

void fail(::sqlite3* handle, const FailedStatement& statement) {
    const int extended = sqlite3_extended_errcode(handle);
    const bool names_path = statement.values_bound && opens_a_file(statement.sql);
    const std::string message = names_path ? sqlite3_errstr(extended) : sqlite3_errmsg(handle);
    const int offset = sqlite3_error_offset(handle);
    ErrorDetails details;
    details.code = std::to_string(extended);
    details.statement = std::string(statement.sql);
    switch (extended) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            locate_unique(handle, details, suffix_after(message, "UNIQUE constraint failed: "));
            throw UniqueViolation(message, std::move(details));
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            fail_foreign_key(handle, statement, message, std::move(details));
        case SQLITE_CONSTRAINT_TRIGGER:
            // ON DELETE RESTRICT is a trigger of SQLite's own with the code of RAISE(). Its constant text is the only
            // sign: without foreign keys the statement succeeds also where a cascade has met a RAISE().
            if (message == "FOREIGN KEY constraint failed")
                fail_foreign_key(handle, statement, message, std::move(details));
            break;
        case SQLITE_CONSTRAINT_NOTNULL:
            locate(handle, details, suffix_after(message, "NOT NULL constraint failed: "));
            throw NotNullViolation(message, std::move(details));
        case SQLITE_CONSTRAINT_CHECK:
            details.constraint = suffix_after(message, "CHECK constraint failed: ");
            details.table = table_of_check(handle, statement.sql, details.constraint);
            throw CheckViolation(message, std::move(details));
        case SQLITE_READONLY_DBMOVED:
            details.connection_lost = true;
            throw ConnectionError(
                "the database file was moved or deleted after it was opened; connect again: " + path_of(handle),
                std::move(details));
        case SQLITE_READONLY_DIRECTORY:
            throw Error("the database is read-only: " + path_of(handle) +
                            "; SQLite makes its journal or WAL file beside it, where this process may not write",
                        std::move(details));
        case SQLITE_BUSY_SNAPSHOT:
            details.retryable = true;
            throw SerializationFailure(
                "another connection has written since this transaction began reading; run it again",
                std::move(details));
        default:
            break;
    }
    switch (extended & 0xff) {
        case SQLITE_BUSY:
            if (statement.interruption != detail::Interruption::none)
                fail_interrupted(statement.sql, statement.interruption);
            if (!statement.waited) fail_unwaited(handle, std::move(details));
            fail_locked(handle, statement.sql);
        case SQLITE_LOCKED:
            // Only this connection itself can be in the way, so waiting would not help.
            throw UsageError(
                "the table is in use by a cursor or a statement of this same connection; let it go first: " +
                    path_of(handle),
                std::move(details));
        case SQLITE_READONLY:
            throw Error(statement.read_only ? "the transaction was begun read-only and cannot write"
                                            : "the database is read-only: " + path_of(handle),
                        std::move(details));
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            throw ConnectionError(message + ": " + path_of(handle), std::move(details));
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
        case SQLITE_FULL:
            details.connection_lost = (extended & 0xff) == SQLITE_IOERR;
            throw ConnectionError(names_path ? message : message + ": " + path_of(handle), std::move(details));
        case SQLITE_AUTH:
            if (statement.read_only)
                throw Error("the transaction was begun read-only and cannot write", std::move(details));
            throw UsageError(
                "this connection only reads and writes rows; the schema is changed by migrations or create_all",
                std::move(details));
        case SQLITE_RANGE:  // by strata_out_of_range(); the places of bound values are checked before
            details.code = "22003";
            throw ValueError("a number lies outside of what its column holds", std::move(details));
        case SQLITE_MISMATCH:
            throw ValueError("a value is not of its column's type", std::move(details));
        case SQLITE_TOOBIG:
            throw ValueError("the value or statement is too large", std::move(details));
        case SQLITE_INTERRUPT:
            fail_interrupted(statement.sql, statement.interruption);
        default:
            break;
    }
    if (extended == SQLITE_ERROR) {
        if (offset < 0) details.table = missing_table(handle, statement.sql);
        const std::string line = "no such table: " + details.table;  // before the details are moved
        if (!details.table.empty()) throw NoSuchTable(line, std::move(details));
        if (names_missing_column(handle, statement.sql, offset)) throw NoSuchColumn(message, std::move(details));
    }
    throw Error(statement.values_bound ? detail::without_values(message, statement.sql) : message, std::move(details));
}

}  // namespace strata::core::sqlite
