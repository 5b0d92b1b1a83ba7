#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>

// Databases that others made: what has a word in the vocabulary is read, the rest is listed and never lost from sight.

using namespace strata::schema;
using Catch::Matchers::Contains;
using Catch::Matchers::UnorderedEquals;
using Catch::Matchers::VectorContains;
using strata::test::TestDatabase;
using strata::test::TestDialect;
using Names = std::vector<std::string>;

namespace {

MetaData reflected(const TestDatabase& db) {
    const strata::core::Engine engine(db.url());
    return reflect(*engine.connect());
}

Table only_table(const TestDatabase& db, const std::string& name = "t") {
    const MetaData metadata = reflected(db);
    const Table* table = metadata.find(name);
    REQUIRE(table != nullptr);
    return *table;
}

}  // namespace

TEST_CASE("SQLite's own clauses are read into their fields", "[schema][reflection][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(R"(CREATE TABLE parent (a INTEGER PRIMARY KEY, b TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE);
        CREATE TABLE t (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            "Some Text" TEXT CONSTRAINT filled NOT NULL ON CONFLICT FAIL,
            parent INT REFERENCES Parent DEFERRABLE INITIALLY DEFERRED,
            twice AS (id * 2),
            kept TEXT AS ('a') STORED,
            plain, -- no type
            CHECK (length("Some Text") > 1),
            UNIQUE ("some text" COLLATE RTRIM DESC),
            FOREIGN KEY ("SOME TEXT") REFERENCES parent (B) MATCH FULL ON DELETE SET DEFAULT ON UPDATE RESTRICT);
        CREATE INDEX i1 ON t (parent COLLATE NOCASE, "Some Text" DESC, (id + 1)) WHERE parent IS NOT NULL;
        CREATE TRIGGER tr AFTER INSERT ON T BEGIN SELECT 1; END;
        CREATE VIEW v AS SELECT * FROM t;
        CREATE TRIGGER vt INSTEAD OF INSERT ON v BEGIN SELECT 1; END;
        CREATE VIRTUAL TABLE words USING fts5(word);
        INSERT INTO parent VALUES (1, 'x'); INSERT INTO t (plain, "Some Text") VALUES (1, 'xx'); ANALYZE;)");
    const Table t = only_table(db);
    CHECK(t.unmanaged.empty());
    CHECK(t.columns[0].identity.kind == Numbering::autoincrement);
    CHECK(t.columns[1].not_null_name == "filled");
    CHECK(t.columns[1].on_conflict == "FAIL");
    CHECK(t.columns[3].computed_virtual);
    CHECK_FALSE(t.columns[4].computed_virtual);
    CHECK(t.columns[0].identity);
    CHECK_FALSE(t.columns[0].nullable);
    CHECK_FALSE(t.columns[1].nullable);
    CHECK(t.columns[3].computed == "id * 2");
    CHECK(t.columns[4].computed == "'a'");
    CHECK(t.columns[5].type == NoType());
    CHECK(t.primary_key == PrimaryKey{"", {"id"}});
    CHECK(t.checks == std::vector<CheckConstraint>{{"", "length(\"Some Text\") > 1"}});
    CHECK(t.uniques == std::vector<UniqueConstraint>{{.columns = {"Some Text"}, .order = {{"RTRIM", true}}}});
    REQUIRE(t.foreign_keys.size() == 2);
    CHECK(t.foreign_keys[0] == ForeignKey{.columns = {"parent"},
                                          .referred_table = "parent",
                                          .referred_columns = {"a"},
                                          .deferrable = Deferrable::initially_deferred});
    CHECK(t.foreign_keys[1] == ForeignKey{"",
                                          {"Some Text"},
                                          "parent",
                                          {"b"},
                                          ReferentialAction::set_default,
                                          ReferentialAction::restrict,
                                          Match::full});
    REQUIRE(t.indexes.size() == 1);
    CHECK(t.indexes[0] ==
          Index{"i1",
                {{.column = "parent", .collation = "NOCASE"}, {"Some Text", "", true}, {"", "id + 1", false}},
                false,
                "parent IS NOT NULL"});
    const Table parent = only_table(db, "parent");
    CHECK(parent.unmanaged.empty());
    CHECK(parent.columns[1].collation == strata::core::QualifiedName("NOCASE"));
    CHECK(parent.uniques == std::vector<UniqueConstraint>{{.columns = {"b"}, .on_conflict = "IGNORE"}});
    const MetaData metadata = reflected(db);
    CHECK(metadata.unmanaged.empty());
    REQUIRE(metadata.tables.size() == 3);
    CHECK(metadata.find("words")->module == "fts5(word)");
    std::vector<std::string> objects;
    for (const auto& object : metadata.objects) objects.push_back(object.ref.text());
    CHECK(objects == Names{"trigger tr on t", "view v", "trigger vt on v"});
}

