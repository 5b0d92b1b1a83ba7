// A first revision that makes a whole real schema runs on an empty database and leaves what create_all would; its
// downgrade leaves nothing.

#include "migrate_rebuild_support.hpp"
#include "migrate_revisions.hpp"
#include "postgresql_dump.hpp"
#include "sqlite_catalogue.hpp"
#include "support/catch.hpp"
#include "support/corpus.hpp"
#include "support/database.hpp"
#include "support/paths.hpp"
#include "tool_run.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <fstream>
#include <sstream>

using namespace strata;
using namespace strata::test;

namespace {

std::string text_of(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

core::Connection connect(const TestDatabase& db) { return core::Connection(core::Url::parse(db.url())); }

/// Makes the schema in the copy by one revision's operations, compares, and takes it back.
template <class Same>
void there_and_back(const TestDatabase& original, const TestDatabase& copy, const schema::ReflectOptions& options,
                    const Same& same) {
    const auto models = schema::reflect(*core::Engine(original.url()).connect(), options);
    const auto empty = copy.dump();
    auto connection = connect(copy);
    const auto operations =
        migrate::compare_metadata({}, models, schema::ddl_compiler(connection.dialect()), *schema::token_comparer());
    run_operations(connection, operations, {});
    same();
    // A history knows what a database keeps without a name by the name that the convention gives it.
    auto named = models;
    for (auto& table : named.tables) schema::name_constraints(table);
    schema::MetaData state;
    for (const auto& operation : operations) migrate::apply(state, operation);
    CHECK(described(migrate::compare_metadata(state, named, schema::ddl_compiler(connection.dialect()),
                                              *schema::token_comparer())) == std::vector<std::string>{});
    run_operations(connection, migrate::reverse_all(operations, {}), models);
    // SQLite never drops sqlite_sequence.
    CHECK((copy.is_sqlite() ? copy.shell("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'")
                            : copy.dump()) == empty);
}

void check_same(const TestDatabase& original, const TestDatabase& copy, const schema::ReflectOptions& options) {
    there_and_back(original, copy, options,
                   [&] { CHECK(without_privileges(copy.dump()) == without_privileges(original.dump())); });
}

/// What names the schema public, and was made by a superuser.
void check_postgresql(const std::string& sql, const schema::ReflectOptions& options = {}) {
    const TestDatabase original(TestDialect::postgresql);
    original.session_default("search_path = public");
    original.admin_shell(sql);
    const TestDatabase copy(TestDialect::postgresql);
    copy.session_default("search_path = public");
    check_same(original, copy, options);
}

/// What any role can make in its own schema.
void check_own(const std::string& sql) {
    const TestDatabase original(TestDialect::postgresql);
    original.shell(sql);
    const TestDatabase copy(TestDialect::postgresql);
    check_same(original, copy, {});
}

void check_sqlite(const std::string& sql) {
    const TestDatabase original(TestDialect::sqlite);
    original.shell(sql);
    const TestDatabase copy(TestDialect::sqlite);
    there_and_back(original, copy, {}, [&] { CHECK(sqlite_objects(copy) == sqlite_objects(original)); });
}

}  // namespace

#define REQUIRE_RIGHTS_sqlite
#define REQUIRE_RIGHTS_postgresql STRATA_REQUIRE_SUPERUSER("creates extensions")
#define STRATA_WHOLE(DIALECT, NAME)                                                                      \
    TEST_CASE("a first revision makes " NAME " whole on " #DIALECT, "[migrate][corpus][" #DIALECT "]") { \
        REQUIRE_RIGHTS_##DIALECT STRATA_REQUIRE_CORPUS(file, #DIALECT "/" NAME ".sql");                  \
        check_##DIALECT(text_of(*file));                                                                 \
    }
STRATA_WHOLE(postgresql, "chinook")
STRATA_WHOLE(postgresql, "pagila")
STRATA_WHOLE(postgresql, "panoptes")
STRATA_WHOLE(postgresql, "temporal")
STRATA_WHOLE(postgresql, "temporal_visibility")
STRATA_WHOLE(sqlite, "chinook")
STRATA_WHOLE(sqlite, "headscale")
STRATA_WHOLE(sqlite, "northwind")
STRATA_WHOLE(sqlite, "sakila")
STRATA_WHOLE(sqlite, "temporal")
STRATA_WHOLE(sqlite, "temporal_visibility")

TEST_CASE("a first revision makes one of everything whole on PostgreSQL", "[migrate][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    check_postgresql(text_of(source_directory() / "tests/integration/round_trip/every_object_postgresql.sql"),
                     {.all_schemas = true});
}
TEST_CASE("a first revision makes odd tables whole", "[migrate]") {
    const auto folder = source_directory() / "tests/integration/round_trip";
    check_sqlite(text_of(folder / "odd_tables_sqlite.sql"));
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    check_postgresql(text_of(folder / "odd_tables_postgresql.sql"), {.all_schemas = true});
}

