#include "generate/plan.hpp"

#include <strata/core/internal/text.hpp>
#include <strata/schema/internal/cpp_literal.hpp>

namespace strata::schema::generation {
namespace {

/// The text without what could end a comment's line, hide in it or be displayed as something else.
std::string harmless(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = core::internal::utf8_length(text.substr(at));
        const auto character = text.substr(at, length == 0 ? 1 : length);
        at += character.size();
        // What a literal would escape, besides quotes.
        const bool plain = character == "\"" || character == "\\" ||
                           internal::cpp_literal(character) == "\"" + std::string(character) + "\"";
        result += plain ? std::string(character) : " ";
    }
    return result;
}

}  // namespace

std::vector<std::string> comment_lines(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string line = harmless(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        std::string current;
        for (std::size_t at = 0; at < line.size();) {
            const auto begin = line.find_first_not_of(' ', at);
            if (begin == std::string::npos) break;
            const auto stop = std::min(line.find(' ', begin), line.size());
            const std::string word = line.substr(begin, stop - begin);
            if (!current.empty() && current.size() + 1 + word.size() > width)
                lines.push_back(std::move(current)), current.clear();
            current += (current.empty() ? "" : " ") + word;
            at = stop;
        }
        if (!current.empty()) lines.push_back(std::move(current));
    }
    for (auto& line : lines)
        if (line.ends_with('\\')) line += '.';  // a backslash would join the next line
    return lines;
}

std::string sql_text(std::string_view sql) {
    const bool reads_better = sql.find_first_of("\n\"\\") != std::string_view::npos;
    std::string escaped = internal::cpp_literal(sql);
    if (!reads_better || sql.find(")sql\"") != std::string_view::npos || sql.size() > 60'000) return escaped;
    // Only what a literal would not escape, besides quotes, backslashes and line ends.
    std::string expected = "\"";
    for (const char c : sql) {
        if (c == '"' || c == '\\')
            expected += std::string("\\") + c;
        else if (c == '\n')
            expected += "\\n";
        else
            expected += c;
    }
    if (expected + "\"" != escaped) return escaped;
    return "R\"sql(" + std::string(sql) + ")sql\"";
}

}  // namespace strata::schema::generation
