// What raw statements do, told by their words.

#include "support/catch.hpp"

#include <strata/core/detail/statement_class.hpp>

#include <vector>

using namespace strata::core;
using namespace strata::core::detail;

namespace {

using Class = StatementClass;

StatementClass on_postgres(std::string_view sql) { return dialect_for("postgresql").classify(sql); }
StatementClass on_sqlite(std::string_view sql) { return dialect_for("sqlite").classify(sql); }

std::string pieces(std::string_view sql, const SqlLexis& lexis, bool trigger_bodies) {
    std::string all;
    for (const std::string_view statement : split_script(sql, lexis, trigger_bodies))
        all += (all.empty() ? "" : "|") + std::string(statement);
    return all;
}
std::string postgres_pieces(std::string_view sql) { return pieces(sql, postgresql_lexis, false); }
std::string sqlite_pieces(std::string_view sql) { return pieces(sql, sqlite_lexis, true); }

}  // namespace

TEST_CASE("raw statements are classed by what they do", "[unit][sql]") {
    for (const char* sql :
         {"SELECT 1",
          "-- x\n select 2",
          "(SELECT 1)",
          "VALUES (1)",
          "insert into t values (1)",
          "UPDATE t SET a=1",
          "DELETE FROM t",
          "WITH x AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT * FROM x",
          "TABLE t",
          "EXPLAIN (ANALYZE, BUFFERS) SELECT 1",
          "EXPLAIN SELECT 1",
          "EXPLAIN (SELECT 1)",
          "EXPLAIN ANALYZE VERBOSE SELECT 1",
          "select 'into'",
          "SELECT 1 AS into",
          "SELECT 1 AS as, 2 AS into",
          "SELECT x.as, x.into FROM (SELECT 1 AS as, 2 AS into) x",
          "SELECT t.into FROM t",
          "SELECT \"into\" FROM t",
          "SELECT 1 AS into_x",
          "SELECT $$ INTO $$",
          "SELECT 1 -- INTO x",
          "SELECT insert, update, \"create\" FROM t",
          "(SELECT 1) UNION (SELECT 2)",
          "((SELECT 1) UNION SELECT 2) ORDER BY 1",
          "SELECT * FROM t FOR UPDATE",
          "INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x",
          "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
          "WITH x (a, b) AS NOT MATERIALIZED (SELECT 1, 2), y AS MATERIALIZED (SELECT 1) DELETE FROM t",
          "WITH RECURSIVE r(n) AS (SELECT 1) SEARCH DEPTH FIRST BY n SET o INSERT INTO t SELECT n FROM r",
          "WITH RECURSIVE r(n, m) AS (SELECT 1, 2) SEARCH BREADTH FIRST BY n, set SET o INSERT INTO t SELECT n FROM r",
          "WITH RECURSIVE r(n) AS (SELECT 1) CYCLE n SET c USING p INSERT INTO t SELECT n FROM r",
          "WITH RECURSIVE r(n) AS (SELECT 1) CYCLE n SET c TO numeric(1) '1' DEFAULT '0' USING p "
          "UPDATE t SET a = 1",
          "WITH RECURSIVE r(n) AS (SELECT 1) SEARCH DEPTH FIRST BY n SET o CYCLE n SET c USING p, "
          "z AS (SELECT 1) MERGE INTO t USING z ON true WHEN MATCHED THEN DELETE",
          "WITH recursive AS (SELECT 1) SELECT * FROM recursive",
          "WITH \"x\" AS (SELECT 1) VALUES (1)",
          "WITH a AS (WITH b AS (DELETE FROM t RETURNING 1) SELECT 1 FROM b) SELECT * FROM a",
          "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
          "MERGE INTO t USING s ON true WHEN NOT MATCHED THEN "
          "INSERT VALUES (1)",
          "SELECT 1;",
          ";;SELECT 1",
          "SELECT 1; SELECT 2",
          "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2 RETURNING a AS into",
          "UPDATE t SET (a, b) = (SELECT 1, 2)",
          "SELECT a FROM (VALUES (1)) AS v (a)",
          "SELECT E'a'\n'\\' INTO x' AS b"}) {
        INFO(sql);
        CHECK(on_postgres(sql) == Class::rows);
    }
    for (const char* sql :
         {"CREATE TABLE t (a int)",
          "SELECT * INTO t2 FROM t",
          "WITH x AS (SELECT 1) SELECT * INTO t2 FROM x",
          "EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1",
          "EXPLAIN (ANALYZE) SELECT 1 INTO t2",
          "EXPLAIN SELECT 1 INTO t2",
          "/* x */ drop table t",
          "alter table t add a int",
          "WITH x AS (SELECT 1 AS a) (SELECT a INTO hole FROM x)",
          "SELECT 1 AS a --c\r INTO hole",
          "(SELECT 1 INTO hole)",
          "((SELECT 1 AS a INTO hole) UNION SELECT 2)",
          "SELECT INTO hole FROM t",
          "SELECT 1 AS as INTO hole",
          "SELECT x.as INTO hole FROM (SELECT 1 AS as) x",
          "EXPLAIN (ANALYZE) SELECT 1 AS as INTO hole",
          "SELECT 1 AS insert INTO hole",
          "SELECT 1 insert INTO hole",
          "SELECT (1) insert INTO hole",
          "SELECT merge INTO hole FROM t",
          "WITH x AS (SELECT 1) SELECT (1) insert INTO hole",
          "WITH RECURSIVE r(n) AS (SELECT 1) CYCLE n SET c USING p SELECT n INTO hole FROM r",
          "WITH RECURSIVE r(n) AS (SELECT 1) CYCLE n SET c USING insert SELECT n INTO hole FROM r",
          "WITH RECURSIVE r(n) AS (SELECT 1) SEARCH DEPTH FIRST BY n SET insert SELECT n INTO hole FROM r",
          "WITH insert AS (SELECT 1) SELECT 1 INTO hole",
          "WITH a(insert) AS (SELECT 1) SELECT insert INTO hole FROM a",
          "SELECT E'a'\n'\\' INTO x' , 'b' INTO hole",
          "SELECT E'a'\n'\\'' INTO hole -- '",
          "SELECT 1INTO hole",
          "SELECT 'a' -- '\n'b' INTO hole",
          "SELECT U&'\\0061\\' INTO hole -- '",
          "SELECT 1; CREATE TABLE t (a int)",
          "SELECT $1$ INTO hole --$1$",
          "SELECT a$$ INTO hole --$$",
          "EXPLAIN (SELECT 1 INTO hole)",
          "EXPLAIN (VALUES (1)); DROP TABLE t",
          "SELECT /* /* */ 1 */ 1 INTO hole",
          "SELECT 1 INTO TEMP hole",
          "SELECT 1 INTO UNLOGGED TABLE hole",
          "GRANT SELECT ON t TO x",
          "SELECT\vINTO hole"}) {
        INFO(sql);
        CHECK(on_postgres(sql) == Class::schema);
    }
    for (const char* sql : {"BEGIN", "commit", "ROLLBACK TO x", "SAVEPOINT a", "PREPARE TRANSACTION 'x'",
                            "SELECT 1; COMMIT", "END", "START TRANSACTION"}) {
        INFO(sql);
        CHECK(on_postgres(sql) == Class::transaction);
    }
    for (const char* sql : {"DO $$ begin end $$",
                            "SET search_path = x",
                            "TRUNCATE t",
                            "COPY t FROM STDIN",
                            "VACUUM",
                            "",
                            ";",
                            "-- x",
                            "PREPARE x AS SELECT 1",
                            "EXECUTE x",
                            "EXPLAIN EXECUTE x",
                            "EXPLAIN ANALYZE EXECUTE x",
                            "CALL p()",
                            "LOCK t",
                            "DECLARE c CURSOR FOR SELECT 1",
                            "EXPLAIN ANALYZE DECLARE c CURSOR FOR SELECT 1",
                            "EXPLAIN ANALYZE REFRESH MATERIALIZED VIEW v",
                            "WITH x SELECT 1",
                            "WITH x AS SELECT 1 INTO y",
                            "LISTEN x",
                            "SELECT 1; SET search_path = x",
                            "'a'",
                            "1"}) {
        INFO(sql);
        CHECK(on_postgres(sql) == Class::other);
    }
}

