#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The one implementation of SQL's lexical rules: what is a string, a name, a comment, a parameter. Everything that
/// inspects SQL text (classes of statements, scripts, raw SQL, stored definitions) is written on top of it. Pure
/// functions on borrowed text; thread safe.
namespace strata::core::detail {

/// A piece of SQL text. White space and comments are not tokens.
struct SqlToken {
    enum class Kind : std::uint8_t {
        end,
        word,       ///< a keyword or a name without quotes
        quoted,     ///< a name in quotes: "a", U&"a", [a] or `a`
        string,     ///< 'a', E'a', U&'a', N'a', $$a$$
        bits,       ///< X'00' or B'01'
        number,     ///< 1, 1.5e-3, .5, 0x1F
        parameter,  ///< $1, ?1, ?, :a, @a
        symbol      ///< an operator or a punctuation mark
    } kind = Kind::end;
    bool unclosed = false;  ///< the text ends before the quote is closed
    std::string_view text;  ///< as written, with its quotes
    std::size_t begin = 0;  ///< offset in the whole text

    [[nodiscard]] std::size_t end() const noexcept { return begin + text.size(); }
    /// Whether it is this keyword (given in upper case), in any case and without quotes.
    [[nodiscard]] bool is(std::string_view keyword) const noexcept;
    [[nodiscard]] bool symbol(char c) const noexcept {
        return kind == Kind::symbol && text.size() == 1 && text[0] == c;
    }
};

/// The lexical rules in which the databases differ.
struct SqlLexis {
    bool dollar_quotes = false;         ///< $tag$...$tag$
    bool nested_comments = false;       ///< /* /* */ */
    bool bracket_names = false;         ///< [name] and `name`
    bool names_as_text = false;         ///< "a" that names nothing is a string
    bool typed_strings = false;         ///< E'\'', U&'\0061', U&"name", N'a', B'01'; both databases have X'00'
    bool continued_strings = false;     ///< 'a' and 'b' are one literal when a line break separates them
    bool backslashes = false;           ///< 'a\'' as in E'' (standard_conforming_strings = off)
    bool byte_order_mark = false;       ///< U+FEFF is white space where a token would begin
    std::string_view line_ends = "\n";  ///< each of these ends a -- comment
    char numbered_parameter = '\0';     ///< the mark before a parameter's number: $ or ? (whose number may be left out)
    std::string_view named_parameters{};  ///< each of these begins a named parameter
    /// The operators of several characters, longer ones first. If none are listed, each symbol is one character.
    std::span<const std::string_view> operators{};
};

namespace lexis_tables {
inline constexpr std::string_view sqlite_operators[] = {"->>", "->", "||", "<<", "<=", "<>", ">=", ">>", "==", "!="};
}

/// https://sqlite.org/lang_expr.html and SQLite's tokenize.c
inline constexpr SqlLexis sqlite_lexis{.bracket_names = true,
                                       .names_as_text = true,
                                       .byte_order_mark = true,
                                       .numbered_parameter = '?',
                                       .named_parameters = ":@$#",
                                       .operators = lexis_tables::sqlite_operators};

/// https://www.postgresql.org/docs/15/sql-syntax-lexical.html and PostgreSQL's scan.l. Users may define operators of
/// any symbols, so none are listed. Our connections, and the scripts that we write, switch standard_conforming_strings
/// on.
inline constexpr SqlLexis postgresql_lexis{.dollar_quotes = true,
                                           .nested_comments = true,
                                           .typed_strings = true,
                                           .continued_strings = true,
                                           .line_ends = "\n\r",
                                           .numbered_parameter = '$'};

/// Splits SQL into tokens so that quotes, comments and dollar quotes are never mistaken for SQL. A quote or comment
/// that is not closed extends to the end of the text.
class SqlLexer {
public:
    SqlLexer(std::string_view sql, const SqlLexis& lexis) : sql_(sql), lexis_(lexis) {}
    SqlToken next();
    /// The end of the last token.
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    /// Continues at this offset.
    void seek(std::size_t position) noexcept { at_ = position; }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
        return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
    }
    void skip_blank();
    void skip_line_comment();
    bool skip_block_comment();
    SqlToken token(SqlToken::Kind kind, std::size_t end, bool unclosed = false);
    std::optional<SqlToken> quote();
    std::optional<SqlToken> typed_string();
    std::optional<SqlToken> dollar_quote();
    std::optional<SqlToken> parameter();
    SqlToken quoted(SqlToken::Kind kind, std::size_t open, bool backslashes);
    SqlToken up_to(SqlToken::Kind kind, std::size_t open, char close);
    [[nodiscard]] std::size_t continuation(std::size_t end) const;
    [[nodiscard]] std::size_t number_end() const;

    std::string_view sql_;
    SqlLexis lexis_;
    std::size_t at_ = 0;
};

/// The text that a string token means, with its escapes resolved. std::nullopt for a string that the database refuses,
/// and for a token that is not a string. A UESCAPE after the token is not taken into account.
[[nodiscard]] std::optional<std::string> string_value(const SqlToken& token, const SqlLexis& lexis);
/// The name that a word (as written, in its own case) or a quoted name means. std::nullopt for other tokens.
[[nodiscard]] std::optional<std::string> name_value(const SqlToken& token);

/// Whether text appended to this one would be a part of a comment.
[[nodiscard]] bool ends_in_comment(std::string_view sql, const SqlLexis& lexis);
/// `((a) = b)` as `(a) = b`: removes the parentheses, blanks and comments around the whole text.
[[nodiscard]] std::string_view without_outer_parentheses(std::string_view sql, const SqlLexis& lexis);
/// Replaces each string and bit string by '...', for messages, which must not contain values.
[[nodiscard]] std::string without_literals(std::string_view sql, const SqlLexis& lexis);

}  // namespace strata::core::detail
