// Names inside of expressions, as a rename of a column finds them.

#include "operations/identifiers.hpp"
#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>

using namespace strata::migrate;

namespace {

/// The check's text after a column was renamed from price to cost.
std::string renamed(const std::string& expression) {
    Operations op;
    op.create_table("t", {column("price", Integer{}), check("ck", expression)});
    op.rename_column("t", "price", "cost");
    strata::schema::MetaData state;
    for (const auto& operation : op.operations()) apply(state, operation);
    return state.tables.at(0).checks.at(0).expression;
}

}  // namespace

TEST_CASE("a rename of a column finds its name in expressions of both databases", "[unit][migrate]") {
    CHECK(renamed("price > 0 AND \"price\" < 9") == "\"cost\" > 0 AND \"cost\" < 9");
    CHECK(renamed("[price] > 0 AND [price]<`price`") == "\"cost\" > 0 AND \"cost\"<\"cost\"");
    CHECK(renamed("price = ANY (ARRAY[price, 2])") == "\"cost\" = ANY (ARRAY[\"cost\", 2])");
    CHECK(renamed("parts[price] > 0") == "parts[\"cost\"] > 0");
    CHECK(renamed("(parts)[price][1] > 0") == "(parts)[\"cost\"][1] > 0");
    CHECK(renamed("extract(year FROM price) > 0") == "extract(year FROM \"cost\") > 0");
    CHECK(renamed("U&\"pr\\0069ce\" > 0") == "\"cost\" > 0");
}

TEST_CASE("a rename of a column leaves strings, comments, functions and types alone", "[unit][migrate]") {
    for (const char* expression :
         {"'price' <> ''", "E'\\' price' <> ''", "$$ price $$ <> ''", "price(1) > 0", "a::price > 0", "a > PRICE '1'",
          "extract(price FROM a) > 0", "price.a > 0", "1 > 0 /* price */", "[a price] > 0", "`a price` > 0"})
        CHECK(renamed(expression) == expression);
}

namespace {

strata::schema::Table songs(std::initializer_list<const char*> columns) {
    strata::schema::Table table;
    table.name = "songs";
    for (const char* name : columns) table.columns.push_back(column(name, Text{}));
    return table;
}

/// The expression after the column was renamed to "new"; `unknown` where it cannot be told.
std::string after(const char* column, const std::string& expression) {
    return with_column_renamed(expression, songs({column, "other"}), column, "new").value_or("unknown");
}

}  // namespace

TEST_CASE("a column is told from keywords, fields, types and functions of its name", "[unit][migrate]") {
    CHECK(after("year", "extract(year FROM year) > year") == "extract(year FROM \"new\") > \"new\"");
    CHECK(after("year", "extract(\"year\" FROM other) > 1") == "extract(\"year\" FROM other) > 1");
    CHECK(after("year", "trim(year FROM other) = 'year'") == "trim(\"new\" FROM other) = 'year'");
    CHECK(after("year", "other < now() - interval '1' year") == "other < now() - interval '1' year");
    CHECK(after("month", "a - interval '1-2' year to month > month") == "a - interval '1-2' year to month > \"new\"");
    CHECK(after("year", "other::interval year > year") == "other::interval year > \"new\"");
    CHECK(after("position", "scores[position] > position('a' IN other)") == "scores[\"new\"] > position('a' IN other)");
    CHECK(after("position", "scores[1:position] <> '{}'") == "scores[1:\"new\"] <> '{}'");
    CHECK(after("x", "a = ANY (ARRAY[[x, 2], [3, x]])") == "a = ANY (ARRAY[[\"new\", 2], [3, \"new\"]])");
    CHECK(after("date", "date > date DATE '2026-01-01'") == "unknown");
    CHECK(after("date", "date > DATE '2026-01-01'") == "\"new\" > DATE '2026-01-01'");
    CHECK(after("date", "other::date = date AND date < CAST(other AS date)") ==
          "other::date = \"new\" AND \"new\" < CAST(other AS date)");
    CHECK(after("date", "other::pg_catalog.date[] = date") == "other::pg_catalog.date[] = \"new\"");
    CHECK(after("precision", "CAST(precision AS double precision) > precision::double precision") ==
          "CAST(\"new\" AS double precision) > \"new\"::double precision");
    CHECK(after("zone", "a AT TIME ZONE zone > b::timestamp(3) with time zone") ==
          "a AT TIME ZONE \"new\" > b::timestamp(3) with time zone");
    CHECK(after("time", "TIMESTAMP WITH TIME ZONE '2026-01-01' < time") ==
          "TIMESTAMP WITH TIME ZONE '2026-01-01' < \"new\"");
    CHECK(after("lower", "lower(lower) = pg_catalog.lower(lower)") == "lower(\"new\") = pg_catalog.lower(\"new\")");
    CHECK(after("a", "f(a => a, b := a)") == "f(a => \"new\", b := \"new\")");
    CHECK(after("date", "CAST(date AS [date]) > 1") == "CAST(\"new\" AS [date]) > 1");
    CHECK(after("nocase", "other = nocase COLLATE nocase") == "other = \"new\" COLLATE nocase");
    CHECK(after("match", "other MATCH match") == "other MATCH \"new\"");
    CHECK(after("end", "end > start AND CASE WHEN end > 1 THEN end ELSE 2 END > 1") ==
          "\"new\" > start AND CASE WHEN \"new\" > 1 THEN \"new\" ELSE 2 END > 1");
    CHECK(after("x", "x NOT LIKE 'x' AND NOT x BETWEEN 1 AND x AND x NOT NULL") ==
          "\"new\" NOT LIKE 'x' AND NOT \"new\" BETWEEN 1 AND \"new\" AND \"new\" NOT NULL");
    CHECK(after("x", "x IS NOT DISTINCT FROM x AND x SIMILAR TO x") ==
          "\"new\" IS NOT DISTINCT FROM \"new\" AND \"new\" SIMILAR TO \"new\"");
}

