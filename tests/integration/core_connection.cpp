#include "support/database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/migration_lock.hpp>

#include <soci/soci.h>

#include <atomic>
#include <fstream>
#include <thread>

using namespace strata;
using namespace strata::core;

using Catch::Matchers::Contains;

namespace {

void make_items(const test::TestDatabase& db) {
    db.shell("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, size BIGINT)");
}

std::string place(const Connection& connection, int number) {
    std::string sql;
    connection.dialect().placeholder(sql, number);
    return sql;
}

std::string insert_item(const Connection& connection) {
    return "INSERT INTO items VALUES (" + place(connection, 1) + ", " + place(connection, 2) + ", " +
           place(connection, 3) + ")";
}

template <class Call>
std::string message_of(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

STRATA_DB_TEST("values are bound by position and rows are read by position", "[core][connection]") {
    make_items(db);
    Connection connection(Url::parse(db.url()));
    const std::string insert = insert_item(connection);
    const Value first[] = {Value::integer(1), Value::text("it's; DROP TABLE items"), Value::integer(9000000000)};
    const Value second[] = {Value::integer(2), Value::null(), Value::integer(-1)};
    CHECK(connection.execute(insert, first) == 1);
    CHECK(connection.execute(insert, second) == 1);
    CHECK(db.shell("SELECT * FROM items ORDER BY id") == "1|it's; DROP TABLE items|9000000000\n2||-1");
    Cursor cursor = connection.query("SELECT id, name, size FROM items ORDER BY id");
    REQUIRE(cursor.next());
    CHECK(cursor.row().integer(0) == 1);
    CHECK(cursor.row().text(1) == "it's; DROP TABLE items");
    CHECK(cursor.row().integer(2) == 9000000000);
    CHECK(cursor.row().column_name(2) == "size");
    REQUIRE(cursor.next());
    CHECK(cursor.row().is_null(1));
    CHECK_THROWS_AS(cursor.row().text(1), ValueError);
    CHECK_FALSE(cursor.next());
}

STRATA_DB_TEST("a statement is prepared once and found again", "[core][connection]") {
    make_items(db);
    Connection connection(Url::parse(db.url()));
    for (int i = 0; i < 5; ++i) {
        const Value values[] = {Value::integer(i), Value::text("x"), Value::integer(i)};
        connection.execute(insert_item(connection), values);
    }
    CHECK(connection.cached_statements() == 1);
    CHECK(connection.scalar("SELECT count(*) FROM items") == "5");
    CHECK(connection.cached_statements() == 2);
}

STRATA_DB_TEST("the least recently used statement is evicted", "[core][connection]") {
    EngineOptions options;
    options.statement_cache_size = 3;
    Connection connection(Url::parse(db.url()), options);
    for (int i = 0; i < 10; ++i) CHECK(connection.scalar("SELECT " + std::to_string(i)) == std::to_string(i));
    CHECK(connection.cached_statements() == 3);
    CHECK(connection.scalar("SELECT 0") == "0");
}

STRATA_DB_TEST("the same query inside its own loop gets a statement of its own", "[core][connection]") {
    make_items(db);
    db.shell("INSERT INTO items VALUES (1, 'a', 1), (2, 'b', 2)");
    Connection connection(Url::parse(db.url()));
    const std::string sql = "SELECT name FROM items ORDER BY id";
    std::string seen;
    Cursor outer = connection.query(sql);
    while (outer.next()) {
        Cursor inner = connection.query(sql);
        while (inner.next()) seen += std::string(outer.row().text(0)) + std::string(inner.row().text(0)) + " ";
    }
    CHECK(seen == "aa ab ba bb ");
}

STRATA_DB_TEST("stacked statements are refused and none of them runs", "[core][connection][bad]") {
    make_items(db);
    Connection connection(Url::parse(db.url()));
    CHECK_THROWS_AS(connection.execute("INSERT INTO items VALUES (1, 'a', 1); DROP TABLE items"), UsageError);
    CHECK(db.shell("SELECT count(*) FROM items") == "0");
    CHECK(connection.execute("INSERT INTO items VALUES (1, 'a', 1); -- and no more") == 1);
}

STRATA_DB_TEST("a script runs whole, or not at all and names the statement that failed", "[core][connection]") {
    Connection connection(Url::parse(db.url()));
    connection.script("CREATE TABLE a (x INTEGER); -- one; two\nINSERT INTO a VALUES (1); INSERT INTO a VALUES (2);");
    CHECK(db.shell("SELECT sum(x) FROM a") == "3");
    const std::string message = message_of([&] {
        connection.script("INSERT INTO a VALUES (3);\nINSERT INTO nowhere VALUES (4);\nINSERT INTO a VALUES (5)");
    });
    CHECK(message == "statement 2 of 3 (INSERT INTO nowhere VALUES (4)): no such table: nowhere");
    CHECK(db.shell("SELECT sum(x) FROM a") == "3");
    CHECK_FALSE(connection.in_transaction());
}

STRATA_DB_TEST("violations have a type, a code and no value", "[core][connection][errors]") {
    db.shell(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, age INTEGER CONSTRAINT adult CHECK (age > "
        "17))");
    db.shell("CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p (id))");
    db.shell("INSERT INTO p VALUES (1, 'topsecret', 20)");
    Connection connection(Url::parse(db.url()));
    const auto run = [&](const char* sql) { connection.execute(sql); };
    CHECK_THROWS_AS(run("INSERT INTO p VALUES (2, 'topsecret', 20)"), UniqueViolation);
    CHECK_THROWS_AS(run("INSERT INTO p VALUES (1, 'other', 20)"), UniqueViolation);
    CHECK_THROWS_AS(run("INSERT INTO p VALUES (3, NULL, 20)"), NotNullViolation);
    CHECK_THROWS_AS(run("INSERT INTO p VALUES (4, 'x', 3)"), CheckViolation);
    CHECK_THROWS_AS(run("INSERT INTO c VALUES (1, 99)"), ForeignKeyViolation);
    const Value values[] = {Value::text("topsecret")};
    try {
        connection.execute("INSERT INTO p (email, age) VALUES (" + place(connection, 1) + ", 20)", values);
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("topsecret") == std::string::npos);
        CHECK(error.statement().find("topsecret") == std::string::npos);
        CHECK_FALSE(error.code().empty());
    }
    try {
        run("INSERT INTO p VALUES (4, 'x', 3)");
    } catch (const CheckViolation& error) {
        CHECK(error.constraint() == "adult");
    }
}

STRATA_DB_TEST("a missing table is named", "[core][connection][errors]") {
    Connection connection(Url::parse(db.url()));
    try {
        connection.execute("SELECT * FROM devices");
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(std::string(error.what()) == "no such table: devices");
        CHECK(error.table() == "devices");
    }
}

STRATA_DB_TEST("text with NUL or invalid UTF-8 is the same error on both databases", "[core][connection][bad]") {
    make_items(db);
    Connection connection(Url::parse(db.url()));
    for (const std::string& text : {std::string("a\0b", 3), std::string("\xff"), std::string("\xc0\xaf"),
                                    std::string("\xed\xa0\x80"), std::string("eight ok\xe2\x82")}) {
        const Value values[] = {Value::integer(1), Value::text(text), Value::integer(1)};
        try {
            connection.execute(insert_item(connection), values);
            FAIL("accepted");
        } catch (const ValueError& error) {
            CHECK(error.code() == "22021");
        }
    }
    const Value good[] = {Value::integer(1),
                          Value::text("Gr\xc3\xbc\xc3\x9f"
                                      "e, \xf0\x9f\x8e\xb5 \xe6\x97\xa5\xe6\x9c\xac"),
                          Value::integer(1)};
    CHECK(connection.execute(insert_item(connection), good) == 1);
    CHECK(db.shell("SELECT name FROM items") ==
          "Gr\xc3\xbc\xc3\x9f"
          "e, \xf0\x9f\x8e\xb5 \xe6\x97\xa5\xe6\x9c\xac");
}

STRATA_DB_TEST("a transaction that is not committed leaves nothing", "[core][transaction]") {
    make_items(db);
    Connection connection(Url::parse(db.url()));
    {
        Transaction transaction(connection);
        connection.execute("INSERT INTO items VALUES (1, 'a', 1)");
    }
    CHECK(db.shell("SELECT count(*) FROM items") == "0");
    {
        Transaction transaction(connection);
        connection.execute("INSERT INTO items VALUES (1, 'a', 1)");
        {
            Transaction inner(connection);
            connection.execute("INSERT INTO items VALUES (2, 'b', 1)");
        }
        {
            Transaction inner(connection);
            connection.execute("INSERT INTO items VALUES (3, 'c', 1)");
            inner.commit();
        }
        transaction.commit();
    }
    CHECK(db.shell("SELECT id FROM items ORDER BY id") == "1\n3");
}

STRATA_DB_TEST("a failed statement in a savepoint leaves the transaction usable", "[core][transaction]") {
    make_items(db);
    Connection connection(Url::parse(db.url()));
    Transaction transaction(connection);
    connection.execute("INSERT INTO items VALUES (1, 'a', 1)");
    {
        Transaction inner(connection);
        CHECK_THROWS_AS(connection.execute("INSERT INTO items VALUES (1, 'a', 1)"), UniqueViolation);
    }
    connection.execute("INSERT INTO items VALUES (2, 'b', 1)");
    transaction.commit();
    CHECK(db.shell("SELECT count(*) FROM items") == "2");
}

STRATA_DB_TEST("a bulk insert writes all rows or none", "[core][bulk]") {
    db.shell("CREATE TABLE b (id INTEGER PRIMARY KEY, note TEXT)");
    Connection connection(Url::parse(db.url()));
    const std::string_view columns[] = {"id", "note"};
    const std::string nasty[] = {"plain", "tab\there", "line\nbreak",      "back\\slash",
                                 "\\N",   "\\.",       "carriage\rreturn", ""};
    int at = 0;
    const auto next = [&](std::span<Value> values) {
        if (at == 8) return false;
        values[0] = Value::integer(at);
        values[1] = Value::text(nasty[at++]);
        return true;
    };
    CHECK(connection.bulk_insert("b", columns, next) == 8);
    Cursor cursor = connection.query("SELECT note FROM b ORDER BY id");
    for (const std::string& note : nasty) {
        REQUIRE(cursor.next());
        CHECK(cursor.row().text(0) == note);
    }
    int again = 100;
    const auto failing = [&](std::span<Value> values) {
        values[0] = Value::integer(again == 105 ? 1 : again);
        values[1] = Value::null();
        return ++again < 110;
    };
    CHECK_THROWS_AS(connection.bulk_insert("b", columns, failing), UniqueViolation);
    int third = 200;
    const auto throwing = [&](std::span<Value> values) {
        if (third == 203) throw std::runtime_error("the source failed");
        values[0] = Value::integer(third++);
        values[1] = Value::null();
        return true;
    };
    CHECK_THROWS_AS(connection.bulk_insert("b", columns, throwing), std::runtime_error);
    CHECK(db.shell("SELECT count(*) FROM b") == "8");
    CHECK(connection.scalar("SELECT count(*) FROM b") == "8");
}

STRATA_DB_TEST("a statement whose table has changed is prepared again", "[core][connection]") {
    STRATA_NOT_POOLED("DISCARD is refused");
    make_items(db);
    db.shell("INSERT INTO items VALUES (1, 'a', 5)");
    Connection connection(Url::parse(db.url()));
    CHECK(connection.scalar("SELECT size FROM items") == "5");
    db.shell(db.is_sqlite() ? "ALTER TABLE items ADD COLUMN extra TEXT"
                            : "ALTER TABLE items ALTER COLUMN size TYPE TEXT");
    CHECK(connection.scalar("SELECT size FROM items") == "5");
    if (db.is_sqlite()) return;
    connection.execute("DISCARD ALL");  // as a pooler between us and the server does
    CHECK(connection.scalar("SELECT size FROM items") == "5");
}

STRATA_DB_TEST("the session itself is handed out and an existing one is taken over", "[core][soci]") {
    make_items(db);
    Connection connection(Url::parse(db.url()));
    connection.session() << "INSERT INTO items VALUES (7, 'by soci', 1)";
    CHECK(connection.scalar("SELECT name FROM items") == "by soci");

    auto session = db.is_sqlite() ? std::make_unique<soci::session>("sqlite3", (db.directory() / "test.db").string())
                                  : std::make_unique<soci::session>("postgresql", db.url());
    Connection adopted = Connection::adopt(std::move(session));
    CHECK(adopted.dialect().name() == db.dialect_name());
    const Value values[] = {Value::integer(8), Value::text("adopted"), Value::integer(1)};
    CHECK(adopted.execute(insert_item(adopted), values) == 1);
    CHECK(db.shell("SELECT name FROM items WHERE id = 8") == "adopted");
}

STRATA_DB_TEST("a session that is taken over gets the settings of ours", "[core][soci]") {
    STRATA_NOT_POOLED("settings are checked and not made");
    make_items(db);
    if (db.is_postgresql()) db.session_default("datestyle = 'German'");
    db.shell(
        "CREATE TABLE lines (item INTEGER REFERENCES items (id), day DATE); INSERT INTO lines VALUES (NULL, "
        "'2024-02-03')");
    const auto session = [&] {
        return db.is_sqlite() ? std::make_unique<soci::session>("sqlite3", (db.directory() / "test.db").string())
                              : std::make_unique<soci::session>("postgresql", db.url());
    };
    Connection adopted = Connection::adopt(session());
    Cursor cursor = adopted.query("SELECT day FROM lines");
    REQUIRE(cursor.next());
    CHECK(cursor.row().date(0) == Date(2024, 2, 3));
    CHECK_THROWS_AS(adopted.execute("INSERT INTO lines VALUES (99, NULL)"), ForeignKeyViolation);

    if (db.is_postgresql()) {
        db.session_default("client_encoding = 'LATIN1'");
        Connection latin = Connection::adopt(session());
        CHECK(latin.scalar("SELECT U&'\\00F6'") == "\xc3\xb6");
    }

    auto busy = session();
    *busy << "BEGIN";
    CHECK_THROWS_AS(Connection::adopt(std::move(busy)), UsageError);
}

TEST_CASE("a pool whose server was gone lends fresh connections", "[core][pool][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    EngineOptions options;
    options.pool_size = 3;
    const Engine engine(db.url(), options);
    {
        const PooledConnection first = engine.connect();
        const PooledConnection second = engine.connect();
        const PooledConnection third = engine.connect();
        CHECK(engine.open_connections() == 3);
    }
    db.shell(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND "
        "backend_type = 'client backend' AND pid <> pg_backend_pid()");
    for (int i = 0; i < 3; ++i) CHECK(engine.connect()->scalar("SELECT 1") == "1");
}

STRATA_DB_TEST("the pool lends a connection again, and rolls back what was left open", "[core][pool]") {
    make_items(db);
    EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 0;
    options.pool_timeout = std::chrono::milliseconds(50);
    const Engine engine(db.url(), options);
    CHECK(engine.open_connections() == 0);
    {
        const PooledConnection lent = engine.connect();
        lent->begin();
        lent->execute("INSERT INTO items VALUES (1, 'a', 1)");
        CHECK_THROWS_AS(engine.connect(), Timeout);
    }
    const PooledConnection again = engine.connect();
    CHECK_FALSE(again->in_transaction());
    CHECK(again->scalar("SELECT count(*) FROM items") == "0");
    CHECK(engine.open_connections() == 1);
}

STRATA_DB_TEST("connections beyond pool_size close on return", "[core][pool]") {
    EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 2;
    const Engine engine(db.url(), options);
    {
        const PooledConnection a = engine.connect();
        const PooledConnection b = engine.connect();
        const PooledConnection c = engine.connect();
        CHECK(engine.open_connections() == 3);
    }
    CHECK(engine.open_connections() == 1);
    engine.dispose();
    CHECK(engine.open_connections() == 0);
}

STRATA_DB_TEST("a waiting thread gets the connection that another gives back", "[core][pool][concurrency]") {
    EngineOptions options;
    options.pool_size = 2;
    options.max_overflow = 0;
    const Engine engine(db.url(), options);
    std::vector<std::thread> threads;
    std::atomic<int> done{0};
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 20; ++k) {
                if (engine.connect()->scalar("SELECT 1") == "1") ++done;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(done == 160);
    CHECK(engine.open_connections() <= 2);
}

STRATA_DB_TEST("a connection for rows cannot change the schema", "[core][access]") {
    make_items(db);
    const Engine engine(db.url());
    const PooledConnection rows = engine.connect(Access::rows);
    CHECK(rows->execute("INSERT INTO items VALUES (1, 'a', 1)") == 1);
    for (const char* sql : {"CREATE TABLE t (a INTEGER)", "DROP TABLE items", "ALTER TABLE items ADD COLUMN x TEXT",
                            "CREATE INDEX i ON items (name)"}) {
        INFO(sql);
        CHECK(rows->dialect().classify(sql) == StatementClass::schema);
        CHECK_THROWS_AS(rows->execute(sql), UsageError);
    }
}

TEST_CASE("an SQLite connection for rows denies attaching, pragmas and VACUUM, and keeps everything of the session",
          "[core][access][sqlite]") {
    test::TestDatabase db(test::TestDialect::sqlite);
    make_items(db);
    const Engine engine(db.url());
    const PooledConnection rows = engine.connect(Access::rows);
    for (const char* sql : {"ATTACH ':memory:' AS x",
                            "VACUUM",
                            "PRAGMA writable_schema = 1",
                            "PRAGMA journal_mode = DELETE",
                            "PRAGMA foreign_keys = 0",
                            "PRAGMA FOREIGN_KEYS = OFF",
                            "PRAGMA Writable_Schema(1)",
                            "PRAGMA schema_version = 7",
                            "CREATE VIEW v AS SELECT 1",
                            "ANALYZE",
                            "CREATE TEMP TABLE items (a INTEGER)",
                            "CREATE TEMP TRIGGER t AFTER INSERT ON items BEGIN DELETE FROM items; END",
                            "CREATE TEMP VIEW w AS SELECT 1",
                            "PRAGMA ignore_check_constraints = ON",
                            "PRAGMA case_sensitive_like = ON",
                            "PRAGMA busy_timeout = 1",
                            "PRAGMA query_only = ON",
                            "PRAGMA optimize",
                            "PRAGMA wal_checkpoint",
                            "VACUUM INTO 'copy.db'",
                            "EXPLAIN CREATE TABLE t (a)",
                            "DETACH main"}) {
        INFO(sql);
        CHECK_THROWS_AS(rows->execute(sql), UsageError);
    }
    rows->execute("SAVEPOINT s");
    rows->execute("RELEASE s");
    CHECK(rows->scalar("PRAGMA foreign_keys") == "1");
}

TEST_CASE("a database in memory is one for all users of its engine", "[core][pool][sqlite]") {
    const Engine engine("sqlite:///:memory:");
    engine.connect()->execute("CREATE TABLE t (a INTEGER)");
    CHECK(engine.connect(Access::rows)->execute("INSERT INTO t VALUES (1)") == 1);
    engine.dispose();
    const PooledConnection held = engine.connect();
    CHECK(held->scalar("SELECT count(*) FROM t") == "1");
    CHECK_THROWS_WITH(engine.connect(), Catch::Contains("make the call through that transaction"));
}

TEST_CASE("each reason why a file cannot be opened has its own line", "[core][sqlite][bad]") {
    test::TestDatabase db(test::TestDialect::sqlite);
    const std::string folder = db.directory().string();
    const auto open = [&](const std::string& path, Access access = Access::schema) {
        return message_of([&] { Connection(Url::parse("sqlite:///" + path), EngineOptions{}, access); });
    };
    CHECK(open(folder + "/none/x.db") ==
          "cannot open " + folder + "/none/x.db: there is no directory " + folder + "/none");
    CHECK(open(folder) == "cannot open " + folder + ": it is a directory");
    CHECK_THAT(open(folder + "/x.db", Access::rows), Catch::Contains("there is no such file"));
    CHECK_FALSE(std::filesystem::exists(folder + "/x.db"));
    {
        std::ofstream(folder + "/text.db")
            << "this is a text file, and by no means a database, whatever its name says\n";
    }
    CHECK(open(folder + "/text.db") == "file is not a database: " + folder + "/text.db");
}

TEST_CASE("a locked database is reported after the busy timeout", "[core][sqlite][bad]") {
    test::TestDatabase db(test::TestDialect::sqlite);
    make_items(db);
    Connection holder(Url::parse(db.url()));
    holder.begin(core::immediate_transaction);
    EngineOptions options;
    options.busy_timeout = std::chrono::milliseconds(30);
    Connection waiting(Url::parse(db.url()), options);
    CHECK_THROWS_AS(waiting.execute("INSERT INTO items VALUES (1, 'a', 1)"), Timeout);
    CHECK_THAT(message_of([&] { waiting.execute("INSERT INTO items VALUES (1, 'a', 1)"); }),
               Catch::StartsWith("the database is locked by another connection: "));
}

TEST_CASE("files that Strata creates are in WAL mode, others keep theirs", "[core][sqlite]") {
    test::TestDatabase db(test::TestDialect::sqlite);
    const std::string fresh = (db.directory() / "fresh.db").string();
    Connection created(Url::parse("sqlite:///" + fresh));
    CHECK(created.scalar("PRAGMA journal_mode") == "wal");
    make_items(db);
    Connection existing(Url::parse(db.url()));
    CHECK(existing.scalar("PRAGMA journal_mode") == "delete");
    CHECK(existing.scalar("PRAGMA foreign_keys") == "1");
}

TEST_CASE("a server that cannot be reached is reported in one line without the password", "[core][postgresql][bad]") {
    test::TestDatabase db(test::TestDialect::postgresql);
    const auto open = [](const std::string& url) {
        return message_of([&] { Connection connection{Url::parse(url)}; });
    };
    for (const std::string& url : {std::string("postgresql://u:topsecret@127.0.0.1:1/d"),
                                   std::string("postgresql://u:topsecret@/d?host=/nowhere"),
                                   std::string("postgresql://u:topsecret@no.such.host.invalid/d?connect_timeout=2")}) {
        const std::string message = open(url);
        INFO(message);
        CHECK_THAT(message, Catch::StartsWith("cannot connect to postgresql://u:***@"));
        CHECK(message.find("topsecret") == std::string::npos);
        CHECK(message.find('\n') == std::string::npos);
    }
}

TEST_CASE("every character of a URL's parts reaches PostgreSQL as it is", "[core][postgresql][url]") {
    STRATA_NOT_POOLED("the pooler has a name of its own for the client");
    const test::TestDatabase db(test::TestDialect::postgresql);
    const std::string text =
        GENERATE("a b", "a  b ", " singlerows=true", "x singlerow=yes y=z", "'", "a\\' host='x", "%41");
    CAPTURE(text);
    Url url = Url::parse(db.url());
    url.options["application_name"] = text;
    CHECK(Connection(url).scalar("SHOW application_name").value_or("") == text);
    url.options.erase("application_name");
    url.database = text;  // there is none of this name, and none of another may be opened instead
    try {
        const Connection opened(url);
        FAIL("a database was opened that has another name");
    } catch (const ConnectionError& error) {
        CHECK_THAT(error.what(), Contains(text));
    }
}

TEST_CASE("PostgreSQL's values in messages are left out", "[core][postgresql][errors]") {
    test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    const Value values[] = {Value::text("topsecret")};
    const std::string message = message_of([&] { (void)connection.scalar("SELECT $1::integer", values); });
    CHECK(message == "a value is not of its column's type");
}

TEST_CASE("a bound text that a database parses is not in its message", "[core][errors]") {
    const auto told = [](Connection& connection, const char* sql, const char* value) {
        const Value values[] = {Value::text(value)};
        const std::string message = message_of([&] { (void)connection.scalar(sql, values); });
        INFO(sql << ": " << message);
        CHECK(message.find("topsecret") == std::string::npos);
        return message;
    };
    const test::TestDatabase sqlite(test::TestDialect::sqlite);
    sqlite.shell("CREATE VIRTUAL TABLE search USING fts5 (body)");
    Connection file(Url::parse(sqlite.url()));
    CHECK_THAT(told(file, "SELECT json_extract('{}', ?)", "topsecret"), Contains("JSON path"));
    told(file, "SELECT * FROM search WHERE search MATCH ?", "topsecret:x");
    told(file, "SELECT * FROM search WHERE search MATCH ?", "\"topsecret");
    CHECK_THAT(told(file, "SELECT nonsense FROM search WHERE body = ?", "topsecret"),
               Contains("no such column: nonsense"));

    const test::TestDatabase postgresql(test::TestDialect::postgresql);
    Connection server(Url::parse(postgresql.url()));
    CHECK_THAT(told(server, "SELECT to_tsquery($1)", "topsecret ("), Contains("syntax error in tsquery"));
    told(server, "SELECT $1::regclass", "topsecret");
    told(server, "SELECT '{}'::jsonb @? $1::jsonpath", "$.topsecret (");
    CHECK_THAT(told(server, "SELECT nonsense FROM pg_class WHERE relname = $1", "topsecret"), Contains("\"nonsense\""));
}

STRATA_DB_TEST("a statement that changes no rows says 0, whatever ran before it", "[core][connection]") {
    make_items(db);
    Connection connection(Url::parse(db.url()));
    CHECK(connection.execute("INSERT INTO items VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)") == 3);
    CHECK(connection.execute("CREATE TABLE other (a INTEGER)") == 0);
    CHECK(connection.execute("WITH two AS (SELECT 2 AS n) UPDATE items SET size = 9 WHERE id IN (SELECT n FROM two)") ==
          1);
    CHECK(connection.execute("DELETE FROM items") == 3);
}

TEST_CASE("a script whose column is called database still runs in one transaction", "[core][connection][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    CHECK_THROWS_AS(connection.script("CREATE TABLE a (database text); SELECT nothing"), Error);
    CHECK(db.shell("SELECT count(*) FROM pg_tables WHERE tablename = 'a'") == "0");
}

TEST_CASE("the migration lock is given back where the current schema has changed under it",
          "[core][lock][postgresql]") {
    STRATA_NOT_POOLED("SET is refused");
    const test::TestDatabase db(test::TestDialect::postgresql);
    const Url url = Url::parse(db.url());
    Connection connection(url);
    {
        const MigrationLock lock(connection, std::chrono::seconds(5));
        db.admin_shell("CREATE SCHEMA elsewhere; GRANT ALL ON SCHEMA elsewhere TO PUBLIC");
        connection.script("SET search_path = elsewhere");
    }
    CHECK(db.shell("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0");
}

TEST_CASE("a text that holds colons, dollar quotes and slices reaches PostgreSQL as it is", "[core][postgresql]") {
    test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    CHECK(connection.scalar("SELECT $$a:b$$ || E'\\'' || (ARRAY['x','y','z'])[2:3]::text") == "a:b'{y,z}");
}

TEST_CASE("PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK, which is an error",
          "[core][connection][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    make_items(db);
    Connection connection(Url::parse(db.url()));
    Transaction transaction(connection);
    connection.execute("INSERT INTO items VALUES (1, 'a', 1)");
    CHECK_THROWS_AS(connection.execute("INSERT INTO items VALUES (1, 'b', 2)"), UniqueViolation);
    CHECK_THROWS_WITH(transaction.commit(), Catch::Matchers::Contains("was rolled back"));
    CHECK(db.shell("SELECT count(*) FROM items") == "0");
}

TEST_CASE("COPY is refused among many statements too", "[core][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE t (a integer)");
    Connection connection(Url::parse(db.url()));
    const std::string copy = GENERATE("COPY t FROM STDIN", "COPY t TO STDOUT", "/* all */ copy (SELECT 1) TO STDOUT");
    CAPTURE(copy);
    CHECK_THROWS_WITH(connection.run_all(std::vector<std::string>{copy}), Contains("bulk_insert"));
    CHECK_THROWS_WITH(connection.run_all(std::vector<std::string>{"SELECT 1", copy}), Contains("bulk_insert"));
    CHECK(connection.scalar("SELECT 1") == "1");
}

TEST_CASE("a COMMIT in the user's own words fails where the transaction had failed", "[core][postgresql][errors]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    Connection connection(Url::parse(db.url()));
    const std::string commit = GENERATE("COMMIT", "END", "commit and chain", "PREPARE TRANSACTION 'p'");
    CAPTURE(commit);
    const auto fail = [&] {
        connection.begin();
        CHECK_THROWS_AS(connection.execute("SELECT 1 / 0"), ValueError);
    };
    fail();
    CHECK_THROWS_WITH(connection.execute(commit), Contains("was rolled back"));
    connection.rollback();
    fail();
    CHECK_THROWS_WITH(connection.script(commit), Contains("was rolled back"));
    connection.rollback();
    fail();
    {
        Pipeline pipeline(connection);
        pipeline.add(commit);
        CHECK_THROWS_WITH(pipeline.next(), Contains("was rolled back"));
        pipeline.finish();
    }
    connection.rollback();
    fail();
    const std::string list[] = {commit};
    CHECK_THROWS_WITH(connection.run_all(list), Contains("was rolled back"));
    connection.rollback();
    CHECK(connection.scalar("SELECT 1") == "1");
}

TEST_CASE("a value of a row or of a function's variable is not in PostgreSQL's message", "[core][postgresql][errors]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell(
        "CREATE TABLE secrets (x text); INSERT INTO secrets VALUES ('topsecret');"
        "CREATE FUNCTION ask() RETURNS integer LANGUAGE plpgsql AS $$ DECLARE v text; BEGIN SELECT x INTO v FROM "
        "secrets; "
        "EXECUTE 'SELECT ' || v; RETURN 1; END $$;"
        "CREATE FUNCTION ask_table() RETURNS integer LANGUAGE plpgsql AS $$ DECLARE v text; BEGIN SELECT x INTO v FROM "
        "secrets; EXECUTE 'SELECT * FROM ' || v; RETURN 1; END $$");
    Connection connection(Url::parse(db.url()));
    const std::string sql = GENERATE("SELECT ask()", "SELECT ask_table()", "SELECT x::regclass FROM secrets",
                                     "SELECT x::regrole FROM secrets", "SELECT current_setting(x) FROM secrets",
                                     "SELECT nextval(x) FROM secrets", "SELECT x::integer FROM secrets",
                                     "DO $$ BEGIN PERFORM ask(); END $$");
    CAPTURE(sql);
    const std::string way = GENERATE("prepared", "script", "pipeline", "stream");
    CAPTURE(way);
    try {
        if (way == "script") {
            connection.script(sql);
        } else if (way == "pipeline") {
            Pipeline pipeline(connection);
            pipeline.add(sql);
            pipeline.finish();
        } else {
            Cursor cursor = connection.query(sql, {}, {.fetch = way == "stream" ? Fetch::stream : Fetch::buffered});
            (void)cursor.next();
        }
        FAIL("it did not fail");
    } catch (const Error& error) {
        CHECK(std::string_view(error.what()).find("topsecret") == std::string_view::npos);
        CHECK_THAT(error.server_message(), Contains("topsecret"));
    }
}

TEST_CASE("names of the schema are shown whole in PostgreSQL's messages", "[core][postgresql][errors]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell("CREATE TABLE t (a integer PRIMARY KEY); CREATE TABLE u (a integer REFERENCES t)");
    Connection connection(Url::parse(db.url()));
    CHECK_THAT(message_of([&] { connection.execute("SELECT nonsense FROM t"); }), Contains("nonsense"));
    CHECK_THAT(message_of([&] { connection.execute("SELECT lower(a) FROM t"); }), Contains("lower(integer)"));
    CHECK_THAT(message_of([&] { connection.execute("ALTER TABLE t ADD PRIMARY KEY (a)"); }),
               Contains("\"t\"") || Contains("»t«"));
    CHECK_THAT(message_of([&] { connection.execute("ALTER TABLE u ALTER a TYPE text"); }), Contains("u_a_fkey"));
}
