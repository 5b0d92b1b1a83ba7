#include "postgresql/printed.hpp"

#include <strata/core/detail/sql_lexer.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace strata::schema::postgresql {
namespace {

using core::detail::SqlLexer;
using core::detail::SqlToken;

/// What is written in place of a part of the text.
struct Edit {
    std::size_t begin;
    std::size_t end;
    std::string text;
};

/// The `]` that closes the bracket at `open`.
std::size_t closing(const std::vector<SqlToken>& tokens, std::size_t open) {
    std::size_t depth = 0;
    for (std::size_t i = open; i < tokens.size(); ++i) {
        if (tokens[i].symbol('[')) ++depth;
        if (tokens[i].symbol(']') && --depth == 0) return i;
    }
    return tokens.size();
}

/// A cast to the array's own type: `anyarray`, which changes no element. Where the elements are all
/// `'a'::character varying`, as they nearly always are, their type says it more plainly.
const char* cast_to_itself(const std::vector<SqlToken>& tokens, std::size_t open, std::size_t close) {
    constexpr std::size_t length = 6;  // 'a' : : character varying ,
    for (std::size_t i = open + 1; i < close; i += length) {
        const bool element = i + length - 1 <= close && tokens[i].kind == SqlToken::Kind::string &&
                             tokens[i + 1].symbol(':') && tokens[i + 2].symbol(':') && tokens[i + 3].is("CHARACTER") &&
                             tokens[i + 4].is("VARYING");
        if (!element) return "::anyarray";
    }
    return "::character varying[]";
}

/// The `::character varying[]` that goes after the array at `i`, and where: after its `]`.
std::optional<Edit> array_cast(const std::vector<SqlToken>& tokens, std::size_t i) {
    if (!tokens[i].is("ARRAY") || !tokens[i + 1].symbol('[')) return {};
    const std::size_t close = closing(tokens, i + 1);
    if (close == i + 2) return {};  // ARRAY[]::text[] is that of an empty array
    std::size_t next = close + 1;   // after the parentheses, which some functions print and some do not
    if (i > 0 && tokens[i - 1].symbol('(') && next < tokens.size() && tokens[next].symbol(')')) ++next;
    if (next + 1 >= tokens.size() || !tokens[next].symbol(':') || !tokens[next + 1].symbol(':')) return {};
    return Edit{tokens[close].end(), tokens[close].end(), cast_to_itself(tokens, i + 1, close)};
}

/// The field of the `EXTRACT(YEAR FROM ...)` at `i` in quotes, where a name without them would be folded to lower case.
std::optional<Edit> quoted_field(const std::vector<SqlToken>& tokens, std::size_t i) {
    if (!tokens[i].is("EXTRACT") || i + 3 >= tokens.size() || !tokens[i + 1].symbol('(')) return {};
    const SqlToken& field = tokens[i + 2];
    const bool folded = std::any_of(field.text.begin(), field.text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (field.kind != SqlToken::Kind::word || !folded || !tokens[i + 3].is("FROM")) return {};
    return Edit{field.begin, field.end(), "'" + std::string(field.text) + "'"};
}

}  // namespace

std::string repeatable(std::string_view sql) {
    if (sql.find("ARRAY[") == std::string_view::npos && sql.find("EXTRACT(") == std::string_view::npos)
        return std::string(sql);
    std::vector<SqlToken> tokens;
    SqlLexer lexer(sql, core::detail::postgresql_lexis);
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next())
        tokens.push_back(token);
    std::vector<Edit> edits;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (auto edit = array_cast(tokens, i)) edits.push_back(std::move(*edit));
        if (auto edit = quoted_field(tokens, i)) edits.push_back(std::move(*edit));
    }
    // The cast of an array goes after those of the arrays in it.
    std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
    std::string result;
    std::size_t written = 0;
    for (const Edit& edit : edits) {
        result += sql.substr(written, edit.begin - written);
        result += edit.text;
        written = edit.end;
    }
    return result += sql.substr(written);
}

}  // namespace strata::schema::postgresql
