#include "detail/statement_class.hpp"

namespace strata::core::detail {

namespace {

constexpr std::string_view transaction_words[] = {"BEGIN",    "START", "COMMIT",    "END",
                                                  "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"};
constexpr std::string_view schema_words[] = {"CREATE", "ALTER",   "DROP",   "COMMENT",  "GRANT",
                                             "REVOKE", "REINDEX", "IMPORT", "REASSIGN", "SECURITY"};
constexpr std::string_view row_words[] = {"SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE",
                                          "DELETE", "MERGE",  "WITH",   "TABLE"};

template <std::size_t N>
bool one_of(const SqlToken& token, const std::string_view (&words)[N]) {
    for (const std::string_view word : words) {
        if (token.is(word)) return true;
    }
    return false;
}

/// SELECT ... INTO makes a table. It stands outside of parentheses, in a statement that is no INSERT or MERGE; words
/// that look like these may be names (`SELECT 1 AS insert INTO t`), so what counts is the statement's own verb.
bool makes_a_table(SqlLexer& lexer, const SqlToken& first) {
    bool verb_known = !first.is("WITH");
    bool reads = first.is("SELECT") || first.is("VALUES") || first.is("TABLE");
    int depth = 0;  // the parentheses around the whole statement are not counted
    SqlToken previous = first;
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) {
        if (token.symbol('(')) ++depth;
        if (token.symbol(')')) --depth;
        if (depth <= 0) {
            if (!verb_known && previous.symbol(')') && one_of(token, row_words)) {  // behind the last WITH query
                verb_known = true;
                reads = token.is("SELECT") || token.is("VALUES") || token.is("TABLE");
            } else if (token.is("INTO") && (reads || !verb_known)) {
                return true;
            }
        }
        previous = token;
    }
    return false;
}

/// EXPLAIN's own words and its list in parentheses.
SqlToken behind_explain(SqlLexer& lexer) {
    SqlToken token = lexer.next();
    if (token.symbol('(')) {
        for (int depth = 1; depth > 0 && token.kind != SqlToken::Kind::end;) {
            token = lexer.next();
            if (token.symbol('(')) ++depth;
            if (token.symbol(')')) --depth;
        }
        return lexer.next();
    }
    while (token.is("ANALYZE") || token.is("VERBOSE") || token.is("QUERY") || token.is("PLAN")) token = lexer.next();
    return token;
}

}  // namespace

StatementClass classify_words(std::string_view sql, SqlLexis lexis) {
    SqlLexer lexer(sql, lexis);
    SqlToken token = lexer.next();
    if (token.is("EXPLAIN")) token = behind_explain(lexer);
    while (token.symbol('(')) token = lexer.next();
    if (one_of(token, row_words)) return makes_a_table(lexer, token) ? StatementClass::schema : StatementClass::rows;
    if (one_of(token, transaction_words)) return StatementClass::transaction;
    if (token.is("PREPARE"))
        return lexer.next().is("TRANSACTION") ? StatementClass::transaction : StatementClass::other;
    if (one_of(token, schema_words)) return StatementClass::schema;
    return StatementClass::other;
}

std::vector<std::string_view> split_script(std::string_view sql, SqlLexis lexis, bool trigger_bodies) {
    std::vector<std::string_view> statements;
    SqlLexer lexer(sql, lexis);
    std::size_t begin = 0;
    bool any = false;
    int words = 0;
    bool create = false;
    bool trigger = false;
    int depth = 0;  // of BEGIN and CASE in a trigger's body, or of BEGIN ATOMIC
    SqlToken previous;
    for (SqlToken token = lexer.next();; token = lexer.next()) {
        const bool end = token.kind == SqlToken::Kind::end;
        if (end || (token.symbol(';') && depth == 0)) {
            if (any) statements.push_back(sql.substr(begin, token.begin - begin));
            if (end) return statements;
            begin = lexer.position();
            any = create = trigger = false;
            words = 0;
            continue;
        }
        if (!any) begin = token.begin;
        any = true;
        ++words;
        if (words == 1) create = token.is("CREATE");
        if (create && words <= 4 && token.is("TRIGGER")) trigger = true;
        const bool body =
            (trigger && trigger_bodies) || (create && (depth > 0 || (previous.is("BEGIN") && token.is("ATOMIC"))));
        if (body) {
            if (trigger ? token.is("BEGIN") : token.is("ATOMIC")) ++depth;
            if (depth > 0 && token.is("CASE")) ++depth;
            if (depth > 0 && token.is("END")) --depth;
        }
        previous = token;
    }
}

std::string first_line(std::string_view statement, SqlLexis lexis) {
    constexpr std::size_t most = 80;
    std::string text;
    std::size_t copied = std::min(statement.find_first_not_of(" \t\r\n"), statement.size());
    SqlLexer lexer(statement, lexis);
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) {
        if (token.kind != SqlToken::Kind::string) continue;
        text.append(statement.substr(copied, token.begin - copied)).append("'...'");
        copied = token.begin + token.text.size();
    }
    text.append(statement.substr(copied));
    std::string line = text.substr(0, std::min(text.find_first_of("\r\n"), most));
    if (line.size() == text.size()) return line;
    line.erase(line.find_last_not_of(' ') + 1);
    return line + " ...";
}

}  // namespace strata::core::detail
