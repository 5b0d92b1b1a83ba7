// SQL's lexical rules, as each database has them.

#include "support/catch.hpp"

#include <strata/core/detail/sql_lexer.hpp>

#include <vector>

using namespace strata::core::detail;
using Kind = SqlToken::Kind;

namespace {

std::string words(std::string_view sql, const SqlLexis& lexis) {
    SqlLexer lexer(sql, lexis);
    std::string all;
    for (auto token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
        if (!all.empty()) all += '|';
        all += token.text;
    }
    return all;
}

SqlToken first(std::string_view sql, const SqlLexis& lexis) { return SqlLexer(sql, lexis).next(); }

std::string text_of(std::string_view sql, const SqlLexis& lexis = postgresql_lexis) {
    return string_value(first(sql, lexis), lexis).value_or("(none)");
}

}  // namespace

TEST_CASE("the lexer takes quotes, comments and dollar quotes as wholes", "[unit][sql]") {
    const auto& postgres = postgresql_lexis;
    const auto& sqlite = sqlite_lexis;
    CHECK(words("select 'a''b', \"c\"\"d\" -- e\n, 1.5", sqlite) == "select|'a''b'|,|\"c\"\"d\"|,|1.5");
    CHECK(words("a /* x /* y */ z */ b", postgres) == "a|b");
    CHECK(words("a /* x /* y */ b", sqlite) == "a|b");
    CHECK(words("$$a;b$$ $f$ $$ $f$ $1 E'\\'' x", postgres) == "$$a;b$$|$f$ $$ $f$|$1|E'\\''|x");
    CHECK(words("$1$ $1 $a b$ c $a$", postgres) == "$1|$|$1|$|a|b$|c|$a$");
    CHECK(words("a$$b c$d$", postgres) == "a$$b|c$d$");
    CHECK(words("[a b] `c d`", sqlite) == "[a b]|`c d`");
    CHECK(words("arr[1:2] a::int", postgres) == "arr|[|1|:|2|]|a|:|:|int");
}

TEST_CASE("a line comment ends where the database says", "[unit][sql]") {
    CHECK(words("a --b\rc", postgresql_lexis) == "a|c");
    CHECK(words("a --b\rc\nd", sqlite_lexis) == "a|d");
    CHECK(words("a --b\r\nc", postgresql_lexis) == "a|c");
    CHECK(words("a /", sqlite_lexis) == "a|/");
    CHECK(words("a /*", sqlite_lexis) == "a|/|*");
    CHECK(words("a /*", postgresql_lexis) == "a");
}

TEST_CASE("each kind of string of PostgreSQL is one token", "[unit][sql]") {
    const auto kind = [](std::string_view sql) {
        const SqlToken token = first(sql, postgresql_lexis);
        return token.text == sql ? token.kind : Kind::end;
    };
    for (const char* sql : {"'a'", "E'a\\''", "e'\\\\'", "U&'\\0061'", "u&'a'", "N'a'", "$$'$$", "$a$ $$ $a$", "''"})
        CHECK(kind(sql) == Kind::string);
    for (const char* sql : {"B'01'", "x'1F'", "X''"}) CHECK(kind(sql) == Kind::bits);
    for (const char* sql : {"\"a\"", "U&\"a\"", "\"a\"\"b\""}) CHECK(kind(sql) == Kind::quoted);
    CHECK(words("'a\\' c'", postgresql_lexis) == "'a\\'|c|'");
    SqlLexis old = postgresql_lexis;
    old.backslashes = true;
    CHECK(words("'a\\' b' N'\\''", old) == "'a\\' b'|N'\\''");
}

TEST_CASE("a literal goes on after an end of line on PostgreSQL", "[unit][sql]") {
    CHECK(words("'a'\n'b'", postgresql_lexis) == "'a'\n'b'");
    CHECK(words("'a'\r'b' c", postgresql_lexis) == "'a'\r'b'|c");
    CHECK(words("'a' -- it's\n\t-- two\n 'b' c", postgresql_lexis) == "'a' -- it's\n\t-- two\n 'b'|c");
    CHECK(words("E'a'\n'\\'' c", postgresql_lexis) == "E'a'\n'\\''|c");
    CHECK(words("'a' 'b'", postgresql_lexis) == "'a'|'b'");
    CHECK(words("'a' /* c\n */ 'b'", postgresql_lexis) == "'a'|'b'");
    CHECK(words("'a'\nE'b'", postgresql_lexis) == "'a'|E'b'");
    CHECK(words("'a'\n'b'", sqlite_lexis) == "'a'|'b'");
}

