// The matrix of what autogenerate must find: each row as a change of the models that both databases can say.

#include "migrate_matrix.hpp"
#include "support/catch.hpp"

#include <strata/schema/naming.hpp>

using namespace strata::migrate;
using namespace strata::test;

// A table with a key and these; `id` is written by the rows.
#define STRATA_TABLE(...)                                                                                \
    [](Operations& words) {                                                                              \
        words.create_table("t", {column("id", BigInteger{}), primary_key("pk_t", {"id"}), __VA_ARGS__}); \
    }

namespace {

const char* const two_rows = "INSERT INTO t (id, a, b) VALUES (1, 2, 'x'), (2, NULL, 'y')";
const char* const all_of_t = "SELECT id, a, b FROM t ORDER BY id";

/// A nullable number and a text.
#define STRATA_A column("a", Integer{}).nullable()
#define STRATA_B column("b", Text{})

const std::vector<MatrixCase> both{
    {.name = "a renamed column, as the user decides",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix_t_b", {"b"})),
     .after = STRATA_TABLE(STRATA_A, column("c", Text{}), index("ix_t_c", {"c"})),
     .found = {"rename column t.b to c", "rename index ix_t_b to ix_t_c on t"},
     .rows = two_rows,
     .kept = "SELECT id, a FROM t ORDER BY id",
     .renames = {"t.b:c"}},
    {.name = "another primary key",
     .before = STRATA_TABLE(column("a", Integer{}), STRATA_B),
     .after =
         [](Operations& op) {
             op.create_table(
                 "t", {column("id", BigInteger{}), primary_key("pk_t", {"id", "a"}), column("a", Integer{}), STRATA_B});
         },
     .found = {"drop constraint pk_t on t", "create primary key pk_t on t"},
     .rows = "INSERT INTO t (id, a, b) VALUES (1, 2, 'x')",
     .kept = all_of_t},
    {.name = "another column of an index",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a"})),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"b"})),
     .found = {"drop index ix on t", "create index ix on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a unique index",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a"})),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a"}).unique()),
     .found = {"drop index ix on t", "create unique index ix on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "another order of an index's columns",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a", "b"})),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"b", "a"})),
     .found = {"drop index ix on t", "create index ix on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "an index with another name",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a", desc("b")}).where("a > 0")),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("by_a", {"a", desc("b")}).where("a > 0")),
     .found = {"rename index ix to by_a on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "an index that becomes partial",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a"})),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a"}).where("b <> ''")),
     .found = {"drop index ix on t", "create index ix on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "another predicate of a partial index",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a"}).where("b <> ''")),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a"}).where("b <> 'x'")),
     .found = {"drop index ix on t", "create index ix on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "an index in descending order that stays",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {desc("a")}), index("ux", {"a", desc("b")}).unique()),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {desc("a")}), index("ux", {"a", desc("b")}).unique()),
     .found = {},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "an index that becomes descending",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"a"})),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {desc("a")})),
     .found = {"drop index ix on t", "create index ix on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "an index on an expression is added",
     .before = STRATA_TABLE(STRATA_A, STRATA_B),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {expression("lower(b)")})),
     .found = {"create index ix on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "an index on another expression",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {expression("lower(b)")})),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {expression("upper(b)")})),
     .found = {"drop index ix on t", "create index ix on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a unique constraint with another name",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, unique("uq_t_b", {"b"})),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, unique("one_b", {"b"})),
     .found = {"rename constraint uq_t_b to one_b on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "another order of a unique constraint's columns",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, unique("uq_t", {"a", "b"})),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, unique("uq_t", {"b", "a"})),
     .found = {"drop constraint uq_t on t", "create unique constraint uq_t on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a unique constraint by the convention is added",
     .before = STRATA_TABLE(STRATA_A, STRATA_B),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, unique("", {"a", "b"})),
     .found = {"create unique constraint uq_t_a_b on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a unique constraint by the convention is removed",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, unique("", {"a", "b"})),
     .after = STRATA_TABLE(STRATA_A, STRATA_B),
     .found = {"drop constraint uq_t_a_b on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a check is added",
     .before = STRATA_TABLE(STRATA_A, STRATA_B),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, check("ck", "a > 0")),
     .found = {"create check constraint ck on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a check with another expression",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, check("ck", "a > 0")),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, check("ck", "a > 1")),
     .found = {"drop constraint ck on t", "create check constraint ck on t"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a check with another name",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, check("ck", "a IN (1, 2) OR b LIKE 'x%'")),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, check("small", "a IN (1, 2) OR b LIKE 'x%'")),
     .found = {"rename constraint ck to small on t"},
     .rows = "INSERT INTO t (id, a, b) VALUES (1, 2, 'x')",
     .kept = all_of_t},
    {.name = "a boolean and an enum that stay",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, column("flag", Boolean{}).server_default(literal(true)),
                            column("mood", Enum{"mood", {"sad", "glad"}}).server_default(literal("sad"))),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, column("flag", Boolean{}).server_default(literal(true)),
                           column("mood", Enum{"mood", {"sad", "glad"}}).server_default(literal("sad"))),
     .found = {},
     .rows = two_rows,
     .kept = "SELECT id, a, b, mood FROM t ORDER BY id"},
    {.name = "a label that is added to an enum",
     .before =
         STRATA_TABLE(STRATA_A, STRATA_B, column("mood", Enum{"mood", {"sad", "glad"}}).server_default(literal("sad"))),
     .after = STRATA_TABLE(STRATA_A, STRATA_B,
                           column("mood", Enum{"mood", {"sad", "calm", "glad"}}).server_default(literal("sad"))),
     .found = {"alter column t.mood (type)"},
     .rows = two_rows,
     .kept = "SELECT id, a, b, mood FROM t ORDER BY id"},
    {.name = "another expression of a generated column",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, column("g", Integer{}).nullable().computed("a * 2")),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, column("g", Integer{}).nullable().computed("a * 3")),
     .found = {"drop column t.g", "add column t.g"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a generated column that becomes a plain one",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, column("g", Integer{}).nullable().computed("a * 2")),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, column("g", Integer{}).nullable()),
     .found = {"alter column t.g (drop expression)"},
     .rows = two_rows,
     .kept = "SELECT id, a, b, g FROM t ORDER BY id"},
    {.name = "a text with no limit any more",
     .before = STRATA_TABLE(STRATA_A, column("b", String{50})),
     .after = STRATA_TABLE(STRATA_A, column("b", Text{})),
     .found = {"alter column t.b (type)"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a shorter text",
     .before = STRATA_TABLE(STRATA_A, column("b", String{50})),
     .after = STRATA_TABLE(STRATA_A, column("b", String{20})),
     .found = {"alter column t.b (type)"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a wider integer",
     .before = STRATA_TABLE(STRATA_A, STRATA_B),
     .after = STRATA_TABLE(column("a", BigInteger{}).nullable(), STRATA_B),
     .found = {"alter column t.a (type)"},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a decimal of more digits",
     .before = STRATA_TABLE(column("a", Numeric{8, 2}).nullable(), STRATA_B),
     .after = STRATA_TABLE(column("a", Numeric{10, 2}).nullable(), STRATA_B),
     .found = {"alter column t.a (type)"},
     .rows = "INSERT INTO t (id, a, b) VALUES (1, '2.50', 'x'), (2, NULL, 'y')",
     .kept = all_of_t},
    {.name = "a time that becomes an instant",
     .before = STRATA_TABLE(column("a", DateTime{}).nullable(), STRATA_B),
     .after = STRATA_TABLE(column("a", DateTimeTz{}).nullable(), STRATA_B),
     .found = {"alter column t.a (type)"},
     .rows = "INSERT INTO t (id, a, b) VALUES (1, '2026-01-02 03:04:05.000000', 'x'), (2, NULL, 'y')",
     .kept = "SELECT id, b FROM t ORDER BY id"},
    {.name = "constants as defaults that stay",
     .before = STRATA_TABLE(
         STRATA_A, STRATA_B, column("n", Numeric{8, 2}).server_default(literal(Kind::numeric, "1.0")),
         column("d", Double{}).server_default(literal(1)), column("e", Double{}).server_default(literal(0.1))),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, column("n", Numeric{8, 2}).server_default(literal(1)),
                           column("d", Double{}).server_default(literal(1.0)),
                           column("e", Double{}).server_default(literal(1e-1))),
     .found = {},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "a JSON default in another way of writing",
     .before = STRATA_TABLE(STRATA_A, STRATA_B, column("j", JsonType{}).server_default(literal(Kind::json, "[]"))),
     .after = STRATA_TABLE(STRATA_A, STRATA_B, column("j", JsonType{}).server_default(literal(Kind::json, "[ ]"))),
     .found = {},
     .rows = two_rows,
     .kept = all_of_t},
    {.name = "another order of the columns",
     .before = STRATA_TABLE(STRATA_A, STRATA_B),
     .after = STRATA_TABLE(STRATA_B, STRATA_A),
     .found = {},
     .rows = two_rows,
     .kept = all_of_t},
};

