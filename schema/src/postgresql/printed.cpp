#include "postgresql/printed.hpp"

#include <strata/core/detail/sql_lexer.hpp>

#include <vector>

namespace strata::schema::postgresql {
namespace {

using core::detail::SqlLexer;
using core::detail::SqlToken;

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

}  // namespace

std::string repeatable(std::string_view sql) {
    std::string result;
    if (sql.find("ARRAY[") == std::string_view::npos) return result = sql;
    std::vector<SqlToken> tokens;
    SqlLexer lexer(sql, core::detail::postgresql_lexis);
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next())
        tokens.push_back(token);
    std::size_t written = 0;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (!tokens[i].is("ARRAY") || !tokens[i + 1].symbol('[')) continue;
        const std::size_t close = closing(tokens, i + 1);
        if (close == i + 2) continue;  // ARRAY[]::text[] is that of an empty array
        std::size_t next = close + 1;  // after the parentheses, which some functions print and some do not
        if (i > 0 && tokens[i - 1].symbol('(') && next < tokens.size() && tokens[next].symbol(')')) ++next;
        if (next + 1 >= tokens.size() || !tokens[next].symbol(':') || !tokens[next + 1].symbol(':')) continue;
        result += sql.substr(written, tokens[close].end() - written);
        result += cast_to_itself(tokens, i + 1, close);
        written = tokens[close].end();
    }
    return result += sql.substr(written);
}

}  // namespace strata::schema::postgresql
