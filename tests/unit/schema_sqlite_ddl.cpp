#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/table.hpp>

#include <functional>

using namespace strata::schema;
using Catch::Matchers::Contains;

namespace {

const DdlCompiler& ddl() { return ddl_compiler(strata::core::dialect_for("sqlite")); }

std::string text(const std::vector<std::string>& statements) {
    std::string all;
    for (const auto& statement : statements) all += statement + ";\n";
    return all;
}

Table plain() {
    Table table;
    table.name = "t";
    table.columns = {column("id", BigInteger()).identity(), column("a", Text()).nullable(), column("b", Integer())};
    table.primary_key = PrimaryKey{"pk_t", {"id"}};
    return table;
}

}  // namespace

TEST_CASE("every clause that only SQLite has is written as approved", "[unit][sqlite]") {
    Table table = plain();
    table.columns[0].identity = Numbering::autoincrement;
    table.columns[1].collation = "NOCASE";
    table.columns[2].not_null_name = "filled";
    table.columns[2].on_conflict = "FAIL";
    Column twice = column("twice", NoType()).nullable().computed("b * 2");
    twice.computed_virtual = true;
    table.columns.push_back(twice);
    table.primary_key->on_conflict = "REPLACE";
    table.uniques = {{.name = "", .columns = {"a", "b"}, .order = {{"RTRIM", true}, {}}, .on_conflict = "IGNORE"}};
    table.foreign_keys = {{.name = "",
                           .columns = {"b"},
                           .referred_table = "gone",
                           .referred_columns = {},
                           .match = Match::full,
                           .deferrable = Deferrable::initially_deferred}};
    table.indexes = {{.name = "ix",
                      .elements = {{.column = "a", .descending = true, .nulls = Nulls::last, .collation = "RTRIM"},
                                   {.column = "b", .nulls = Nulls::first}}}};
    CHECK(text(ddl().create_table(table, {})) == R"(CREATE TABLE "t" (
    "id" INTEGER NOT NULL,
    "a" TEXT COLLATE "NOCASE",
    "b" INTEGER CONSTRAINT "filled" NOT NULL ON CONFLICT FAIL,
    "twice" GENERATED ALWAYS AS (b * 2) VIRTUAL,
    CONSTRAINT "pk_t" PRIMARY KEY ("id" AUTOINCREMENT) ON CONFLICT REPLACE,
    UNIQUE ("a" COLLATE "RTRIM" DESC, "b") ON CONFLICT IGNORE,
    FOREIGN KEY ("b") REFERENCES "gone" MATCH FULL DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "ix" ON "t" ("a" COLLATE "RTRIM" DESC, "b");
)");

    Table tight = plain();
    tight.columns[0] = column("id", Integer());
    tight.strict = tight.without_rowid = true;
    CHECK(text(ddl().create_table(tight, {})) == R"(CREATE TABLE "t" (
    "id" INTEGER NOT NULL,
    "a" TEXT,
    "b" INTEGER NOT NULL,
    CONSTRAINT "pk_t" PRIMARY KEY ("id")
) WITHOUT ROWID, STRICT;
)");

    Table words;
    words.name = "words";
    words.module = "fts5(title, content='songs')";
    CHECK(text(ddl().create_table(words, {})) ==
          "CREATE VIRTUAL TABLE \"words\" USING fts5(title, content='songs');\n");
}

