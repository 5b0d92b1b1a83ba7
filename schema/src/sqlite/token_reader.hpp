#pragma once

#include <strata/schema/detail/sqlite/create_table.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace strata::schema::detail::sqlite {

[[nodiscard]] std::string upper(std::string_view word);

/// Walks over the tokens of one statement. Every reading function throws UsageError when the next token is another one
/// than expected.
class TokenReader {
public:
    /// `what` names the statement in messages: "CREATE TABLE".
    TokenReader(std::string_view sql, std::string_view what);

    [[nodiscard]] std::string_view sql() const noexcept { return sql_; }
    [[nodiscard]] bool at_end() const noexcept { return at_ >= tokens_.size(); }
    /// Whether the current token (or the one `ahead` of it) is this keyword or symbol.
    [[nodiscard]] bool is(std::string_view text, std::size_t ahead = 0) const;
    /// Whether the current token can be a name.
    [[nodiscard]] bool is_name() const;
    [[nodiscard]] Span peek() const;
    Span next();
    /// Goes back by `count` tokens.
    void back(std::size_t count) noexcept { at_ -= count; }
    /// The end of the previous token.
    [[nodiscard]] std::size_t previous_end() const;

    bool accept(std::string_view text);
    Span expect(std::string_view text);
    void expect_end();
    std::string name(Span& span);
    /// A name that may be qualified by a schema; the span covers the name only.
    std::string qualified_name(Span& span);
    /// ( a, b )
    void names(std::vector<std::string>& names, std::vector<Span>& spans);
    /// The text between a ( and its matching ).
    Span parenthesised();
    /// ( a COLLATE NOCASE DESC, lower(b) )
    std::vector<IndexedColumn> indexed_columns();
    /// Whether the last list of indexed columns ended in AUTOINCREMENT.
    [[nodiscard]] bool saw_autoincrement() const noexcept { return saw_autoincrement_; }
    /// All tokens up to the end or a final semicolon.
    Span rest();
    [[noreturn]] void fail(std::string_view wanted) const;

private:
    IndexedColumn indexed_column();

    std::string_view sql_;
    std::string_view what_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    bool saw_autoincrement_ = false;
};

}  // namespace strata::schema::detail::sqlite
