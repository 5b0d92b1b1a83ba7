// The lexer beside the server: what a literal means, how many statements a script has, and that nothing called
// "rows" makes a relation.

#include "support/database.hpp"
#include "support/process.hpp"

#include <strata/core/detail/statement_class.hpp>

#include <algorithm>
#include <cstdio>
#include <random>
#include <vector>

using namespace strata::core;
using namespace strata::core::detail;
using strata::test::run_process;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace {

/// What the server makes of the text when it is sent as it is; nothing when it refuses it.
std::optional<std::string> answer(const TestDatabase& db, const std::string& sql) {
    const auto result = run_process(
        {"psql", "-X", "-A", "-t", "-d", db.url(), "-c", sql},
        {.environment = {
             {"PGCLIENTENCODING", "UTF8"},
             {"PGOPTIONS",
              "-c escape_string_warning=off -c standard_conforming_strings=on -c default_transaction_read_only=off"}}});
    if (result.exit_code != 0) return std::nullopt;
    return result.out;
}

std::string hex(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
        digits += two;
    }
    return digits;
}

/// The one token that the text is; `end` for any other text.
SqlToken sole_token(std::string_view sql) {
    const SqlToken token = SqlLexer(sql, postgresql_lexis).next();
    return token.text == sql ? token : SqlToken();
}

void check_literal(const TestDatabase& db, const std::string& literal) {
    const SqlToken token = sole_token(literal);
    if (token.kind != SqlToken::Kind::string) return;
    INFO(literal);
    const auto said = answer(db, "SELECT encode(convert_to(" + literal + "\n, 'UTF8'), 'hex')");
    const auto value = string_value(token, postgresql_lexis);
    CHECK(said == (value ? std::optional(hex(*value) + "\n") : std::nullopt));
}

}  // namespace

TEST_CASE("a literal means what PostgreSQL makes of it", "[sql][lexer][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    for (const char* literal : {"'it''s'",
                                "''",
                                "'a\\'",
                                "'a'\n'b'",
                                "'a'\r'b'",
                                "'a' -- it's\n-- 'c'\n\t'b'''",
                                "E'a\\'b'\n'\\tc\\''",
                                "E'\\b\\f\\n\\r\\t\\q\\\\'",
                                "E'\\101\\x41\\x4\\u00e9\\U0001F600'",
                                "E'\\uD83D\\uDE00'",
                                "E'\\uD83D'",
                                "E'\\uD83Dx'",
                                "E'\\uDE00'",
                                "E'\\u12'",
                                "E'\\0'",
                                "E'\\x'",
                                "E'\\400a'",
                                "U&'d\\0061t\\+000061'",
                                "U&'\\\\'",
                                "U&'\\12'",
                                "U&'\\D83D\\DE00'",
                                "U&'a'\n'\\0061'",
                                "N'a''b'",
                                "$$a'$$",
                                "$a$ $$ $b$ $a$",
                                "$_a1$;$_a1$",
                                "$\xC3\xA9$x$\xC3\xA9$",
                                "e'\\''",
                                "E''\n''",
                                "'\xC3\xA9'",
                                "E'\n\\\n'",
                                "'--'",
                                "'/*'"})
        check_literal(db, literal);
}

TEST_CASE("literals of random pieces mean what PostgreSQL makes of them", "[sql][lexer][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    std::mt19937 random(20260101);  // NOLINT(cert-msc51-cpp): the same in each run
    const std::vector<std::string> openings{"'", "E'", "U&'", "$$", "$a$", "N'"};
    const std::vector<std::string> pieces{"'",  "''", "\\",  "\\\\", "\\'",    "'\n'",  "' --'\n'", "a",
                                          "1",  "$$", "$a$", "\\n",  "\\0061", "\\x41", "\\u0041",  "\\101",
                                          "--", "/*", "\n",  "\r",   ";",      "'\r'"};
    const auto pick = [&](const auto& list) { return list[random() % list.size()]; };
    int checked = 0;
    for (int i = 0; checked < (strata::test::long_run() ? 3000 : 150) && i < 1'000'000; ++i) {
        std::string literal = pick(openings);
        for (std::size_t count = 1 + random() % 6; count > 0; --count) literal += pick(pieces);
        literal += literal.starts_with('$') ? literal.substr(0, literal.find('$', 1) + 1) : "'";
        const SqlToken token = sole_token(literal);
        if (token.kind != SqlToken::Kind::string || token.unclosed) continue;
        check_literal(db, literal);
        ++checked;
    }
}

