#include "migrate_rebuild_support.hpp"

#include <strata/core/error.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compiler.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/table.hpp>

#include <functional>

using namespace strata::migrate;
using namespace strata::schema;
using namespace strata::test;
using Catch::Matchers::Contains;
using strata::core::Value;

namespace {

/// A schema as people write it by hand: nothing of it is Strata's spelling.
const char* const by_hand = R"sql(
CREATE TABLE artists (id INTEGER PRIMARY KEY AUTOINCREMENT, -- the key, of course
  name text NOT NULL COLLATE NOCASE CONSTRAINT one_name UNIQUE ON CONFLICT IGNORE,
  born INT CHECK (born > 0), /* no name, here */
  note text DEFAULT 'x, y'
);
CREATE TABLE plays (artist_id INTEGER NOT NULL REFERENCES artists(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  at TEXT NOT NULL, seconds INTEGER, PRIMARY KEY (artist_id, at)) WITHOUT ROWID;
CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree ON DELETE RESTRICT, label TEXT,
  CHECK (tree.label <> ''));
CREATE TABLE [strict one] (id INTEGER PRIMARY KEY, n INTEGER, t TEXT, b ANY) STRICT;
CREATE TABLE keyless (a, b INT, c NUMERIC(8,2), twice AS (b * 2), thrice INT AS (b * 3) STORED);
CREATE INDEX born_when ON artists (born) WHERE born > 1900;
CREATE INDEX loud ON artists (upper(name) DESC, note COLLATE RTRIM);
CREATE TABLE log (line TEXT);
CREATE VIEW artist_list AS SELECT id, name, born FROM artists;
CREATE VIEW every_artist AS SELECT * FROM artists;
CREATE VIEW counted AS SELECT "nothing of it" AS t, count(*) AS n FROM log;
CREATE TRIGGER artists_ai AFTER INSERT ON artists BEGIN INSERT INTO log VALUES ('made ' || new.name); END;
CREATE TRIGGER artists_bu BEFORE UPDATE OF name, born ON artists WHEN new.born IS NULL BEGIN
  INSERT INTO log VALUES (CASE WHEN old.born IS NULL THEN 'still; unborn' ELSE 'unborn' END); END;
CREATE TRIGGER list_ii INSTEAD OF INSERT ON artist_list BEGIN INSERT INTO artists (name) VALUES (new.name); END;
CREATE TRIGGER plays_ad AFTER DELETE ON plays BEGIN UPDATE artists SET note = 'fewer plays' WHERE id = old.artist_id; END;
)sql";

const char* const hand_rows = R"sql(
INSERT INTO artists (name, born) VALUES ('Ada', 1912), ('Bo', NULL), ('Cy', 1950), ('Gone', 1);
DELETE FROM artists WHERE name = 'Gone';
INSERT INTO plays VALUES (1, 'mon', 10), (1, 'tue', 20), (3, 'mon', 5);
INSERT INTO tree VALUES (1, NULL, 'root'), (7, 1, 'leaf');
INSERT INTO [strict one] VALUES (5, 1, 'one', x'00ff'), (6, NULL, NULL, 2.5);
INSERT INTO keyless (rowid, a, b, c) VALUES (11, 'x', 1, 1.5), (40, x'01', 2, NULL), (7, 3, NULL, 2);
DELETE FROM log;
)sql";

const std::vector<std::string> hand_tables{"artists", "plays", "tree", "[strict one]", "keyless", "log"};