TEST_CASE("SQLite's statements are classed by its own rules", "[unit][sql]") {
    for (const char* sql :
         {"REPLACE INTO t VALUES (1)", "INSERT OR IGNORE INTO t VALUES (1)", "EXPLAIN QUERY PLAN SELECT 1",
          "WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n + 1 FROM r) SELECT n FROM r", "SELECT [into] FROM t",
          "WITH 'x' AS (SELECT 1) SELECT * FROM x", "WITH `a b`(c) AS (SELECT 1) REPLACE INTO t SELECT c FROM `a b`",
          "SELECT 1 --x\r INTO", "SELECT :into, @into, $into", "VALUES (1), (2)"}) {
        INFO(sql);
        CHECK(on_sqlite(sql) == Class::rows);
    }
    for (const char* sql : {"ATTACH 'x' AS y", "PRAGMA foreign_keys = 0", "VACUUM INTO 'x'", "DETACH y", "ANALYZE"}) {
        INFO(sql);
        CHECK(on_sqlite(sql) == Class::other);
    }
    CHECK(on_sqlite("CREATE TEMP TABLE t (a)") == Class::schema);
    CHECK(on_sqlite("EXPLAIN DROP TABLE t") == Class::schema);
}

TEST_CASE("statements that only read are known", "[unit][sql]") {
    for (const char* sql :
         {"SELECT 1", "VALUES (1)", "TABLE t", "(SELECT 1) UNION (SELECT 2);", "WITH x AS (SELECT 1) SELECT * FROM x",
          "EXPLAIN SELECT 1", "EXPLAIN INSERT INTO t VALUES (1)", "EXPLAIN (VERBOSE) DELETE FROM t",
          "EXPLAIN ANALYZE SELECT 1", "SELECT substring('abc' FOR 2)", "SELECT replace('a', 'b', 'c')",
          "SELECT 1 AS update", "SELECT 'FOR UPDATE'", "SELECT t.delete FROM t"}) {
        INFO(sql);
        CHECK(only_reads(sql, postgresql_lexis));
    }
    for (const char* sql : {"SELECT * FROM t FOR UPDATE",
                            "SELECT * FROM t FOR NO KEY UPDATE",
                            "SELECT * FROM t FOR SHARE",
                            "SELECT * FROM t FOR KEY SHARE",
                            "SELECT * FROM (SELECT * FROM t FOR /* x */ SHARE) AS q",
                            "WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x",
                            "WITH x AS (WITH y AS (SELECT 1) INSERT INTO t SELECT 1 RETURNING 1) SELECT * FROM x",
                            "INSERT INTO t VALUES (1)",
                            "UPDATE t SET a = 1",
                            "EXPLAIN ANALYZE INSERT INTO t VALUES (1)",
                            "EXPLAIN (ANALYZE) DELETE FROM t",
                            "SELECT 1 INTO t",
                            "SELECT 1; SELECT 2",
                            "SELECT 1; DELETE FROM t",
                            "",
                            "BEGIN",
                            "CREATE TABLE t (a int)",
                            "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
                            "EXPLAIN CREATE TABLE t AS SELECT 1",
                            "SET x = 1"}) {
        INFO(sql);
        CHECK_FALSE(only_reads(sql, postgresql_lexis));
    }
    CHECK_FALSE(only_reads("REPLACE INTO t VALUES (1)", sqlite_lexis));
    CHECK_FALSE(only_reads("WITH x AS (SELECT 1) REPLACE INTO t SELECT 1", sqlite_lexis));
    CHECK(only_reads("EXPLAIN QUERY PLAN SELECT 1", sqlite_lexis));
}