TEST_CASE("a first revision makes functions and tables that need each other", "[migrate][postgresql]") {
    const char* const sql = GENERATE(
        "CREATE TABLE zsettings (k text PRIMARY KEY, v int); CREATE FUNCTION setting(t text) RETURNS int LANGUAGE sql "
        "AS "
        "'SELECT v FROM zsettings WHERE k = t'; CREATE TABLE a (id int PRIMARY KEY, n int DEFAULT setting('n'))",
        "CREATE TABLE t (id int PRIMARY KEY, n bigint); CREATE FUNCTION cnt() RETURNS bigint LANGUAGE sql AS 'SELECT "
        "count(*) FROM t'; ALTER TABLE t ALTER n SET DEFAULT cnt()",
        "CREATE TABLE t (id int PRIMARY KEY, n int); CREATE FUNCTION good(t) RETURNS boolean LANGUAGE sql AS 'SELECT "
        "$1.n > 0'; ALTER TABLE t ADD CONSTRAINT fine CHECK (good(t.*)); CREATE TABLE later (id int PRIMARY KEY, r t, "
        "CONSTRAINT too CHECK (good(r)))",
        "CREATE TABLE t (id int PRIMARY KEY, n int); CREATE VIEW v AS SELECT n FROM t; CREATE TABLE w (id int PRIMARY "
        "KEY, r v)",
        "CREATE TABLE t (id int PRIMARY KEY, n int); CREATE FUNCTION first_n(a t) RETURNS int LANGUAGE sql IMMUTABLE "
        "AS "
        "'SELECT a.n'; CREATE INDEX by_first ON t (first_n(t.*))");
    INFO(sql);
    check_own(sql);
}

TEST_CASE("a first revision makes and drops enum types that are objects", "[migrate][postgresql]") {
    const char* const sql = GENERATE(
        "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (id int PRIMARY KEY, m mood)",
        "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN good_mood AS mood CHECK (VALUE <> 'b'); CREATE FUNCTION "
        "rank(mood) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE pair AS (a mood, b mood); CREATE TABLE t (id "
        "int "
        "PRIMARY KEY, m mood, g good_mood, p pair)");
    INFO(sql);
    check_own(sql);
}

namespace {

schema::MetaData read_models;

/// The written revision of the models, run on the database.
void upgrade_copy(const TestDatabase& original, const TestDatabase& copy, const std::filesystem::path& folder) {
    read_models = schema::reflect(*core::Engine(original.url()).connect(), {.all_schemas = !original.is_sqlite()});
    std::filesystem::create_directories(folder);
    const migrate::ToolConfig config{[] { return read_models; }, {}, folder.string()};
    CHECK_THAT(run_tool_on(original, {"check"}, config), Catch::Contains("No new upgrade operations detected"));
    CHECK_THAT(run_tool_on(original, {"baseline"}, config), Catch::Contains("is taken in"));
    const migrate::ToolConfig written{config.metadata, load_revisions(folder), folder.string()};
    (void)run_tool_on(copy, {"upgrade"}, written);
    CHECK_THAT(run_tool_on(copy, {"check"}, written), Catch::Contains("No new upgrade operations detected"));
    CHECK_THAT(run_tool_on(original, {"check"}, written), Catch::Contains("No new upgrade operations detected"));
    original.shell("DROP TABLE strata_version; DROP TABLE strata_history");
    copy.shell("DROP TABLE strata_version; DROP TABLE strata_history");
}

}  // namespace

TEST_CASE("a database that is taken in and one that is upgraded from nothing are the same", "[migrate]") {
    SECTION("constraints without a name, on SQLite") {
        const TestDatabase original(TestDialect::sqlite);
        const TestDatabase copy(TestDialect::sqlite);
        original.shell(
            "CREATE TABLE genres (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE); CREATE TABLE songs (id INTEGER "
            "NOT NULL PRIMARY KEY AUTOINCREMENT, genre_id INTEGER REFERENCES genres (id), size INTEGER CHECK (size > "
            "0), UNIQUE (genre_id, size)); CREATE TABLE of (genre_id INTEGER, size INTEGER, CONSTRAINT ofs PRIMARY KEY "
            "(genre_id, size), FOREIGN KEY (genre_id, size) REFERENCES songs (genre_id, size))");
        upgrade_copy(original, copy, original.directory() / "migrations");
        CHECK(sqlite_objects(copy) == sqlite_objects(original));
    }
    SECTION("schemas without tables, and an enum type that is an object, on PostgreSQL") {
        STRATA_REQUIRE_SUPERUSER("creates a schema")
        const TestDatabase original(TestDialect::postgresql);
        const TestDatabase copy(TestDialect::postgresql);
        original.shell(
            "CREATE SCHEMA lonely; CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE people (id int PRIMARY KEY, m "
            "mood)");
        upgrade_copy(original, copy, original.directory() / "migrations");
        CHECK(copy.dump() == original.dump());
    }
}
