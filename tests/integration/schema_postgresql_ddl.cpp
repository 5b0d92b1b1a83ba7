// The DDL of what only PostgreSQL has: approved as text, and run by psql.

#include "support/database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/table.hpp>

using namespace strata::schema;
using namespace strata::test;

namespace {

std::string sql_of(const MetaData& metadata) {
    std::string text;
    for (const auto& statement : create_all_sql(metadata, strata::core::dialect_for("postgresql")))
        text += statement + ";\n";
    return text;
}

Table with_key(QualifiedName name) {
    Table table;
    table.name = std::move(name);
    table.columns = {column("id", BigInteger())};
    table.primary_key = PrimaryKey{"pk_" + table.name.name, {"id"}};
    return table;
}

}  // namespace

TEST_CASE("partitions, children and typed tables are written as approved, and made", "[schema][ddl][postgresql]") {
    MetaData metadata;
    Object pair;
    pair.ref = {ObjectKind::composite_type, "pair"};
    pair.definition = "CREATE TYPE \"pair\" AS (a integer, b text)";
    metadata.objects = {pair};

    Table plays;
    plays.name = "plays";
    plays.columns = {column("at", DateTimeTz()), column("song", BigInteger())};
    plays.partition_by = "RANGE (at)";
    Table plays_2026 = plays;
    plays_2026.name = "plays_2026";
    plays_2026.partition_by = "HASH (song)";
    plays_2026.partition_of = "plays";
    plays_2026.partition_bound = "FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00')";
    Table part = plays_2026;
    part.name = "plays_2026_0";
    part.partition_by.clear();
    part.partition_of = "plays_2026";
    part.partition_bound = "FOR VALUES WITH (modulus 1, remainder 0)";
    part.parameters = {"fillfactor=70"};
    Table rest = part;
    rest.name = "plays_rest";
    rest.partition_of = "plays";
    rest.partition_bound = "DEFAULT";
    rest.parameters.clear();

    Table parent = with_key("parents");
    parent.checks = {{"ck_parents_id", "id > 0", false, true}};
    Table child;
    child.name = "children";
    child.columns = {column("id", BigInteger()), column("own", Text()).nullable()};
    child.columns.front().inherited = true;
    child.inherits = {"parents"};
    Table typed;
    typed.name = "pairs";
    typed.columns = {column("a", Integer()).nullable(), column("b", Text()).nullable()};
    typed.of_type = "pair";
    metadata.tables = {plays, plays_2026, part, rest, parent, child, typed};

    const std::string sql = sql_of(metadata);
    CHECK(sql == R"sql(CREATE TYPE "pair" AS (a integer, b text);
CREATE TABLE "plays" (
    "at" TIMESTAMPTZ NOT NULL,
    "song" BIGINT NOT NULL
)
PARTITION BY RANGE (at);
CREATE TABLE "plays_2026" (
    "at" TIMESTAMPTZ NOT NULL,
    "song" BIGINT NOT NULL
)
PARTITION BY HASH (song);
ALTER TABLE "plays" ATTACH PARTITION "plays_2026" FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
CREATE TABLE "plays_2026_0" (
    "at" TIMESTAMPTZ NOT NULL,
    "song" BIGINT NOT NULL
)
WITH (fillfactor=70);
ALTER TABLE "plays_2026" ATTACH PARTITION "plays_2026_0" FOR VALUES WITH (modulus 1, remainder 0);
CREATE TABLE "plays_rest" (
    "at" TIMESTAMPTZ NOT NULL,
    "song" BIGINT NOT NULL
);
ALTER TABLE "plays" ATTACH PARTITION "plays_rest" DEFAULT;
CREATE TABLE "parents" (
    "id" BIGINT NOT NULL,
    CONSTRAINT "pk_parents" PRIMARY KEY ("id"),
    CONSTRAINT "ck_parents_id" CHECK (id > 0) NO INHERIT
);
CREATE TABLE "children" (
    "own" TEXT
)
INHERITS ("parents");
CREATE TABLE "pairs" OF "pair";
)sql");
    const TestDatabase db(TestDialect::postgresql);
    db.shell(sql);
    CHECK(db.shell("SELECT count(*) FROM pg_inherits") == "4");
}

