#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Splits SQLite's SQL into tokens that know their place, so that a stored CREATE TABLE can be read and changed in
/// place. Pure functions on text; thread safe. Lexical rules: https://sqlite.org/lang_keywords.html,
/// https://sqlite.org/lang_expr.html
namespace strata::schema::detail::sqlite {

/// A range of bytes in the parsed text: [begin, end).
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;

    [[nodiscard]] bool empty() const noexcept { return begin == end; }
    [[nodiscard]] std::string_view of(std::string_view sql) const { return sql.substr(begin, end - begin); }
    bool operator==(const Span&) const = default;
};

enum class TokenKind : unsigned char {
    word,               ///< a keyword or an identifier without quotes
    quoted_identifier,  ///< "a", `a` or [a]
    string,             ///< 'a'
    blob,               ///< x'00'
    number,
    parameter,  ///< ?1, :a, @a, $a
    symbol,     ///< an operator or a punctuation mark: ( ) , ; . || <> ...
};

struct Token {
    TokenKind kind;
    Span span;
    bool operator==(const Token&) const = default;
};

/// The tokens in order, without white space and comments. Throws UsageError for a quote that is not closed.
[[nodiscard]] std::vector<Token> tokenize(std::string_view sql);

/// The name that a word, a quoted identifier or a string means (SQLite accepts a string as a name too).
[[nodiscard]] std::string identifier(std::string_view token);
/// The text that the literal 'a''b' means: a'b.
[[nodiscard]] std::string string_value(std::string_view token);
/// Compares as SQLite compares names and keywords: ASCII letters without case.
[[nodiscard]] bool same_name(std::string_view left, std::string_view right) noexcept;

/// Whether two expressions have the same tokens: keywords and names without case or quotes, `==` as `=` and `!=` as
/// `<>`, outer parentheses ignored, literals exact.
[[nodiscard]] bool same_expression(std::string_view left, std::string_view right);

}  // namespace strata::schema::detail::sqlite