TEST_CASE("SQLite's table options and what they imply are read", "[schema][reflection][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell("CREATE TABLE t (a TEXT, b INT, c ANY, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID");
    const Table t = only_table(db);
    CHECK(t.unmanaged.empty());
    CHECK(t.without_rowid);
    CHECK(t.strict);
    CHECK_FALSE(t.columns[0].nullable);
    CHECK_FALSE(t.columns[1].nullable);
    CHECK(t.columns[2].nullable);
    CHECK(t.columns[2].type == Native("ANY"));
}

TEST_CASE("SQLite types that other tools declared are kept as they are spelt", "[schema][reflection][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE t (a NVARCHAR ( 10 ), b varchar(5), c DATETIME, d numeric, e DECIMAL(20, 5), f BOOLEAN, "
        "g UNSIGNED BIG INT, h double precision, i NUMERIC(20,2), j char(36), k \"odd type\", l INT, m NUMERIC(5,2))");
    const Table t = only_table(db);
    Type spelt_int = Integer();
    spelt_int.native = "INT";
    const std::vector<Type> wanted{Native("NVARCHAR(10)"),
                                   String(5),
                                   Native("DATETIME"),
                                   Native("numeric"),
                                   Native("DECIMAL(20,5)"),
                                   Native("BOOLEAN"),
                                   Native("UNSIGNED BIG INT"),
                                   Native("double precision"),
                                   Native("NUMERIC(20,2)"),
                                   UuidType(),
                                   Native("\"odd type\""),
                                   spelt_int,
                                   Numeric(5, 2)};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        INFO(t.columns[i].name);
        CHECK(t.columns[i].type == wanted[i]);
    }
}

TEST_CASE("a check that only looks like a type's stays a check", "[schema][reflection][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(R"(CREATE TABLE t (
        a INTEGER CONSTRAINT ck_t_a_boolean CHECK ("a" IN (0, 1)),
        b INTEGER CONSTRAINT ck_t_b_boolean CHECK (b IN (0, 1, 2)),
        c INTEGER CHECK (c IN (0, 1)),
        d TEXT CONSTRAINT ck_t_d_enum CHECK (d IN ('x', 'y')),
        e TEXT CONSTRAINT ck_t_e_enum CHECK (e IN ('x', upper('y'))),
        f TEXT CONSTRAINT ck_old_f_json CHECK (json_valid(f)),
        g TEXT CONSTRAINT ck_t_g_json CHECK (json_valid(f)),
        h VARCHAR(5) CONSTRAINT ck_t_h_enum CHECK (h IN ('x')),
        i TEXT CONSTRAINT mine_enum CHECK (i IN ('x'))))");
    const Table t = only_table(db);
    CHECK(t.find_column("a")->type == Boolean());
    CHECK(t.find_column("b")->type == Integer());
    CHECK(t.find_column("c")->type == Integer());
    CHECK(t.find_column("d")->type == Enum("", {"x", "y"}));
    CHECK(t.find_column("e")->type == Text());
    CHECK(t.find_column("f")->type == JsonType());
    CHECK(t.find_column("g")->type == Text());
    CHECK(t.find_column("h")->type == String(5));
    CHECK(t.find_column("i")->type == Text());
    Names names;
    for (const auto& check : t.checks) names.push_back(check.name);
    CHECK(names == Names{"ck_t_b_boolean", "", "ck_t_e_enum", "ck_t_g_json", "ck_t_h_enum", "mine_enum"});
}

TEST_CASE("a renamed table or column keeps its type on SQLite", "[schema][reflection][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    Table table;
    table.name = "t";
    table.columns = {column("flag", Boolean()), column("mood", Enum("mood", {"a", "b"})),
                     column("tags", Array(Text()))};
    create_all({table}, db.url());
    db.shell(
        "ALTER TABLE t RENAME TO \"other table\"; ALTER TABLE \"other table\" RENAME COLUMN flag TO \"the flag\"; "
        "ALTER TABLE \"other table\" RENAME COLUMN mood TO feeling");
    const Table t = only_table(db, "other table");
    CHECK(t.columns[0].type == Boolean());
    CHECK(t.columns[1].type == Enum("", {"a", "b"}));
    CHECK(t.columns[2].type == Array(Text()));
    CHECK(t.checks.empty());
}

