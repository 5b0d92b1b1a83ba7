// A view that gets another definition is dropped and made again: what hangs on it is taken off and put back, and
// nothing that is not known is lost. The databases' own catalogues say what there is.

#include "migrate_rebuild_support.hpp"
#include "postgresql_dump.hpp"
#include "strata_program.hpp"

#include <strata/core/error.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compiler.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/reflection.hpp>

using namespace strata::migrate;
using namespace strata::test;
using Catch::Matchers::Contains;
using strata::schema::MetaData;

namespace {

using Lines = std::vector<std::string>;

strata::core::Connection connect(const TestDatabase& db) {
    return strata::core::Connection(strata::core::Url::parse(db.url()));
}

constexpr const char* songs = "CREATE TABLE songs (id integer PRIMARY KEY, title text, plays integer);";

/// What hangs on the view `v`, in the words of PostgreSQL.
constexpr const char* dependents = R"(
    COMMENT ON VIEW v IS 'songs'; COMMENT ON COLUMN v.title IS 'the name'; ALTER VIEW v ALTER COLUMN title SET DEFAULT 'none';
    CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER put INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION put(); COMMENT ON TRIGGER put ON v IS 'puts';
    CREATE RULE forget AS ON DELETE TO v DO INSTEAD NOTHING;
    CREATE VIEW w AS SELECT id, upper(title) AS loud FROM v;
    CREATE MATERIALIZED VIEW m AS SELECT id, loud FROM w; CREATE UNIQUE INDEX m_id ON m (id);
    COMMENT ON MATERIALIZED VIEW m IS 'kept'; COMMENT ON INDEX m_id IS 'by id';
    CREATE FUNCTION name_of(x v) RETURNS text LANGUAGE sql AS 'SELECT x.title';
    CREATE VIEW names AS SELECT name_of(v) AS name FROM v;)";

void check_there_and_back(const std::string& before, const std::string& after) {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(before);
    const TestDatabase wanted(TestDialect::postgresql);
    wanted.shell(after);
    const TestDatabase scripted(TestDialect::postgresql);
    scripted.shell(before);
    const auto script = run_strata({"diff", scripted.url(), wanted.url(), "--sql"});
    INFO(script.out << script.err);
    scripted.shell(script.out);
    CHECK(run_strata({"diff", scripted.url(), wanted.url()}).out == "no differences\n");
    CHECK(without_privileges(scripted.dump()) == without_privileges(wanted.dump()));

    auto live = connect(wanted);
    const MetaData models = strata::schema::reflect(live);
    auto connection = connect(db);
    const auto original = db.dump();
    const MetaData known = strata::schema::reflect(connection);
    auto state = known;
    const auto up = differences(connection, models);
    CAPTURE(described(up));
    run_operations(connection, up, state);
    for (const auto& operation : up) apply(state, operation);
    CHECK(without_privileges(db.dump()) == without_privileges(wanted.dump()));
    CHECK(described(differences(connection, models)) == Lines{});
    const auto down = reverse_all(up, known);
    CAPTURE(described(down));
    run_operations(connection, down, state);
    CHECK(db.dump() == original);
}

constexpr const char* plain = "CREATE VIEW v AS SELECT id, title FROM songs;";

}  // namespace

TEST_CASE("what hangs on a view comes back when it gets another definition",
          "[migrate][vocabulary][replaced_views][postgresql]") {
    const std::string other = GENERATE("CREATE VIEW v AS SELECT id, title, plays FROM songs;",
                                       "CREATE VIEW v AS SELECT title, id FROM songs WHERE plays > 1;",
                                       "CREATE VIEW v WITH (security_barrier=true) AS SELECT id, title FROM songs;");
    check_there_and_back(std::string(songs) + plain + dependents, std::string(songs) + other + dependents);
}

