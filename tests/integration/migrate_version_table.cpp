#include "migrate_revisions.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/schema.hpp>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::Connection;
using strata::Engine;
using strata::test::History;
using strata::test::TestDatabase;
using strata::test::TestDialect;
using Ids = RevisionIds;

namespace {

void nothing(Operations&) {}

History two_tables() {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) { op.create_table("songs", {column("id", BigInteger{}), primary_key("pk_songs", {"id"})}); },
        [](Operations& op) { op.drop_table("songs"); });
    history.add(
        "b2", {"a1"},
        [](Operations& op) { op.create_table("plays", {column("id", BigInteger{}), primary_key("pk_plays", {"id"})}); },
        [](Operations& op) { op.drop_table("plays"); });
    return history;
}

std::string tables_in(const TestDatabase& db, const std::string& schema) {
    return db.shell("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = '" + schema +
                    "'::regnamespace ORDER BY 1");
}

/// What a session of the engine's only connection has set.
std::string setting(const Engine& engine, const std::string& name) {
    return engine.connect()->scalar("SELECT current_setting('" + name + "')").value();
}

Engine one_connection(const TestDatabase& db) {
    strata::EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 0;
    return {db.url(), options};
}

}  // namespace

TEST_CASE("an unmigrated schema is not taken for migrated, whatever schemas follow it in the search_path",
          "[migrate][versions][postgresql]") {
    STRATA_NOT_POOLED("sessions are kept, and with them their search_path");
    const TestDatabase db(TestDialect::postgresql);
    db.admin_shell(
        "CREATE SCHEMA tenant1; CREATE SCHEMA tenant2; CREATE SCHEMA tenant3;"
        "GRANT ALL ON SCHEMA tenant1, tenant2, tenant3 TO PUBLIC");
    const auto history = two_tables();
    db.session_default("search_path = tenant2");
    CHECK(upgrade(Engine(db.url()), "head", history.revisions()) == Ids{"a1", "b2"});

    db.session_default("search_path = tenant1, tenant2");
    const Engine engine(db.url());
    CHECK(current(engine).empty());
    CHECK(upgrade(engine, "a1", history.revisions()) == Ids{"a1"});
    CHECK(tables_in(db, "tenant1") == "songs\nstrata_history\nstrata_version");
    CHECK(tables_in(db, "tenant2") == "plays\nsongs\nstrata_history\nstrata_version");
    CHECK(current(engine) == Ids{"a1"});
    CHECK(downgrade(engine, "base", history.revisions()) == Ids{"a1"});
    CHECK(db.shell("SELECT version_num FROM tenant2.strata_version") == "b2");
    stamp(engine, "b2", history.revisions());
    CHECK(db.shell("SELECT version_num FROM tenant1.strata_version") == "b2");

    // Nor does it keep create_all from working, or lose its table to drop_all.
    db.session_default("search_path = tenant3, tenant2");
    strata::schema::Table own;
    own.name = "own";
    own.columns = {column("id", Integer{})};
    CHECK(strata::schema::create_all({own}, db.url()).tables == std::vector<std::string>{"own"});
    CHECK(strata::schema::drop_all({own}, db.url()).tables == std::vector<std::string>{"own"});
    CHECK(tables_in(db, "tenant2") == "plays\nsongs\nstrata_history\nstrata_version");
}

TEST_CASE("a revision that empties the search_path is recorded, and the next one has the original path",
          "[migrate][versions][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    const std::string schema(db.schema());
    History history;
    history.add(
        "a1", {},
        [&](Operations& op) {
            op.execute("SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE " + schema +
                       ".taken_in (id integer)");
        },
        [&](Operations& op) {
            op.execute("SELECT pg_catalog.set_config('search_path', '', false); DROP TABLE " + schema + ".taken_in");
        });
    history.add(
        "b2", {"a1"}, [](Operations& op) { op.add_column("taken_in", column("more", Text{}).nullable()); },
        [](Operations& op) { op.drop_column("taken_in", "more"); });
    const auto engine = one_connection(db);
    CHECK(upgrade(engine, "head", history.revisions()) == Ids{"a1", "b2"});
    CHECK(db.shell("SELECT count(more) FROM taken_in") == "0");
    CHECK(db.shell("SELECT version_num FROM " + schema + ".strata_version") == "b2");
    CHECK(downgrade(engine, "base", history.revisions()) == Ids{"b2", "a1"});
    CHECK(tables_in(db, schema) == "strata_history\nstrata_version");
}

TEST_CASE("what a revision sets for its session ends with it, also when it fails", "[migrate][runner][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    std::string seen;
    bool fails = true;
    History history;
    history.add(
        "a1", {},
        [](Operations& op) { op.execute("SET statement_timeout = '12345ms'; CREATE TEMP TABLE t (a integer)"); },
        nothing);
    history.add(
        "b2", {"a1"},
        [&](Operations& op) {
            op.run([&](Connection& connection) {
                seen = connection.scalar("SELECT current_setting('statement_timeout')").value();
                connection.script("SET lock_timeout = '23456ms'");
                if (fails) throw std::runtime_error("on purpose");
            });
        },
        nothing);
    if (strata::test::surrounding() == strata::test::Surrounding::foreign) {
        db.admin_shell(
            "DO $$ BEGIN EXECUTE format('GRANT TEMP ON DATABASE %I TO strata_app', current_database()); END $$");
    }
    const auto engine = one_connection(db);
    const auto before = setting(engine, "bytea_output");
    CHECK_THROWS_WITH(upgrade(engine, "head", history.revisions()), Contains("on purpose"));
    CHECK(seen == "0");
    CHECK(setting(engine, "lock_timeout") == "0");
    fails = false;
    CHECK(upgrade(engine, "head", history.revisions()) == Ids{"b2"});
    CHECK(setting(engine, "lock_timeout") == "0");
    CHECK(setting(engine, "statement_timeout") == "0");
    CHECK(setting(engine, "bytea_output") == before);  // what the connection itself sets is kept
    CHECK_FALSE(engine.connect()->scalar("SELECT to_regclass('pg_temp.t')::text"));
}

TEST_CASE("a temporary table of the version table's name is not taken for it", "[migrate][versions][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto history = two_tables();
    const auto engine = one_connection(db);
    upgrade(engine, "a1", history.revisions());
    engine.connect()->script("CREATE TEMP TABLE strata_version (version_num TEXT)");
    CHECK(current(engine) == Ids{"a1"});
    CHECK(upgrade(engine, "head", history.revisions()) == Ids{"b2"});
    CHECK(db.shell("SELECT version_num FROM strata_version") == "b2");
}