struct Fixture {
    explicit Fixture(bool filled = true, bool foreign_keys = true)
        : db(TestDialect::sqlite), connection((db.shell(by_hand), strata::core::Url::parse(db.url()))) {
        if (filled) db.shell(hand_rows);
        connection.script(foreign_keys ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
    }

    [[nodiscard]] MetaData state() {
        auto metadata = reflect(connection);
        for (auto& table : metadata.tables) name_constraints(table);
        return metadata;
    }
    [[nodiscard]] std::string rows() const {
        std::string text;
        for (const auto& table : hand_tables) {
            const bool rowid = table != "plays";
            text +=
                table + ":\n" +
                db.shell(std::string("SELECT ") + (rowid ? "rowid, *" : "*") + " FROM " + table + " ORDER BY 1, 2") +
                "\n";
        }
        return text + db.shell("SELECT * FROM sqlite_sequence");
    }
    void run(const std::vector<Operation>& operations) { run_operations(connection, operations, state()); }
    /// What the operations are refused with; checks that nothing is different afterwards.
    std::string refused(const std::vector<Operation>& operations) {
        const auto schema_before = db.dump();
        const auto rows_before = rows();
        const auto foreign_keys = connection.scalar("PRAGMA foreign_keys");
        std::string message;
        try {
            run(operations);
        } catch (const strata::Error& error) {
            message = error.what();
        }
        CHECK(db.dump() == schema_before);
        CHECK(rows() == rows_before);
        CHECK(connection.scalar("PRAGMA foreign_keys") == foreign_keys);
        CHECK(connection.scalar("PRAGMA legacy_alter_table") == "0");
        CHECK(message.find('\n') == std::string::npos);
        return message;
    }

    TestDatabase db;
    strata::core::Connection connection;
};

AlterColumn alter(std::string table, std::string column) { return {std::move(table), std::move(column)}; }
AlterColumn nullable(std::string table, std::string column, bool yes) {
    auto change = alter(std::move(table), std::move(column));
    change.patch.set(&Column::nullable, yes);
    return change;
}
AlterColumn typed(std::string table, std::string column, Type type) {
    auto change = alter(std::move(table), std::move(column));
    change.patch.set(&Column::type, std::move(type));
    return change;
}
AlterColumn defaulted(std::string table, std::string column, std::optional<ServerDefault> value) {
    auto change = alter(std::move(table), std::move(column));
    change.patch.set(&Column::server_default, std::move(value));
    return change;
}

/// A renamed column is quoted from then on in its own table.
std::string without_quotes_of_seconds(std::string dump) {
    const std::string quoted = "\"seconds\" INTEGER";
    if (const auto at = dump.find(quoted); at != std::string::npos) dump.replace(at, quoted.size(), "seconds INTEGER");
    return dump;
}

}  // namespace

TEST_CASE("a rebuild and its reverse leave a hand-written schema and its rows as they were, to the byte",
          "[rebuild][sqlite]") {
    const std::vector<std::pair<const char*, std::vector<Operation>>> cases{
        {"a check", {AddCheck{"artists", {"ck_artists_note", "note <> ''"}}}},
        {"a check on a table without rowid", {AddCheck{"plays", {"ck_plays_seconds", "seconds >= 0"}}}},
        {"a check on a table with a self-reference", {AddCheck{"tree", {"ck_tree_label", "length(label) < 99"}}}},
        {"a check on a strict table", {AddCheck{"strict one", {"ck_strict_n", "n < 100"}}}},
        {"a check on a table without a key", {AddCheck{"keyless", {"ck_keyless_b", "b < 100"}}}},
        {"NOT NULL", {nullable("plays", "seconds", false)}},
        {"a default", {defaulted("artists", "note", ServerDefault::literal(Value::text("it's")))}},
        {"no default", {defaulted("artists", "note", std::nullopt)}},
        {"a unique constraint", {AddUnique{"keyless", {"uq_keyless_a", {"a"}}}}},
        {
            "a foreign key",
            {AddForeignKey{"keyless", {"fk_keyless_b", {"b"}, "artists", {"id"}, {}, {}}}},
        },
        {"a column that needs a rebuild",
         {AddColumn{"artists", column("made_at", DateTimeTz()).server_default(ServerDefault::now())}}},
        {"a generated column", {AddColumn{"artists", column("loud", Text()).computed("upper(name)").nullable()}}},
        {"a plain column", {AddColumn{"artists", column("plain", Text()).nullable()}}},
        {"a plain column of a table without constraints", {AddColumn{"log", column("at", DateTimeTz()).nullable()}}},
        {"a column and what needs a rebuild",
         {AddColumn{"tree", column("depth", Integer()).server_default(ServerDefault::literal(Value::integer(0)))},
          AddCheck{"tree", {"ck_tree_depth", "depth >= 0"}}, CreateIndex{"tree", {"ix_tree_depth", {{"depth"}}}}}},
        {"an index", {CreateIndex{"artists", {"ix_artists_note", {{"note", "", true}}, false, "note IS NOT NULL"}}}},
    };
    for (const bool filled : {true, false})
        for (const bool foreign_keys : {true, false})
            for (const auto& [name, operations] : cases) {
                if (!filled && !foreign_keys) continue;
                INFO(name << (filled ? ", rows" : ", empty")
                          << (foreign_keys ? ", foreign keys on" : ", foreign keys off"));
                Fixture fixture(filled, foreign_keys);
                if (std::string(name) == "NOT NULL")
                    CHECK(fixture.db.shell("SELECT count(*) FROM plays WHERE seconds IS NULL") == "0");
                const auto schema_before = fixture.db.dump();
                const auto rows_before = fixture.rows();
                const auto before = fixture.state();
                auto after = before;
                for (const auto& operation : operations) apply(after, operation);

                REQUIRE_NOTHROW(run_operations(fixture.connection, operations, before));
                CHECK(fixture.db.dump() != schema_before);
                CHECK(fixture.connection.scalar("PRAGMA foreign_keys") == (foreign_keys ? "1" : "0"));
                REQUIRE_NOTHROW(run_operations(fixture.connection, reverse_all(operations, before), after));
                CHECK(fixture.db.dump() == schema_before);
                CHECK(fixture.rows() == rows_before);
            }
}