TEST_CASE("views that change together, and with their table, come back in order",
          "[migrate][vocabulary][replaced_views][postgresql]") {
    SECTION("a view of a view, of a column that goes") {
        check_there_and_back(
            std::string(songs) +
                "CREATE VIEW a AS SELECT id, title FROM songs; CREATE VIEW b AS SELECT title FROM a;"
                "CREATE VIEW c AS SELECT title FROM b;",
            std::string(songs) +
                "CREATE VIEW a AS SELECT id FROM songs; CREATE VIEW b AS SELECT id::text AS title FROM a;"
                "CREATE VIEW c AS SELECT title FROM b;");
    }
    SECTION("with the table") {
        check_there_and_back(std::string(songs) + plain + dependents,
                             "CREATE TABLE songs (id integer PRIMARY KEY, title text, plays bigint, genre text);"
                             "CREATE VIEW v AS SELECT id, title, genre FROM songs;" +
                                 std::string(dependents));
    }
    SECTION("the table alone, under views that stay") {
        check_there_and_back(std::string(songs) + plain + dependents,
                             "CREATE TABLE songs (id integer PRIMARY KEY, title varchar(80), plays integer);" +
                                 std::string(plain) + dependents);
    }
    SECTION("views that call functions of their own rows") {
        const std::string circle =
            "CREATE TABLE songs (id integer PRIMARY KEY, title text, plays integer);"
            "CREATE VIEW v AS SELECT id, title FROM songs; CREATE FUNCTION fits(v) RETURNS boolean LANGUAGE sql AS "
            "'SELECT $1.id > 0';"
            "CREATE OR REPLACE VIEW v AS SELECT id, title FROM songs s WHERE ";
        check_there_and_back(circle + "fits(ROW(s.id, s.title)::v);", circle + "fits(ROW(s.id, 'x')::v);");
    }
    SECTION("a materialized view") {
        const std::string on =
            " CREATE INDEX m_id ON m (id); CREATE VIEW o AS SELECT id FROM m; CREATE STATISTICS st ON id, title FROM "
            "m;";
        check_there_and_back(
            std::string(songs) + "CREATE MATERIALIZED VIEW m AS SELECT id, title FROM songs;" + on,
            std::string(songs) + "CREATE MATERIALIZED VIEW m AS SELECT id, title FROM songs WHERE id > 0;" + on);
    }
    SECTION("that goes, with what hung on it") { check_there_and_back(std::string(songs) + plain + dependents, songs); }
}

TEST_CASE("a view keeps its owner and who may read it, which nobody has said",
          "[migrate][vocabulary][replaced_views][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("makes roles");
    const TestDatabase db(TestDialect::postgresql);
    db.shell(
        "DROP ROLE IF EXISTS strata_reader; DROP ROLE IF EXISTS strata_owner; CREATE ROLE strata_reader; CREATE ROLE "
        "strata_owner;");
    const std::string rights =
        "GRANT SELECT ON songs TO strata_owner; ALTER VIEW v OWNER TO strata_owner; GRANT SELECT ON v TO strata_reader "
        "WITH GRANT OPTION;"
        "GRANT UPDATE (title) ON v TO PUBLIC; GRANT SELECT ON m TO strata_reader; REVOKE INSERT ON v FROM strata_owner;"
        "REVOKE ALL ON FUNCTION name_of(v) FROM PUBLIC; GRANT EXECUTE ON FUNCTION name_of(v) TO strata_reader;";
    db.shell(std::string(songs) + plain + dependents + rights);
    const TestDatabase wanted(TestDialect::postgresql);
    wanted.shell(std::string(songs) + "CREATE VIEW v AS SELECT id, title, plays FROM songs;" + dependents + rights);
    const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    INFO(script.out << script.err);
    db.shell(script.out);
    CHECK(db.dump() == wanted.dump());
    db.shell("REASSIGN OWNED BY strata_owner TO CURRENT_USER; DROP OWNED BY strata_reader, strata_owner");
    wanted.shell(
        "REASSIGN OWNED BY strata_owner TO CURRENT_USER; DROP OWNED BY strata_reader, strata_owner; DROP ROLE "
        "strata_reader; DROP ROLE strata_owner");
}

