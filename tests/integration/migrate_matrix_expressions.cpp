// Columns change their type while expressions name them: checks, predicates, index expressions, generated columns.

#include "migrate_matrix.hpp"
#include "migrate_revisions.hpp"
#include "support/catch.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>

using namespace strata::migrate;
using namespace strata::test;

namespace {

struct Retype {
    const char* name;
    Type from;
    Type to;
    const char* value;       ///< of the type, for an INSERT
    const char* constant;    ///< the same in an expression
    bool printed = false;    ///< whether PostgreSQL prints `c = CONSTANT` as it is written
    const char* kept = "c";  ///< what is the same in both types
};

/// All that can name a column.
Recorder named(const Type& type, const std::string& v) {
    return [type, v](Operations& op) {
        op.create_table(
            "t",
            {column("id", BigInteger{}), column("c", type).nullable(), primary_key("pk_t", {"id"}),
             check("ck_in", "c IN (" + v + ", " + v + ")"), check("ck_not_in", "c IS NULL OR NOT c NOT IN (" + v + ")"),
             check("ck_equal", "c = " + v + " OR id < 0"), check("ck_coalesce", "coalesce(c, " + v + ") = " + v),
             index("ix_partial", {"id"}).where("c = " + v), index("ix_unique", {"c"}).unique().where("c <> " + v),
             index("ix_expression", {expression("coalesce(c, " + v + ")"), "id"})});
    };
}

std::vector<MatrixCase> retyped(TestDialect dialect, const std::vector<Retype>& all) {
    std::vector<MatrixCase> cases;
    for (const auto& each : all) {
        std::vector<std::string> found{"alter column t.c (type)"};
        if (dialect == TestDialect::postgresql) {  // whose own text has casts for the old type
            found = {"drop index ix_expression on t",         "drop constraint ck_in on t",
                     "drop constraint ck_not_in on t",        "drop constraint ck_equal on t",
                     "drop constraint ck_coalesce on t",      "alter column t.c (type)",
                     "create check constraint ck_in on t",    "create check constraint ck_not_in on t",
                     "create check constraint ck_equal on t", "create check constraint ck_coalesce on t",
                     "create index ix_expression on t"};
            if (!each.printed) {
                found.insert(found.begin(), {"drop index ix_partial on t", "drop index ix_unique on t"});
                found.insert(found.end() - 1, {"create index ix_partial on t", "create unique index ix_unique on t"});
            }
        }
        cases.push_back({.name = each.name,
                         .before = named(each.from, each.constant),
                         .after = named(each.to, each.constant),
                         .found = found,
                         .rows = std::string("INSERT INTO t VALUES (1, ") + each.value + "), (2, NULL)",
                         .kept = std::string("SELECT id, ") + each.kept + " FROM t ORDER BY id"});
    }
    return cases;
}

const Enum labels("status", {"queued", "done"});
const std::vector<Retype> retypes{
    {"integer to bigint", Integer{}, BigInteger{}, "2", "2", true},
    {"bigint to integer", BigInteger{}, Integer{}, "2", "2", true},
    {"real to double", Real{}, Double{}, "2", "2"},
    {"double to real", Double{}, Real{}, "2", "2"},
    {"varchar to text", String{20}, Text{}, "'queued'", "'queued'"},
    {"text to varchar", Text{}, String{20}, "'queued'", "'queued'"},
    {"varchar to varchar", String{20}, String{30}, "'queued'", "'queued'"},
    {"text to enum", Text{}, labels, "'queued'", "'queued'"},
    {"varchar to enum", String{20}, labels, "'queued'", "'queued'"},
    {"enum to text", labels, Text{}, "'queued'", "'queued'"},
    {"an enum with another label", labels, Enum("status", {"queued", "failed", "done"}), "'queued'", "'queued'"},
};

}  // namespace

std::vector<MatrixCase> strata::test::matrix_of_types() { return retyped(TestDialect::sqlite, retypes); }

