// Databases that no model made, and changes of several things at once: the kinds of differences that went wrong, each
// with its smallest case and with variants.

#include "migrate_matrix.hpp"
#include "support/catch.hpp"

using namespace strata::migrate;
using namespace strata::test;

#define STRATA_TABLE(...) \
    [](Operations& op) { op.create_table("t", {column("id", BigInteger{}), primary_key("pk_t", {"id"}), __VA_ARGS__}); }

TEST_CASE("a key that counts by itself stays, or is taken over, and the next key is free",
          "[migrate][matrix][postgresql]") {
    const auto keyed = [](Numbering kind) {
        return [kind](Operations& op) {
            op.create_table(
                "k", {column("id", BigInteger{}).identity(kind), column("b", Text{}), primary_key("k_pkey", {"id"})});
        };
    };
    const char* const serial = "CREATE TABLE k (id bigserial PRIMARY KEY, b text NOT NULL)";
    const char* const identity = "CREATE TABLE k (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b text NOT NULL)";
    const char* const plain = "CREATE TABLE k (id bigint PRIMARY KEY, b text NOT NULL)";
    std::vector<MatrixCase> cases{
        {.name = "a serial under a numbered key", .made = serial, .after = keyed(Numbering::automatic), .found = {}},
        {.name = "a serial becomes an identity",
         .made = serial,
         .after = keyed(Numbering::by_default),
         .found = {"alter column k.id (add identity)"}},
        {.name = "an identity becomes a serial",
         .made = identity,
         .after = keyed(Numbering::serial),
         .found = {"alter column k.id (add identity)"}},
        {.name = "a plain key becomes a serial",
         .made = plain,
         .after = keyed(Numbering::serial),
         .found = {"alter column k.id (add identity)"}},
    };
    for (auto& each : cases) {
        each.rows = each.made == plain      ? "INSERT INTO k VALUES (5, 'x'), (9, 'y')"
                    : each.made == identity ? "INSERT INTO k OVERRIDING SYSTEM VALUE VALUES (5, 'x'), (9, 'y')"
                                            : "INSERT INTO k (b) VALUES ('x'), ('y')";
        each.kept = "SELECT id, b FROM k ORDER BY id";
        if (each.made == identity) each.rows += "; SELECT setval('k_id_seq', 9)";
        if (each.made != plain) each.works = "BEGIN; INSERT INTO k (b) VALUES ('z'); ROLLBACK";
    }
    go_through(TestDialect::postgresql, cases);
}

TEST_CASE("an index of the model's name that is another one is made anew", "[migrate][matrix][postgresql]") {
    const std::string table = "CREATE TABLE t (id bigint CONSTRAINT pk_t PRIMARY KEY, a integer, s text NOT NULL); ";
    std::vector<MatrixCase> cases;
    for (const char* index :
         {"CREATE INDEX ix ON t USING hash (s)", "CREATE INDEX ix ON t (s) INCLUDE (a)",
          "CREATE INDEX ix ON t (s text_pattern_ops)", "CREATE INDEX ix ON t (s NULLS FIRST)",
          "CREATE INDEX ix ON t (s DESC)", "CREATE INDEX ix ON t (s COLLATE \"C\")",
          "CREATE INDEX ix ON t (s) WITH (fillfactor = 70)", "CREATE UNIQUE INDEX ix ON t (s) NULLS NOT DISTINCT",
          "CREATE INDEX ix ON t (s) WHERE a > 0", "CREATE INDEX ix ON t (lower(s))", "CREATE INDEX ix ON t (s, a)"})
        cases.push_back({.name = index,
                         .made = table + index,
                         .after = STRATA_TABLE(column("a", Integer{}).nullable(), column("s", Text{}),
                                               strata::migrate::index("ix", {"s"})),
                         .found = {"drop index ix on t", "create index ix on t"},
                         .rows = "INSERT INTO t VALUES (1, 2, 'x')",
                         .kept = "SELECT * FROM t"});
    go_through(TestDialect::postgresql, cases);
}

