#include "driver.hpp"

#include <strata/core/detail/statement_class.hpp>

#include <algorithm>

namespace strata::core::detail {

void rethrow_from_script(const Error& error, std::size_t number, std::size_t count, std::string_view statement,
                         SqlLexis lexis) {
    if (count == 1) throw;
    const std::string message = "statement " + std::to_string(number) + " of " + std::to_string(count) + " (" +
                                first_line(statement, lexis) + "): " + error.what();
    error.raise_again(message, error.details());
}

namespace {

/// The opening and the closing quotation mark of a server's language.
struct Quotes {
    std::string_view open;
    std::string_view close;
};
constexpr Quotes quotation_marks[] = {
    {"\"", "\""},         {"'", "'"}, {"\u00bb", "\u00ab"},  // German
    {"\u00ab", "\u00bb"},                                    // French, Spanish, Russian
    {"\u201e", "\u201d"},                                    // Polish
    {"\u201c", "\u201d"},                                    // Chinese
    {"\u2018", "\u2019"},
};

struct Quoted {
    std::size_t begin = std::string::npos;  ///< of the text inside
    std::size_t end = std::string::npos;    ///< npos: the quote is not closed
    std::size_t after = std::string::npos;
};

Quoted next_quoted(std::string_view message, std::size_t from) {
    for (std::size_t i = from; i < message.size(); ++i) {
        for (const Quotes& marks : quotation_marks) {
            if (!message.substr(i).starts_with(marks.open)) continue;
            const std::size_t begin = i + marks.open.size();
            const std::size_t end = message.find(marks.close, begin);
            return {begin, end, end == std::string_view::npos ? end : end + marks.close.size()};
        }
    }
    return {};
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \u00a0\u202f";  // French puts them inside its quotation marks
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace

namespace {

/// Replaces numbers that the statement does not hold.
std::string without_numbers(const std::string& message, std::string_view statement) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto in_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    };
    std::string text;
    for (std::size_t i = 0; i < message.size();) {
        std::size_t end = i;
        while (end < message.size() && (digit(message[end]) || (end > i && message[end] == '.'))) ++end;
        const bool number = end > i && (i == 0 || !in_word(message[i - 1]));
        if (number && statement.find(std::string_view(message).substr(i, end - i)) == std::string_view::npos) {
            text += "...";
        } else {
            end = std::max(end, i + 1);
            text.append(message, i, end - i);
        }
        i = end;
    }
    return text;
}

}  // namespace

std::string without_values(std::string message, std::string_view statement) {
    const auto foreign = [&](std::string_view part) { return statement.find(trimmed(part)) == std::string_view::npos; };
    const Quoted first = next_quoted(message, 0);
    if (first.begin != std::string::npos) {
        // A value that contains a mark leaves one unpaired, so everything from the first to the last is removed.
        bool values = false;
        std::size_t last = first.begin;
        for (Quoted part = first; part.begin != std::string::npos; part = next_quoted(message, part.after)) {
            values = values || part.end == std::string::npos ||
                     foreign(std::string_view(message).substr(part.begin, part.end - part.begin));
            last = part.end;
            if (part.end == std::string::npos) break;
        }
        if (values) message.replace(first.begin, last == std::string::npos ? last : last - first.begin, "...");
        return without_numbers(message, statement);
    }
    const auto colon = message.rfind(": ");
    if (colon != std::string::npos && foreign(std::string_view(message).substr(colon + 2)))
        message.replace(colon + 2, std::string::npos, "...");
    return without_numbers(message, statement);
}

}  // namespace strata::core::detail