TEST_CASE("after a rebuild triggers fire, views can be read, keys continue and referring rows are kept",
          "[rebuild][sqlite]") {
    Fixture fixture;
    auto& db = fixture.db;
    fixture.run({AddCheck{"artists", {"ck_artists_name", "name <> ''"}}});
    CHECK(db.shell("SELECT count(*) FROM plays") == "3");
    db.shell("INSERT INTO artist_list (name) VALUES ('Dee'); UPDATE artists SET born = NULL WHERE name = 'Ada'");
    CHECK(db.shell("SELECT line FROM log") == "made Dee\nunborn");
    CHECK(db.shell("SELECT id FROM every_artist WHERE name = 'dee'") == "5");  // 4 is gone; NOCASE stays
    CHECK_THROWS_WITH(db.shell("INSERT INTO artists (name) VALUES ('')"), Contains("ck_artists_name"));
    CHECK_THROWS_WITH(db.shell("INSERT INTO artists (name, born) VALUES ('Eve', -1)"), Contains("born > 0"));
    db.shell("PRAGMA foreign_keys = ON; DELETE FROM artists WHERE id = 1");
    CHECK(db.shell("SELECT artist_id, at FROM plays") == "3|mon");
    CHECK(db.shell("PRAGMA integrity_check") == "ok");
}

TEST_CASE("a rebuild restores the table's statistics", "[rebuild][sqlite]") {
    Fixture fixture;
    fixture.db.shell("ANALYZE");
    const auto before = fixture.db.shell("SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2");
    fixture.run({AddCheck{"artists", {"ck_artists_name", "name <> ''"}}});
    CHECK(fixture.db.shell("SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2") == before);
}

TEST_CASE("consecutive changes of one table are made by one rebuild", "[rebuild][sqlite]") {
    Fixture fixture;
    const std::vector<Operation> operations{AddCheck{"tree", {"ck_a", "id > 0"}},
                                            AddColumn{"tree", column("x", Text()).nullable()},
                                            nullable("tree", "label", false), AddCheck{"keyless", {"ck_b", "b <> 5"}},
                                            AddCheck{"tree", {"ck_c", "id > 1"}}};
    std::vector<std::string> changes;
    for (const auto& phase : plan(read_snapshot(fixture.connection), operations, fixture.connection.dialect()))
        for (const auto& statement : phase.statements)
            if (changes.empty() || changes.back() != statement.place.about) changes.push_back(statement.place.about);
    CHECK(changes == std::vector<std::string>{"change table tree", "change table keyless", "change table tree"});
}