TEST_CASE("policies, rules and triggers that need a column are taken off while its type changes, and put back",
          "[migrate][matrix][postgresql]") {
    const auto guarded = [](const Type& type, const std::string& view) -> Recorder {
        return [type, view](Operations& op) {
            op.create_table("t", {column("id", BigInteger{}), column("a", type).nullable(), column("b", Text{}),
                                  primary_key("pk_t", {"id"}), row_security()});
            op.create_view("v", view);
            op.create_function("f", "",
                               "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$");
            op.create_object({{ObjectKind::policy, "p", "t"}, "CREATE POLICY p ON t USING (a > 0)"});
            op.create_object({{ObjectKind::policy, "other", "t"}, "CREATE POLICY other ON t USING (b = 'x')"});
            op.create_object({{ObjectKind::rule, "r", "t"},
                              "CREATE RULE r AS ON UPDATE TO t WHERE old.a = 9 DO ALSO DELETE FROM t WHERE t.id = 9"});
            op.create_trigger("w", "t",
                              "CREATE TRIGGER w BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (new.a > 0) EXECUTE FUNCTION "
                              "f()");
            op.create_trigger("x", "t", "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()");
        };
    };
    const std::string view = "SELECT a FROM t";
    go_through(TestDialect::postgresql,
               {{.name = "integer to bigint",
                 .before = guarded(Integer{}, view),
                 .after = guarded(BigInteger{}, view),
                 .found = {"drop policy p on t", "drop trigger w on t", "drop rule r on t", "drop view v",
                           "alter column t.a (type)", "create view v", "create policy p on t", "create rule r on t",
                           "create trigger w on t"},
                 .rows = "INSERT INTO t VALUES (1, 2, 'x')",
                 .kept = "SELECT * FROM t"}});
}

TEST_CASE("an enum gets a label under a check that compares two of its columns", "[migrate][matrix][postgresql]") {
    const auto moods = [](std::vector<std::string> labels) {
        return [labels](Operations& op) {
            const Enum mood("mood", labels);
            op.create_table("t", {column("id", BigInteger{}), column("c", mood), column("d", mood).nullable(),
                                  primary_key("pk_t", {"id"}), check("ck", "d IS NULL OR c = d"),
                                  index("ix", {"id"}).where("c = d"), index("iy", {expression("coalesce(d, c)")})});
            op.create_table("u", {column("id", BigInteger{}), column("m", Array(mood)).nullable(), column("n", mood),
                                  primary_key("pk_u", {"id"}), check("ck_u", "n <> 'glad'")});
        };
    };
    std::vector<MatrixCase> cases{
        {.name = "a label at the end", .before = moods({"sad", "glad"}), .after = moods({"sad", "glad", "new"})},
        {.name = "a label between", .before = moods({"sad", "glad"}), .after = moods({"sad", "new", "glad"})},
        {.name = "another order", .before = moods({"sad", "glad"}), .after = moods({"glad", "sad"})},
        {.name = "a label that nobody uses goes",
         .before = moods({"sad", "old", "glad"}),
         .after = moods({"sad", "glad"})}};
    for (auto& each : cases) {
        each.found = {"drop index ix on t",      "drop index iy on t",      "drop constraint ck on t",
                      "alter column t.c (type)", "alter column t.d (type)", "create check constraint ck on t",
                      "create index ix on t",    "create index iy on t",    "drop constraint ck_u on u",
                      "alter column u.m (type)", "alter column u.n (type)", "create check constraint ck_u on u"};
        each.rows =
            "INSERT INTO t VALUES (1, 'sad', 'sad'), (2, 'glad', NULL); INSERT INTO u VALUES (1, '{glad}', 'sad')";
        each.kept = "SELECT t.id, c, d, m, n FROM t CROSS JOIN u ORDER BY t.id";
    }
    go_through(TestDialect::postgresql, cases);
}

