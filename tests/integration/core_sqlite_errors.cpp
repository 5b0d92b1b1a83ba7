#include "support/database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>

using namespace strata;
using namespace strata::core;

using Catch::Matchers::Contains;

/// SQLite has one code for most errors: what failed is found in its catalogue, never read from its words.
namespace {

struct Database {
    test::TestDatabase file{test::TestDialect::sqlite};
    Connection connection;

    Database()
        : connection((file.shell(R"(
        CREATE TABLE songs (id INTEGER PRIMARY KEY, title TEXT, "a.b" TEXT UNIQUE);
        CREATE TABLE "x.y" (email TEXT UNIQUE, "c, d" TEXT NOT NULL);
        CREATE UNIQUE INDEX by_lower ON songs (lower(title));
        CREATE TABLE gone (id INTEGER);
        CREATE VIEW over_gone AS SELECT id FROM gone;
        CREATE VIEW over_view AS SELECT id FROM over_gone;
        DROP TABLE gone;
        CREATE VIRTUAL TABLE words USING fts5(body))"),
                      Url::parse(file.url()))) {}

    /// "table NAME", "column", "error" or "none".
    std::string outcome(const std::string& sql) {
        try {
            Cursor cursor = connection.query(sql);
            while (cursor.next()) {
            }
            return "none";
        } catch (const NoSuchTable& error) {
            return "table " + error.table();
        } catch (const NoSuchColumn&) {
            return "column";
        } catch (const Error&) {
            return "error";
        }
    }
};

}  // namespace

TEST_CASE("a missing table of SQLite is named, wherever the statement names it", "[core][errors][sqlite]") {
    Database db;
    const auto [sql, missing] = GENERATE(table<std::string, std::string>({
        {"SELECT * FROM missing", "missing"},
        {"SELECT * FROM main.missing", "missing"},
        {"SELECT * FROM songs, missing", "missing"},
        {"SELECT * FROM songs JOIN \"miss.ing\" ON 1", "miss.ing"},
        {"SELECT (SELECT 1 FROM missing) FROM songs", "missing"},
        {"WITH a AS (SELECT 1) SELECT * FROM a, missing", "missing"},
        {"INSERT INTO missing VALUES (1)", "missing"},
        {"INSERT OR IGNORE INTO missing (a) VALUES (1)", "missing"},
        {"UPDATE missing SET a = 1", "missing"},
        {"UPDATE OR IGNORE missing SET a = 1", "missing"},
        {"DELETE FROM missing", "missing"},
        {"DROP TABLE missing", "missing"},
        {"ALTER TABLE missing ADD COLUMN a", "missing"},
        {"CREATE INDEX i ON missing (a)", "missing"},
        {"SELECT * FROM over_gone", "gone"},
        {"SELECT * FROM over_view", "gone"},
        {"SELECT id IS DISTINCT FROM 1 FROM missing", "missing"},
    }));
    CAPTURE(sql);
    CHECK(db.outcome(sql) == "table " + missing);
}

TEST_CASE("a missing column of SQLite is known from other errors", "[core][errors][sqlite]") {
    Database db;
    const auto [sql, outcome] = GENERATE(table<std::string, std::string>({
        {"SELECT missing FROM songs", "column"},
        {"SELECT s.missing FROM songs s", "column"},
        {"SELECT x.total FROM (SELECT 1 AS a) x", "column"},
        {"INSERT INTO songs (missing) VALUES (1)", "column"},
        {"UPDATE songs SET missing = 1", "column"},
        {"SELECT title FROM songs WHERE missing = 1", "column"},
        {"SELECT rowid, title, \"a.b\" FROM songs", "none"},
    }));
    CAPTURE(sql);
    CHECK(db.outcome(sql) == outcome);
}