void two_tables(Operations& op, const strata::schema::Spec<strata::schema::ForeignKey>& key) {
    op.create_table("p", {column("id", BigInteger{}), column("code", Text{}), primary_key("pk_p", {"id"}),
                          unique("uq_p_code", {"code"})});
    op.create_table(
        "t", {column("id", BigInteger{}), column("p_id", BigInteger{}).nullable(), primary_key("pk_t", {"id"}), key});
}
Recorder with_key(strata::schema::Spec<strata::schema::ForeignKey> key) {
    return [key = std::move(key)](Operations& op) { two_tables(op, key); };
}
auto key(std::string name = "fk") { return foreign_key(std::move(name), {"p_id"}, "p", {"id"}); }

}  // namespace

std::vector<MatrixCase> strata::test::matrix_of_rows() { return both; }

std::vector<MatrixCase> strata::test::matrix_of_foreign_keys() {
    const std::vector<std::string> anew{"drop constraint fk on t", "create foreign key fk on t"};
    std::vector<MatrixCase> cases{
        {.name = "ON DELETE", .before = with_key(key()), .after = with_key(key().on_delete(cascade)), .found = anew},
        {.name = "another ON DELETE",
         .before = with_key(key().on_delete(cascade)),
         .after = with_key(key().on_delete(set_null)),
         .found = anew},
        {.name = "ON UPDATE", .before = with_key(key()), .after = with_key(key().on_update(cascade)), .found = anew},
        {.name = "a deferrable key",
         .before = with_key(key()),
         .after = with_key(key().deferrable(Deferrable::initially_deferred)),
         .found = anew},
        {.name = "a foreign key with another name",
         .before = with_key(key()),
         .after = with_key(key("fk_t_p_id_p")),
         .found = {"rename constraint fk to fk_t_p_id_p on t"}},
        {.name = "a foreign key with an action and another name",
         .before = with_key(key().on_delete(cascade).deferrable(Deferrable::initially_deferred)),
         .after = with_key(key("to_p").on_delete(cascade).deferrable(Deferrable::initially_deferred)),
         .found = {"rename constraint fk to to_p on t"}},
        {.name = "NO ACTION is none", .before = with_key(key()), .after = with_key(key().on_delete(no_action))},
    };
    for (auto& each : cases) {
        each.rows = "INSERT INTO p VALUES (1, 'x'), (2, 'y'); INSERT INTO t VALUES (1, 2), (2, NULL)";
        each.kept = "SELECT t.id, p.code FROM t LEFT JOIN p ON p.id = t.p_id ORDER BY t.id";
    }
    return cases;
}

