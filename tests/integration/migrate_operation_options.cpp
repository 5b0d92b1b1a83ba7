// Options of operations: what is done only where it is not done yet, what keeps no writers out, what is checked later.

#include "cli_project.hpp"
#include "migrate_rebuild_support.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

#include <strata/core/error.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compiler.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/metadata.hpp>

using Catch::Matchers::Contains;
using namespace strata::test;
using namespace strata::migrate;
using strata::schema::MetaData;

namespace {

using Record = void (*)(Operations&);

std::vector<Operation> operations_of(const Record& record) {
    Operations op;
    record(op);
    return op.operations();
}

MetaData after(const std::vector<Operation>& operations, MetaData state = {}) {
    for (const auto& operation : operations) apply(state, operation);
    return state;
}

strata::core::Connection connect(const TestDatabase& db) {
    return strata::core::Connection(strata::core::Url::parse(db.url()));
}

void make_songs(Operations& op) {
    op.create_table("songs", {column("id", Integer{}), column("title", Text{}), primary_key("pk_songs", {"id"}),
                              check("ck_songs_title", "title <> ''"), index("ix_songs_title", {"title"})});
}

}  // namespace

STRATA_DB_TEST("what is there already is taken as it is, and what is missing is made", "[migrate][operations]") {
    const auto operations = operations_of([](Operations& op) {
        op.create_table("songs", {column("id", Integer{}), column("title", Text{}), primary_key("pk_songs", {"id"}),
                                  index("ix_songs_title", {"title"})})
            .if_not_exists();
        op.add_column("songs", column("year", Integer{}).nullable()).if_not_exists();
        op.create_index("ix_songs_year", "songs", {"year"}).if_not_exists();
    });
    auto connection = connect(db);
    SECTION("nothing is there") {
        run_operations(connection, operations, {});
        db.shell("INSERT INTO songs (id, title, year) VALUES (1, 'Aria', 1785)");
        CHECK_THAT(db.dump(), Contains("ix_songs_title") && Contains("ix_songs_year") && Contains("year"));
        run_operations(connection, reverse_all(operations, {}), after(operations));
        CHECK_THAT(db.dump(), !Contains("songs"));
    }
    SECTION("all is there, and otherwise") {
        db.shell("CREATE TABLE songs (id INTEGER PRIMARY KEY, title TEXT, year TEXT DEFAULT 'none')");
        db.shell("CREATE INDEX ix_songs_year ON songs (title)");
        db.shell("INSERT INTO songs (id, title) VALUES (1, 'Aria')");
        const auto before = db.dump();
        run_operations(connection, operations, {});
        CHECK(db.dump() == before);
        CHECK(db.shell("SELECT title, year FROM songs") == "Aria|none");
    }
    SECTION("the history knows it") {
        const auto made = operations_of(make_songs);
        run_operations(connection, made, {});
        const auto before = db.dump();
        const auto again = operations_of([](Operations& op) {
            op.create_table("songs", {column("other", Text{})}).if_not_exists();
            op.add_column("songs", column("title", Integer{})).if_not_exists();
            op.create_index("ix_songs_title", "songs", {"id"}).if_not_exists();
        });
        run_operations(connection, again, after(made));
        CHECK(db.dump() == before);
        CHECK(after(again, after(made)) == after(made));
        CHECK(reverse_all(again, after(made)).empty());
    }
}

STRATA_DB_TEST("a drop of what is not there does nothing where the operation allows it", "[migrate][operations]") {
    const auto made = operations_of(make_songs);
    auto connection = connect(db);
    run_operations(connection, made, {});
    const auto drops = operations_of([](Operations& op) {
        op.drop_index("ix_songs_year", "songs").if_exists();
        op.drop_constraint("ck_songs_year", "songs").if_exists();
        op.drop_column("songs", "year").if_exists();
        op.drop_table("albums").if_exists();
    });
    const auto before = db.dump();
    SECTION("nothing is there") {
        run_operations(connection, drops, after(made));
        CHECK(db.dump() == before);
        CHECK(reverse_all(drops, after(made)).empty());
    }
    SECTION("the database has what the history does not know") {
        db.shell("CREATE TABLE albums (id INTEGER PRIMARY KEY)");
        db.shell("ALTER TABLE songs ADD COLUMN year INTEGER CONSTRAINT ck_songs_year CHECK (year > 0)");
        db.shell("CREATE INDEX ix_songs_year ON songs (year)");
        REQUIRE(db.dump() != before);
        run_operations(connection, drops, after(made));
        CHECK_THAT(db.dump(), !Contains("year") && !Contains("albums") && Contains("ix_songs_title"));
    }
}