namespace {

Recorder two(std::string first, std::string second) {
    return [=](Operations& op) {
        op.create_table("a", {column("id", BigInteger{}), column("x", Integer{}), primary_key("pk_a", {"id"}),
                              index(first, {"x"})});
        op.create_table("b", {column("id", BigInteger{}), column("x", Integer{}), primary_key("pk_b", {"id"}),
                              index(second, {"x"})});
    };
}

/// Users by e-mail address, to which orders refer.
Recorder users(TableItem key, std::string primary = "id") {
    return [=](Operations& op) {
        op.create_table("users",
                        {column("id", BigInteger{}), column("email", Text{}), primary_key("pk_users", {primary}), key});
        op.create_table("orders",
                        {column("id", BigInteger{}), column("email", Text{}), primary_key("pk_orders", {"id"}),
                         foreign_key("fk_orders", {"email"}, "users", {"email"})});
    };
}

const std::vector<MatrixCase> orders{
    {.name = "the names of two tables' indexes are swapped",
     .before = two("ix_1", "ix_2"),
     .after = two("ix_2", "ix_1"),
     .found = {"rename index ix_1 to _renamed_ix_1 on a", "rename index ix_2 to ix_1 on b",
               "rename index _renamed_ix_1 to ix_2 on a"}},
    {.name = "an index's name moves to an earlier table",
     .before = two("ix_1", "ix_2"),
     .after =
         [](Operations& op) {
             op.create_table("a", {column("id", BigInteger{}), column("x", Integer{}), primary_key("pk_a", {"id"}),
                                   index("ix_2", {desc("x")})});
             op.create_table("b", {column("id", BigInteger{}), column("x", Integer{}), primary_key("pk_b", {"id"})});
         },
     .found = {"drop index ix_2 on b", "drop index ix_1 on a", "create index ix_2 on a"}},
    {.name = "an index's name moves to a new table",
     .before = two("ix_1", "ix_2"),
     .after =
         [](Operations& op) {
             two("ix_1", "ix_3")(op);
             op.create_table("c", {column("id", BigInteger{}), primary_key("pk_c", {"id"}), index("ix_2", {"id"})});
         },
     .found = {"rename index ix_2 to ix_3 on b", "create table c"}},
    {.name = "an index's name moves from a table that goes",
     .before =
         [](Operations& op) {
             two("ix_1", "ix_2")(op);
             op.create_table("c", {column("id", BigInteger{}), primary_key("pk_c", {"id"}), index("ix_3", {"id"})});
         },
     .after = two("ix_1", "ix_3"),
     .found = {"drop table c", "rename index ix_2 to ix_3 on b"}},
};

const std::vector<MatrixCase> keys{
    {.name = "the unique index that a foreign key stands on gets another name",
     .before = users(index("ix_1", {"email"}).unique()),
     .after = users(index("ix_2", {"email"}).unique()),
     .found = {"rename index ix_1 to ix_2 on users"}},
    {.name = "the unique constraint that a foreign key stands on gets another name",
     .before = users(unique("uq_1", {"email"})),
     .after = users(unique("uq_2", {"email"})),
     .found = {"rename constraint uq_1 to uq_2 on users"}},
    {.name = "a unique constraint replaces the unique index that a foreign key stands on",
     .before = users(index("ix_1", {"email"}).unique()),
     .after = users(unique("uq_1", {"email"})),
     .found = {"drop constraint fk_orders on orders", "drop index ix_1 on users",
               "create unique constraint uq_1 on users", "create foreign key fk_orders on orders"}},
    {.name = "a unique index replaces the unique constraint that a foreign key stands on",
     .before = users(unique("uq_1", {"email"})),
     .after = users(index("ix_1", {"email"}).unique()),
     .found = {"drop constraint fk_orders on orders", "drop constraint uq_1 on users",
               "create unique index ix_1 on users", "create foreign key fk_orders on orders"}},
    {.name = "the primary key replaces the unique index that a foreign key stands on",
     .before = users(index("ix_1", {"email"}).unique()),
     .after = users(comment(""), "email"),
     .found = {"drop constraint fk_orders on orders", "drop index ix_1 on users", "drop constraint pk_users on users",
               "create primary key pk_users on users", "create foreign key fk_orders on orders"}},
};

std::vector<MatrixCase> with_rows(std::vector<MatrixCase> cases, const char* rows, const char* kept) {
    for (auto& each : cases) each.rows = rows, each.kept = kept;
    return cases;
}

}  // namespace

std::vector<MatrixCase> strata::test::matrix_of_index_names() {
    return with_rows(orders, "INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (3, 4)",
                     "SELECT a.x, b.x FROM a CROSS JOIN b");
}
std::vector<MatrixCase> strata::test::matrix_of_keys() {
    return with_rows(keys, "INSERT INTO users VALUES (1, 'a'); INSERT INTO orders VALUES (2, 'a')",
                     "SELECT users.id, orders.id FROM users JOIN orders USING (email)");
}

TEST_CASE("names of indexes move between tables in an order that runs both ways", "[migrate][matrix]") {
    go_through(TestDialect::sqlite, matrix_of_index_names());
    go_through(TestDialect::postgresql, matrix_of_index_names());
}
TEST_CASE("what a foreign key stands on is renamed or replaced with rows in both tables", "[migrate][matrix]") {
    go_through(TestDialect::sqlite, matrix_of_keys());
    go_through(TestDialect::postgresql, matrix_of_keys());
}

TEST_CASE("a table refers to its own unique index from the first revision on", "[migrate][matrix]") {
    const MatrixCase members{
        .name = "members",
        .before = [](Operations& op) { op.create_table("x", {column("id", BigInteger{})}); },
        .after =
            [](Operations& op) {
                op.create_table("x", {column("id", BigInteger{})});
                op.create_table("members", {column("id", BigInteger{}), column("email", Text{}),
                                            column("boss", Text{}).nullable(), primary_key("pk_members", {"id"}),
                                            foreign_key("fk_members", {"boss"}, "members", {"email"}),
                                            index("ix_members_email", {"email"}).unique()});
            },
        .found = {"create table members"}};
    go_through(TestDialect::sqlite, {members});
    go_through(TestDialect::postgresql, {members});
}