TEST_CASE("options of tables, columns and constraints are written as approved, and made", "[schema][ddl][postgresql]") {
    Table rooms = with_key("rooms");
    rooms.columns = {column("id", BigInteger()).identity(), column("name", Text()).collation("C"),
                     column("note", Text()).nullable(), column("during", Native("int4range")).nullable()};
    rooms.columns[0].identity = Identity(Numbering::always, {}, {.start = 5, .increment = 5, .cache = 20});
    rooms.columns[2].storage = "EXTERNAL";
    rooms.columns[2].compression = "pglz";
    rooms.columns[2].statistics = 500;
    rooms.columns[2].options = {"n_distinct=7"};
    rooms.primary_key->include = {"name"};
    rooms.primary_key->parameters = {"fillfactor=80"};
    rooms.uniques = {{.name = "uq_rooms_name",
                      .columns = {"name"},
                      .nulls_not_distinct = true,
                      .deferrable = Deferrable::initially_deferred,
                      .comment = "one of each"}};
    rooms.checks = {{"ck_rooms_name", "name <> ''", true}};
    rooms.foreign_keys = {{.name = "fk_rooms_id_rooms",
                           .columns = {"id"},
                           .referred_table = "rooms",
                           .referred_columns = {"id"},
                           .on_delete = strata::core::ReferentialAction::set_null,
                           .match = Match::full,
                           .deferrable = Deferrable::initially_immediate,
                           .not_valid = true,
                           .set_columns = {"id"}}};
    rooms.excludes = {{.name = "no_overlap",
                       .method = "gist",
                       .elements = {{.column = "during"}},
                       .operators = {"&&"},
                       .where = "note IS NULL"}};
    rooms.indexes = {{.name = "ix_rooms_note",
                      .elements = {{.column = "note",
                                    .descending = true,
                                    .nulls = Nulls::last,
                                    .collation = "C",
                                    .operator_class = "text_pattern_ops"},
                                   {.expression = "lower(name)"}},
                      .unique = true,
                      .where = "note IS NOT NULL",
                      .include = {"during"},
                      .nulls_not_distinct = true,
                      .parameters = {"fillfactor=60"},
                      .comment = "of notes"},
                     {.name = "ix_rooms_name", .elements = {{.column = "name"}}, .clustered = true}};
    rooms.unlogged = true;
    rooms.parameters = {"autovacuum_enabled=false"};
    rooms.replica_identity = "FULL";
    rooms.row_security = true;
    rooms.force_row_security = true;
    MetaData metadata;
    metadata.tables = {rooms};

    const std::string sql = sql_of(metadata);
    CHECK(sql == R"sql(CREATE UNLOGGED TABLE "rooms" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY (INCREMENT BY 5 START WITH 5 CACHE 20) NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "note" TEXT COMPRESSION pglz,
    "during" int4range,
    CONSTRAINT "pk_rooms" PRIMARY KEY ("id") INCLUDE ("name") WITH (fillfactor=80),
    CONSTRAINT "uq_rooms_name" UNIQUE NULLS NOT DISTINCT ("name") DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT "no_overlap" EXCLUDE USING "gist" ("during" WITH &&) WHERE (note IS NULL)
)
WITH (autovacuum_enabled=false);
ALTER TABLE "rooms" ADD CONSTRAINT "fk_rooms_id_rooms" FOREIGN KEY ("id") REFERENCES "rooms" ("id") MATCH FULL ON DELETE SET NULL ("id") DEFERRABLE NOT VALID;
ALTER TABLE "rooms" ADD CONSTRAINT "ck_rooms_name" CHECK (name <> '') NOT VALID;
ALTER TABLE "rooms" ALTER COLUMN "note" SET STORAGE EXTERNAL;
ALTER TABLE "rooms" ALTER COLUMN "note" SET STATISTICS 500;
ALTER TABLE "rooms" ALTER COLUMN "note" SET (n_distinct=7);
CREATE UNIQUE INDEX "ix_rooms_note" ON "rooms" ("note" COLLATE "C" "text_pattern_ops" DESC NULLS LAST, (lower(name))) INCLUDE ("during") NULLS NOT DISTINCT WITH (fillfactor=60) WHERE note IS NOT NULL;
CREATE INDEX "ix_rooms_name" ON "rooms" ("name");
ALTER TABLE "rooms" CLUSTER ON "ix_rooms_name";
ALTER TABLE "rooms" REPLICA IDENTITY FULL;
ALTER TABLE "rooms" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "rooms" FORCE ROW LEVEL SECURITY;
COMMENT ON CONSTRAINT "uq_rooms_name" ON "rooms" IS 'one of each';
COMMENT ON INDEX "ix_rooms_note" IS 'of notes';
)sql");
    const TestDatabase db(TestDialect::postgresql);
    db.shell(sql);
    CHECK(db.shell("SELECT relpersistence, relreplident, relrowsecurity, relforcerowsecurity FROM pg_class WHERE "
                   "relname = 'rooms'") == "u|f|t|t");
}