TEST_CASE("statements that call only well-known functions leave the session as it was", "[unit][sql]") {
    for (const char* sql :
         {"SELECT 1", "SELECT count(*), Max(a), coalesce(b, 0) FROM t WHERE a IN (1, 2) AND (b OR (c))",
          "INSERT INTO t (a, b) VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET (a, b) = (1, 2)",
          "INSERT INTO public.t (a) SELECT a FROM u", "INSERT INTO \"s\".\"t\" (a) VALUES (now())",
          "WITH x (a) AS (SELECT 1) SELECT a FROM x AS y (b) JOIN z USING (b)", "UPDATE t SET a = lower(a)",
          "SELECT row_number() OVER (PARTITION BY a) FROM t GROUP BY GROUPING SETS ((a), ())",
          "SELECT CAST(a AS varchar(10)), b::numeric(10, 2) FROM t", "SELECT pg_catalog.lower('A')",
          "SELECT a FROM (SELECT 1 AS a) AS q WHERE EXISTS (SELECT 1)", "DELETE FROM t WHERE a = ANY (ARRAY(SELECT 1))",
          "SELECT 'set_config(a)'", "SELECT 1 /* pg_advisory_lock(1) */"}) {
        INFO(sql);
        CHECK_FALSE(may_change_session(sql, postgresql_lexis));
    }
    for (const char* sql : {"SELECT set_config('search_path', 'x', false)",
                            "SELECT pg_advisory_lock(1)",
                            "SELECT SetVal ('s', 1)",
                            "SELECT \"set_config\"('a', 'b', false)",
                            "SELECT pg_catalog . set_config('a', 'b', false)",
                            "SELECT evil.lower('x')",
                            "SELECT pg_catalog.\"lower\"('x')",
                            "SELECT U&\"set_config\"('a', 'b', false)",
                            "SELECT set_config/* */('a', 'b', false)",
                            "SELECT 1 AS x FROM set_config('a', 'b', false)",
                            "WITH x AS (SELECT set_config('a', 'b', false)) SELECT * FROM x",
                            "SET search_path = x",
                            "BEGIN",
                            "",
                            "INSERT INTO t SELECT set_config('a', 'b', false)",
                            "SELECT 1; SET search_path = x",
                            "INSERT INTO t (a) VALUES (f(1))",
                            "SELECT dblink('x', 'y')",
                            "SELECT * FROM t WHERE a OPERATOR(x.+) b",
                            "SELECT 1 INTO TEMP x",
                            "SELECT x AS y, set_config('a', 'b', false)"}) {
        INFO(sql);
        CHECK(may_change_session(sql, postgresql_lexis));
    }
    CHECK(may_change_session("SELECT load_extension('x')", sqlite_lexis));
    CHECK(may_change_session("SELECT fts3_tokenizer('simple', x'41')", sqlite_lexis));
    CHECK(may_change_session("PRAGMA foreign_keys = 0", sqlite_lexis));
    CHECK_FALSE(may_change_session("SELECT [a], ifnull(b, 1), strftime('%s', 'now') FROM t", sqlite_lexis));
}

