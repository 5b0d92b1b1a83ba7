#include "strata/schema/detail/sqlite/tokens.hpp"

#include <strata/core/error.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace strata::schema::detail::sqlite {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_word_start(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word(char c) noexcept { return is_word_start(c) || is_digit(c) || c == '$'; }
char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class Tokenizer {
public:
    explicit Tokenizer(std::string_view sql) : sql_(sql) {}

    std::vector<Token> all() {
        std::vector<Token> tokens;
        for (;;) {
            skip_space();
            if (at_ >= sql_.size()) return tokens;
            const std::size_t begin = at_;
            const TokenKind kind = step();
            tokens.push_back({kind, {begin, at_}});
        }
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
    }

    void skip_space() {
        while (at_ < sql_.size()) {
            if (is_space(sql_[at_])) {
                ++at_;
            } else if (peek() == '-' && peek(1) == '-') {
                at_ = std::min(sql_.find('\n', at_), sql_.size());
            } else if (peek() == '/' && peek(1) == '*') {
                const auto end = sql_.find("*/", at_ + 2);
                at_ = end == std::string_view::npos ? sql_.size() : end + 2;
            } else {
                return;
            }
        }
    }

    TokenKind step() {
        const char c = peek();
        if (c == '\'') return quoted('\''), TokenKind::string;
        if (c == '"' || c == '`') return quoted(c), TokenKind::quoted_identifier;
        if (c == '[') {
            const auto end = sql_.find(']', at_);
            if (end == std::string_view::npos) unclosed(at_);
            at_ = end + 1;
            return TokenKind::quoted_identifier;
        }
        if ((c == 'x' || c == 'X') && peek(1) == '\'') {
            ++at_;
            quoted('\'');
            return TokenKind::blob;
        }
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number(), TokenKind::number;
        if (is_word_start(c)) {
            while (is_word(peek())) ++at_;
            return TokenKind::word;
        }
        if (c == '?' || ((c == ':' || c == '@' || c == '$' || c == '#') && is_word(peek(1)))) {
            ++at_;
            while (is_word(peek())) ++at_;
            return TokenKind::parameter;
        }
        static constexpr std::array<std::string_view, 9> pairs{"||", "<<", "<=", "<>", ">=", ">>", "==", "!=", "::"};
        if (sql_.substr(at_, 3) == "->>") {
            at_ += 3;
        } else if (sql_.substr(at_, 2) == "->" ||
                   std::find(pairs.begin(), pairs.end(), sql_.substr(at_, 2)) != pairs.end()) {
            at_ += 2;
        } else {
            ++at_;
        }
        return TokenKind::symbol;
    }

    void quoted(char quote) {
        const std::size_t begin = at_++;
        for (;;) {
            const auto end = sql_.find(quote, at_);
            if (end == std::string_view::npos) unclosed(begin);
            at_ = end + 1;
            if (peek() != quote) return;
            ++at_;
        }
    }

    void number() {
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
            at_ += 2;
            while (is_word(peek())) ++at_;
            return;
        }
        while (is_digit(peek())) ++at_;
        if (peek() == '.') ++at_;
        while (is_digit(peek())) ++at_;
        if ((peek() == 'e' || peek() == 'E') &&
            (is_digit(peek(1)) || ((peek(1) == '-' || peek(1) == '+') && is_digit(peek(2))))) {
            at_ += 2;
            while (is_digit(peek())) ++at_;
        }
    }

    [[noreturn]] static void unclosed(std::size_t offset) {
        throw UsageError("SQL has a quote that is not closed, at byte " + std::to_string(offset + 1));
    }

    std::string_view sql_;
    std::size_t at_ = 0;
};

std::string unquoted(std::string_view token, char quote) {
    std::string text;
    for (std::size_t i = 1; i + 1 < token.size(); ++i) {
        text += token[i];
        if (token[i] == quote) ++i;
    }
    return text;
}

/// Words that are no name even where a quoted one of the same letters would be.
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
        default:
            return a == b;
    }
}

/// Whether the first parenthesis closes with the last token.
bool wrapped(std::string_view sql, std::span<const Token> tokens) {
    if (tokens.size() < 2 || tokens.front().span.of(sql) != "(" || tokens.back().span.of(sql) != ")") return false;
    int depth = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].kind != TokenKind::symbol) continue;
        const auto symbol = tokens[i].span.of(sql);
        depth += symbol == "(" ? 1 : symbol == ")" ? -1 : 0;
        if (depth == 0 && i + 1 < tokens.size()) return false;
    }
    return true;
}

std::span<const Token> without_outer_parentheses(std::string_view sql, std::span<const Token> tokens) {
    while (wrapped(sql, tokens)) tokens = tokens.subspan(1, tokens.size() - 2);
    return tokens;
}

}  // namespace

std::vector<Token> tokenize(std::string_view sql) { return Tokenizer(sql).all(); }

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
    const auto left_tokens = tokenize(left);
    const auto right_tokens = tokenize(right);
    const auto a = without_outer_parentheses(left, left_tokens);
    const auto b = without_outer_parentheses(right, right_tokens);
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](const Token& x, const Token& y) {
               return same_token(left, x, right, y);
           });
}

}  // namespace strata::schema::detail::sqlite
