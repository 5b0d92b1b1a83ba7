#include "sqlite/ddl/server_default.hpp"

#include "ddl/common_ddl.hpp"
#include "sqlite/ddl.hpp"
#include "sqlite/ddl/words.hpp"
#include "sqlite/types.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>

#include <algorithm>
#include <array>

namespace strata::schema::sqlite {
namespace {

using detail::sqlite::Token;
using detail::sqlite::TokenKind;

std::string without_parentheses(const std::string& sql) {
    return std::string(core::detail::without_outer_parentheses(sql, core::detail::sqlite_lexis));
}

bool is_constant(std::string_view word) {
    static constexpr std::array<std::string_view, 6> words{"NULL",         "TRUE",         "FALSE",
                                                           "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"};
    return std::any_of(words.begin(), words.end(), [&](auto each) { return detail::sqlite::same_name(each, word); });
}

/// The default as SQL. In a column with TEXT affinity a number is written as text, since SQLite would keep only 15 of
/// its digits, and with the trailing zeros of stored values, since equality compares text.
std::string default_expression(const Type& type, const ServerDefault& value) {
    std::string sql;
    const bool number = value.type == core::Value::Kind::numeric || value.type == core::Value::Kind::integer;
    if (value.kind == ServerDefault::Kind::literal && number && declared(type).starts_with("DECIMAL_TEXT")) {
        const auto decimal = Decimal::parse(value.text);
        const auto stored = type.precision > 0 ? decimal.rounded(type.scale) : decimal.normalized();
        sqlite_dialect().literal(sql, core::Value::text(stored.to_string()));
    } else if (value.kind == ServerDefault::Kind::now && type.kind == core::TypeKind::date) {
        sql = "date('now')";
    } else if (value.kind == ServerDefault::Kind::now && type.kind == core::TypeKind::time) {
        sql = "strftime('%H:%M:%f000','now')";
    } else
        sqlite_dialect().server_default(sql, value);
    return sql;
}

/// Whether our DDL writes the default as this expression.
bool writes(const Type& type, const ServerDefault& value, const std::string& expression) {
    try {
        return detail::sqlite::same_expression(default_expression(type, value), expression);
    } catch (const ValueError&) {
        return false;
    }
}

bool is_name(const Token& token, const std::string& sql) {
    return token.kind == TokenKind::quoted_identifier ||
           (token.kind == TokenKind::word && !is_constant(token.span.of(sql)));
}

}  // namespace

std::string default_sql(const Type& type, const ServerDefault& value) {
    std::string sql = default_expression(type, value);
    sql = without_parentheses(sql);
    const auto tokens = detail::sqlite::tokenize(sql);
    if (tokens.empty()) throw UsageError("a server default is empty; write NULL or leave it out");
    const auto is_literal = [](const Token& token) {
        return token.kind == TokenKind::number || token.kind == TokenKind::string || token.kind == TokenKind::blob;
    };
    const bool sign = tokens.front().span.of(sql) == "-" || tokens.front().span.of(sql) == "+";
    const bool bare =
        (tokens.size() == 1 && (is_literal(tokens.front()) || is_constant(tokens.front().span.of(sql)))) ||
        (tokens.size() == 2 && sign && tokens.back().kind == TokenKind::number);
    return bare ? sql : "(" + sql + ")";
}

std::optional<ServerDefault> parse_default(const Type& type, const std::string& sql) {
    std::string expression = without_parentheses(sql);
    if (detail::sqlite::same_name(expression, "NULL")) return std::nullopt;
    if (detail::sqlite::same_expression(expression, sqlite_dialect().now())) return ServerDefault::now();
    auto tokens = detail::sqlite::tokenize(expression);
    if (tokens.size() == 1 && is_name(tokens.front(), expression)) {  // DEFAULT abc and DEFAULT "abc" are strings
        const std::string string = detail::sqlite::identifier(tokens.front().span.of(expression));
        expression.clear();
        sqlite_dialect().literal(expression, core::Value::text(string));
        tokens = detail::sqlite::tokenize(expression);
    }
    std::string text;
    for (const Token& token : tokens) {
        const auto part = token.span.of(expression);
        if (token.kind == TokenKind::string) {
            text += detail::sqlite::string_value(part);
        } else if (token.kind == TokenKind::blob) {
            text += "\\x" + core::internal::lower(part.substr(2, part.size() - 3));
        } else {
            text += part;
        }
    }
    // It is a literal only when our DDL would write it in the same way, so that no meaning is read into it.
    if (tokens.size() <= 2) {
        auto literal = detail::literal_default(type, text);
        if (literal && writes(type, *literal, expression)) return literal;
    }
    return ServerDefault::sql(expression);
}

}  // namespace strata::schema::sqlite