TEST_CASE("SQLite's defaults are read as what they mean", "[schema][reflection][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE t (a TEXT DEFAULT abc, b TEXT DEFAULT \"d e\", c DEFAULT NULL, d INT DEFAULT +5, e DEFAULT (1 + "
        "(2)), "
        "f INT DEFAULT 0x10, g TEXT DEFAULT CURRENT_TIMESTAMP, h NUMERIC(5,2) DEFAULT 1.50, i INT DEFAULT '7', "
        "j INT DEFAULT ( -3 ), k INT DEFAULT 1 DEFAULT 2)");
    const Table t = only_table(db);
    const auto text = [&](const char* name) {
        const auto& value = t.find_column(name)->server_default;
        return value ? (value->kind == ServerDefault::Kind::literal ? "=" : "") + value->text : "none";
    };
    CHECK(text("a") == "=abc");
    CHECK(text("b") == "=d e");
    CHECK(text("c") == "none");
    CHECK(text("d") == "+5");
    CHECK(text("e") == "1 + (2)");
    CHECK(text("f") == "0x10");
    CHECK(text("g") == "CURRENT_TIMESTAMP");
    CHECK(text("h") == "=1.50");
    CHECK(text("i") == "'7'");
    CHECK(text("j") == "=-3");
    CHECK(text("k") == "=2");
}

