#include "error.hpp"

#include "../detail/driver.hpp"

#include <strata/core/error.hpp>

#include <string>

namespace strata::core::postgresql {

namespace {

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

/// The first name in double quotes, whatever the language of the message.
std::string quoted_name(const std::string& message) {
    const auto begin = message.find('"');
    const auto end = begin == std::string::npos ? begin : message.find('"', begin + 1);
    return end == std::string::npos ? std::string() : message.substr(begin + 1, end - begin - 1);
}

/// https://www.postgresql.org/docs/15/errcodes-appendix.html, class 22, without the values its own texts carry.
std::string data_exception(const std::string& state) {
    if (state == "22001") return "a text is longer than its column";
    if (state == "22003") return "a number lies outside of what its column holds";
    if (state == "22004") return "NULL is not allowed here";
    if (state == "22007" || state == "22008" || state == "22009")
        return "a text is no date or time, or lies outside of what its column holds";
    if (state == "22012") return "division by zero";
    if (state == "22021") return "text that is not valid UTF-8, or with a NUL character, cannot be stored; use bytes";
    if (state == "22P02" || state == "22P03") return "a value is not of its column's type";
    return "a value does not fit (SQLSTATE " + state + ")";
}

std::string one_line(std::string text) {
    for (char& c : text) {
        if (c == '\n' || c == '\t') c = ' ';
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

}  // namespace

void fail(PGconn* connection, const PGresult* result, std::string_view statement) {
    ErrorDetails details;
    details.statement = std::string(statement);
    const std::string state = result == nullptr ? std::string() : field(result, PG_DIAG_SQLSTATE);
    std::string message = result == nullptr ? std::string() : one_line(field(result, PG_DIAG_MESSAGE_PRIMARY));
    details.code = state;
    const std::string group = state.substr(0, 2);
    if (PQstatus(connection) == CONNECTION_BAD || group == "08" || state == "57P01" || state == "57P02" ||
        state == "57P03") {
        details.connection_lost = true;
        details.retryable = true;
        throw ConnectionError("the connection to PostgreSQL broke" + (message.empty() ? "" : ": " + message),
                              std::move(details));
    }
    if (result != nullptr) {
        details.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
        details.table = field(result, PG_DIAG_TABLE_NAME);
        details.column = field(result, PG_DIAG_COLUMN_NAME);
    }
    if (message.empty()) message = one_line(PQerrorMessage(connection));
    // A text that is parsed as a query, a path or a name is quoted in the message; one of a function's own is not ours.
    const std::string context = result == nullptr ? std::string() : field(result, PG_DIAG_CONTEXT);
    const bool own_words = context.empty() || context.find('$') != std::string::npos;  // "... parameter $1 = ..."
    if (group == "42" && own_words && statement.find('$') != std::string_view::npos)
        message = detail::without_values(std::move(message), statement);
    if (state == "23505") throw UniqueViolation(message, std::move(details));
    if (state == "23503") throw ForeignKeyViolation(message, std::move(details));
    if (state == "23502") throw NotNullViolation(message, std::move(details));
    if (state == "23514") throw CheckViolation(message, std::move(details));
    if (state == "40001" || state == "40P01") {
        details.retryable = true;
        throw SerializationFailure(message, std::move(details));
    }
    if (state == "55P03" || state == "57014") {
        details.retryable = true;
        throw Timeout(message, std::move(details));
    }
    if (group == "22") {
        const std::string line =
            data_exception(state) + (details.column.empty() ? "" : " (column " + details.column + ")");
        throw ValueError(line, std::move(details));
    }
    if (state == "42P01") {
        details.table = quoted_name(message);
        const std::string line = "no such table: " + details.table;  // before the details are moved
        throw Error(line, std::move(details));
    }
    if (state == "42601" && message.find("multiple commands") != std::string::npos) {
        throw UsageError("the text holds several statements; run one at a time, or a script", std::move(details));
    }
    throw Error(message, std::move(details));
}

}  // namespace strata::core::postgresql