TEST_CASE("a script has the statements that PostgreSQL sees in it", "[sql][lexer][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell("CREATE TABLE t (a int); CREATE TABLE u (a int)");
    // Each answers with one line.
    const std::vector<std::string> statements{
        "SELECT 1",
        "SELECT ';'",
        "SELECT ';'\n';'",
        "SELECT E'\\';'",
        "SELECT $$;$$",
        "SELECT $a$;$$;$a$",
        "SELECT 1 -- ; 'x\n",
        "SELECT 1 --;\r+ 1",
        "SELECT /* ; /* ; */ ; */ 2",
        "SELECT 1 AS \";\"",
        "SELECT U&';'",
        "SELECT (1)",
        "SELECT 1 AS a$b$",
        "SELECT 'a' -- ;\n';'",
        "INSERT INTO t SELECT 1 WHERE ';' = ''",
        "CREATE OR REPLACE RULE r AS ON DELETE TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM u)",
        "CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN a = 1 THEN 2 ELSE 3 END; "
        "SELECT CASE a WHEN 1 THEN CASE WHEN true THEN 1 END END AS end; END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO u VALUES (1); DELETE FROM u; END",
        "CREATE OR REPLACE PROCEDURE q() LANGUAGE sql BEGIN ATOMIC END",
        "CREATE OR REPLACE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2'",
        "DO $$ BEGIN PERFORM 1; END $$",
        "VALUES (1)",
        "COMMENT ON TABLE t IS ';'"};
    std::mt19937 random(20260102);  // NOLINT(cert-msc51-cpp): the same in each run
    const std::vector<std::string> ends{";", " ; ", ";\n", ";;", "; -- x; 'y\n", "; /* ; */ ", ";--\r"};
    for (int round = 0; round < (strata::test::long_run() ? 1000 : 60); ++round) {
        std::string script;
        std::size_t count = 0;
        for (std::size_t wanted = 1 + random() % 6; wanted > 0; --wanted, ++count)
            script += statements[random() % statements.size()] + ends[random() % ends.size()];
        INFO(script);
        const auto said = answer(db, script);
        REQUIRE(said);
        CHECK(std::count(said->begin(), said->end(), '\n') == static_cast<std::ptrdiff_t>(count));
        CHECK(split_script(script, postgresql_lexis, false).size() == count);
    }
}

