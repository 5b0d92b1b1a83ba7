#include "identifiers.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

namespace strata::migrate {

namespace {

using core::detail::SqlLexer;
using core::detail::SqlToken;
using core::internal::lower;

/// The name that the token spells; std::nullopt when the token is not a name.
std::optional<std::string> name_of(const SqlToken& token) {
    return token.kind == SqlToken::Kind::word ? lower(token.text) : core::detail::name_value(token);
}

bool names(const SqlToken& token, std::string_view column) {
    const auto name = name_of(token);
    return name && (*name == column || lower(*name) == lower(column));
}

/// Whether a bracket after this token is a subscript (or ARRAY's) rather than SQLite's quote around a name.
bool is_operand(const SqlToken& token) {
    using Kind = SqlToken::Kind;
    static constexpr std::string_view operators[] = {"AND",     "OR",   "NOT",  "IN",   "IS",   "LIKE",
                                                     "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "COLLATE",
                                                     "WHERE",   "BY",   "ON",   "GLOB"};
    if (token.kind == Kind::word)
        return std::none_of(std::begin(operators), std::end(operators), [&](auto word) { return token.is(word); });
    return token.kind == Kind::quoted || token.symbol(')') || token.symbol(']');
}

/// Tokenizes an expression of either database: the rules are the same except for brackets and backticks.
std::vector<SqlToken> tokens_of(std::string_view sql) {
    static constexpr core::detail::SqlLexis lexis{.dollar_quotes = true, .typed_strings = true};
    SqlLexer lexer(sql, lexis);
    std::vector<SqlToken> tokens;
    for (auto token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) {
        const bool bracket = token.symbol('[') && (tokens.empty() || !is_operand(tokens.back()));
        if (bracket || token.symbol('`')) {
            SqlLexer name(sql, core::detail::sqlite_lexis);
            name.seek(token.begin);
            token = name.next();
            lexer.seek(token.end());
        }
        tokens.push_back(token);
    }
    return tokens;
}

/// The tokens that name the column. Not counted are a word before a parenthesis (a function), after `::` or before a
/// literal (a type: DATE '2020-01-01'), before a dot (a table), and the first in extract(year FROM born) (a field).
std::vector<SqlToken> occurrences(std::string_view expression, std::string_view column) {
    const auto tokens = tokens_of(expression);
    std::vector<SqlToken> found;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!names(tokens[i], column)) continue;
        const SqlToken next = i + 1 < tokens.size() ? tokens[i + 1] : SqlToken();
        const bool word = tokens[i].kind == SqlToken::Kind::word;
        if (word && (next.symbol('(') || next.kind == SqlToken::Kind::string)) continue;
        if (word && i > 1 && tokens[i - 1].symbol('(') && tokens[i - 2].is("EXTRACT") && next.is("FROM")) continue;
        if (next.symbol('.')) continue;
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

std::string with_first_renamed(std::string_view statement, std::string_view from, std::string_view to) {
    for (const auto& token : tokens_of(statement)) {
        if (!names(token, from)) continue;
        std::string result(statement.substr(0, token.begin));
        result += quoted(to);
        result += statement.substr(token.begin + token.text.size());
        return result;
    }
    return std::string(statement);
}

}  // namespace strata::migrate