TEST_CASE("what a history does not know of a view is not lost", "[migrate][vocabulary][replaced_views][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(songs) + plain);
    auto connection = connect(db);
    const MetaData known = strata::schema::reflect(connection);
    db.shell("CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;");
    const auto hanging =
        GENERATE("CREATE TRIGGER put INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION put()",
                 "CREATE RULE forget AS ON DELETE TO v DO INSTEAD NOTHING", "CREATE VIEW w AS SELECT id FROM v");
    db.shell(hanging);
    const auto before = db.dump();
    Operations op;
    op.replace_view("v", "SELECT id, title, plays FROM songs");
    std::string reason;
    try {
        run_operations(connection, op.operations(), known);
    } catch (const strata::Error& error) {
        reason = error.what() + operation_compiler(connection.dialect()).explain(connection, op.operations()[0], error);
    }
    CHECK_THAT(reason, !Contains("\n") && (Contains("view v has trigger put, which no revision has made") ||
                                           Contains("view v has rule forget, which no revision has made") ||
                                           Contains("it is needed by view w")));
    CHECK(db.dump() == before);
}

TEST_CASE("a table that needs a view's rows keeps it from being replaced",
          "[migrate][vocabulary][replaced_views][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(songs) + plain + "CREATE TABLE kept (row v);");
    auto connection = connect(db);
    const MetaData known = strata::schema::reflect(connection);
    Operations op;
    op.replace_view("v", "SELECT id, title, plays FROM songs");
    CHECK_THROWS_WITH(run_operations(connection, op.operations(), known),
                      Contains("view v") && Contains("table kept needs it"));
}

TEST_CASE("SQLite's triggers of a view come back when it gets another definition",
          "[migrate][vocabulary][replaced_views][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    const std::string trigger =
        "CREATE TRIGGER put INSTEAD OF INSERT ON v BEGIN INSERT INTO songs VALUES (NEW.id, NEW.title, 0); END;";
    const std::string above = "CREATE VIEW w AS SELECT title FROM v;";
    db.shell(std::string(songs) + plain + above + trigger);
    const TestDatabase wanted(TestDialect::sqlite);
    wanted.shell(std::string(songs) + "CREATE VIEW v AS SELECT id, title, plays FROM songs;" + above + trigger);
    const auto objects = [](const TestDatabase& of) {
        return of.shell("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
    };
    auto live = connect(wanted);
    const MetaData models = strata::schema::reflect(live);
    auto connection = connect(db);
    const auto original = objects(db);
    const MetaData known = strata::schema::reflect(connection);
    auto state = known;
    const bool unknown = GENERATE(false, true);  // the history does not know the trigger
    if (unknown) std::erase_if(state.objects, [](const auto& object) { return object.ref.name.name == "put"; });
    const auto up = differences(connection, models);
    CHECK(described(up) == Lines{"replace view v"});
    run_operations(connection, up, state);
    for (const auto& operation : up) apply(state, operation);
    CHECK(objects(db) == objects(wanted));
    run_operations(connection, reverse_all(up, known), state);
    CHECK(objects(db) == original);

    const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    INFO(script.out << script.err);
    db.shell(script.out);
    CHECK(objects(db) == objects(wanted));
}

TEST_CASE("types, functions and operators over rows of new tables are made among these",
          "[migrate][vocabulary][replaced_views][postgresql]") {
    check_there_and_back("CREATE TABLE other (id integer PRIMARY KEY);", R"(CREATE TABLE other (id integer PRIMARY KEY);
        CREATE TABLE base (id integer PRIMARY KEY, n text);
        CREATE FUNCTION lt(base, base) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.id < $2.id';
        CREATE OPERATOR <<< (FUNCTION = lt, LEFTARG = base, RIGHTARG = base);
        CREATE VIEW v AS SELECT id FROM base; CREATE TYPE pair AS (a integer, b v[]); CREATE TABLE pairs (p pair, q base);
        CREATE FUNCTION later() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
        CREATE TABLE zz (n bigint DEFAULT later()); CREATE OR REPLACE FUNCTION later() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM zz';)");
}