TEST_CASE("numbers, parameters and operators are split into tokens as the databases do", "[unit][sql]") {
    CHECK(words("1.5e-3 .5 1e 0x1F 1..2", postgresql_lexis) == "1.5e-3|.5|1|e|0x1F|1.|.2");
    CHECK(words("1INTO", postgresql_lexis) == "1|INTO");
    CHECK(words("? ?12 :a @b $c $d::e(f) #1 a:b", sqlite_lexis) == "?|?12|:a|@b|$c|$d::e(f)|#1|a|:b");
    CHECK(words("a->>b->c||d<>e!=f==g<<h", sqlite_lexis) == "a|->>|b|->|c||||d|<>|e|!=|f|==|g|<<|h");
    CHECK(words("x'ab''c'", sqlite_lexis) == "x'ab'|'c'");
    CHECK(words("\xEF\xBB\xBF select", sqlite_lexis) == "select");
}

TEST_CASE("a quote that is not closed runs to the end and says so", "[unit][sql]") {
    for (const char* sql : {"'a", "\"a", "[a", "`a", "x'1"}) {
        CHECK(first(sql, sqlite_lexis).unclosed);
        CHECK(first(sql, sqlite_lexis).text == sql);
    }
    for (const char* sql : {"'a", "$a$ b", "E'\\'", "'a'\n'", "U&'a", "B'0"}) {
        CHECK(first(sql, postgresql_lexis).unclosed);
        CHECK(first(sql, postgresql_lexis).text == sql);
    }
    CHECK_FALSE(first("'a'", sqlite_lexis).unclosed);
}

TEST_CASE("a literal means its text", "[unit][sql]") {
    CHECK(text_of("'it''s'") == "it's");
    CHECK(text_of("'a'\n  'b''c' -- '\n 'd'") == "ab'cd");
    CHECK(text_of("E'\\n\\\\\\x41\\101\\u00e9\\U0001F600\\q'''") == "\n\\AA\xC3\xA9\xF0\x9F\x98\x80q'");
    CHECK(text_of("E'\\uD83D\\uDE00'") == "\xF0\x9F\x98\x80");
    CHECK(text_of("E'a\\'b'\n'\\t'") == "a'b\t");
    CHECK(text_of("U&'d\\0061t\\+000061 \\\\ '''") == "data \\ '");
    CHECK(text_of("$x$ $$ ' $x$") == " $$ ' ");
    CHECK(text_of("N'a\\b'") == "a\\b");
    for (const char* wrong : {"E'\\u12'", "E'\\uDE00'", "E'\\uD83Dx'", "U&'\\12'", "E'\\0'", "B'01'", "'a", "a"})
        CHECK(text_of(wrong) == "(none)");
    CHECK(text_of("'a''b'", sqlite_lexis) == "a'b");
}

TEST_CASE("a quoted name means its text", "[unit][sql]") {
    const auto name = [](std::string_view sql, const SqlLexis& lexis) {
        return name_value(first(sql, lexis)).value_or("(none)");
    };
    CHECK(name("\"a\"\"b\"", postgresql_lexis) == "a\"b");
    CHECK(name("U&\"d\\0061ta\"", postgresql_lexis) == "data");
    CHECK(name("Word", postgresql_lexis) == "Word");
    CHECK(name("[a b]", sqlite_lexis) == "a b");
    CHECK(name("`a``b`", sqlite_lexis) == "a`b");
    CHECK(name("'a'", postgresql_lexis) == "(none)");
}

TEST_CASE("text appended to a comment is recognised as a part of it", "[unit][sql]") {
    CHECK(ends_in_comment("DELETE FROM t -- all", postgresql_lexis));
    CHECK(ends_in_comment("DELETE FROM t -- all\r", sqlite_lexis));
    CHECK(ends_in_comment("-- it's", sqlite_lexis));
    CHECK_FALSE(ends_in_comment("DELETE FROM t -- all\r", postgresql_lexis));
    CHECK_FALSE(ends_in_comment("DELETE FROM t -- all\n", sqlite_lexis));
    CHECK_FALSE(ends_in_comment("SELECT '-- a'", sqlite_lexis));
    CHECK_FALSE(ends_in_comment("SELECT $$ -- a $$", postgresql_lexis));
    CHECK_FALSE(ends_in_comment("", sqlite_lexis));
}

TEST_CASE("parentheses around a whole expression are removed", "[unit][sql]") {
    const auto bare = [](std::string_view sql) { return without_outer_parentheses(sql, postgresql_lexis); };
    CHECK(bare("((a) = b)") == "(a) = b");
    CHECK(bare("(((a)))") == "a");
    CHECK(bare("(a) OR (b)") == "(a) OR (b)");
    CHECK(bare("(a = ')' AND b = E'\\')')") == "a = ')' AND b = E'\\')'");
    CHECK(bare("(f(x)) -- c") == "f(x)");
    CHECK(bare("()") == "()");
    CHECK(bare("((a)") == "((a)");
    CHECK(bare("") == "");
}

TEST_CASE("SQL in a message holds no literal", "[unit][sql]") {
    CHECK(without_literals("SELECT 'it''s', E'\\'x', $$y$$, B'01', \"n\" -- it's", postgresql_lexis) ==
          "SELECT '...', '...', '...', '...', \"n\" -- it's");
    CHECK(without_literals("SELECT x'00', 'open", sqlite_lexis) == "SELECT '...', '...'");
}