TEST_CASE("no table and no column of SQLite is called missing that exists", "[core][errors][sqlite]") {
    Database db;
    const std::string sql = GENERATE(
        "SELECT nothing(1) FROM sqlite_master", "WITH a (b) AS (SELECT 1) SELECT nothing(b) FROM a",
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT nothing(i) FROM n",
        "SELECT nothing(1) FROM pragma_table_info('songs')", "SELECT nothing(1) FROM json_each('[1]')",
        "SELECT nothing(1) FROM words", "SELECT title FROM songs WHERE title REGEXP 'a'",
        "SELECT a FROM (SELECT 1 AS a), (SELECT 2 AS a)", "SELECT id FROM songs, songs AS other",
        "CREATE TABLE songs (id)", "CREATE TABLE twice (a, a)", "CREATE TABLE new (a REFERENCES",
        "INSERT INTO songs (id) VALUES (1) ON CONFLICT (title) DO UPDATE SET title = 'a'", "SELEC * FROM missing",
        "SELECT sum(sum(id)) FROM songs", "INSERT INTO songs (id, title) VALUES (1)",
        "CREATE TRIGGER t AFTER UPDATE ON songs BEGIN SELECT nothing(); END", "DROP INDEX missing",
        "SELECT title AS name FROM songs GROUP BY name HAVING name REGEXP 'a'");
    CAPTURE(sql);
    CHECK(db.outcome(sql) == "error");
}

TEST_CASE("names with dots and commas are told apart in SQLite's violations", "[core][errors][sqlite]") {
    Database db;
    db.connection.execute("INSERT INTO \"x.y\" VALUES ('a', 'b')");
    db.connection.execute("INSERT INTO songs VALUES (1, 'Aria', 'x')");
    const auto violation = [&](const char* sql) {
        try {
            db.connection.execute(sql);
        } catch (const Error& error) {
            return error.table() + "|" + error.column() + "|" + error.constraint();
        }
        return std::string("none");
    };
    CHECK(violation("INSERT INTO \"x.y\" VALUES ('a', 'c')") == "x.y|email|");
    CHECK(violation("INSERT INTO \"x.y\" (email) VALUES ('z')") == "x.y|c, d|");
    CHECK(violation("INSERT INTO songs VALUES (2, 'B', 'x')") == "songs|a.b|");
    CHECK(violation("INSERT INTO songs VALUES (2, 'ARIA', 'y')") == "songs||by_lower");
}

TEST_CASE("a transaction of SQLite that began by reading is told to run again, and not that the database is locked",
          "[core][errors][sqlite]") {
    Database db;
    Connection other(Url::parse(db.file.url()));
    db.connection.begin({.immediate = false});
    CHECK(db.connection.scalar("SELECT count(*) FROM songs") == "0");
    other.begin({.immediate = true});
    other.execute("INSERT INTO songs (id) VALUES (1)");
    try {
        db.connection.execute("INSERT INTO songs (id) VALUES (2)");
        FAIL("the insert succeeded");
    } catch (const SerializationFailure& error) {
        CHECK(error.retryable());
    }
    db.connection.rollback();
    other.commit();
}

TEST_CASE("a commit under an open cursor that writes is the caller's mistake on SQLite", "[core][errors][sqlite]") {
    Database db;
    db.connection.begin();
    {
        Cursor cursor = db.connection.query("INSERT INTO songs (id) VALUES (1), (2) RETURNING id");
        REQUIRE(cursor.next());
        CHECK_THROWS_AS(db.connection.commit(), UsageError);
        CHECK_THROWS_AS(db.connection.savepoint("s"), UsageError);
    }
    db.connection.commit();
    CHECK(db.file.shell("SELECT count(*) FROM songs") == "2");
}

TEST_CASE("a path that was bound is not in SQLite's message", "[core][errors][sqlite]") {
    Database db;
    const std::string path = "/nowhere/GEHEIM/file.db";
    const Value values[] = {Value::text(path)};
    for (const char* sql : {"ATTACH ? AS other", "VACUUM INTO ?"}) {
        CAPTURE(sql);
        try {
            db.connection.execute(sql, values);
            FAIL("it succeeded");
        } catch (const Error& error) {
            CHECK_THAT(error.what(), !Contains("GEHEIM"));
        }
    }
}

TEST_CASE("a read-only transaction that text ends leaves SQLite writable", "[core][transaction][sqlite]") {
    Database db;
    db.connection.begin({.read_only = true});
    db.connection.execute("COMMIT");
    db.connection.execute("INSERT INTO songs (id) VALUES (1)");
    db.connection.begin({.read_only = true});
    db.connection.execute("COMMIT");
    db.connection.begin();
    db.connection.execute("INSERT INTO songs (id) VALUES (2)");
    db.connection.commit();
    CHECK(db.file.shell("SELECT count(*) FROM songs") == "2");
}

