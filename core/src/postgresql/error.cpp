#include "error.hpp"

#include "connection/driver.hpp"
#include "lexis.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>

#include <string>

namespace strata::core::postgresql {

namespace {

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

/// A message for class 22 without the values that the server's own message contains.
std::string data_exception(std::string_view state) {
    if (state == "22001") return "a text is longer than its column";
    if (state == "22003") return "a number lies outside of what its column holds";
    if (state == "22004") return "NULL is not allowed here";
    if (state == "22007" || state == "22008" || state == "22009")
        return "a text is not a date or time, or lies outside of what its column holds";
    if (state == "22012") return "division by zero";
    if (state == "22021") return "text that is not valid UTF-8, or with a NUL character, cannot be stored; use bytes";
    if (state == "22P02" || state == "22P03") return "a value is not of its column's type";
    return "a value does not fit (SQLSTATE " + std::string(state) + ")";
}

std::string one_line(std::string text) {
    for (char& c : text) {
        if (c == '\n' || c == '\t' || c == '\r') c = ' ';
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

/// The name that begins at the error's position (in characters, from 1), as the statement has it.
std::string name_at_position(const PGresult* result, std::string_view statement) {
    const std::string position = field(result, PG_DIAG_STATEMENT_POSITION);
    if (position.empty()) return {};
    std::size_t characters = 0;
    for (const char c : position) characters = characters * 10 + static_cast<std::size_t>(c - '0');
    std::size_t at = 0;
    for (; at < statement.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(statement[at]) & 0xC0) != 0x80;
        if (begins && --characters == 0) break;
    }
    detail::SqlLexer lexer(statement.substr(std::min(at, statement.size())), lexis);
    std::string name;
    for (;;) {
        const detail::SqlToken token = lexer.next();
        if (token.kind == detail::SqlToken::Kind::word) {
            for (const char c : token.text) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (token.kind == detail::SqlToken::Kind::quoted) {
            for (std::size_t i = 1; i + 1 < token.text.size(); ++i) {
                if (token.text[i] == '"') ++i;
                name += token.text[i];
            }
        } else {
            return {};
        }
        if (!lexer.next().symbol('.')) return name;
        name += '.';
    }
}

bool ends_session(const PGresult* result) {
    const std::string severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity == "FATAL" || severity == "PANIC";
}

/// The connection is lost: whether the call took effect depends on how far it had come.
[[noreturn]] void fail_lost(ErrorDetails details, const std::string& message, const FailedCall& call, bool answered) {
    details.connection_lost = true;
    const std::string cause = message.empty() ? "" : ": " + message;
    // A last message of the server is taken for a refusal only if no COMMIT is at stake: a pooler also sends one for a
    // server that it has lost.
    const bool undone = call.not_sent || !call.may_write || (call.in_transaction && !call.commits) ||
                        (answered && !call.completed && !call.commits && details.code == "57P01");
    if (!undone) {
        throw CommitInDoubt(
            call.commits ? "the connection to PostgreSQL broke at COMMIT, so whether the transaction was committed is "
                           "unknown; look before running it again" +
                               cause
                         : "the connection to PostgreSQL broke before the answer came, so whether the statement was "
                           "done is unknown; look before running it again" +
                               cause,
            std::move(details));
    }
    details.retryable = true;
    throw ConnectionError("the connection to PostgreSQL broke" + cause, std::move(details));
}

/// The error for a statement that we asked the server to end.
[[noreturn]] void fail_interrupted(ErrorDetails details, detail::Interruption interruption) {
    if (interruption == detail::Interruption::cancelled)
        throw Cancelled("the statement was cancelled", std::move(details));
    throw Timeout("the statement took longer than its time limit and was ended", std::move(details));
}

/// Whether a function's own RAISE or ASSERT is the source. The name of the server's function is not translated.
bool is_raised(const PGresult* result, std::string_view state) {
    const std::string function = field(result, PG_DIAG_SOURCE_FUNCTION);
    return function == "exec_stmt_raise" || function == "exec_stmt_assert" || state == "P0001";
}

/// Whether the server's message may quote a value: a bound one, or one of a row or a variable of a function. A message
/// about a place in the statement, or about the schema, quotes names.
bool may_quote_values(const PGresult* result, const FailedCall& call) {
    if (call.values_bound) return true;
    if (call.only_prepared || !field(result, PG_DIAG_STATEMENT_POSITION).empty()) return false;
    const StatementClass its = detail::classify_words(call.statement, lexis);
    if (its != StatementClass::schema) return its == StatementClass::rows || its == StatementClass::other;
    // CREATE TABLE AS and ALTER ... USING read rows, whose text may be cast to a name that is not there.
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    return state == "42P01" || state == "42704" || state == "42883" || state == "42725" || state == "3F000";
}

/// The server's message about a statement, without what may be a value. Where there is none the types or columns that
/// DETAIL names are appended.
std::string words_of(const PGresult* result, std::string_view state, const FailedCall& call) {
    std::string message = one_line(field(result, PG_DIAG_MESSAGE_PRIMARY));
    // Text that the server parses (a regclass, a query, a path) is quoted in messages of many classes; these name
    // nothing but objects of the database, or are the own words of a function.
    const std::string_view group = state.substr(0, 2);
    const bool names_only = group == "23" || group == "25" || group == "40" || group == "53" || group == "55" ||
                            group == "57" || group == "P0" || state == "42501";
    if (is_raised(result, state))
        return "a function or a trigger of the database refused the statement (SQLSTATE " + std::string(state) +
               "); server_message() has its words";
    if (!names_only && may_quote_values(result, call))
        return detail::without_values(std::move(message), call.statement);
    if (state == "42804" || state == "42830") {
        const std::string detail = one_line(field(result, PG_DIAG_MESSAGE_DETAIL));
        if (!detail.empty()) message += ": " + detail;
    }
    if (group == "53") {  // the hint names the setting to raise
        const std::string hint = one_line(field(result, PG_DIAG_MESSAGE_HINT));
        if (!hint.empty()) message += " (" + hint + ")";
    }
    return message;
}

}  // namespace

std::string_view sqlstate(const PGresult* result) noexcept {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state == nullptr ? std::string_view() : std::string_view(state);
}

void fail(PGconn* connection, const PGresult* result, const FailedCall& call) {
    const std::string state(sqlstate(result));
    const std::string_view group = std::string_view(state).substr(0, 2);
    ErrorDetails details;
    details.statement = std::string(call.statement);
    details.code = state;
    std::string message = result == nullptr ? std::string() : words_of(result, state, call);
    const bool session_ended = result != nullptr && ends_session(result);
    if (PQstatus(connection) == CONNECTION_BAD || session_ended) {
        if (call.interruption != detail::Interruption::none && !session_ended)
            message = "the server did not answer a request to cancel";
        fail_lost(std::move(details), message, call, session_ended);
    }
    if (result != nullptr) {
        std::string words = one_line(field(result, PG_DIAG_MESSAGE_PRIMARY));
        if (group == "22" || !message.starts_with(words)) details.server_message = std::move(words);
        details.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
        details.table = field(result, PG_DIAG_TABLE_NAME);
        if (std::string column = field(result, PG_DIAG_COLUMN_NAME); !column.empty())
            details.columns.push_back(std::move(column));
    }
    if (message.empty()) message = "PostgreSQL refused the statement (SQLSTATE " + state + ")";
    if (state == "57014" && call.interruption != detail::Interruption::none)
        fail_interrupted(std::move(details), call.interruption);
    if (state == "23505") throw UniqueViolation(message, std::move(details));
    if (state == "23503" || state == "23001") throw ForeignKeyViolation(message, std::move(details));
    if (state == "23502") throw NotNullViolation(message, std::move(details));
    if (state == "23514") throw CheckViolation(message, std::move(details));
    if (state == "40001" || state == "40P01") {
        details.retryable = true;
        throw SerializationFailure(message, std::move(details));
    }
    if (state == "55P03" || state == "57014") {
        details.retryable = state == "55P03";
        throw Timeout(message, std::move(details));
    }
    if (group == "22") {
        const std::string line =
            data_exception(state) + (details.columns.empty() ? "" : " (column " + details.columns.front() + ")");
        throw ValueError(line, std::move(details));
    }
    if (state == "42703") throw NoSuchColumn(message, std::move(details));
    if (state == "42P01") {
        details.table = name_at_position(result, call.statement);
        if (details.table.empty()) throw Error(message, std::move(details));
        const std::string line = "no such table: " + details.table;  // before the details are moved
        throw NoSuchTable(line, std::move(details));
    }
    throw Error(message, std::move(details));
}

}  // namespace strata::core::postgresql