STRATA_DB_TEST("a conditional drop of what is there is undone by the downgrade", "[migrate][operations]") {
    const auto made = operations_of(make_songs);
    auto connection = connect(db);
    run_operations(connection, made, {});
    const auto before = db.dump();
    const auto drops = operations_of([](Operations& op) {
        op.drop_index("ix_songs_title", "songs").if_exists();
        op.drop_constraint("ck_songs_title", "songs").if_exists();
        op.drop_table("songs").if_exists();
    });
    run_operations(connection, drops, after(made));
    CHECK_THAT(db.dump(), !Contains("songs"));
    run_operations(connection, reverse_all(drops, after(made)), after(drops, after(made)));
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("an index that is made concurrently is made again where an attempt has failed",
               "[migrate][operations]") {
    const auto made = operations_of(make_songs);
    auto connection = connect(db);
    run_operations(connection, made, {});
    const auto before = db.dump();
    db.shell("INSERT INTO songs VALUES (1, 'Aria'), (2, 'Aria')");
    const auto create =
        operations_of([](Operations& op) { op.create_index("uq_title", "songs", {"title"}).unique().concurrently(); });
    CHECK_THROWS_AS(run_operations(connection, create, after(made)), strata::UniqueViolation);
    db.shell("UPDATE songs SET title = 'Gigue' WHERE id = 2");
    run_operations(connection, create, after(made));
    if (db.is_postgresql())
        CHECK(db.shell("SELECT indisvalid FROM pg_index WHERE indexrelid = 'uq_title'::regclass") == "t");
    CHECK_THROWS_AS(connection.execute("INSERT INTO songs VALUES (3, 'Gigue')"), strata::UniqueViolation);
    if (db.is_postgresql())  // as after an interruption before the revision is recorded
        run_operations(connection, create, after(made));
    const auto drop = reverse_all(create, after(made));
    run_operations(connection, drop, after(create, after(made)));
    CHECK(db.dump() == before);
    if (db.is_postgresql()) run_operations(connection, drop, after(create, after(made)));
}

STRATA_DB_TEST("a revision that makes an index concurrently is upgraded and downgraded by the tool",
               "[migrate][cli][operations]") {
    const Project project(db, [] { return MetaData(); });
    project.ok({"init"});
    db.shell("CREATE TABLE songs (id INTEGER PRIMARY KEY, title TEXT)");
    project.write(
        "3f2a9c1b7d04", "concurrent",
        R"cpp(#include <strata/migrate/revision.hpp>
              using namespace strata::migrate;
              STRATA_REVISION(
                  3f2a9c1b7d04, revises(), "concurrent",
                  [](Operations& op) {
                      op.create_table("songs", {column("id", Integer{}), column("title", Text{})}).if_not_exists();
                  },
                  [](Operations&) {})
        )cpp");
    project.write(
        "4f2a9c1b7d04", "index",
        R"cpp(#include <strata/migrate/revision.hpp>
              using namespace strata::migrate;
              STRATA_REVISION(
                  4f2a9c1b7d04, revises("3f2a9c1b7d04"), "index",
                  [](Operations& op) { op.create_index("ix_songs_title", "songs", {"title"}).concurrently(); },
                  [](Operations& op) { op.drop_index("ix_songs_title", "songs").concurrently(); })
        )cpp");
    const auto script = project.ok({"upgrade", "--sql"});
    if (db.is_postgresql()) CHECK_THAT(script, Contains("CREATE INDEX CONCURRENTLY IF NOT EXISTS \"ix_songs_title\""));
    project.ok({"upgrade"});
    CHECK_THAT(db.dump(), Contains("ix_songs_title"));
    project.ok({"downgrade"});
    CHECK_THAT(db.dump(), !Contains("ix_songs_title"));
    CHECK_THAT(project.ok({"current"}), Contains("3f2a9c1b7d04"));
}

STRATA_DB_TEST("an index that is made concurrently stands alone on PostgreSQL", "[migrate][operations]") {
    auto connection = connect(db);
    const auto operations = operations_of([](Operations& op) {
        make_songs(op);
        op.create_index("ix_songs_id", "songs", {"id"}).concurrently();
    });
    if (!db.is_postgresql()) return run_operations(connection, operations, {});
    CHECK_THROWS_WITH(run_operations(connection, operations, {}),
                      Contains("put the one or the other in a revision of its own"));
}

STRATA_DB_TEST("a check that is not valid takes rows that break it until it is validated", "[migrate][operations]") {
    const auto made = operations_of(make_songs);
    auto connection = connect(db);
    run_operations(connection, made, {});
    db.shell("INSERT INTO songs VALUES (1, 'Aria')");
    const auto unchecked = operations_of(
        [](Operations& op) { op.create_check_constraint("ck_long", "songs", "length(title) > 4").not_valid(); });
    const auto validated = operations_of([](Operations& op) { op.validate_constraint("ck_long", "songs"); });
    const auto state = after(unchecked, after(made));
    if (db.is_postgresql()) {
        run_operations(connection, unchecked, after(made));
        const auto before = db.dump();
        CHECK_THROWS_AS(run_operations(connection, validated, state), strata::CheckViolation);
        db.shell("UPDATE songs SET title = 'Gigue'");
        run_operations(connection, validated, state);
        CHECK(db.shell("SELECT convalidated FROM pg_constraint WHERE conname = 'ck_long'") == "t");
        run_operations(connection, reverse_all(validated, state), after(validated, state));
        CHECK(db.dump() == before);
    } else {
        db.shell("UPDATE songs SET title = 'Gigue'");
        run_operations(connection, unchecked, after(made));
        const auto before = db.dump();
        run_operations(connection, validated, state);
        CHECK(db.dump() == before);
    }
    CHECK_FALSE(after(validated, state).find("songs")->checks.back().not_valid);
}