TEST_CASE("PostgreSQL's own features are read into fields and objects", "[schema][reflection][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.admin_shell("CREATE SCHEMA other; GRANT ALL ON SCHEMA other TO PUBLIC");
    db.shell(R"(CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
        CREATE TYPE unused AS ENUM ('a');
        CREATE TABLE other.far (id integer PRIMARY KEY);
        CREATE TABLE parent (id integer PRIMARY KEY, b text, c text, UNIQUE (b, c));
        CREATE TABLE t (
            id integer GENERATED ALWAYS AS IDENTITY (START 5) PRIMARY KEY,
            old serial,
            p positive,
            name text COLLATE "C" NOT NULL,
            far integer CONSTRAINT to_far REFERENCES other.far,
            b text, c text,
            at timestamp(3), v varchar, ch char(5), j json, m money, arr varchar(5)[],
            CONSTRAINT full_key FOREIGN KEY (b, c) REFERENCES parent (b, c) MATCH FULL ON DELETE SET NULL (b)
                DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT incl UNIQUE (name) INCLUDE (b),
            CONSTRAINT nnd UNIQUE NULLS NOT DISTINCT (c),
            CONSTRAINT excl EXCLUDE (name WITH =),
            CONSTRAINT noin CHECK (id > 0) NO INHERIT);
        ALTER TABLE t ADD CONSTRAINT later CHECK (id < 100) NOT VALID;
        CREATE INDEX i_hash ON t USING hash (name);
        CREATE INDEX i_incl ON t (name) INCLUDE (b);
        CREATE INDEX i_first ON t (b NULLS FIRST);
        CREATE INDEX i_ops ON t (b text_pattern_ops);
        CREATE INDEX i_coll ON t (b COLLATE "C");
        CREATE INDEX i_fill ON t (b) WITH (fillfactor = 50);
        CREATE INDEX i_plain ON t (b DESC, lower(c)) WHERE b IS NOT NULL;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
        ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY pol ON t USING (true);
        CREATE RULE r AS ON DELETE TO t DO ALSO NOTHING;
        CREATE STATISTICS st ON b, c FROM t;
        CREATE VIEW vw AS SELECT 1 AS one; CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one;
        CREATE SEQUENCE sq;
        CREATE UNLOGGED TABLE fast (a integer) WITH (fillfactor = 70);
        CREATE TABLE child (x integer) INHERITS (fast);
        CREATE TABLE parts (a integer) PARTITION BY LIST (a); CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);)");
    const Table t = only_table(db);
    CHECK(t.unmanaged.empty());
    SequenceOptions from_five;
    from_five.start = 5;
    CHECK(t.columns[0].identity == Identity(Numbering::always, {}, from_five));
    CHECK(t.columns[1].identity == Identity(Numbering::serial));
    CHECK_FALSE(t.columns[1].server_default);
    CHECK(t.columns[2].type == UserType("positive"));
    CHECK(t.find_column("name")->collation == QualifiedName("pg_catalog", "C"));
    CHECK(t.row_security);
    const auto type = [&](const char* name) { return t.find_column(name)->type; };
    CHECK(type("at") == DateTime(3));
    CHECK(type("v") == Native("character varying"));
    CHECK(type("ch") == Native("character(5)"));
    CHECK(type("j") == Native("json"));
    CHECK(type("m") == Native("money"));
    CHECK(type("arr") == Array(String(5)));
    const auto named = [](const auto& list, const std::string& name) {
        return *std::find_if(list.begin(), list.end(), [&](const auto& each) { return each.name == name; });
    };
    CHECK(named(t.foreign_keys, "to_far").referred_table == QualifiedName("other", "far"));
    const ForeignKey full = named(t.foreign_keys, "full_key");
    CHECK(full.referred_columns == Names{"b", "c"});
    CHECK(full.match == Match::full);
    CHECK(full.deferrable == Deferrable::initially_deferred);
    CHECK(full.set_columns == Names{"b"});
    CHECK(named(t.uniques, "incl").include == Names{"b"});
    CHECK(named(t.uniques, "nnd").nulls_not_distinct);
    CHECK(named(t.checks, "noin").no_inherit);
    CHECK(named(t.checks, "later").not_valid);
    REQUIRE(t.excludes.size() == 1);
    CHECK(t.excludes[0].elements[0].column == "name");
    CHECK(t.excludes[0].operators == Names{"="});
    CHECK(named(t.indexes, "i_hash").method == "hash");
    CHECK(named(t.indexes, "i_incl").include == Names{"b"});
    CHECK(named(t.indexes, "i_first").elements[0].nulls == Nulls::first);
    CHECK(named(t.indexes, "i_ops").elements[0].operator_class == QualifiedName("pg_catalog", "text_pattern_ops"));
    CHECK(named(t.indexes, "i_coll").elements[0].collation == QualifiedName("pg_catalog", "C"));
    CHECK(named(t.indexes, "i_fill").parameters == Names{"fillfactor=50"});
    CHECK(named(t.indexes, "i_plain") ==
          Index{"i_plain", {{"b", "", true}, {"", "lower(c)", false}}, false, "b IS NOT NULL"});
    CHECK(only_table(db, "fast").unlogged);
    CHECK(only_table(db, "fast").parameters == Names{"fillfactor=70"});
    CHECK(only_table(db, "child").inherits == std::vector<QualifiedName>{"fast"});
    CHECK(only_table(db, "parts").partition_by == "LIST (a)");
    CHECK(only_table(db, "part_1").partition_of == "parts");
    CHECK(only_table(db, "part_1").partition_bound == "FOR VALUES IN (1)");
    const MetaData metadata = reflected(db);
    Names objects;
    for (const Object& object : metadata.objects) objects.push_back(object.ref.text());
    CHECK_THAT(objects, UnorderedEquals(Names{"domain positive", "enum type unused", "function f()", "view vw",
                                              "materialized view mv", "sequence sq", "trigger tr on t", "rule r on t",
                                              "policy pol on t", "statistics object st"}));
    CHECK(metadata.unmanaged.empty());
}

TEST_CASE("the first schema of the search path is the one that is read and written", "[schema][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.admin_shell(
        "CREATE SCHEMA first; GRANT ALL ON SCHEMA first TO PUBLIC; CREATE TABLE public.t (old integer); "
        "CREATE TYPE public.mood AS ENUM ('x'); GRANT ALL ON public.t TO PUBLIC");
    db.session_default("search_path = first, public");
    Table table;
    table.name = "t";
    table.columns = {column("mood", Enum("mood", {"a", "b"}))};
    CHECK(create_all({table}, db.url()).tables == Names{"t"});
    CHECK(only_table(db).columns == table.columns);
    CHECK(db.shell("SELECT count(*) FROM first.t") == "0");
    CHECK(drop_all({table}, db.url()).tables == Names{"t"});
    CHECK(db.shell("SELECT count(*) FROM public.t") == "0");
    db.session_default("search_path = nowhere");
    CHECK_THROWS_WITH(create_all({table}, db.url()), Contains("names no schema that exists"));
    CHECK_THROWS_WITH(reflected(db), Contains("names no schema that exists"));
}
