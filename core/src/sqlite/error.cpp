#include "error.hpp"

#include "connection/driver.hpp"
#include "lexis.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>

#include <sqlite3.h>

#include <set>
#include <string>

namespace strata::core::sqlite {

namespace {

/// What follows `prefix` in the message. SQLite has no other way to say which constraint failed: these words are part
/// of its interface, in English everywhere, and all that is read of them are names.
std::string suffix_after(std::string_view message, std::string_view prefix) {
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

bool has_table(::sqlite3* handle, const std::string& name) {
    sqlite3_stmt* query = nullptr;
    // Bypasses the authorizer and the caller's limits: it only reads the catalogue.
    const int code =
        sqlite3_prepare_v2(handle, "SELECT 1 FROM pragma_table_list WHERE lower(name) = lower(?)", -1, &query, nullptr);
    if (code != SQLITE_OK) return true;
    sqlite3_bind_text(query, 1, name.data(), static_cast<int>(name.size()), SQLITE_TRANSIENT);
    const bool found = sqlite3_step(query) == SQLITE_ROW;
    sqlite3_finalize(query);
    return found;
}

std::string plain(const detail::SqlToken& token) { return detail::name_value(token).value_or(std::string()); }

/// The names that a statement uses as tables: what follows FROM, JOIN, INTO, UPDATE, TABLE and the commas of FROM.
class TableNames {
public:
    explicit TableNames(std::string_view sql) : lexer_(sql, lexis) {}

    /// The next name, without its schema; empty at the end.
    std::string next() {
        using Kind = detail::SqlToken::Kind;
        for (detail::SqlToken token = take(); token.kind != Kind::end; token = take()) {
            if (token.symbol('(')) ++depth_;
            if (token.symbol(')') && --depth_ < from_depth_) from_depth_ = -1;
            const bool from = token.is("FROM");
            const bool ends = token.is("WHERE") || token.is("GROUP") || token.is("ORDER") || token.is("SELECT") ||
                              token.is("SET") || token.is("LIMIT") || token.is("UNION");
            if (from) from_depth_ = depth_;
            if (ends && depth_ == from_depth_) from_depth_ = -1;
            const bool comma = token.symbol(',') && depth_ == from_depth_;
            const bool introduces =
                from || comma || token.is("JOIN") || token.is("INTO") || token.is("UPDATE") || token.is("TABLE");
            if (token.is("AS") && previous_name_ && with_) locals_.insert(last_name_);  // WITH name AS (...)
            if (token.is("WITH")) with_ = true;
            remember(token);
            if (!introduces) continue;
            std::string name = read_name();
            if (!name.empty() && !locals_.contains(name)) return name;
        }
        return {};
    }

private:
    detail::SqlToken take() {
        if (held_.kind != detail::SqlToken::Kind::end) return std::exchange(held_, {});
        return lexer_.next();
    }
    static bool is_name(const detail::SqlToken& token) {
        return token.kind == detail::SqlToken::Kind::word || token.kind == detail::SqlToken::Kind::quoted;
    }
    void remember(const detail::SqlToken& token) {
        previous_name_ = is_name(token);
        if (previous_name_) last_name_ = plain(token);
    }
    std::string read_name() {
        detail::SqlToken token = take();
        while (token.is("OR") || token.is("ROLLBACK") || token.is("ABORT") || token.is("REPLACE") || token.is("FAIL") ||
               token.is("IGNORE"))
            token = take();
        if (!is_name(token)) {
            held_ = token;
            return {};
        }
        std::string name = plain(token);
        detail::SqlToken after = take();
        if (after.symbol('.')) {
            token = take();
            name = plain(token);
            after = take();
        }
        held_ = after;
        if (after.symbol('(')) return {};  // a table function, or the columns after INTO
        return name;
    }

    detail::SqlLexer lexer_;
    detail::SqlToken held_;
    std::set<std::string> locals_;
    std::string last_name_;
    bool previous_name_ = false;
    bool with_ = false;
    int depth_ = 0;
    int from_depth_ = -1;
};

/// The table that a statement names and the database lacks: SQLite has one code for every error of a statement.
std::string missing_table(::sqlite3* handle, std::string_view sql) {
    TableNames names(sql);
    for (std::string name = names.next(); !name.empty(); name = names.next()) {
        if (!has_table(handle, name)) return name;
    }
    return {};
}

/// The columns of a statement's tables, in lower case, and the names of the rowid.
std::set<std::string> known_columns(::sqlite3* handle, std::string_view sql) {
    std::set<std::string> columns{"rowid", "oid", "_rowid_"};
    TableNames names(sql);
    for (std::string table = names.next(); !table.empty(); table = names.next()) {
        sqlite3_stmt* query = nullptr;
        if (sqlite3_prepare_v2(handle, "SELECT lower(name) FROM pragma_table_xinfo(?)", -1, &query, nullptr) !=
            SQLITE_OK)
            continue;
        sqlite3_bind_text(query, 1, table.data(), static_cast<int>(table.size()), SQLITE_TRANSIENT);
        while (sqlite3_step(query) == SQLITE_ROW)
            columns.emplace(reinterpret_cast<const char*>(sqlite3_column_text(query, 0)));
        sqlite3_finalize(query);
    }
    return columns;
}

/// Whether the statement names a column that its tables do not have: at the position of the error, if SQLite reports
/// it, else among the columns that INSERT or UPDATE writes.
bool names_missing_column(::sqlite3* handle, std::string_view sql, int offset) {
    using Kind = detail::SqlToken::Kind;
    const std::set<std::string> columns = known_columns(handle, sql);
    const auto missing = [&](const detail::SqlToken& token) {
        if (token.kind != Kind::word && token.kind != Kind::quoted) return false;
        return !columns.contains(internal::lower(plain(token)));
    };
    if (offset >= 0) {
        detail::SqlLexer lexer(sql.substr(static_cast<std::size_t>(offset)), lexis);
        detail::SqlToken token = lexer.next();
        for (detail::SqlToken after = lexer.next(); after.symbol('.'); after = lexer.next()) token = lexer.next();
        return missing(token) && !lexer.next().symbol('(');
    }
    detail::SqlLexer lexer(sql, lexis);
    detail::SqlToken before;
    bool sets = false;
    int depth = 0;
    for (detail::SqlToken token = lexer.next(); token.kind != Kind::end; before = token, token = lexer.next()) {
        if (token.symbol('(')) ++depth;
        if (token.symbol(')')) --depth;
        if (token.is("VALUES") || token.is("SELECT") || token.is("WHERE")) sets = false;
        const bool target = (before.symbol('(') || before.symbol(',')) && depth == 1 && !sets;
        const bool assigned = sets && depth == 0 && (before.is("SET") || before.symbol(','));
        if (token.is("VALUES") || token.is("SELECT") || token.is("WHERE")) return false;
        if ((target || assigned) && missing(token)) return true;
        if (token.is("SET")) sets = true;
    }
    return false;
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

void fail(::sqlite3* handle, const FailedStatement& statement) {
    const int extended = sqlite3_extended_errcode(handle);
    const std::string message = sqlite3_errmsg(handle);
    const int offset = sqlite3_error_offset(handle);
    ErrorDetails details;
    details.code = std::to_string(extended);
    details.statement = std::string(statement.sql);
    switch (extended) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            locate(details, suffix_after(message, "UNIQUE constraint failed: "));
            throw UniqueViolation(message, std::move(details));
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            throw ForeignKeyViolation(message, std::move(details));
        case SQLITE_CONSTRAINT_NOTNULL:
            locate(details, suffix_after(message, "NOT NULL constraint failed: "));
            throw NotNullViolation(message, std::move(details));
        case SQLITE_CONSTRAINT_CHECK:
            details.constraint = suffix_after(message, "CHECK constraint failed: ");
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
            if (statement.interruption != detail::Interruption::none)
                fail_interrupted(statement.sql, statement.interruption);
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
            throw ConnectionError(message + ": " + path_of(handle), std::move(details));
        case SQLITE_AUTH:
            throw UsageError(
                "this connection only reads and writes rows; the schema is changed by migrations or create_all",
                std::move(details));
        case SQLITE_RANGE:  // by strata_out_of_range(); the places of bound values are checked before
            details.code = "22003";
            throw ValueError("a number lies outside of what its column holds", std::move(details));
        case SQLITE_TOOBIG:
            throw ValueError("the value or statement is too large", std::move(details));
        case SQLITE_INTERRUPT:
            fail_interrupted(statement.sql, statement.interruption);
        default:
            break;
    }
    if (extended == SQLITE_ERROR) {
        details.table = missing_table(handle, statement.sql);
        const std::string line = "no such table: " + details.table;  // before the details are moved
        if (!details.table.empty()) throw NoSuchTable(line, std::move(details));
        if (names_missing_column(handle, statement.sql, offset)) throw NoSuchColumn(message, std::move(details));
    }
    throw Error(statement.values_bound ? detail::without_values(message, statement.sql) : message, std::move(details));
}

}  // namespace strata::core::sqlite