TEST_CASE("a dropped column that something needs is refused by name and nothing is changed", "[rebuild][sqlite]") {
    Fixture fixture;
    CHECK_THAT(fixture.refused({DropColumn{"artists", "born"}}),
               Contains("index born_when") || Contains("view artist_list") || Contains("artists_bu"));
    fixture.db.shell("DROP INDEX born_when; DROP TRIGGER artists_bu");
    CHECK_THAT(fixture.refused({DropColumn{"artists", "born"}}),
               Contains("view artist_list") && Contains("drop or change it first"));
    fixture.db.shell("DROP VIEW artist_list");
    fixture.run({DropColumn{"artists", "born"}});
    CHECK(fixture.db.shell("SELECT id, name, note FROM every_artist ORDER BY id") ==
          "1|Ada|x, y\n2|Bo|x, y\n3|Cy|x, y");

    fixture.db.shell("CREATE TRIGGER t1 AFTER UPDATE OF note ON artists BEGIN SELECT 1; END");
    CHECK_THAT(fixture.refused({DropColumn{"artists", "note"}}), Contains("trigger t1") || Contains("plays_ad"));
    fixture.db.shell("DROP TRIGGER t1");
    CHECK_THAT(fixture.refused({DropColumn{"artists", "note"}}), Contains("trigger plays_ad"));
    // A check that is about the column alone goes with it, as on PostgreSQL.
    fixture.run({DropColumn{"tree", "label"}});
    CHECK(fixture.db.shell("SELECT * FROM tree") == "1|\n7|1");
}

TEST_CASE("a dropped column that a foreign key refers to is refused", "[rebuild][sqlite]") {
    Fixture fixture;
    fixture.db.shell("CREATE TABLE kids (p REFERENCES artists (name)); INSERT INTO kids VALUES ('Ada')");
    // The history knows nothing of the other table.
    auto state = fixture.state();
    std::erase_if(state.tables, [](const Table& table) { return table.name != "artists"; });
    const auto before = fixture.db.dump();
    CHECK_THROWS_WITH(run_operations(fixture.connection, {DropColumn{"artists", "name"}}, state),
                      Contains("artists.name cannot be dropped: a foreign key of table kids refers to it"));
    CHECK(fixture.db.dump() == before);
}

TEST_CASE("a table that a foreign key or a view needs is not dropped", "[rebuild][sqlite]") {
    Fixture fixture;
    auto state = fixture.state();
    std::erase_if(state.tables, [](const Table& table) { return table.name == "plays"; });
    const auto before = fixture.db.dump();
    CHECK_THROWS_WITH(run_operations(fixture.connection, {DropTable{"artists"}}, state),
                      Contains("table artists cannot be dropped: a foreign key of table plays refers to it"));
    CHECK_THAT(fixture.refused({DropTable{"log"}}), Contains("needs what the change takes away"));
    CHECK(fixture.db.dump() == before);
    CHECK(fixture.db.shell("SELECT count(*) FROM plays") == "3");
    // One that refers to itself with RESTRICT goes, although SQLite by itself refuses while foreign keys are on.
    fixture.run({DropTable{"tree"}});
    CHECK(fixture.db.shell("SELECT count(*) FROM sqlite_schema WHERE name = 'tree'") == "0");
}

TEST_CASE("a column dropped in place and one dropped by a rebuild give the same table", "[rebuild][sqlite]") {
    Fixture fixture;
    fixture.run({DropColumn{"plays", "seconds"}});
    CHECK(fixture.db.shell("SELECT * FROM plays") == "1|mon\n1|tue\n3|mon");
    CHECK_THAT(fixture.db.dump(), Contains("at TEXT NOT NULL, PRIMARY KEY (artist_id, at)) WITHOUT ROWID"));
    // A comma in a comment before the column: SQLite's own DROP COLUMN cuts there.
    fixture.db.shell("CREATE TABLE c (a INT, -- first, second\n b INT)");
    fixture.run({DropColumn{"c", "b"}});
    CHECK_THAT(fixture.db.dump(), Contains("CREATE TABLE c (a INT -- first, second\n"));
    CHECK(fixture.db.shell("INSERT INTO c VALUES (1); SELECT a FROM c") == "1");
}

