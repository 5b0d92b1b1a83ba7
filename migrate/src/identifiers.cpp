#include "identifiers.hpp"

#include <strata/core/detail/sql_lexer.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace strata::migrate {

namespace {

using core::detail::SqlLexer;
using core::detail::SqlToken;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return lower(c); });
    return result;
}

/// The name a token stands for; nothing for what is no name.
std::optional<std::string> name_of(const SqlToken& token) {
    if (token.kind == SqlToken::Kind::word) return lower(token.text);
    if (token.kind != SqlToken::Kind::quoted || token.text.size() < 2) return std::nullopt;
    const char quote = token.text.front() == '[' ? ']' : token.text.front();
    std::string name;
    const auto inner = token.text.substr(1, token.text.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        name += inner[i];
        if (inner[i] == quote) ++i;  // doubled
    }
    return name;
}

bool names(const SqlToken& token, std::string_view column) {
    const auto name = name_of(token);
    return name && (*name == column || lower(*name) == lower(column));
}

std::vector<SqlToken> tokens_of(std::string_view sql) {
    SqlLexer lexer(sql, {.dollar_quotes = true, .nested_comments = false, .bracket_names = true});
    std::vector<SqlToken> tokens;
    for (auto token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) tokens.push_back(token);
    return tokens;
}

/// The tokens that are the column: a word before a parenthesis is a function, one behind `::` is a type, one before a
/// dot a table.
std::vector<SqlToken> occurrences(std::string_view expression, std::string_view column) {
    const auto tokens = tokens_of(expression);
    std::vector<SqlToken> found;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!names(tokens[i], column)) continue;
        const bool before_parenthesis = i + 1 < tokens.size() && tokens[i + 1].symbol('(');
        if (before_parenthesis && tokens[i].kind == SqlToken::Kind::word) continue;
        if (i + 1 < tokens.size() && tokens[i + 1].symbol('.')) continue;
        if (i > 0 && tokens[i - 1].symbol(':')) continue;
        found.push_back(tokens[i]);
    }
    return found;
}

std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) {
        if (c == '"') text += c;
        text += c;
    }
    return text + '"';
}

}  // namespace

bool mentions(std::string_view expression, std::string_view column) { return !occurrences(expression, column).empty(); }

std::string with_renamed(std::string_view expression, std::string_view from, std::string_view to) {
    std::string result;
    std::size_t at = 0;
    for (const auto& token : occurrences(expression, from)) {
        result += expression.substr(at, token.begin - at);
        result += quoted(to);
        at = token.begin + token.text.size();
    }
    result += expression.substr(at);
    return result;
}

}  // namespace strata::migrate