TEST_CASE("what SQLite lacks is refused in one line, what has no meaning there is left out", "[unit][sqlite]") {
    const auto refused = [](const std::function<void(Table&)>& change, const char* reason) {
        Table table = plain();
        change(table);
        CHECK_THROWS_WITH(ddl().create_table(table, {}), Contains(reason));
    };
    refused([](Table& t) { t.name.schema = "music"; }, "has no schemas");
    refused([](Table& t) { t.excludes.push_back({}); }, "has no EXCLUDE constraints");
    refused([](Table& t) { t.partition_by = "LIST (a)"; }, "has no partitions");
    refused([](Table& t) { t.inherits = {"other"}; }, "has no inheritance");
    refused([](Table& t) { t.row_security = true; }, "has no row security");
    refused([](Table& t) { t.uniques = {{.columns = {"a"}, .nulls_not_distinct = true}}; }, "NULLS NOT DISTINCT");
    refused([](Table& t) { t.uniques = {{.columns = {"a"}, .include = {"b"}}}; }, "INCLUDE columns");
    refused([](Table& t) { t.primary_key->deferrable = Deferrable::initially_immediate; },
            "which has no deferrable primary key");
    refused([](Table& t) { t.uniques = {{.columns = {"a"}, .deferrable = Deferrable::initially_deferred}}; },
            "which has no deferrable unique constraint");
    refused([](Table& t) { t.foreign_keys = {{.columns = {"b"}, .referred_table = "u", .set_columns = {"b"}}}; },
            "which has no column list of ON DELETE SET NULL or SET DEFAULT");
    refused([](Table& t) { t.foreign_keys = {{.columns = {"b"}, .referred_table = {"s", "u"}}}; }, "schemas");
    refused([](Table& t) { t.indexes = {{.name = "i", .elements = {{.column = "a"}}, .method = "gin"}}; },
            "index method gin (index i)");
    refused([](Table& t) { t.indexes = {{.name = "i", .elements = {{.column = "a", .nulls = Nulls::last}}}}; },
            "NULLS LAST without DESC");
    refused([](Table& t) { t.indexes = {{.name = "i", .elements = {{.column = "a", .operator_class = "x_ops"}}}}; },
            "operator class x_ops");
    refused([](Table& t) { t.columns[1].type = Type(String(5)), t.strict = true; }, "STRICT");
    refused([](Table& t) { t.columns[0].identity.options.start = 5; }, "sequence options");

    Table table = plain();
    table.unlogged = true;
    table.parameters = {"fillfactor=70"};
    table.tablespace = "fast";
    table.replica_identity = "FULL";
    table.cluster_on = "pk_t";
    table.primary_key->parameters = {"fillfactor=70"};
    table.columns[1].storage = "EXTERNAL";
    table.columns[1].compression = "lz4";
    CHECK(ddl().create_table(table, {}) == ddl().create_table(plain(), {}));
    CHECK(ddl().as_stored(table, table.columns[1]) == ddl().as_stored(plain(), plain().columns[1]));

    Object object;
    object.ref = {ObjectKind::function, "rate"};
    CHECK_THROWS_WITH(ddl().create_object(object), Contains("no object of that kind"));
    object.ref = {ObjectKind::view, {"music", "v"}};
    CHECK_THROWS_WITH(ddl().create_object(object), Contains("no schemas"));
    object.ref = {ObjectKind::view, "v"};
    object.definition = "CREATE VIEW v AS SELECT 1";
    CHECK(ddl().create_object(object) == std::vector<std::string>{"CREATE VIEW v AS SELECT 1"});
}

TEST_CASE("a STRICT table of SQLite takes every integer and every number of a model", "[unit][sqlite]") {
    Table table;
    table.name = "t";
    table.strict = true;
    table.columns = {Column{.name = "id", .type = BigInteger(), .identity = true},
                     Column{.name = "a", .type = BigInteger()},
                     Column{.name = "b", .type = SmallInteger()},
                     Column{.name = "c", .type = Double()},
                     Column{.name = "d", .type = Real()},
                     Column{.name = "e", .type = Boolean()}};
    table.primary_key = PrimaryKey{"pk_t", {"id"}};
    const auto sql = ddl().create_table(table, {}).front();
    for (const char* line : {"\"id\" INTEGER NOT NULL", "\"a\" INTEGER NOT NULL", "\"b\" INTEGER NOT NULL",
                             "\"c\" REAL NOT NULL", "\"d\" REAL NOT NULL", "\"e\" INTEGER NOT NULL"})
        CHECK_THAT(sql, Contains(line));
    CHECK(ddl().as_stored(table).columns[1].type == Type(Integer()));
    CHECK(ddl().as_stored(table, table.columns[3]).type == Type(Real()));
    // A spelling that was chosen is not changed.
    table.columns[1].type.native = "BIGINT";
    CHECK_THROWS_WITH(ddl().create_table(table, {}), Contains("its column a cannot be BIGINT"));
}

TEST_CASE("a numbered key WITHOUT ROWID is refused with the reason", "[unit][sqlite]") {
    Table table;
    table.name = "t";
    table.without_rowid = true;
    table.columns = {Column{.name = "id", .type = BigInteger(), .identity = true}};
    table.primary_key = PrimaryKey{"pk_t", {"id"}};
    CHECK_THROWS_WITH(ddl().create_table(table, {}),
                      Contains("column t.id cannot be numbered by SQLite, since the table is WITHOUT ROWID"));
    table.without_rowid = false;
    table.primary_key.reset();
    CHECK_THROWS_WITH(ddl().create_table(table, {}), Contains("make it the primary key"));
}