TEST_CASE("no statement that is classified as working on rows creates a relation", "[sql][lexer][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(
        "CREATE TABLE t (a int, insert int, merge int, set int); CREATE TABLE s (a int); INSERT INTO t VALUES (1)");
    const std::vector<std::string> heads{"",
                                         "(",
                                         "((",
                                         "EXPLAIN ANALYZE ",
                                         "EXPLAIN (ANALYZE) ",
                                         "EXPLAIN (",
                                         "EXPLAIN (ANALYZE, COSTS off) (",
                                         "WITH x AS (SELECT 1 AS a) ",
                                         "WITH x AS (SELECT 1 AS a) (",
                                         "(WITH x AS (SELECT 1 AS a) ",
                                         "WITH insert AS (SELECT 1 AS a), z (insert) AS NOT MATERIALIZED (SELECT 1) ",
                                         "WITH recursive AS (SELECT 1) ",
                                         "WITH x AS (INSERT INTO s VALUES (1) RETURNING a) ",
                                         "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 2) "
                                         "CYCLE n SET insert USING p ",
                                         "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 2) "
                                         "SEARCH DEPTH FIRST BY n SET insert CYCLE n SET c USING insert2 ",
                                         "SELECT 1;",
                                         "; ",
                                         "-- INSERT\r"};
    const std::vector<std::string> bodies{"SELECT a INTO hole FROM t",
                                          "SELECT INTO hole FROM t",
                                          "SELECT 1 AS insert INTO hole",
                                          "SELECT 1 insert INTO hole",
                                          "SELECT (1) insert INTO hole",
                                          "SELECT insert INTO hole FROM t",
                                          "SELECT merge INTO hole FROM t",
                                          "SELECT t.insert INTO hole FROM t",
                                          "SELECT 1 AS a --c\r INTO hole",
                                          "SELECT 1 AS a /* /* */ -- */ INTO hole --",
                                          "SELECT E'a'\n'\\' AS a INTO hole --'",
                                          "SELECT E'a'\n'\\'' AS a INTO hole --'",
                                          "SELECT 'a' -- '\n'b' AS a INTO hole",
                                          "SELECT U&'\\0061' AS a INTO hole -- '",
                                          "SELECT $a$ INTO x $a$ AS a INTO TEMP hole",
                                          "SELECT 1 AS a$$ INTO hole --$$",
                                          "SELECT 1 AS a INTO UNLOGGED hole UNION SELECT 2",
                                          "SELECT 1 AS into INTO hole",
                                          "SELECT 1\vINTO hole",
                                          "SELECT 1INTO hole",
                                          "SELECT 1.INTO hole",
                                          "SELECT 0x1INTO hole",
                                          "TABLE t UNION SELECT 1, 2, 3, 4 INTO hole",
                                          "VALUES (1) UNION SELECT 2 INTO hole",
                                          "INSERT INTO s SELECT a INTO hole FROM t",
                                          "INSERT INTO s VALUES (1)",
                                          "MERGE INTO s USING t ON s.a = t.a WHEN NOT MATCHED THEN INSERT VALUES (1)",
                                          "UPDATE s SET a = 2",
                                          "DELETE FROM s USING t",
                                          "CREATE TABLE hole (a int)",
                                          "CREATE TABLE hole AS SELECT 1",
                                          "SELECT a FROM t FOR UPDATE",
                                          "SELECT 1 AS into",
                                          "SELECT 1; CREATE TABLE hole (a int)",
                                          "VALUES (1)",
                                          "TABLE t"};
    const std::string relations = "SELECT count(*) FROM pg_class WHERE relname = 'hole'";
    const std::string settings = "SET default_transaction_read_only = off; SET standard_conforming_strings = on";
    std::size_t rows = 0;
    std::size_t made = 0;
    for (const auto& head : heads) {
        std::string end;
        for (auto open = std::count(head.begin(), head.end(), '('), close = std::count(head.begin(), head.end(), ')');
             close < open; ++close)
            end += ')';
        for (const auto& body : bodies) {
            const std::string sql = head + body + end;
            INFO(sql);
            // In a transaction that is rolled back each statement meets the same tables.
            const auto said =
                run_process({"psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", db.url(), "-c", settings,
                             "-c", "BEGIN", "-c", sql, "-c", relations, "-c", "ROLLBACK"});
            const bool makes = said.exit_code == 0 && ("\n" + said.out).ends_with("\n1\n");
            const bool is_rows = classify_words(sql, postgresql_lexis) == StatementClass::rows;
            CHECK_FALSE((makes && is_rows));
            rows += is_rows ? 1 : 0;
            made += makes ? 1 : 0;
        }
    }
    CHECK(rows > 100);  // the lists hold both kinds
    CHECK(made > 100);
    CHECK(db.shell(relations) == "0");
}