TEST_CASE("every row of the matrix is found, carried out and taken back on SQLite", "[migrate][matrix][sqlite]") {
    go_through(TestDialect::sqlite, both);
    go_through(TestDialect::sqlite, matrix_of_foreign_keys());
}

TEST_CASE("every row of the matrix is found, carried out and taken back on PostgreSQL",
          "[migrate][matrix][postgresql]") {
    go_through(TestDialect::postgresql, both);
    go_through(TestDialect::postgresql, matrix_of_foreign_keys());
}

TEST_CASE("what PostgreSQL alone has of the matrix is found, carried out and taken back",
          "[migrate][matrix][postgresql]") {
    const std::string anew_index = "drop index ix on t";
    const std::vector<MatrixCase> cases{
        {.name = "another method of an index",
         .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"b"})),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"b"}).method("hash")),
         .found = {"drop index ix on t", "create index ix on t"}},
        {.name = "INCLUDE",
         .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"b"})),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"b"}).include({"a"})),
         .found = {"drop index ix on t", "create index ix on t"}},
        {.name = "an index with an operator class, INCLUDE and another name",
         .before = STRATA_TABLE(STRATA_A, STRATA_B,
                                index("ix", {element("b").operator_class("text_pattern_ops")})
                                    .include({"a"})
                                    .nulls_not_distinct()
                                    .unique()),
         .after = STRATA_TABLE(STRATA_A, STRATA_B,
                               index("iy", {element("b").operator_class("text_pattern_ops")})
                                   .include({"a"})
                                   .nulls_not_distinct()
                                   .unique()),
         .found = {"rename index ix to iy on t"}},
        {.name = "an operator class",
         .before = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {"b"})),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, index("ix", {element("b").operator_class("text_pattern_ops")})),
         .found = {"drop index ix on t", "create index ix on t"}},
        {.name = "MATCH FULL",
         .before = with_key(key()),
         .after = with_key(key().match(Match::full)),
         .found = {"drop constraint fk on t", "create foreign key fk on t"}},
        {.name = "EXCLUDE is added",
         .before = STRATA_TABLE(STRATA_A, STRATA_B),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, exclude("ex", "btree", {"b"}, {"="})),
         .found = {"create exclude constraint ex on t"}},
        {.name = "EXCLUDE with another name",
         .before = STRATA_TABLE(STRATA_A, STRATA_B, exclude("ex", "btree", {"b"}, {"="}).where("a > 0")),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, exclude("ey", "btree", {"b"}, {"="}).where("a > 0")),
         .found = {"rename constraint ex to ey on t"}},
        {.name = "a sequence",
         .before = STRATA_TABLE(STRATA_A, STRATA_B),
         .after =
             [](Operations& op) {
                 STRATA_TABLE(STRATA_A, STRATA_B)(op);
                 op.create_sequence("tickets", "START WITH 100");
             },
         .found = {"create sequence tickets"}},
        {.name = "storage parameters",
         .before = STRATA_TABLE(STRATA_A, STRATA_B),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, storage_parameters({"fillfactor=70"})),
         .found = {"alter table t (parameters)"}},
        {.name = "options of an identity",
         .before = STRATA_TABLE(STRATA_A, STRATA_B, column("n", BigInteger{}).identity(Numbering::by_default)),
         .after =
             STRATA_TABLE(STRATA_A, STRATA_B,
                          column("n", BigInteger{})
                              .identity({Numbering::by_default, {}, SequenceOptions{.increment = 5, .cache = 10}})),
         .found = {"alter column t.n (add identity)"}},
        {.name = "a collation",
         .before = STRATA_TABLE(STRATA_A, column("b", Text{})),
         .after = STRATA_TABLE(STRATA_A, column("b", Text{}).collation("C")),
         .found = {"alter column t.b (collation)"}},
        {.name = "JSON instead of JSONB",
         .before = STRATA_TABLE(STRATA_A, STRATA_B, column("j", Native{"json"}).nullable()),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, column("j", JsonType{}).nullable()),
         .found = {"alter column t.j (type)"}},
        {.name = "fewer digits of a second",
         .before = STRATA_TABLE(STRATA_A, STRATA_B, column("at", DateTime{}).nullable()),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, column("at", DateTime{3}).nullable()),
         .found = {"alter column t.at (type)"}},
        {.name = "the digits of an interval",
         .before = STRATA_TABLE(STRATA_A, STRATA_B, column("i", Native{"interval"}).nullable()),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, column("i", Native{"interval(2)"}).nullable()),
         .found = {"alter column t.i (type)"}},
        {.name = "the comment of a table and of a column",
         .before = STRATA_TABLE(STRATA_A, STRATA_B),
         .after = STRATA_TABLE(column("a", Integer{}).nullable().comment("how many"), STRATA_B, comment("it's t")),
         .found = {"alter column t.a (comment)", "set the comment of table t"}},
        {.name = "a function in another case as a default, unchanged",
         .before = STRATA_TABLE(STRATA_A, STRATA_B, column("u", UuidType{}).server_default(sql("gen_random_uuid()"))),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, column("u", UuidType{}).server_default(sql("GEN_RANDOM_UUID()"))),
         .found = {}},
        {.name = "a view",
         .before = STRATA_TABLE(STRATA_A, STRATA_B),
         .after =
             [](Operations& op) {
                 STRATA_TABLE(STRATA_A, STRATA_B)(op);
                 op.create_view("v", "SELECT a FROM t");
             },
         .found = {"create view v"}},
    };
    auto list = cases;
    for (auto& each : list)
        if (each.name != "MATCH FULL") each.rows = two_rows, each.kept = all_of_t;
    go_through(TestDialect::postgresql, list);
}

