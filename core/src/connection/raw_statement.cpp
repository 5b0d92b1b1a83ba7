#include "raw_statement.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>

namespace strata::core::detail {

namespace {

/// SHOW only tells something. LOCK, SET TRANSACTION and SET CONSTRAINTS are about the rows and the open transaction,
/// and end with it; but READ WRITE would undo what a read-only transaction promises.
bool leaves_nothing(std::string_view sql, const SqlLexis& lexis) {
    SqlLexer lexer(sql, lexis);
    const SqlToken first = lexer.next();
    if (!first.is("SET")) return first.is("LOCK") || first.is("SHOW");
    const SqlToken what = lexer.next();
    if (!what.is("TRANSACTION")) return what.is("CONSTRAINTS");
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next())
        if (token.is("WRITE")) return false;
    return true;
}

}  // namespace

void check_rows_only(std::string_view sql, const SqlLexis& lexis) {
    if (split_script(sql, lexis, false).size() > 1)
        throw UsageError("the text holds several statements; run one at a time");
    const SqlToken first = SqlLexer(sql, lexis).next();
    const std::string word = first.kind == SqlToken::Kind::word ? std::string(first.text) : "the statement";
    switch (classify_words(sql, lexis)) {
        case StatementClass::rows:
            return;
        case StatementClass::schema:
            throw UsageError(
                word + " would change the schema, and this connection only reads and writes rows; write a migration");
        case StatementClass::transaction:
            return;
        case StatementClass::other:
            if (leaves_nothing(sql, lexis)) return;
            throw UsageError(word +
                             " is not a statement about rows: SELECT, VALUES, INSERT, UPDATE, DELETE, WITH or "
                             "EXPLAIN; this connection takes no other");
    }
}

namespace {

bool precedes_name(const SqlToken& token) {
    for (const char* word : {"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "VIEW", "INDEX", "TRIGGER", "AS", "EXISTS"})
        if (token.is(word)) return true;
    return token.symbol('.');
}

/// The text between two tokens: blanks are kept; a comment becomes one blank, since it may hold a value.
std::string_view without_comment(std::string_view between) {
    return between.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos ? between : " ";
}

}  // namespace

std::string masked_for_log(std::string_view sql, const SqlLexis& lexis, Author author) {
    using Kind = SqlToken::Kind;
    std::string text;
    std::size_t end = 0;
    SqlLexer lexer(sql, lexis);
    SqlToken before;
    SqlToken token = lexer.next();
    while (token.kind != Kind::end) {
        const SqlToken next = lexer.next();
        const bool maybe_text = author == Author::caller && lexis.names_as_text && token.kind == Kind::quoted &&
                                token.text.starts_with('"') && !precedes_name(before) && !next.symbol('.');
        text += without_comment(sql.substr(end, token.begin - end));
        if (token.kind == Kind::string || token.kind == Kind::bits || maybe_text) {
            text += "'...'";
        } else if (token.kind == Kind::number) {
            text += '?';
        } else {
            text += token.text;
        }
        end = token.end();
        before = token;
        token = next;
    }
    for (char& c : text) {
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    }
    return text;
}

}  // namespace strata::core::detail