TEST_CASE("renaming a column leaves unrelated views as they are written", "[rebuild][sqlite]") {
    Fixture fixture;
    fixture.db.shell(
        "CREATE VIEW quoted AS SELECT \"seconds\" AS s FROM log;"
        "CREATE TRIGGER quoted_ii INSTEAD OF INSERT ON quoted BEGIN SELECT 1; END");
    const auto before = fixture.db.dump();
    fixture.run({RenameColumn{"plays", "seconds", "duration"}});
    CHECK_THAT(fixture.db.dump(), Contains("\"duration\" INTEGER") && Contains("SELECT \"seconds\" AS s FROM log") &&
                                      Contains("quoted_ii"));
    fixture.run({RenameColumn{"plays", "duration", "seconds"}});
    CHECK(without_quotes_of_seconds(fixture.db.dump()) == without_quotes_of_seconds(before));
}

TEST_CASE("renaming works while unrelated views and triggers are broken", "[rebuild][sqlite]") {
    Fixture fixture;
    fixture.db.shell(
        "CREATE TABLE gone (a); CREATE VIEW bv AS SELECT a FROM gone; CREATE VIEW over_bv AS SELECT a FROM bv;"
        "CREATE TRIGGER bv_ii INSTEAD OF INSERT ON bv BEGIN INSERT INTO log VALUES (new.a); END;"
        "CREATE TRIGGER log_ai AFTER INSERT ON log BEGIN INSERT INTO gone VALUES (1); END;"
        "PRAGMA foreign_keys = OFF; DROP TABLE gone");
    const auto before = fixture.db.dump();
    const auto broken = [&] {
        return fixture.db.shell(
            "SELECT sql FROM sqlite_schema WHERE name IN ('bv', 'over_bv', 'bv_ii', 'log_ai') ORDER BY 1");
    };
    const auto broken_before = broken();
    fixture.run({RenameTable{"artists", "people"}, RenameColumn{"plays", "seconds", "duration"},
                 RenameColumn{"people", "note", "remark"}});
    CHECK(broken() == broken_before);
    CHECK(fixture.db.shell("SELECT id, name FROM artist_list ORDER BY id") == "1|Ada\n2|Bo\n3|Cy");
    CHECK(fixture.db.shell("SELECT remark FROM every_artist ORDER BY id") == "x, y\nx, y\nx, y");
    fixture.run({RenameColumn{"people", "remark", "note"}, RenameColumn{"plays", "duration", "seconds"},
                 RenameTable{"people", "artists"}});
    const auto without_quotes = [](std::string text) { return std::erase(text, '"'), text; };
    CHECK(without_quotes(fixture.db.dump()) == without_quotes(before));

    // One that names the table would have to follow, which nobody can know how.
    for (const char* sql : {"CREATE VIEW bad AS SELECT * FROM tree, gone",
                            "CREATE TRIGGER bv_ii_2 INSTEAD OF DELETE ON bv BEGIN DELETE FROM tree; END"}) {
        fixture.db.shell(sql);
        CHECK_THAT(fixture.refused({RenameTable{"tree", "wood"}}), Contains("no such table: main.gone"));
        fixture.db.shell("DROP VIEW IF EXISTS bad");
    }
}

TEST_CASE("a value that its new type cannot take is refused without being shown", "[rebuild][sqlite]") {
    Fixture fixture;
    fixture.db.shell(
        "CREATE TABLE v (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c BLOB);"
        "INSERT INTO v VALUES (1, '12', 70000, x'31'), (2, 'topsecret', 1, NULL), (3, NULL, 0, NULL), (4, ' 7 ', NULL, "
        "NULL)");
    for (const auto& type :
         std::vector<Type>{Integer(), Double(), Numeric(8, 2), Boolean(), String(3), DateType(), TimeType(), DateTime(),
                           DateTimeTz(), UuidType(), JsonType(), Enum("e", {"x"})}) {
        const auto message = fixture.refused({typed("v", "a", type)});
        CHECK_THAT(message, Contains("column v.a") && Contains("using_()") && !Contains("topsecret"));
    }
    CHECK_THAT(fixture.refused({typed("v", "b", SmallInteger())}), Contains("column v.b: 1 row holds a value"));
    CHECK_THAT(fixture.refused({typed("v", "b", DateType())}), Contains("INTEGER does not become DATE by itself"));
    CHECK_THAT(fixture.refused({nullable("v", "b", false)}), Contains("column v.b: 1 row holds NULL"));
    CHECK_THAT(fixture.refused({AddColumn{"v", column("d", Text())}}),
               Contains("v.d is NOT NULL without a server default"));
    CHECK_THAT(fixture.refused({AddUnique{"v", {"uq_v_c", {"b", "c"}}}, AddCheck{"v", {"ck_v_b", "b < 5"}}}),
               Contains("ck_v_b") && !Contains("_strata_"));
    fixture.db.shell("UPDATE v SET b = 1");
    CHECK_THAT(fixture.refused({AddUnique{"v", {"uq_v_b", {"b"}}}}), Contains("v.b") && !Contains("_strata_"));

    auto change = typed("v", "a", Integer());
    change.using_expression = "CASE WHEN a GLOB '[0-9]*' THEN a END";
    fixture.run({change});
    CHECK(fixture.db.shell("SELECT id, a, typeof(a) FROM v") == "1|12|integer\n2||null\n3||null\n4||null");
}

