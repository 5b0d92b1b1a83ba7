#include <strata/core/detail/sql_lexer.hpp>

namespace strata::core::detail {

namespace {

bool word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool digit(char c) { return c >= '0' && c <= '9'; }
bool word_part(char c) { return word_start(c) || digit(c) || c == '$'; }
bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

}  // namespace

bool SqlToken::is(std::string_view keyword) const noexcept {
    if (kind != Kind::word || text.size() != keyword.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if ((c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c) != keyword[i]) return false;
    }
    return true;
}

void SqlLexer::skip_blank() {
    while (at_ < sql_.size()) {
        if (blank(sql_[at_])) {
            ++at_;
        } else if (sql_.substr(at_, 2) == "--") {
            const auto line = sql_.find('\n', at_);
            at_ = line == std::string_view::npos ? sql_.size() : line + 1;
        } else if (sql_.substr(at_, 2) == "/*") {
            int depth = 1;
            at_ += 2;
            while (at_ < sql_.size() && depth > 0) {
                if (sql_.substr(at_, 2) == "*/") {
                    --depth;
                    at_ += 2;
                } else if (lexis_.nested_comments && sql_.substr(at_, 2) == "/*") {
                    ++depth;
                    at_ += 2;
                } else {
                    ++at_;
                }
            }
        } else {
            return;
        }
    }
}

std::size_t SqlLexer::quoted_end(char quote, bool backslashes) const {
    for (std::size_t i = at_ + 1; i < sql_.size(); ++i) {
        if (backslashes && sql_[i] == '\\') {
            ++i;
        } else if (sql_[i] == quote) {
            if (i + 1 < sql_.size() && sql_[i + 1] == quote) {
                ++i;
            } else {
                return i + 1;
            }
        }
    }
    return sql_.size();
}

SqlToken SqlLexer::token(SqlToken::Kind kind, std::size_t end) {
    const SqlToken token{kind, sql_.substr(at_, end - at_), at_};
    at_ = end;
    return token;
}

SqlToken SqlLexer::next() {
    using Kind = SqlToken::Kind;
    skip_blank();
    if (at_ >= sql_.size()) return {Kind::end, {}, sql_.size()};
    const char c = sql_[at_];
    if (c == '\'') return token(Kind::string, quoted_end('\'', false));
    if (c == '"') return token(Kind::quoted, quoted_end('"', false));
    if (lexis_.bracket_names && c == '`') return token(Kind::quoted, quoted_end('`', false));
    if (lexis_.bracket_names && c == '[') {
        const auto close = sql_.find(']', at_);
        return token(Kind::quoted, close == std::string_view::npos ? sql_.size() : close + 1);
    }
    if (lexis_.dollar_quotes && c == '$') {
        std::size_t end = at_ + 1;
        while (end < sql_.size() && word_part(sql_[end]) && sql_[end] != '$') ++end;
        const bool tag = end < sql_.size() && sql_[end] == '$' && !(end > at_ + 1 && digit(sql_[at_ + 1]));
        if (tag) {
            const std::string_view mark = sql_.substr(at_, end + 1 - at_);
            const auto close = sql_.find(mark, end + 1);
            return token(Kind::string, close == std::string_view::npos ? sql_.size() : close + mark.size());
        }
    }
    if (lexis_.dollar_quotes && (c == 'E' || c == 'e') && at_ + 1 < sql_.size() && sql_[at_ + 1] == '\'') {
        ++at_;
        const std::size_t end = quoted_end('\'', true);
        --at_;
        return token(Kind::string, end);
    }
    if (word_start(c)) {
        std::size_t end = at_ + 1;
        while (end < sql_.size() && word_part(sql_[end])) ++end;
        return token(Kind::word, end);
    }
    if (digit(c)) {
        std::size_t end = at_ + 1;
        while (end < sql_.size() && (word_part(sql_[end]) || sql_[end] == '.')) ++end;
        return token(Kind::number, end);
    }
    return token(Kind::symbol, at_ + 1);
}

}  // namespace strata::core::detail
