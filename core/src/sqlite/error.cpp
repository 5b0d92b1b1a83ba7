#include "error.hpp"

#include "../detail/driver.hpp"

#include <strata/core/error.hpp>

#include <sqlite3.h>

#include <string>

namespace strata::core::sqlite {

namespace {

/// What stands behind `prefix` in the message, up to its end.
std::string behind(std::string_view message, std::string_view prefix) {
    const auto at = message.find(prefix);
    return at == std::string_view::npos ? std::string() : std::string(message.substr(at + prefix.size()));
}

/// "users.email, users.name" names a table and its first column.
void locate(ErrorDetails& details, const std::string& columns) {
    const auto dot = columns.find('.');
    if (dot == std::string::npos) return;
    details.table = columns.substr(0, dot);
    details.column = columns.substr(dot + 1, columns.find(',') - dot - 1);
}

std::string path_of(::sqlite3* handle) {
    const char* path = sqlite3_db_filename(handle, "main");
    return path == nullptr || *path == '\0' ? "the database in memory" : std::string(path);
}

}  // namespace

void fail(::sqlite3* handle, std::string_view statement, bool values_bound) {
    const int extended = sqlite3_extended_errcode(handle);
    const std::string message = sqlite3_errmsg(handle);
    ErrorDetails details;
    details.code = std::to_string(extended);
    details.statement = std::string(statement);
    switch (extended) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            locate(details, behind(message, "UNIQUE constraint failed: "));
            throw UniqueViolation(message, std::move(details));
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            throw ForeignKeyViolation(message, std::move(details));
        case SQLITE_CONSTRAINT_NOTNULL:
            locate(details, behind(message, "NOT NULL constraint failed: "));
            throw NotNullViolation(message, std::move(details));
        case SQLITE_CONSTRAINT_CHECK:
            details.constraint = behind(message, "CHECK constraint failed: ");
            throw CheckViolation(message, std::move(details));
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
        case SQLITE_LOCKED:
            details.retryable = true;
            throw Timeout("the database is locked by another connection: " + path_of(handle), std::move(details));
        case SQLITE_READONLY:
            throw Error("the database is read-only: " + path_of(handle), std::move(details));
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            throw ConnectionError(message + ": " + path_of(handle), std::move(details));
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
        case SQLITE_FULL:
            details.connection_lost = (extended & 0xff) == SQLITE_IOERR;
            throw ConnectionError(message + ": " + path_of(handle), std::move(details));
        case SQLITE_AUTH:
            throw UsageError(
                "this connection only reads and writes rows; the schema is changed by migrations or create_all",
                std::move(details));
        case SQLITE_TOOBIG:
            throw ValueError("the value or statement is too large", std::move(details));
        case SQLITE_INTERRUPT:
            throw Timeout("the statement was interrupted", std::move(details));
        default:
            break;
    }
    if (message.starts_with("no such table: ")) {
        details.table = message.substr(15);
        if (details.table.starts_with("main.")) details.table.erase(0, 5);
        const std::string line = "no such table: " + details.table;  // before the details are moved
        throw Error(line, std::move(details));
    }
    if (message.starts_with("integer overflow")) {
        details.code = "22003";
        throw ValueError("a number lies outside of what its column holds", std::move(details));
    }
    throw Error(values_bound ? detail::without_values(message, statement) : message, std::move(details));
}

}  // namespace strata::core::sqlite