TEST_CASE("a script is split at its semicolons", "[unit][sql]") {
    CHECK(postgres_pieces("a; b;") == "a|b");
    CHECK(postgres_pieces(";; -- x\n; a ;;") == "a ");
    CHECK(postgres_pieces(" a -- one; two\n; b").starts_with("a -- one; two"));
    CHECK(postgres_pieces("CREATE TABLE a(x int); -- note\rCREATE TABLE b(y int);") ==
          "CREATE TABLE a(x int)|CREATE TABLE b(y int)");
    CHECK(sqlite_pieces("CREATE TABLE a(x int); -- note\rCREATE TABLE b(y int);") == "CREATE TABLE a(x int)");
    CHECK(postgres_pieces("SELECT 'a;'\n';b'; SELECT $$;$$; SELECT E'\\';'; c") ==
          "SELECT 'a;'\n';b'|SELECT $$;$$|SELECT E'\\';'|c");
    CHECK(postgres_pieces("a /* ; /* ; */ ; */ ; b") == "a /* ; /* ; */ ; */ |b");
}

TEST_CASE("semicolons inside of a PostgreSQL statement do not end it", "[unit][sql]") {
    CHECK(postgres_pieces("CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v); b") ==
          "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM v)|b");
    const std::string function =
        "CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN a = 1 THEN 2 END; "
        "SELECT CASE a WHEN 1 THEN CASE WHEN true THEN 1 END END AS end; END";
    CHECK(postgres_pieces(function + "; SELECT 1") == function + "|SELECT 1");
    CHECK(postgres_pieces("CREATE PROCEDURE p() BEGIN ATOMIC END; a") == "CREATE PROCEDURE p() BEGIN ATOMIC END|a");
    CHECK(postgres_pieces("BEGIN; CREATE TABLE t (a int); END; a") == "BEGIN|CREATE TABLE t (a int)|END|a");
    CHECK(postgres_pieces("CREATE FUNCTION f(begin atomic) RETURNS int LANGUAGE sql AS 'SELECT 1'; b") ==
          "CREATE FUNCTION f(begin atomic) RETURNS int LANGUAGE sql AS 'SELECT 1'|b");
    CHECK(postgres_pieces("SELECT 1); b") == "SELECT 1)|b");
    CHECK(postgres_pieces("CREATE TRIGGER t AFTER INSERT ON u EXECUTE FUNCTION f(); b") ==
          "CREATE TRIGGER t AFTER INSERT ON u EXECUTE FUNCTION f()|b");
}

TEST_CASE("a trigger of SQLite is one statement", "[unit][sql]") {
    const std::string trigger =
        "CREATE TEMP TRIGGER t AFTER INSERT ON u BEGIN SELECT CASE WHEN 1 THEN CASE 2 WHEN 2 THEN 3 END END; "
        "UPDATE u SET \"end\" = 1; SELECT 1 AS end; END";
    CHECK(sqlite_pieces(trigger + "; SELECT 1") == trigger + "|SELECT 1");
    CHECK(sqlite_pieces("CREATE TRIGGER t BEGIN SELECT 1; END; -- x\n b;") == "CREATE TRIGGER t BEGIN SELECT 1; END|b");
    CHECK(sqlite_pieces("EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN SELECT 1; END ;b") ==
          "EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN SELECT 1; END |b");
    CHECK(sqlite_pieces("CREATE TABLE trigger_x (a); b") == "CREATE TABLE trigger_x (a)|b");
    CHECK(sqlite_pieces("BEGIN; SELECT 1; END; b") == "BEGIN|SELECT 1|END|b");
    CHECK(sqlite_pieces("SELECT [;], `;`, \";\"; b") == "SELECT [;], `;`, \";\"|b");
}

TEST_CASE("the first line of a statement holds no literal", "[unit][sql]") {
    CHECK(first_line(" \n SELECT 'secret', 1", postgresql_lexis) == "SELECT '...', 1");
    CHECK(first_line("SELECT E'a'\n'secret'\nFROM t", postgresql_lexis) == "SELECT '...' ...");
    CHECK(first_line("SELECT X'00'", sqlite_lexis) == "SELECT '...'");
    CHECK(first_line("", sqlite_lexis).empty());
}
