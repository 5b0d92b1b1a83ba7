// A SQLite database that is reflected and created again in an empty file has the same sqlite_schema, object by object.
// Only how it is written may differ (sqlite_catalogue.hpp).

#include "sqlite_catalogue.hpp"
#include "support/corpus.hpp"
#include "support/database.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/engine.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/order.hpp>
#include <strata/schema/reflection.hpp>

#include <fstream>
#include <sstream>

using namespace strata;
using test::TestDatabase;
using test::TestDialect;

namespace {

/// Creates what the first database has in the second, an empty one.
void create_again(const TestDatabase& from, const TestDatabase& to) {
    const auto metadata = schema::reflect(*core::Engine(from.url()).connect());
    CHECK(metadata.unmanaged.empty());
    for (const auto& table : metadata.tables) {
        INFO(table.name);
        CHECK(table.unmanaged.empty());
    }
    const core::Engine engine(to.url());
    const auto& ddl = schema::ddl_compiler(engine.dialect());
    const auto connection = engine.connect();
    for (const auto& item : schema::creation_order(metadata)) {
        const auto statements = std::visit(
            [&](const auto* each) {
                if constexpr (std::is_same_v<decltype(each), const schema::Table*>)
                    return ddl.create_table(*each, metadata);
                else
                    return ddl.create_object(*each);
            },
            item);
        for (const auto& sql : statements) {
            INFO(sql);
            CHECK_NOTHROW(connection->execute(sql));
        }
    }
}

void check_same(const TestDatabase& original, const TestDatabase& copy) {
    const auto before = sqlite_objects(original);
    const auto after = sqlite_objects(copy);
    for (const auto& [name, text] : before) {
        INFO(name);
        const auto found = after.find(name);
        REQUIRE(found != after.end());
        CHECK(found->second == text);
    }
    CHECK(after.size() == before.size());
}

void check_round_trip(const TestDatabase& original) {
    const TestDatabase copy(TestDialect::sqlite);
    create_again(original, copy);
    check_same(original, copy);
    CHECK(sqlite_pragmas(copy) == sqlite_pragmas(original));
    // What was created is read as the same again.
    const auto first = schema::reflect(*core::Engine(original.url()).connect());
    const auto second = schema::reflect(*core::Engine(copy.url()).connect());
    CHECK(first.tables.size() == second.tables.size());
    for (const auto& table : first.tables) {
        INFO(table.name);
        const auto* found = second.find(table.name);
        REQUIRE(found != nullptr);
        CHECK(found->columns == table.columns);
        CHECK(found->primary_key == table.primary_key);
        CHECK(found->module == table.module);
        CHECK(found->strict == table.strict);
        CHECK(found->without_rowid == table.without_rowid);
    }
}

void check_round_trip(const std::string& sql) {
    const TestDatabase original(TestDialect::sqlite);
    original.shell(sql);
    check_round_trip(original);
}

void check_corpus(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    check_round_trip(text.str());
}

}  // namespace

TEST_CASE("Chinook on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/chinook.sql");
    check_corpus(*file);
}
TEST_CASE("Headscale on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/headscale.sql");
    check_corpus(*file);
}
TEST_CASE("Northwind on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/northwind.sql");
    check_corpus(*file);
}
TEST_CASE("Sakila on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/sakila.sql");
    check_corpus(*file);
}
TEST_CASE("Temporal on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/temporal.sql");
    check_corpus(*file);
}
TEST_CASE("Temporal's visibility on SQLite is created again whole", "[schema][corpus][sqlite]") {
    STRATA_REQUIRE_CORPUS(file, "sqlite/temporal_visibility.sql");
    check_corpus(*file);
}