TEST_CASE("values become what their new type stores", "[rebuild][sqlite]") {
    Fixture fixture;
    const auto becomes = [&](const Type& from, const Type& to, const std::string& value) {
        Table table;
        table.name = "w";
        table.columns = {column("v", from).nullable()};
        fixture.connection.script("DROP TABLE IF EXISTS w");
        create_tables(fixture.connection, {table});
        fixture.db.shell("INSERT INTO w VALUES (" + value + "), (NULL)");
        run_operations(fixture.connection, {typed("w", "v", to)}, {table});
        return fixture.db.shell("SELECT quote(v) FROM w");
    };
    CHECK(becomes(Text(), Integer(), "'42'") == "42\nNULL");
    CHECK(becomes(Text(), Boolean(), "'Yes'") == "1\nNULL");
    CHECK(becomes(Boolean(), Text(), "1") == "'true'\nNULL");
    CHECK(becomes(Boolean(), BigInteger(), "1") == "1\nNULL");
    CHECK(becomes(Integer(), Text(), "7") == "'7'\nNULL");
    CHECK(becomes(Double(), Integer(), "7.0") == "7\nNULL");
    CHECK(becomes(Numeric(8, 2), Numeric(20, 2), "1234.5") == "'1234.50'\nNULL");
    CHECK(becomes(Numeric(20, 2), Numeric(8, 1), "'1234.56'") == "1234.6\nNULL");
    CHECK(becomes(Numeric(8, 2), Text(), "2") == "'2.00'\nNULL");
    CHECK(becomes(Text(), LargeBinary(), "'ab'") == "X'6162'\nNULL");
    CHECK(becomes(LargeBinary(), Text(), "x'6162'") == "'ab'\nNULL");
    CHECK(becomes(DateType(), DateTimeTz(), "'2024-02-29'") == "'2024-02-29 00:00:00.000000'\nNULL");
    CHECK(becomes(DateTimeTz(), DateType(), "'2024-02-29 10:11:12.000013'") == "'2024-02-29'\nNULL");
    CHECK(becomes(DateTime(), TimeType(), "'2024-02-29 10:11:12.000013'") == "'10:11:12.000013'\nNULL");
    CHECK(becomes(Text(), DateTime(), "'2024-02-29T10:11:12.5'") == "'2024-02-29 10:11:12.500000'\nNULL");
    CHECK(becomes(Text(), UuidType(), "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'") ==
          "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'\nNULL");
    CHECK(becomes(Text(), JsonType(), "'{\"a\":1}'") == "'{\"a\":1}'\nNULL");
    CHECK(becomes(Text(), Enum("e", {"x", "y"}), "'y'") == "'y'\nNULL");
    CHECK(becomes(Array(Integer()), Array(BigInteger()), "'[\"1\"]'") == "'[\"1\"]'\nNULL");
}

TEST_CASE("an ON CONFLICT clause of the table loses no row in a rebuild", "[rebuild][sqlite]") {
    Fixture fixture;
    fixture.db.shell(
        "CREATE TABLE q (a TEXT COLLATE NOCASE UNIQUE ON CONFLICT REPLACE, b TEXT); INSERT INTO q VALUES ('x', 1), "
        "('Y', 2)");
    auto change = alter("q", "a");
    change.patch.set(&Column::type, Text());
    change.using_expression = "'same'";
    CHECK_THAT(fixture.refused({change}), Contains("q.a"));
    CHECK(fixture.db.shell("SELECT count(*) FROM q") == "2");
}

