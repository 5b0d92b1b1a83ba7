#include "strata/schema/detail/sqlite/tokens.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <array>

namespace strata::schema::detail::sqlite {
namespace {

using core::internal::lower;

TokenKind kind_of(const core::detail::SqlToken& token) {
    using Kind = core::detail::SqlToken::Kind;
    switch (token.kind) {
        case Kind::word:
            return TokenKind::word;
        case Kind::quoted:
            return TokenKind::quoted_identifier;
        case Kind::string:
            return TokenKind::string;
        case Kind::bits:
            return TokenKind::blob;
        case Kind::number:
            return TokenKind::number;
        case Kind::parameter:
            return TokenKind::parameter;
        case Kind::end:
        case Kind::symbol:
            break;
    }
    return TokenKind::symbol;
}

std::string unquoted(std::string_view token, char quote) {
    std::string text;
    for (std::size_t i = 1; i + 1 < token.size(); ++i) {
        text += token[i];
        if (token[i] == quote) ++i;
    }
    return text;
}

/// Words that are constants when bare, though a quoted word of the same letters would be a name.
bool is_constant(std::string_view word) noexcept {
    static constexpr std::array<std::string_view, 8> words{
        "null", "true", "false", "current_timestamp", "current_date", "current_time", "localtime", "current_user"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view each) { return same_name(each, word); });
}

bool same_token(std::string_view left_sql, const Token& left, std::string_view right_sql, const Token& right) {
    const auto a = left.span.of(left_sql);
    const auto b = right.span.of(right_sql);
    const auto names = [](TokenKind kind) { return kind == TokenKind::word || kind == TokenKind::quoted_identifier; };
    if (names(left.kind) && names(right.kind)) {
        if (left.kind != right.kind && is_constant(left.kind == TokenKind::word ? a : b)) return false;
        return same_name(identifier(a), identifier(b));
    }
    if (left.kind != right.kind) return false;
    const auto operator_name = [](std::string_view symbol) {
        if (symbol == "==") return std::string_view("=");
        return symbol == "!=" ? std::string_view("<>") : symbol;
    };
    switch (left.kind) {
        case TokenKind::symbol:
            return operator_name(a) == operator_name(b);
        case TokenKind::number:
        case TokenKind::blob:
            return same_name(a, b);
        case TokenKind::word:
        case TokenKind::quoted_identifier:
        case TokenKind::string:
        case TokenKind::parameter:
            break;
    }
    return a == b;
}

}  // namespace

std::vector<Token> tokenize(std::string_view sql) {
    std::vector<Token> tokens;
    core::detail::SqlLexer lexer(sql, core::detail::sqlite_lexis);
    for (auto token = lexer.next(); token.kind != core::detail::SqlToken::Kind::end; token = lexer.next()) {
        if (token.unclosed)
            throw UsageError("SQL has a quote that is not closed, at byte " + std::to_string(token.begin + 1));
        tokens.push_back({kind_of(token), {token.begin, token.end()}});
    }
    return tokens;
}

std::string identifier(std::string_view token) {
    if (token.size() < 2) return std::string(token);
    switch (token.front()) {
        case '"':
        case '`':
        case '\'':
            return unquoted(token, token.front());
        case '[':
            return std::string(token.substr(1, token.size() - 2));
        default:
            return std::string(token);
    }
}

std::string string_value(std::string_view token) { return unquoted(token, '\''); }

bool same_name(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

bool same_expression(std::string_view left, std::string_view right) {
    left = core::detail::without_outer_parentheses(left, core::detail::sqlite_lexis);
    right = core::detail::without_outer_parentheses(right, core::detail::sqlite_lexis);
    const auto a = tokenize(left);
    const auto b = tokenize(right);
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](const Token& x, const Token& y) {
               return same_token(left, x, right, y);
           });
}

}  // namespace strata::schema::detail::sqlite