TEST_CASE("a column gets another type under every expression that names it, on PostgreSQL",
          "[migrate][matrix][postgresql]") {
    go_through(TestDialect::postgresql, retyped(TestDialect::postgresql, retypes));
    go_through(TestDialect::postgresql,
               retyped(TestDialect::postgresql, {{"integer to numeric", Integer{}, Numeric{10, 0}, "2", "2", true},
                                                 {"date to timestamp", DateType{}, DateTime{}, "'2026-01-02'",
                                                  "'2026-01-02'", false, "c::date"}}));
}
TEST_CASE("an array's elements get another type, and a text becomes an array, where every row's value is one",
          "[migrate][matrix][sqlite]") {
    const auto of = [](const Type& type) -> Recorder {
        return [type](Operations& op) {
            op.create_table("t",
                            {column("id", BigInteger{}), column("c", type).nullable(), primary_key("pk_t", {"id"})});
        };
    };
    const auto cases = [&](const std::string& rows) {
        return std::vector<MatrixCase>{{.name = "text[] to integer[]",
                                        .before = of(Array(Text{})),
                                        .after = of(Array(Integer{})),
                                        .found = {"alter column t.c (type)"},
                                        .rows = rows,
                                        .kept = "SELECT id, c FROM t ORDER BY id"},
                                       {.name = "bigint[] to integer[]",
                                        .before = of(Array(BigInteger{})),
                                        .after = of(Array(Integer{})),
                                        .found = {"alter column t.c (type)"},
                                        .rows = rows,
                                        .kept = "SELECT id, c FROM t ORDER BY id"},
                                       {.name = "text to text[]",
                                        .before = of(Text{}),
                                        .after = of(Array(Text{})),
                                        .found = {"alter column t.c (type)"},
                                        .rows = rows,
                                        .kept = "SELECT id, c FROM t ORDER BY id"}};
    };
    go_through(TestDialect::sqlite, cases(R"(INSERT INTO t VALUES (1, '["7","-3"]'), (2, NULL), (3, '[]'))"));
    go_through(TestDialect::sqlite, cases(""));
}
TEST_CASE("a value that is no element of the new array is in the way, and nothing has changed",
          "[migrate][matrix][sqlite]") {
    using namespace strata::test;
    const auto* const value = GENERATE(R"(["007"])", R"(["x"])", R"(["9999999999"])");
    TestDatabase db(TestDialect::sqlite);
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table(
                "t", {column("id", BigInteger{}), column("c", Array(Text{})).nullable(), primary_key("pk_t", {"id"})});
        },
        [](Operations&) {});
    history.add(
        "b2", {"a1"}, [](Operations& op) { op.alter_column("t", "c").type(Array(Integer{})); }, [](Operations&) {});
    const strata::Engine engine(db.url());
    upgrade(engine, "a1", history.revisions());
    db.shell("INSERT INTO t VALUES (1, '" + std::string(value) + "')");
    CHECK_THROWS_AS(upgrade(engine, "head", history.revisions()), strata::MigrationError);
    CHECK(db.shell("SELECT version_num FROM strata_version") == "a1");
    CHECK(db.shell("SELECT c FROM t") == value);
}
TEST_CASE("a column gets another type under every expression that names it, on SQLite", "[migrate][matrix][sqlite]") {
    go_through(TestDialect::sqlite, retyped(TestDialect::sqlite, retypes));
}

