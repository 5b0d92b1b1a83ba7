// What a rename makes of the SQL that names what is renamed: the database and the replayed state are the same after it.

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/reflection.hpp>

#include <string>

using namespace strata::migrate;
using strata::Engine;
using strata::test::History;

namespace {

const auto nothing = [](Operations&) {};

}  // namespace

STRATA_DB_TEST("a rename leaves in expressions what replay says", "[migrate][runner]") {
    const Engine engine(db.url());
    const std::string of_date =
        db.is_sqlite()
            ? "CAST(year AS date) > 0 OR date <> CAST('date' AS [date])"
            : "extract(year FROM date::timestamp without time zone) > year AND date::date > DATE '2026-01-01'";
    // A role that may not make temporary tables cannot compare what names the table.
    const std::string of_year = db.is_sqlite() ? "year > 1 AND 'year' <> songs.lower" : "year > 1 AND 'year' <> lower";
    const std::string of_end = db.is_sqlite()
                                   ? "CASE WHEN end > [year] THEN end ELSE `end` END > 1"
                                   : "(ARRAY[1, year])[\"end\"] > 0 AND lower(date) <> U&'date' AND user <> 'end'";
    History history;
    history.add(
        "a1", {},
        [&](Operations& op) {
            op.create_table(
                "songs",
                {column("id", Integer{}), column("year", Integer{}), column("date", Text{}), column("lower", Text{}),
                 column("end", Integer{}), column("twice", Integer{}).computed("year * 2"),
                 primary_key("pk_songs", {"id"}), check("ck_year", of_year), check("ck_date", of_date),
                 check("ck_end", of_end),
                 index("ix_lower", {expression("lower(lower)")}).where("lower <> 'lower' AND year IS NOT NULL")});
        },
        nothing);
    std::string last = "a1";
    for (const std::string name : {"year", "date", "lower", "end"}) {
        history.add(
            "r_" + name, {last}, [name](Operations& op) { op.rename_column("songs", name, "the_" + name); }, nothing);
        last = "r_" + name;
    }
    history.add("table", {"r_end"}, [](Operations& op) { op.rename_table("songs", "tunes"); }, nothing);
    const RevisionGraph graph(history.revisions());
    upgrade(engine, "head", history.revisions());
    auto connection = engine.connect();
    const auto comparer = strata::schema::expression_comparer(*connection);
    for (const auto& difference : compare_metadata(strata::schema::reflect(*connection), replay(graph, {"table"}),
                                                   strata::schema::ddl_compiler(engine.dialect()), *comparer))
        FAIL_CHECK(describe(difference));
}

// In PostgreSQL `user` is a function, in SQLite it is the column.
STRATA_DB_TEST("what a rename makes of an ambiguous word is read from the database", "[migrate][runner]") {
    const Engine engine(db.url());
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("songs", {column("user", Text{}), column("plays", Integer{}),
                                      check("ck_songs", "user <> 'nobody' AND plays > 0")});
        },
        nothing);
    history.add("b2", {"a1"}, [](Operations& op) { op.rename_column("songs", "user", "name"); }, nothing);
    history.add("c3", {"b2"}, [](Operations& op) { op.alter_column("songs", "plays").type(BigInteger{}); }, nothing);
    const auto check = [&] { return strata::schema::reflect(*engine.connect()).tables.front().checks.front(); };
    upgrade(engine, "b2", history.revisions());
    const auto renamed = check();
    upgrade(engine, "c3", history.revisions());
    CHECK(check() == renamed);
    CHECK_THROWS(db.shell("INSERT INTO songs VALUES ('somebody', 0)"));
}

TEST_CASE("a renamed column is renamed in the tables that inherit it (postgresql)", "[migrate][runner][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    const Engine engine(db.url());
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("works", {column("year", Integer{}), check("ck_works", "year > 0")});
            op.create_table("songs", {column("plays", Integer{}), index("ix_songs", {"plays"}).where("plays > 0")});
            op.add_column("songs", column("year", Integer{}));
            op.create_check_constraint("ck_works", "songs", "year > 0");
            op.alter_table("songs").inherits({"works"});
        },
        nothing);
    history.add("b2", {"a1"}, [](Operations& op) { op.rename_column("works", "year", "made"); }, nothing);
    const RevisionGraph graph(history.revisions());
    upgrade(engine, "head", history.revisions());
    const auto replayed = replay(graph, {"b2"});
    const auto live = strata::schema::reflect(*engine.connect());
    for (const char* table : {"works", "songs"}) {
        CHECK(live.find({"", table})->find_column("made") != nullptr);
        CHECK(replayed.find({"", table})->find_column("made") != nullptr);
        CHECK(replayed.find({"", table})->checks.front().expression == "\"made\" > 0");
    }
}
