#include "raw_statement.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>

namespace strata::core::detail {

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
            throw UsageError(word +
                             " is not a statement about rows: SELECT, VALUES, INSERT, UPDATE, DELETE, WITH or "
                             "EXPLAIN; this connection takes no other");
    }
}

std::string masked_for_log(std::string_view sql, const SqlLexis& lexis) {
    std::string text;
    std::size_t copied = 0;
    SqlLexer lexer(sql, lexis);
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) {
        const bool is_text = token.kind == SqlToken::Kind::string || token.kind == SqlToken::Kind::bits;
        if (!is_text && token.kind != SqlToken::Kind::number) continue;
        text.append(sql.substr(copied, token.begin - copied)).append(is_text ? "'...'" : "?");
        copied = token.begin + token.text.size();
    }
    text.append(sql.substr(copied));
    for (char& c : text) {
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    }
    return text;
}

}  // namespace strata::core::detail
