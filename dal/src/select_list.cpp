#include "detail/select_list.hpp"

namespace strata::dal::detail {

namespace {

using core::detail::SqlLexer;
using core::detail::SqlToken;

bool begins_list(const SqlToken& token) { return token.is("SELECT") || token.is("RETURNING"); }

/// A star right after one of these means all columns; elsewhere it is a multiplication.
bool begins_element(const SqlToken& token) {
    return begins_list(token) || token.is("DISTINCT") || token.is("ALL") || token.symbol(',') || token.symbol('.');
}

}  // namespace

bool selects_star(std::string_view sql, core::detail::SqlLexis lexis) {
    SqlLexer lexer(sql, lexis);
    SqlToken token = lexer.next();
    if (token.is("EXPLAIN")) return false;
    int outermost = 0;  // the whole query may be in parentheses
    for (; token.symbol('('); token = lexer.next()) ++outermost;
    int depth = outermost;
    bool in_list = false;
    SqlToken before;
    for (; token.kind != SqlToken::Kind::end; token = lexer.next()) {
        if (token.symbol('(')) ++depth;
        if (token.symbol(')')) --depth;
        if (depth == outermost) {
            if (begins_list(token)) in_list = true;
            if (token.is("FROM")) in_list = false;
            if (in_list && token.symbol('*') && begins_element(before)) return true;
        }
        before = token;
    }
    return false;
}

}  // namespace strata::dal::detail
