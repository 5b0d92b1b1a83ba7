#include "text.hpp"

#include <strata/core/detail/sql_lexer.hpp>

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
    if (longest != 0 && line.size() > longest) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
        line.resize(end);
        line += "...";
    }
    return line;
}

std::string without_literals(std::string_view sql) {
    // The database is not known here. These rules take for a string what is one on any of them.
    static constexpr core::detail::SqlLexis any{
        .dollar_quotes = true, .typed_strings = true, .continued_strings = true, .line_ends = "\n\r"};
    return core::detail::without_literals(sql, any);
}

std::string thrown() {
    try {
        throw;
    } catch (const std::exception& error) {
        return one_line(error.what());
    } catch (...) {
        return "it threw what is no std::exception";
    }
}

}  // namespace strata::migrate