TEST_CASE("a failure midway leaves everything as before", "[rebuild][sqlite]") {
    for (const bool foreign_keys : {true, false}) {
        Fixture fixture(true, foreign_keys);
        const std::vector<Operation> good{AddCheck{"artists", {"ck_artists_name", "name <> ''"}}, DropTable{"tree"},
                                          RenameTable{"keyless", "named"}, RenameColumn{"plays", "seconds", "s"},
                                          typed("named", "b", Text())};
        for (const auto& bad :
             std::vector<Operation>{Execute{"INSERT INTO nowhere VALUES (1)", {}},
                                    Run{[](strata::core::Connection&) { throw std::runtime_error("no"); }},
                                    AddCheck{"plays", {"ck_plays", "s > 1000"}}}) {
            auto operations = good;
            operations.push_back(bad);
            const auto schema_before = fixture.db.dump();
            const auto rows_before = fixture.rows();
            CHECK_THROWS(fixture.run(operations));
            CHECK(fixture.db.dump() == schema_before);
            CHECK(fixture.rows() == rows_before);
            CHECK(fixture.connection.scalar("PRAGMA foreign_keys") == (foreign_keys ? "1" : "0"));
            CHECK(fixture.connection.scalar("PRAGMA legacy_alter_table") == "0");
        }
    }
}

TEST_CASE("rows that broke a foreign key before do not stop a revision, new ones do", "[rebuild][sqlite]") {
    Fixture fixture;
    fixture.db.shell("PRAGMA foreign_keys = OFF; INSERT INTO plays VALUES (99, 'fri', 1)");
    fixture.run({AddCheck{"plays", {"ck_plays_seconds", "seconds >= 0"}}, RenameTable{"artists", "people"}});
    CHECK(fixture.db.shell("SELECT count(*) FROM plays") == "4");
    fixture.run({RenameTable{"people", "artists"}});
    CHECK_THAT(fixture.refused({AddCheck{"plays", {"ck_plays_at", "at <> ''"}},
                                Execute{"INSERT INTO plays VALUES (98, 'sat', 1), (97, 'sat', 1)", {}}}),
               Contains("2 rows of plays would refer to artists without finding a row there"));
    CHECK_THAT(fixture.refused({AddForeignKey{"keyless", {"fk_keyless_c", {"b"}, "tree", {"id"}, {}, {}}}}),
               Contains("1 row of keyless would refer to tree"));
}

TEST_CASE("a table that only the user's own SQL made can be changed in the same revision", "[rebuild][sqlite]") {
    Fixture fixture;
    const auto state = fixture.state();
    run_operations(fixture.connection,
                   {Execute{"CREATE TABLE own (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO own VALUES (1, 'x')", {}},
                    CreateIndex{"own", {"ix_own_a", {{"a"}}}}, nullable("own", "a", false)},
                   state);
    CHECK_THAT(fixture.db.dump(), Contains("a TEXT NOT NULL") && Contains("ix_own_a"));
    CHECK(fixture.db.shell("SELECT * FROM own") == "1|x");
}

TEST_CASE("a virtual table is not rebuilt", "[rebuild][sqlite]") {
    Fixture fixture;
    fixture.db.shell("CREATE VIRTUAL TABLE words USING fts5(t); INSERT INTO words VALUES ('hello')");
    auto state = fixture.state();
    Table words;
    words.name = "words";
    words.columns = {column("t", Text())};
    state.tables.push_back(words);
    const auto before = fixture.db.dump();
    CHECK_THROWS_AS(run_operations(fixture.connection, {AddCheck{"words", {"ck_words", "t <> ''"}}}, state),
                    strata::Error);
    CHECK(fixture.db.dump() == before);
    fixture.run({AddCheck{"artists", {"ck_artists_name", "name <> ''"}}});  // and is in nobody's way
    CHECK(fixture.db.shell("SELECT count(*) FROM words WHERE words MATCH 'hello'") == "1");
}