TEST_CASE("a check with a time means the same instant after its column became an instant",
          "[migrate][matrix][postgresql]") {
    const auto with = [](const Type& type) {
        return [type](Operations& op) {
            op.create_table("t", {column("id", BigInteger{}), column("c", type).nullable(), primary_key("pk_t", {"id"}),
                                  check("ck", "c > '2020-01-01'")});
        };
    };
    const TestDatabase db(TestDialect::postgresql);
    db.session_default("timezone = 'Asia/Tokyo'");
    go_through(db, {.name = "timestamp to timestamptz",
                    .before = with(DateTime{}),
                    .after = with(DateTimeTz{}),
                    .found = {"drop constraint ck on t", "alter column t.c (type)", "create check constraint ck on t"},
                    .rows = "INSERT INTO t VALUES (1, '2020-01-02 03:00:00')",
                    .kept = "SELECT id FROM t"});
}

namespace {

Recorder lines(std::function<void(Operations&)> record) { return record; }

const std::vector<MatrixCase> generated{
    {.name = "a source and what is generated from it go",
     .before = lines([](Operations& op) {
         op.create_table("lines", {column("id", BigInteger{}), column("quantity", Integer{}),
                                   column("price", Integer{}).server_default(literal(3)),
                                   column("total", Integer{}).nullable().computed("price * quantity"),
                                   primary_key("pk_lines", {"id"})});
     }),
     .after = lines([](Operations& op) {
         op.create_table("lines",
                         {column("id", BigInteger{}), column("quantity", Integer{}), primary_key("pk_lines", {"id"})});
     }),
     .found = {"drop column lines.total", "drop column lines.price"},
     .rows = "INSERT INTO lines (id, quantity) VALUES (1, 4)",
     .kept = "SELECT id, quantity FROM lines"},
    {.name = "a source comes after what is generated from it",
     .before = lines([](Operations& op) {
         op.create_table("lines",
                         {column("id", BigInteger{}), column("quantity", Integer{}), primary_key("pk_lines", {"id"})});
     }),
     .after = lines([](Operations& op) {
         op.create_table(
             "lines", {column("id", BigInteger{}), column("total", Integer{}).nullable().computed("price * quantity"),
                       column("price", Integer{}).server_default(literal(3)), column("quantity", Integer{}),
                       primary_key("pk_lines", {"id"})});
     }),
     .found = {"add column lines.price", "add column lines.total"},
     .rows = "INSERT INTO lines (id, quantity) VALUES (1, 4)",
     .kept = "SELECT id, quantity FROM lines"},
    {.name = "a generated column is made from a new column",
     .before = lines([](Operations& op) {
         op.create_table("lines",
                         {column("id", BigInteger{}), column("quantity", Integer{}), primary_key("pk_lines", {"id"}),
                          column("total", Integer{}).nullable().computed("quantity * 2")});
     }),
     .after = lines([](Operations& op) {
         op.create_table("lines",
                         {column("id", BigInteger{}), column("quantity", Integer{}), primary_key("pk_lines", {"id"}),
                          column("total", Integer{}).nullable().computed("quantity * price"),
                          column("price", Integer{}).server_default(literal(3))});
     }),
     .found = {"drop column lines.total", "add column lines.price", "add column lines.total"},
     .rows = "INSERT INTO lines (id, quantity) VALUES (1, 4)",
     .kept = "SELECT id, quantity FROM lines"},
    {.name = "the source of a generated column gets another type",
     .before = lines([](Operations& op) {
         op.create_table("lines",
                         {column("id", BigInteger{}), column("quantity", Integer{}), primary_key("pk_lines", {"id"}),
                          column("total", BigInteger{}).nullable().computed("quantity * 2")});
     }),
     .after = lines([](Operations& op) {
         op.create_table("lines",
                         {column("id", BigInteger{}), column("quantity", BigInteger{}), primary_key("pk_lines", {"id"}),
                          column("total", BigInteger{}).nullable().computed("quantity * 2")});
     }),
     .found = {"drop column lines.total", "alter column lines.quantity (type)", "add column lines.total"},
     .rows = "INSERT INTO lines (id, quantity) VALUES (1, 4)",
     .kept = "SELECT id, quantity, total FROM lines"},
    {.name = "the source of an indexed generated column gets another type",
     .before = lines([](Operations& op) {
         op.create_table(
             "lines",
             {column("id", BigInteger{}), column("quantity", Integer{}), primary_key("pk_lines", {"id"}),
              column("total", BigInteger{}).nullable().computed("quantity * 2"), index("ix_lines_total", {"total"})});
     }),
     .after = lines([](Operations& op) {
         op.create_table(
             "lines",
             {column("id", BigInteger{}), column("quantity", BigInteger{}), primary_key("pk_lines", {"id"}),
              column("total", BigInteger{}).nullable().computed("quantity * 2"), index("ix_lines_total", {"total"})});
     }),
     .found = {"drop index ix_lines_total on lines", "drop column lines.total", "alter column lines.quantity (type)",
               "add column lines.total", "create index ix_lines_total on lines"},
     .rows = "INSERT INTO lines (id, quantity) VALUES (1, 4)",
     .kept = "SELECT id, quantity, total FROM lines"},
    {.name = "the enum that a generated column reads gets a label",
     .before = lines([](Operations& op) {
         op.create_table("jobs", {column("id", BigInteger{}), column("status", labels), primary_key("pk_jobs", {"id"}),
                                  column("busy", Boolean{}).nullable().computed("status = 'queued'")});
     }),
     .after = lines([](Operations& op) {
         op.create_table("jobs", {column("id", BigInteger{}), column("status", Enum("status", {"queued", "x", "done"})),
                                  primary_key("pk_jobs", {"id"}),
                                  column("busy", Boolean{}).nullable().computed("status = 'queued'")});
     }),
     .found = {"drop column jobs.busy", "alter column jobs.status (type)", "add column jobs.busy"},
     .rows = "INSERT INTO jobs (id, status) VALUES (1, 'queued')",
     .kept = "SELECT id, status, busy FROM jobs"},
    {.name = "a NOT NULL generated column becomes a plain one",
     .before = lines([](Operations& op) {
         op.create_table("lines",
                         {column("id", BigInteger{}), column("quantity", Integer{}), primary_key("pk_lines", {"id"}),
                          column("total", Integer{}).computed("quantity * 2")});
     }),
     .after = lines([](Operations& op) {
         op.create_table("lines", {column("id", BigInteger{}), column("quantity", Integer{}),
                                   primary_key("pk_lines", {"id"}), column("total", Integer{})});
     }),
     .found = {"alter column lines.total (drop expression)"},
     .rows = "INSERT INTO lines (id, quantity) VALUES (1, 4)",
     .kept = "SELECT id, quantity, total FROM lines"},
    {.name = "a generated column and its source are renamed",
     .before = lines([](Operations& op) {
         op.create_table("lines",
                         {column("id", BigInteger{}), column("quantity", Integer{}), primary_key("pk_lines", {"id"}),
                          column("total", Integer{}).nullable().computed("quantity * 2")});
     }),
     .after = lines([](Operations& op) {
         op.create_table("lines",
                         {column("id", BigInteger{}), column("amount", Integer{}), primary_key("pk_lines", {"id"}),
                          column("sum", Integer{}).nullable().computed("amount * 2")});
     }),
     .found = {"rename column lines.quantity to amount", "rename column lines.total to sum"},
     .rows = "INSERT INTO lines (id, quantity) VALUES (1, 4)",
     .kept = "SELECT id FROM lines",
     .renames = {"lines.quantity:amount", "lines.total:sum"}},
};

}  // namespace

std::vector<MatrixCase> strata::test::matrix_of_generated_columns() { return generated; }

TEST_CASE("generated columns and their sources change in an order that runs both ways, on SQLite",
          "[migrate][matrix][sqlite]") {
    go_through(TestDialect::sqlite, generated);
}
TEST_CASE("generated columns and their sources change in an order that runs both ways, on PostgreSQL",
          "[migrate][matrix][postgresql]") {
    go_through(TestDialect::postgresql, generated);
}