TEST_CASE("every clause of a SQLite table is created again", "[schema][sqlite][round_trip]") {
    check_round_trip(R"(
        CREATE TABLE parent (a INTEGER PRIMARY KEY, b TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE, c INT, d INT,
            CONSTRAINT both UNIQUE (c, d) ON CONFLICT FAIL);
        CREATE TABLE counted (id INTEGER CONSTRAINT counting PRIMARY KEY AUTOINCREMENT, v);
        CREATE TABLE counted_too (id INTEGER, PRIMARY KEY (id AUTOINCREMENT) ON CONFLICT REPLACE);
        INSERT INTO counted (v) VALUES (1);
        CREATE TABLE named (a TEXT CONSTRAINT filled NOT NULL ON CONFLICT FAIL DEFAULT 'x' COLLATE rtrim,
            b INT NOT NULL ON CONFLICT REPLACE DEFAULT (1 + 2), c TEXT PRIMARY KEY ON CONFLICT IGNORE,
            CONSTRAINT positive CHECK (b > 0 /* always */), CHECK (length(a) > 1 -- at least two
            ));
        CREATE TABLE lax (a TEXT, b TEXT, PRIMARY KEY (a COLLATE NOCASE DESC, b));
        CREATE TABLE down (a TEXT PRIMARY KEY DESC, b UNIQUE, UNIQUE (b COLLATE RTRIM DESC, a));
        CREATE TABLE keys (a INT REFERENCES parent DEFERRABLE INITIALLY DEFERRED, c INT, d INT,
            e INT REFERENCES parent (a) ON DELETE CASCADE NOT NULL, up INT REFERENCES keys (rowid_of),
            rowid_of INTEGER PRIMARY KEY, f INT REFERENCES parent (a) NOT DEFERRABLE INITIALLY DEFERRED,
            g INT REFERENCES gone, h INT REFERENCES gone_too (x) MATCH FULL,
            CONSTRAINT pair FOREIGN KEY (c, d) REFERENCES parent (c, d) MATCH PARTIAL ON DELETE SET DEFAULT
                ON UPDATE RESTRICT DEFERRABLE INITIALLY IMMEDIATE);
        CREATE TABLE computed (a INT, twice AS (a * 2), kept TEXT GENERATED ALWAYS AS (a || 'x') STORED,
            named INTEGER AS (a + 1) VIRTUAL NOT NULL);
        CREATE TABLE tight (a INTEGER, b INT NOT NULL, c ANY, d BLOB, e REAL, PRIMARY KEY (a, b))
            STRICT, WITHOUT ROWID;
        CREATE TABLE strict_only (a INT PRIMARY KEY, b TEXT) STRICT;
        CREATE TABLE no_rowid (a INTEGER PRIMARY KEY, b NVARCHAR(160), c DATETIME, d) WITHOUT ROWID;
        CREATE TABLE types (a NVARCHAR ( 10 ), b varchar(5), c DATETIME, d numeric, e DECIMAL(20, 5), f BOOLEAN,
            g UNSIGNED BIG INT, h double precision, i NUMERIC(20,2), j char(36), k "odd type", l INT, m INTEGER, n,
            o TINYINT(1), p "", q [select]);
        CREATE TABLE defaults (a DEFAULT abc, b DEFAULT "d e", c DEFAULT NULL, d INT DEFAULT +5, e DEFAULT (1 + (2)),
            f INT DEFAULT 0x10, g TEXT DEFAULT CURRENT_TIMESTAMP, h NUMERIC(5,2) DEFAULT 1.50, i INT DEFAULT '7',
            j INT DEFAULT ( -3 ), k BOOLEAN DEFAULT TRUE, l BLOB DEFAULT x'00ff', m TEXT DEFAULT (datetime('now', '+1 day')),
            n DEFAULT 'it''s');)");
}

TEST_CASE("indexes of every form are created again", "[schema][sqlite][round_trip]") {
    check_round_trip(R"(
        CREATE TABLE t (a TEXT, b TEXT COLLATE NOCASE, "c d" INT, e);
        CREATE INDEX plain ON t (a);
        CREATE UNIQUE INDEX "other case" ON T (A COLLATE NOCASE DESC, B COLLATE binary ASC, "C D");
        CREATE INDEX expressions ON t (lower(a), (a), (b || a COLLATE nocase) DESC, ((e)) COLLATE RTRIM);
        CREATE INDEX part ON t (e) WHERE e IS NOT NULL AND "c d" > 5 -- some
        ;
        CREATE INDEX nested ON t (((lower(b)))) WHERE (a = 'x;y');)");
}

TEST_CASE("names that need quotes are created again", "[schema][sqlite][round_trip]") {
    check_round_trip(std::string(R"(
        CREATE TABLE "select" ("from" INT, "it's" TEXT, [a b] INT, `c"d` INT, "e""f" INT, 'g' INT,
            CONSTRAINT "where" UNIQUE ("from", [a b]), CONSTRAINT 'x y' CHECK ("it's" <> 'group'));
        CREATE TABLE "two)") +
                     "\n" + R"(lines" (a INT, "b)" + "\n" + R"(c" INT REFERENCES "select" ("e""f"));
        CREATE TABLE count (max INT, lower TEXT, CHECK (max(max, 1) > 0));
        CREATE TABLE main (x INT, y AS (lower('A' || x)));
        CREATE VIEW "order" AS SELECT count(*) AS n, "from" FROM "select" GROUP BY 2;
        CREATE TABLE comments ( -- first
            a INT, /* second, with ) and ' */ b TEXT -- third
            , UNIQUE (a) -- fourth
            ) -- fifth
        ;
        CREATE INDEX "index" ON "select" ("it's", [a b]);
        CREATE TRIGGER "table" AFTER INSERT ON "select" BEGIN SELECT ';' /* ; */; UPDATE count SET max = 1; END;)");
}