namespace {

std::vector<MatrixCase> other_spellings() {
    const std::string table = "CREATE TABLE t (id bigint CONSTRAINT pk_t PRIMARY KEY, ";
    return {
        {.name = "CURRENT_TIMESTAMP and now()",
         .made = table + "c timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP)",
         .after = STRATA_TABLE(column("c", DateTimeTz{}).server_default(now()))},
        {.name = "numbers",
         .made = table + "c numeric(8, 2) NOT NULL DEFAULT 1.0, d double precision NOT NULL DEFAULT 1, e integer NOT "
                         "NULL DEFAULT -1)",
         .after = STRATA_TABLE(column("c", Numeric{8, 2}).server_default(literal(1)),
                               column("d", Double{}).server_default(literal(1.0)),
                               column("e", Integer{}).server_default(literal(-1)))},
        {.name = "a boolean written as a text",
         .made = table + "c boolean NOT NULL DEFAULT 't')",
         .after = STRATA_TABLE(column("c", Boolean{}).server_default(literal(true)))},
        {.name = "an expression index that is a plain column",
         .made = table + "a integer NOT NULL); CREATE INDEX ix ON t (a)",
         .after = STRATA_TABLE(column("a", Integer{}), index("ix", {expression("a")}))},
        {.name = "a predicate that is always true",
         .made = table + "a integer NOT NULL); CREATE INDEX ix ON t (a) WHERE true",
         .after = STRATA_TABLE(column("a", Integer{}), index("ix", {"a"}).where("true"))},
        {.name = "a unique constraint on the key",
         .before = STRATA_TABLE(unique("uq", {"id"})),
         .after = STRATA_TABLE(unique("uq", {"id"}))},
        {.name = "two unique constraints on the same columns",
         .before = STRATA_TABLE(column("a", Integer{}), unique("uq_1", {"a"}), unique("uq_2", {"a"})),
         .after = STRATA_TABLE(column("a", Integer{}), unique("uq_1", {"a"}), unique("uq_2", {"a"}))},
        {.name = "a check in another way of writing",
         .made = table + "a integer NOT NULL, s varchar(9) NOT NULL, CONSTRAINT ck CHECK (a IN (1, 2) AND s <> 'x'))",
         .after = STRATA_TABLE(column("a", Integer{}), column("s", String{9}),
                               check("ck", "(a = ANY (ARRAY[1,2])) and s::text <> 'x'::text"))},
    };
}

}  // namespace

TEST_CASE("another way of saying the same is no difference on PostgreSQL", "[migrate][matrix][postgresql]") {
    go_through(TestDialect::postgresql, other_spellings());
}
TEST_CASE("another way of saying the same is no difference under other settings of a PostgreSQL database",
          "[migrate][matrix][postgresql]") {
    STRATA_NOT_POOLED("sessions do not have the database's settings")
    const TestDatabase db(TestDialect::postgresql);
    for (const char* setting : {"quote_all_identifiers = on", "timezone = 'Asia/Kolkata'"}) db.session_default(setting);
    for (const auto& each : other_spellings()) {
        db.clear();
        go_through(db, each);
    }
}

TEST_CASE("another way of saying the same is no difference on SQLite", "[migrate][matrix][sqlite]") {
    const std::string table = "CREATE TABLE t (id BIGINT NOT NULL CONSTRAINT pk_t PRIMARY KEY, ";
    go_through(TestDialect::sqlite,
               {{.name = "a boolean",
                 .made = table + "c INTEGER NOT NULL DEFAULT TRUE)",
                 .after = STRATA_TABLE(column("c", Integer{}).server_default(literal(1)))},
                {.name = "numbers",
                 .made = table +
                         "c DOUBLE NOT NULL DEFAULT 0.1, d DOUBLE NOT NULL DEFAULT 1, e DOUBLE NOT NULL DEFAULT +1.50)",
                 .after = STRATA_TABLE(column("c", Double{}).server_default(literal(1e-1)),
                                       column("d", Double{}).server_default(literal(1.0)),
                                       column("e", Double{}).server_default(literal(1.5)))},
                {.name = "an expression index that is a plain column",
                 .made = table + "a INTEGER NOT NULL); CREATE INDEX ix ON t (a)",
                 .after = STRATA_TABLE(column("a", Integer{}), index("ix", {expression("a")}))},
                {.name = "a unique constraint on the key",
                 .made = table + "CONSTRAINT uq UNIQUE (id))",
                 .after = STRATA_TABLE(unique("uq", {"id"}))},
                {.name = "two unique constraints on the same columns",
                 .made = table + "a INTEGER NOT NULL, CONSTRAINT uq_1 UNIQUE (a), CONSTRAINT uq_2 UNIQUE (a))",
                 .after = STRATA_TABLE(column("a", Integer{}), unique("uq_1", {"a"}), unique("uq_2", {"a"}))},
                {.name = "a check without a name",
                 .made = table + "a INTEGER NOT NULL CHECK ( A>0 ))",
                 .after = STRATA_TABLE(column("a", Integer{}), check("ck", "a > 0"))}});
}