TEST_CASE("a database in memory gets back every setting that a lease changed", "[core][session][sqlite]") {
    const Engine engine(Url::parse("sqlite:///:memory:"));
    for (const char* pragma :
         {"cache_size", "mmap_size", "wal_autocheckpoint", "secure_delete", "max_page_count", "threads",
          "analysis_limit", "fullfsync", "checkpoint_fullfsync", "defer_foreign_keys"}) {
        CAPTURE(pragma);
        const std::string ask = std::string("PRAGMA ") + pragma;
        const auto before = engine.connect()->scalar(ask);
        (void)engine.connect()->scalar(ask + " = 777");
        CHECK(engine.connect()->scalar(ask) == before);
    }
}

TEST_CASE("a database that was deleted under a connection is told, and opened again", "[core][errors][sqlite]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    const auto file = db.directory() / "test.db";
    const auto make = [&] { db.shell("PRAGMA journal_mode = DELETE; CREATE TABLE t (a integer)"); };
    make();
    EngineOptions options;
    options.pool_pre_ping = GENERATE(true, false);
    CAPTURE(options.pool_pre_ping);
    const Engine engine(db.url(), options);
    {
        const PooledConnection lent = engine.connect(Access::rows);
        lent->execute("INSERT INTO t VALUES (1)");
        std::filesystem::remove(file);
        CHECK_THROWS_WITH(lent->execute("INSERT INTO t VALUES (2)"), Contains("moved or deleted"));
        CHECK_THROWS_AS(lent->execute("INSERT INTO t VALUES (2)"), ConnectionError);
    }
    CHECK_THROWS_WITH(engine.connect(Access::rows), Contains("there is no such file"));
    make();
    CHECK(engine.connect(Access::rows)->execute("INSERT INTO t VALUES (3)") == 1);
    if (!options.pool_pre_ping) return;
    std::filesystem::remove(file);  // nobody was told
    make();
    CHECK(engine.connect(Access::rows)->execute("INSERT INTO t VALUES (4)") == 1);
    CHECK(db.shell("SELECT a FROM t") == "4");
}

TEST_CASE("a file whose name begins like a URI is a file", "[core][sqlite][url]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(db.directory());
    Connection(Url::parse("sqlite:///file:it.db%3Fmode=memory")).execute("CREATE TABLE t (a integer)");
    std::filesystem::current_path(before);
    CHECK(std::filesystem::exists(db.directory() / "file:it.db?mode=memory"));
}

TEST_CASE("a read-only transaction of SQLite stays so until it ends", "[core][transaction][sqlite]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    for (const char* pragma : {"PRAGMA query_only = OFF", "PRAGMA main.query_only(0)", "/**/ pragma QUERY_ONLY=0"}) {
        CAPTURE(pragma);
        const Transaction transaction(connection, {.read_only = true});
        CHECK_THROWS_WITH(connection.execute(pragma), Contains("read-only"));
        CHECK_THROWS_AS(connection.execute("INSERT INTO t VALUES (1)"), Error);
        CHECK(connection.scalar("PRAGMA query_only") == "1");
    }
    connection.execute("PRAGMA query_only = OFF");
    CHECK(connection.execute("INSERT INTO t VALUES (2)") == 1);
}

STRATA_DB_TEST("a statement whose text is not UTF-8 is refused", "[core][errors]") {
    db.shell("CREATE TABLE t (a text)");
    Connection connection(Url::parse(db.url()));
    for (const char* text : {"\xff", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "\xe2\x82"}) {
        const std::string sql = "INSERT INTO t VALUES ('" + std::string(text) + "')";
        CHECK_THROWS_AS(connection.execute(sql), ValueError);
        CHECK_THROWS_AS(connection.script(sql), ValueError);
        CHECK_THROWS_AS(connection.run_all(std::vector<std::string>{sql}), ValueError);
    }
    CHECK(connection.scalar("SELECT count(*) FROM t") == "0");
}
