#include <strata/core/detail/sql_lexer.hpp>

#include <algorithm>
#include <vector>

namespace strata::core::detail {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool digit(char c) { return c >= '0' && c <= '9'; }
bool hex_digit(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool word_part(char c) { return letter(c) || digit(c) || c == '$'; }
bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

bool SqlToken::is(std::string_view keyword) const noexcept {
    return kind == Kind::word && std::equal(text.begin(), text.end(), keyword.begin(), keyword.end(),
                                            [](char a, char b) { return upper(a) == b; });
}

void SqlLexer::skip_line_comment() { at_ = std::min(sql_.find_first_of(lexis_.line_ends, at_), sql_.size()); }

/// Whether a block comment begins here. SQLite reads the two characters at the very end of the text as operators.
bool SqlLexer::skip_block_comment() {
    if (!lexis_.nested_comments && at_ + 2 >= sql_.size()) return false;
    int depth = 1;
    for (at_ += 2; at_ < sql_.size() && depth > 0;) {
        const std::string_view pair = sql_.substr(at_, 2);
        if (pair == "*/") {
            --depth;
            at_ += 2;
        } else if (lexis_.nested_comments && pair == "/*") {
            ++depth;
            at_ += 2;
        } else {
            ++at_;
        }
    }
    return true;
}

void SqlLexer::skip_blank() {
    while (at_ < sql_.size()) {
        if (blank(sql_[at_])) {
            ++at_;
        } else if (peek() == '-' && peek(1) == '-') {
            skip_line_comment();
        } else if (peek() == '/' && peek(1) == '*') {
            if (!skip_block_comment()) return;
        } else if (lexis_.byte_order_mark && sql_.substr(at_).starts_with(byte_order_mark)) {
            at_ += byte_order_mark.size();
        } else {
            return;
        }
    }
}

SqlToken SqlLexer::token(SqlToken::Kind kind, std::size_t end, bool unclosed) {
    const SqlToken token{kind, unclosed, sql_.substr(at_, end - at_), at_};
    at_ = end;
    return token;
}

/// Ends at the first closing mark, which cannot be escaped.
SqlToken SqlLexer::up_to(SqlToken::Kind kind, std::size_t open, char close) {
    const auto end = sql_.find(close, open + 1);
    return end == std::string_view::npos ? token(kind, sql_.size(), true) : token(kind, end + 1);
}

/// The offset of the quote that continues the literal ended here; npos when there is none. Between the parts are only
/// white space with at least one line break, and -- comments.
std::size_t SqlLexer::continuation(std::size_t end) const {
    bool line_ended = false;
    while (end < sql_.size()) {
        const char c = sql_[end];
        if (blank(c)) {
            line_ended = line_ended || lexis_.line_ends.find(c) != std::string_view::npos;
            ++end;
        } else if (sql_.substr(end, 2) == "--") {
            end = std::min(sql_.find_first_of(lexis_.line_ends, end), sql_.size());
        } else {
            return c == '\'' && line_ended ? end : std::string_view::npos;
        }
    }
    return std::string_view::npos;
}

/// A doubled quote does not end the string; with `backslashes`, nor does a quote after a backslash. `open` is the
/// offset of its quote.
SqlToken SqlLexer::quoted(SqlToken::Kind kind, std::size_t open, bool backslashes) {
    const char mark = sql_[open];
    for (std::size_t i = open + 1; i < sql_.size(); ++i) {
        if (backslashes && sql_[i] == '\\') {
            ++i;
        } else if (sql_[i] == mark) {
            if (i + 1 < sql_.size() && sql_[i + 1] == mark) {
                ++i;
                continue;
            }
            const auto next = lexis_.continued_strings && mark == '\'' ? continuation(i + 1) : std::string_view::npos;
            if (next == std::string_view::npos) return token(kind, i + 1);
            i = next;
        }
    }
    return token(kind, sql_.size(), true);
}

std::optional<SqlToken> SqlLexer::quote() {
    using Kind = SqlToken::Kind;
    switch (peek()) {
        case '\'':
            return quoted(Kind::string, at_, lexis_.backslashes);
        case '"':
            return quoted(Kind::quoted, at_, false);
        case '`':
            if (lexis_.bracket_names) return quoted(Kind::quoted, at_, false);
            return std::nullopt;
        case '[':
            if (lexis_.bracket_names) return up_to(Kind::quoted, at_, ']');
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

std::optional<SqlToken> SqlLexer::typed_string() {
    using Kind = SqlToken::Kind;
    const char type = upper(peek());
    if (type == 'X' && peek(1) == '\'' && !lexis_.continued_strings) return up_to(Kind::bits, at_ + 1, '\'');
    if (!lexis_.typed_strings) return std::nullopt;
    if (type == 'U' && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"'))
        return quoted(peek(2) == '"' ? Kind::quoted : Kind::string, at_ + 2, false);
    if (peek(1) != '\'') return std::nullopt;
    if (type == 'E') return quoted(Kind::string, at_ + 1, true);
    if (type == 'N') return quoted(Kind::string, at_ + 1, lexis_.backslashes);
    if (type == 'B' || type == 'X') return quoted(Kind::bits, at_ + 1, false);
    return std::nullopt;
}

std::optional<SqlToken> SqlLexer::dollar_quote() {
    if (!lexis_.dollar_quotes || peek() != '$') return std::nullopt;
    std::size_t end = at_ + 1;
    while (end < sql_.size() && (letter(sql_[end]) || (digit(sql_[end]) && end > at_ + 1))) ++end;
    if (end >= sql_.size() || sql_[end] != '$') return std::nullopt;
    const std::string_view mark = sql_.substr(at_, end + 1 - at_);
    const auto close = sql_.find(mark, end + 1);
    if (close == std::string_view::npos) return token(SqlToken::Kind::string, sql_.size(), true);
    return token(SqlToken::Kind::string, close + mark.size());
}

std::optional<SqlToken> SqlLexer::parameter() {
    using Kind = SqlToken::Kind;
    const char mark = peek();
    if (mark == '\0') return std::nullopt;
    std::size_t end = at_ + 1;
    if (mark == lexis_.numbered_parameter && (mark == '?' || digit(peek(1)))) {
        while (end < sql_.size() && digit(sql_[end])) ++end;
        return token(Kind::parameter, end);
    }
    if (lexis_.named_parameters.find(mark) == std::string_view::npos || !word_part(peek(1))) return std::nullopt;
    // $name, and Tcl's $namespace::name(suffix)
    for (; end < sql_.size(); ++end) {
        if (word_part(sql_[end])) continue;
        if (sql_.substr(end, 2) == "::") {
            ++end;
        } else {
            if (sql_[end] == '(') {
                while (end < sql_.size() && sql_[end] != ')' && !blank(sql_[end])) ++end;
                if (end < sql_.size() && sql_[end] == ')') ++end;
            }
            break;
        }
    }
    return token(Kind::parameter, end);
}

std::size_t SqlLexer::number_end() const {
    std::size_t end = at_;
    const auto digits = [&] {
        while (end < sql_.size() && digit(sql_[end])) ++end;
    };
    const auto at = [&](std::size_t i) { return i < sql_.size() ? sql_[i] : '\0'; };
    if (at(end) == '0' && upper(at(end + 1)) == 'X' && hex_digit(at(end + 2))) {
        end += 2;
        while (hex_digit(at(end))) ++end;
        return end;
    }
    digits();
    if (at(end) == '.') ++end;
    digits();
    if (upper(at(end)) == 'E') {
        const bool sign = at(end + 1) == '+' || at(end + 1) == '-';
        if (digit(at(end + (sign ? 2 : 1)))) {
            end += sign ? 2 : 1;
            digits();
        }
    }
    return end;
}

SqlToken SqlLexer::next() {
    using Kind = SqlToken::Kind;
    skip_blank();
    if (at_ >= sql_.size()) return {Kind::end, false, {}, sql_.size()};
    const char c = sql_[at_];
    if (letter(c)) {
        if (peek(1) == '\'' || peek(1) == '&')
            if (const auto string = typed_string()) return *string;
        std::size_t end = at_ + 1;
        while (end < sql_.size() && word_part(sql_[end])) ++end;
        return token(Kind::word, end);
    }
    if (digit(c) || (c == '.' && digit(peek(1)))) return token(Kind::number, number_end());
    for (const auto read : {&SqlLexer::quote, &SqlLexer::dollar_quote, &SqlLexer::parameter})
        if (const auto found = (this->*read)()) return *found;
    for (const std::string_view each : lexis_.operators)
        if (sql_.substr(at_).starts_with(each)) return token(Kind::symbol, at_ + each.size());
    return token(Kind::symbol, at_ + 1);
}

bool ends_in_comment(std::string_view sql, const SqlLexis& lexis) {
    const std::string with_mark = std::string(sql) + ';';
    SqlLexer lexer(with_mark, lexis);
    std::size_t end = 0;
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) end = token.end();
    return end != with_mark.size();
}

std::string_view without_outer_parentheses(std::string_view sql, const SqlLexis& lexis) {
    std::vector<SqlToken> tokens;
    SqlLexer lexer(sql, lexis);
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next())
        tokens.push_back(token);
    if (tokens.empty()) return sql;
    std::size_t first = 0;
    std::size_t last = tokens.size() - 1;
    const auto wrapped = [&] {
        if (last - first < 2 || !tokens[first].symbol('(') || !tokens[last].symbol(')')) return false;
        int depth = 0;
        for (std::size_t i = first; i < last; ++i) {
            depth += tokens[i].symbol('(') ? 1 : tokens[i].symbol(')') ? -1 : 0;
            if (depth == 0) return false;
        }
        return depth == 1;
    };
    for (; wrapped(); --last) ++first;
    return sql.substr(tokens[first].begin, tokens[last].end() - tokens[first].begin);
}

std::string without_literals(std::string_view sql, const SqlLexis& lexis) {
    std::string text;
    std::size_t copied = 0;
    SqlLexer lexer(sql, lexis);
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) {
        if (token.kind != SqlToken::Kind::string && token.kind != SqlToken::Kind::bits) continue;
        text.append(sql.substr(copied, token.begin - copied)).append("'...'");
        copied = token.end();
    }
    return text.append(sql.substr(copied));
}

}  // namespace strata::core::detail
