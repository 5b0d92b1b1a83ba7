#pragma once

#include <cstddef>
#include <string_view>

namespace strata::core::detail {

/// A piece of SQL text. Spaces and comments are not tokens.
struct SqlToken {
    enum class Kind { end, word, quoted, string, number, symbol } kind = Kind::end;
    std::string_view text;  ///< as written, with its quotes
    std::size_t begin = 0;  ///< offset in the whole

    /// Whether it is this keyword (given in upper case), in any case and without quotes.
    [[nodiscard]] bool is(std::string_view keyword) const noexcept;
    [[nodiscard]] bool symbol(char c) const noexcept {
        return kind == Kind::symbol && text.size() == 1 && text[0] == c;
    }
};

/// What differs between the databases' lexical rules.
struct SqlLexis {
    bool dollar_quotes = false;    ///< $tag$...$tag$ and E'...\'...'
    bool nested_comments = false;  ///< /* /* */ */
    bool bracket_names = false;    ///< [name] and `name`
};

/// Cuts SQL into tokens so that quotes, comments and dollar quotes are never mistaken for SQL. Each symbol is one
/// character. Borrows the text. An unended quote or comment runs to the end.
class SqlLexer {
public:
    SqlLexer(std::string_view sql, SqlLexis lexis) : sql_(sql), lexis_(lexis) {}
    SqlToken next();
    [[nodiscard]] std::size_t position() const noexcept { return at_; }

private:
    void skip_blank();
    std::size_t quoted_end(char quote, bool backslashes) const;
    SqlToken token(SqlToken::Kind kind, std::size_t end);

    std::string_view sql_;
    SqlLexis lexis_;
    std::size_t at_ = 0;
};

}  // namespace strata::core::detail
