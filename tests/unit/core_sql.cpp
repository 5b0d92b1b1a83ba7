#include "support/catch.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

using namespace strata;
using namespace strata::core;

namespace {

std::string words(std::string_view sql, detail::SqlLexis lexis) {
    detail::SqlLexer lexer(sql, lexis);
    std::string all;
    for (auto token = lexer.next(); token.kind != detail::SqlToken::Kind::end; token = lexer.next()) {
        if (!all.empty()) all += '|';
        all += token.text;
    }
    return all;
}

}  // namespace

TEST_CASE("the lexer takes quotes, comments and dollar quotes as wholes", "[unit][sql]") {
    const detail::SqlLexis postgres{.dollar_quotes = true, .nested_comments = true};
    const detail::SqlLexis sqlite{.bracket_names = true};
    CHECK(words("select 'a''b', \"c\"\"d\" -- e\n, 1.5", sqlite) == "select|'a''b'|,|\"c\"\"d\"|,|1.5");
    CHECK(words("a /* x /* y */ z */ b", postgres) == "a|b");
    CHECK(words("a /* x /* y */ b", sqlite) == "a|b");
    CHECK(words("$$a;b$$ $f$ $$ $f$ $1 E'\\'' x", postgres) == "$$a;b$$|$f$ $$ $f$|$|1|E'\\''|x");
    CHECK(words("[a b] `c d`", sqlite) == "[a b]|`c d`");
    CHECK(words("arr[1:2] a::int", postgres) == "arr|[|1|:|2|]|a|:|:|int");
}

TEST_CASE("raw statements are classed by what they do", "[unit][sql]") {
    const Dialect& postgres = dialect_for("postgresql");
    for (const char* sql :
         {"SELECT 1", "-- x\n select 2", "(SELECT 1)", "VALUES (1)", "insert into t values (1)", "UPDATE t SET a=1",
          "DELETE FROM t", "WITH x AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT * FROM x",
          "EXPLAIN (ANALYZE, BUFFERS) SELECT 1", "select 'into'",
          "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE"}) {
        INFO(sql);
        CHECK(postgres.classify(sql) == StatementClass::rows);
    }
    for (const char* sql :
         {"CREATE TABLE t (a int)", "SELECT * INTO t2 FROM t", "WITH x AS (SELECT 1) SELECT * INTO t2 FROM x",
          "EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1", "/* x */ drop table t", "alter table t add a int"}) {
        INFO(sql);
        CHECK(postgres.classify(sql) == StatementClass::schema);
    }
    for (const char* sql : {"BEGIN", "commit", "ROLLBACK TO x", "SAVEPOINT a", "PREPARE TRANSACTION 'x'"}) {
        INFO(sql);
        CHECK(postgres.classify(sql) == StatementClass::transaction);
    }
    for (const char* sql :
         {"DO $$ begin end $$", "SET search_path = x", "TRUNCATE t", "COPY t FROM STDIN", "VACUUM", ""}) {
        INFO(sql);
        CHECK(postgres.classify(sql) == StatementClass::other);
    }
    CHECK(dialect_for("sqlite").classify("REPLACE INTO t VALUES (1)") == StatementClass::rows);
    CHECK(dialect_for("sqlite").classify("INSERT OR IGNORE INTO t VALUES (1)") == StatementClass::rows);
    CHECK(dialect_for("sqlite").classify("ATTACH 'x' AS y") == StatementClass::other);
}

TEST_CASE("identifiers are quoted with their quotes doubled", "[unit][sql]") {
    const Dialect& dialect = dialect_for("sqlite");
    CHECK(dialect.quoted("music songs") == "\"music songs\"");
    CHECK(dialect.quoted("a\"b") == "\"a\"\"b\"");
    CHECK_THROWS_AS(dialect.quoted(""), UsageError);
    CHECK_THROWS_AS(dialect.quoted(std::string_view("a\0b", 3)), UsageError);
}

TEST_CASE("literals are written so that they read back as the value", "[unit][sql]") {
    const auto text = [](const char* dialect, const Value& value) {
        std::string sql;
        dialect_for(dialect).literal(sql, value);
        return sql;
    };
    const std::byte bytes[] = {std::byte{0}, std::byte{0xff}};
    CHECK(text("sqlite", Value::text("it's")) == "'it''s'");
    CHECK(text("sqlite", Value::boolean(true)) == "1");
    CHECK(text("postgresql", Value::boolean(true)) == "true");
    CHECK(text("sqlite", Value::bytes(bytes, 2)) == "X'00ff'");
    CHECK(text("postgresql", Value::bytes(bytes, 2)) == "'\\x00ff'");
    CHECK(text("sqlite", Value::real(2)) == "2.0");
    CHECK(text("postgresql", Value::null()) == "NULL");
    CHECK(text("sqlite", Value::timestamptz(TimestampTz(0))) == "'1970-01-01 00:00:00.000000'");
    CHECK(text("postgresql", Value::timestamptz(TimestampTz(0))) == "'1970-01-01 00:00:00.000000+00'");
    CHECK(text("postgresql", Value::array(R"(["a,b",null,1])")) == R"('{"a,b",NULL,"1"}')");
}