TEST_CASE("views, triggers and virtual tables are created again", "[schema][sqlite][round_trip]") {
    check_round_trip(R"(
        CREATE VIEW above AS SELECT * FROM below;
        CREATE TABLE songs (id INTEGER PRIMARY KEY, title TEXT, body TEXT, at REAL);
        CREATE VIEW below (a, b) AS SELECT id, title FROM Songs -- all
        ;
        CREATE VIRTUAL TABLE words USING fts5(title, body, content='songs', content_rowid='id', tokenize="porter ascii");
        CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab('words', 'row');
        CREATE VIRTUAL TABLE "the places" USING rtree(id, min_x, max_x, +note TEXT);
        CREATE VIRTUAL TABLE old_words USING fts4(content="songs", title, body);
        CREATE TRIGGER songs_ai AFTER INSERT ON SONGS BEGIN
            INSERT INTO words (rowid, title, body) VALUES (new.id, new.title, new.body);
        END;
        CREATE TRIGGER songs_ad AFTER DELETE ON songs WHEN old.id > 0 BEGIN
            INSERT INTO words (words, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
            DELETE FROM "the places" WHERE id = old.id;
        END;
        CREATE TRIGGER below_ii INSTEAD OF INSERT ON below BEGIN INSERT INTO songs (title) VALUES (new.b); END;
        INSERT INTO songs (title) VALUES ('one'); ANALYZE;)");
}

TEST_CASE("what the objects of SQLite need is known", "[schema][sqlite][round_trip]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        R"(CREATE VIEW above AS SELECT * FROM "BELOW"; CREATE TABLE t (a INT); CREATE VIEW below AS SELECT * FROM t;
        CREATE TRIGGER tr INSTEAD OF INSERT ON Above BEGIN INSERT INTO T VALUES (1); END;
        CREATE VIRTUAL TABLE words USING fts5(a, content='t');)");
    const auto metadata = schema::reflect(*core::Engine(db.url()).connect());
    using schema::ObjectKind;
    REQUIRE(metadata.objects.size() == 3);
    CHECK(metadata.objects[0].ref == schema::ObjectRef{ObjectKind::view, "above"});
    CHECK(metadata.objects[0].definition == "CREATE VIEW above AS SELECT * FROM \"BELOW\"");
    const auto needs = [](const schema::Needs& list) { return std::vector<schema::ObjectRef>(list); };
    CHECK(needs(metadata.objects[0].needs) == std::vector<schema::ObjectRef>{{ObjectKind::view, "below"}});
    CHECK(metadata.objects[2].ref == schema::ObjectRef{ObjectKind::trigger, "tr", "above"});
    CHECK(needs(metadata.objects[2].needs) ==
          std::vector<schema::ObjectRef>{{ObjectKind::table, "t"}, {ObjectKind::view, "above"}});
    const auto* words = metadata.find("words");
    REQUIRE(words != nullptr);
    CHECK(words->module == "fts5(a, content='t')");
    CHECK(words->columns.empty());
    CHECK(needs(words->needs) == std::vector<schema::ObjectRef>{{ObjectKind::table, "t"}});
    CHECK(metadata.tables.size() == 2);  // no shadow tables
}

TEST_CASE("a virtual table whose module is missing does not fail the rest", "[schema][sqlite][round_trip]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(R"(CREATE TABLE t (a INT); CREATE VIRTUAL TABLE words USING fts5(a);
        CREATE VIEW v AS SELECT * FROM words;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE words USING lost_module(a)' WHERE name = 'words';)");
    const auto metadata = schema::reflect(*core::Engine(db.url()).connect());
    CHECK(metadata.unmanaged.empty());
    REQUIRE(metadata.tables.size() == 2);
    REQUIRE(metadata.find("words") != nullptr);
    CHECK(metadata.find("words")->module == "lost_module(a)");
    CHECK(metadata.find("t")->columns.size() == 1);
    CHECK(metadata.objects.size() == 1);
}

TEST_CASE("a table that is only named like a virtual table's own is read", "[schema][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell("CREATE VIRTUAL TABLE words USING fts5(body); CREATE TABLE words_node (id integer PRIMARY KEY, x text)");
    const auto metadata = strata::schema::reflect(*strata::Engine(db.url()).connect());
    CHECK(metadata.find("words_node") != nullptr);
    CHECK(metadata.find("words_data") == nullptr);
}