TEST_CASE("what SQLite alone has of the matrix is found, carried out and taken back", "[migrate][matrix][sqlite]") {
    std::vector<MatrixCase> cases{
        {.name = "a collation",
         .before = STRATA_TABLE(STRATA_A, STRATA_B),
         .after = STRATA_TABLE(STRATA_A, column("b", Text{}).collation("NOCASE")),
         .found = {"alter column t.b (collation)"}},
        {.name = "a view",
         .before = STRATA_TABLE(STRATA_A, STRATA_B),
         .after =
             [](Operations& op) {
                 STRATA_TABLE(STRATA_A, STRATA_B)(op);
                 op.create_view("v", "SELECT a FROM t");
             },
         .found = {"create view v"}},
        {.name = "STRICT",
         .before = STRATA_TABLE(STRATA_A, STRATA_B),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, strict()),
         .found = {"alter column t.id (type)", "alter table t (strict)"}},
        {.name = "an unnamed unique constraint is added",
         .before = STRATA_TABLE(STRATA_A, STRATA_B),
         .after = STRATA_TABLE(STRATA_A, STRATA_B, unique("", {"b"}).unnamed()),
         .found = {"create unique constraint uq_t_b on t"}},
    };
    for (auto& each : cases) each.rows = two_rows, each.kept = all_of_t;
    go_through(TestDialect::sqlite, cases);
}

