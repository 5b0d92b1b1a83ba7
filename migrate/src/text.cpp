#include "text.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/internal/text.hpp>

#include <exception>

namespace strata::migrate {

namespace {

bool blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

}  // namespace

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (const auto& part : parts) {
        if (&part != &parts.front()) text += separator;
        text += part;
    }
    return text;
}

std::string printable(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const bool second_set = c == 0xC2 && next >= 0x80 && next < 0xA0;  // U+0080 to U+009F in UTF-8
        if (c >= 0x20 && c != 0x7F && !second_set) {
            result += text[i];
            continue;
        }
        const unsigned code = second_set ? next : c;
        result += "\\x";
        core::internal::append_hex(result, static_cast<char>(code));
        if (second_set) ++i;
    }
    return result;
}

std::string trimmed(std::string_view text) {
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

std::string one_line(std::string_view text, std::size_t longest) {
    std::string line;
    for (const char c : trimmed(text)) {
        if (!blank(c)) {
            line += c;
        } else if (line.back() != ' ') {
            line += ' ';
        }
    }
    line = printable(line);
    if (longest != 0 && line.size() > longest) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
        line.resize(end);
        line += "...";
    }
    return line;
}

std::string without_literals(std::string_view sql) {
    // The dialect is not known here. These rules treat as a string whatever is one in any dialect.
    static constexpr core::detail::SqlLexis any{
        .dollar_quotes = true, .typed_strings = true, .continued_strings = true, .line_ends = "\n\r"};
    return core::detail::without_literals(sql, any);
}

std::string current_exception_text() {
    try {
        throw;
    } catch (const std::exception& error) {
        return one_line(error.what());
    } catch (...) {
        return "it threw something that is not a std::exception";
    }
}

}  // namespace strata::migrate
