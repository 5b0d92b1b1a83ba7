#include <strata/core/detail/sql_lexer.hpp>

#include <algorithm>

/// Resolves the meaning of literals and quoted names.
namespace strata::core::detail {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Takes at most `longest` digits of this base off the front and counts them.
std::uint32_t take_digits(std::string_view& text, int base, std::size_t longest, std::size_t& taken) {
    std::uint32_t value = 0;
    for (taken = 0; taken < longest && !text.empty(); ++taken) {
        const int digit = hex_value(text.front());
        if (digit < 0 || digit >= base) break;
        value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit);
        text.remove_prefix(1);
    }
    return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0 | code >> 6);
        byte(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        byte(0xE0 | code >> 12);
        byte(0x80 | (code >> 6 & 0x3F));
        byte(0x80 | (code & 0x3F));
    } else {
        byte(0xF0 | code >> 18);
        byte(0x80 | (code >> 12 & 0x3F));
        byte(0x80 | (code >> 6 & 0x3F));
        byte(0x80 | (code & 0x3F));
    }
}

/// Collects code points; a surrogate pair is written as two escapes and means one code point.
class CodePoints {
public:
    explicit CodePoints(std::string& out) : out_(out) {}
    [[nodiscard]] bool add(std::uint32_t code) {
        const bool low = code >= 0xDC00 && code <= 0xDFFF;
        if (high_ != 0) {
            if (!low) return false;
            append_utf8(out_, 0x10000 + ((high_ - 0xD800) << 10) + (code - 0xDC00));
            high_ = 0;
            return true;
        }
        if (low || code == 0 || code > 0x10FFFF) return false;
        if (code >= 0xD800 && code <= 0xDBFF)
            high_ = code;
        else
            append_utf8(out_, code);
        return true;
    }
    /// Whether a pair lacks its second half, which must follow at once.
    [[nodiscard]] bool pending() const noexcept { return high_ != 0; }

private:
    std::string& out_;
    std::uint32_t high_ = 0;
};

/// https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE
bool unescape(std::string_view text, std::string& out) {
    CodePoints points(out);
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        const bool unicode = c == '\\' && (text.starts_with('u') || text.starts_with('U'));
        if (points.pending() && !unicode) return false;
        if (c != '\\') {
            out += c;
            continue;
        }
        if (text.empty()) return false;
        const char escape = text.front();
        std::size_t taken = 0;
        if (unicode) {
            text.remove_prefix(1);
            const std::size_t length = escape == 'u' ? 4 : 8;
            const auto code = take_digits(text, 16, length, taken);
            if (taken != length || !points.add(code)) return false;
        } else if (escape >= '0' && escape <= '7') {
            out += static_cast<char>(take_digits(text, 8, 3, taken) & 0xFF);
        } else if (escape == 'x' && text.size() > 1 && hex_value(text[1]) >= 0) {
            text.remove_prefix(1);
            out += static_cast<char>(take_digits(text, 16, 2, taken));
        } else {
            static constexpr std::string_view letters = "bfnrt";
            static constexpr std::string_view meanings = "\b\f\n\r\t";
            if (escape == 'v') return false;  // a vertical tab since PostgreSQL 16, the letter in older versions
            const auto known = letters.find(escape);
            out += known == std::string_view::npos ? escape : meanings[known];
            text.remove_prefix(1);
        }
    }
    return !points.pending() && out.find('\0') == std::string::npos;
}

/// \0061 and \+000061 of U&'...'
bool unescape_unicode(std::string_view text, std::string& out) {
    CodePoints points(out);
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        const bool escape = c == '\\' && !text.starts_with('\\');
        if (points.pending() && !escape) return false;
        if (!escape) {
            if (c == '\\') text.remove_prefix(1);
            out += c;
            continue;
        }
        const std::size_t length = text.starts_with('+') ? 6 : 4;
        if (length == 6) text.remove_prefix(1);
        std::size_t taken = 0;
        const auto code = take_digits(text, 16, length, taken);
        if (taken != length || !points.add(code)) return false;
    }
    return !points.pending();
}

/// The text between the quotes, with doubled quotes reduced to one and the parts of a continued literal joined. A quote
/// after a backslash is kept with it.
std::string between_quotes(std::string_view text, char close, const SqlLexis& lexis, bool backslashes) {
    std::string out;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const char c = text[i];
        if (backslashes && c == '\\' && i + 1 < text.size()) {
            out += c;
            out += text[++i];
        } else if (c != close) {
            out += c;
        } else if (i + 1 < text.size() && text[i + 1] == close) {
            out += c;
            ++i;
        } else if (i + 1 < text.size()) {  // the next part: after blanks and comments, which may contain quotes
            for (++i; i < text.size() && text[i] != close;) {
                i = text.substr(i, 2) == "--" ? std::min(text.find_first_of(lexis.line_ends, i), text.size()) : i + 1;
            }
        }
    }
    return out;
}

}  // namespace

std::optional<std::string> string_value(const SqlToken& token, const SqlLexis& lexis) {
    if (token.kind != SqlToken::Kind::string || token.unclosed) return std::nullopt;
    std::string_view text = token.text;
    if (text.starts_with('$')) {
        const auto mark = text.find('$', 1) + 1;
        return std::string(text.substr(mark, text.size() - 2 * mark));
    }
    const char type = text.front();
    text.remove_prefix(text.find('\''));
    const bool backslashes = type == 'E' || type == 'e' || (lexis.backslashes && type != 'U' && type != 'u');
    const bool unicode = type == 'U' || type == 'u';
    std::string inner = between_quotes(text, '\'', lexis, backslashes);
    if (!backslashes && !unicode) return inner;
    std::string out;
    const bool good = backslashes ? unescape(inner, out) : unescape_unicode(inner, out);
    return good ? std::optional(out) : std::nullopt;
}

std::optional<std::string> name_value(const SqlToken& token) {
    if (token.kind == SqlToken::Kind::word) return std::string(token.text);
    if (token.kind != SqlToken::Kind::quoted || token.unclosed) return std::nullopt;
    if (token.text.front() == '[') return std::string(token.text.substr(1, token.text.size() - 2));
    const bool unicode = token.text.front() == 'U' || token.text.front() == 'u';
    const std::string_view text = token.text.substr(unicode ? 2 : 0);
    std::string inner = between_quotes(text, text.front(), {}, false);
    if (!unicode) return inner;
    std::string out;
    return unescape_unicode(inner, out) ? std::optional(out) : std::nullopt;
}

}  // namespace strata::core::detail