TEST_CASE("a check without a name is known by its content: it goes, changes, and is left where it is the same",
          "[migrate][matrix][sqlite]") {
    const std::string made =
        "CREATE TABLE t (id INTEGER NOT NULL, a INTEGER NOT NULL CHECK (a > 0), CONSTRAINT pk_t PRIMARY KEY (id), "
        "CHECK (a < 100))";
    const auto plain = column("a", Integer{});
    const auto gone = [](const std::string& expression) {
        return "drop constraint " + strata::schema::unnamed_check_name("t", expression) + " on t";
    };
    const auto model = [&](std::vector<TableItem> checks) -> Recorder {
        return [=](Operations& op) {
            op.create_table("t", {column("id", BigInteger{}).identity(), plain, primary_key("pk_t", {"id"})});
            for (const auto& check : checks)
                op.invoke(AddCheck{{"", "t"}, std::get<strata::schema::CheckConstraint>(check.part())});
        };
    };
    std::vector<MatrixCase> cases{
        {.name = "both stay", .after = model({check("ck_low", "a > 0"), check("ck_high", "a < 100")}), .found = {}},
        {.name = "both go", .after = model({}), .found = {gone("a > 0"), gone("a < 100")}},
        {.name = "one has another expression",
         .after = model({check("ck_low", "a > 0"), check("ck_high", "a < 1000")}),
         .found = {gone("a < 100"), "create check constraint ck_high on t"}},
    };
    for (auto& each : cases) each.made = made, each.rows = "INSERT INTO t VALUES (1, 5)", each.kept = "SELECT * FROM t";
    go_through(TestDialect::sqlite, cases);
}