TEST_CASE("a column is told from strings, from other columns and from those of other tables", "[unit][migrate]") {
    CHECK(after("tags", "tags->'tags'->>'x' = $$ tags $$ AND tags #>> '{tags}' <> E'tags\\''") ==
          "\"new\"->'tags'->>'x' = $$ tags $$ AND \"new\" #>> '{tags}' <> E'tags\\''");
    CHECK(after("x", "songs.x > albums.x AND (songs.x).x = 1") == "songs.\"new\" > albums.x AND (songs.\"new\").x = 1");
    CHECK(after("x", "public.songs.x > x.y") == "public.songs.\"new\" > x.y");
    // PostgreSQL has both columns; where the table has only one of them the text is SQLite's, which takes any case.
    const auto two = songs({"year", "Year"});
    CHECK(with_column_renamed("\"Year\" > YEAR", two, "year", "new") == "\"Year\" > \"new\"");
    CHECK(with_column_renamed("\"Year\" > YEAR", two, "Year", "new") == "\"new\" > YEAR");
    CHECK(after("year", "\"Year\" > [YEAR]") == "\"new\" > \"new\"");
}

TEST_CASE("a rename does not guess where a word may be the column or something else", "[unit][migrate]") {
    for (const char* expression : {"user = 'a'", "other IN (SELECT user FROM t)", "(SELECT other AS user) = 1",
                                   "other AS user", "other user", "EXISTS (SELECT 1 FROM t WHERE t.user = 1)"}) {
        INFO(expression);
        CHECK(after("user", expression) == "unknown");
    }
    CHECK(after("document", "other IS DOCUMENT") == "unknown");
    CHECK(after("x", "x > 1 AND other IN (SELECT y FROM t) AND x < 2") ==
          "\"new\" > 1 AND other IN (SELECT y FROM t) AND \"new\" < 2");
    CHECK(after("user", "\"user\" = 'a' AND user() <> 'user'") == "\"new\" = 'a' AND user() <> 'user'");
}

TEST_CASE("a rename of a table is followed in its expressions and its triggers", "[unit][migrate]") {
    CHECK(with_table_renamed("songs.a > albums.songs AND songs > 'songs.a'", "songs", "new") ==
          "\"new\".a > albums.songs AND songs > 'songs.a'");
    CHECK(with_table_renamed("a IN (SELECT songs.b FROM t)", "songs", "new") == std::nullopt);
    const strata::schema::QualifiedName name("songs");
    CHECK(statement_with_table_renamed(
              "CREATE TRIGGER songs AFTER INSERT ON songs BEGIN UPDATE songs SET a = 'songs'; END", name, "new") ==
          "CREATE TRIGGER songs AFTER INSERT ON \"new\" BEGIN UPDATE \"new\" SET a = 'songs'; END");
    CHECK(statement_with_table_renamed(
              "CREATE TRIGGER t AFTER INSERT ON songs BEGIN DELETE FROM a WHERE songs.b = 1; END", name, "new") ==
          std::nullopt);
    CHECK(statement_with_table_renamed("SELECT songs FROM albums songs", name, "new") == std::nullopt);
}

TEST_CASE("what a rename leaves unknown is refused where it is needed", "[unit][migrate]") {
    const Revision made(
        "a", "", {}, "",
        [](Operations& op) {
            op.create_table("t", {column("user", Text{}), column("other", Integer{}), check("ck", "user <> 'nobody'")});
        },
        {});
    const Revision renamed("b", "", Parents{{"a"}}, "", [](Operations& op) { op.rename_column("t", "user", "name"); },
                           {});
    const Revision typed("c", "", Parents{{"b"}}, "",
                         [](Operations& op) { op.alter_column("t", "other").type(BigInteger{}); }, {});
    const Revision dropped("d", "", Parents{{"b"}}, "", [](Operations& op) { op.drop_table("t"); }, {});
    const Revisions all{&made, &renamed, &typed, &dropped};
    const RevisionGraph graph(all);
    const auto& dialect = strata::core::dialect_for("postgresql");
    const std::string reason =
        "a name was renamed, and only the database knows what that makes of the expressions of table t; put the "
        "rename in a revision of its own, and go on from there online";
    CHECK_THROWS_WITH(replay(graph, {"b"}), reason);
    CHECK_THROWS_WITH(upgrade_script(dialect, "c", all), "revision c: alter column t.other (type): " + reason);
    CHECK(replay(graph, {"d"}).tables.empty());
    CHECK(upgrade_script(dialect, "b", all).find("RENAME COLUMN") != std::string::npos);

    const strata::schema::MetaData before = replay(graph, {"a"});
    Operations op;
    op.rename_column("t", "user", "name");
    op.drop_constraint("ck", "t");
    CHECK_THROWS_WITH(reverse_all(op.operations(), before),
                      Catch::Matchers::StartsWith("drop constraint ck on t: a name was renamed before"));
}
