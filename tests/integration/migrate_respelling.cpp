// SQLite's names have no case: a model's other spelling of a column or a table is a rename, found once, and no value is
// lost.

#include "migrate_rebuild_support.hpp"

#include <strata/core/url.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/reflection.hpp>

using namespace strata::migrate;
using namespace strata::test;
using strata::schema::MetaData;

namespace {

using Lines = std::vector<std::string>;

strata::core::Connection connect(const TestDatabase& db) {
    return strata::core::Connection(strata::core::Url::parse(db.url()));
}

constexpr const char* schema_sql = R"(
    CREATE TABLE Users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT, CONSTRAINT ck_age CHECK (AGE > 0), CONSTRAINT by_name UNIQUE (name));
    CREATE INDEX ix_age ON Users (age, lower(name)) WHERE name <> '';
    CREATE TABLE songs (id INTEGER PRIMARY KEY, user_name TEXT CONSTRAINT of_user REFERENCES Users (name));
    CREATE VIEW names AS SELECT name FROM users;
    INSERT INTO Users VALUES (1, 'ada', 36), (2, 'bob', 40); INSERT INTO songs VALUES (1, 'ada');)";

/// What is in the database, in another spelling of one column or of the table too.
MetaData respelt(const MetaData& state, bool table) {
    MetaData result = state;
    apply(result, RenameColumn{"Users", "name", "Name"});
    if (table) apply(result, RenameTable{"Users", "users"});
    return result;
}

std::string rows(const TestDatabase& db) {
    return db.shell("SELECT * FROM users ORDER BY id; SELECT * FROM songs; SELECT * FROM names ORDER BY 1");
}

}  // namespace

TEST_CASE("a model's other spelling of a column's name is a rename on SQLite, found once",
          "[migrate][autogenerate][sqlite][respelling]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(schema_sql);
    auto connection = connect(db);
    const MetaData before = strata::schema::reflect(connection);
    const auto held = rows(db);
    const bool table = GENERATE(false, true);
    const MetaData models = respelt(before, table);
    const auto changes = differences(connection, models);
    CHECK(described(changes) == (table ? Lines{"rename table Users to users", "rename column users.name to Name"}
                                       : Lines{"rename column Users.name to Name"}));
    run_operations(connection, changes, before);
    CHECK(rows(db) == held);
    CHECK(db.shell(
              "SELECT m.name, x.name FROM sqlite_schema m, pragma_table_info(m.name) x WHERE m.name LIKE 'users' AND "
              "m.type = 'table' AND x.cid = 1") == (table ? "users|Name" : "Users|Name"));
    CHECK(db.shell("PRAGMA foreign_key_check").empty());
    CHECK(described(differences(connection, models)) == Lines{});
    run_operations(connection, reverse_all(changes, before), models);
    CHECK(rows(db) == held);
    CHECK(described(differences(connection, before)) == Lines{});
}

TEST_CASE("another spelling comes with other changes of the column", "[migrate][autogenerate][sqlite][respelling]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(schema_sql);
    auto connection = connect(db);
    const MetaData before = strata::schema::reflect(connection);
    MetaData models = respelt(before, true);
    auto& column = *models.find("users")->find_column("Name");
    column.nullable = true;
    column.server_default = strata::schema::ServerDefault::literal(strata::core::Value::text("none"));
    const auto changes = differences(connection, models);
    run_operations(connection, changes, before);
    CHECK(described(differences(connection, models)) == Lines{});
    CHECK(db.shell("INSERT INTO users (id) VALUES (3); SELECT name FROM users ORDER BY id") == "ada\nbob\nnone");
}

TEST_CASE("a spelling that only the database has is no difference", "[migrate][autogenerate][sqlite][respelling]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(schema_sql);
    auto connection = connect(db);
    const MetaData live = strata::schema::reflect(connection);
    const MetaData said = respelt(live, true);
    // The history and the models agree, or the history does not know the thing: no revision could rename it.
    CHECK(described(own_differences(connection, said, said)) == Lines{});
    CHECK(described(own_differences(connection, said, {})) == Lines{});
    // The models have changed since: a revision renames what the history has.
    CHECK(described(own_differences(connection, said, live)) ==
          Lines{"rename table Users to users", "rename column users.name to Name"});
    CHECK(described(own_differences(connection, live, said)) ==
          Lines{"rename table users to Users", "rename column Users.Name to name"});
}

TEST_CASE("PostgreSQL tells spellings apart", "[migrate][autogenerate][postgresql][respelling]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(R"(CREATE TABLE "Users" (id integer PRIMARY KEY, name text))");
    auto connection = connect(db);
    MetaData models = strata::schema::reflect(connection);
    models.find("Users")->find_column("name")->name = "Name";
    CHECK(described(differences(connection, models)) == Lines{"add column Users.Name", "drop column Users.name"});
}

TEST_CASE("rows that had no partner before are not new under another spelling of a name",
          "[migrate][sqlite][respelling]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(R"(CREATE TABLE users (id INTEGER PRIMARY KEY, age INT); CREATE TABLE songs (id INTEGER PRIMARY KEY,
        user INT REFERENCES USERS (ID), editor INT REFERENCES users (id), singer INT); INSERT INTO songs VALUES
        (1, 7, 8, 9))");
    REQUIRE(db.shell("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check ORDER BY 3") ==
            "songs|1|USERS\nsongs|1|users");
    auto connection = connect(db);
    const MetaData before = strata::schema::reflect(connection);
    const bool script = GENERATE(false, true);
    const std::string users = GENERATE("users", "Users", "people");
    const std::string songs = GENERATE("songs", "Songs");
    if (script && users == "people") return;  // which only a revision can say
    Operations op;
    if (users != "users") op.rename_table("users", users);
    if (songs != "songs") op.rename_table("songs", songs);
    op.create_check_constraint("positive", songs, "id > 0");
    const auto run = [&] {
        MetaData models = before;
        for (const auto& operation : op.operations()) apply(models, operation);
        if (script)
            db.shell(change_script(connection, before, models));
        else
            run_operations(connection, op.operations(), before);
    };
    INFO(users << " " << songs << (script ? " by a script" : " online"));
    SECTION("they stay") {
        CHECK_NOTHROW(run());
        CHECK(db.shell("SELECT name FROM sqlite_schema WHERE sql LIKE '%positive%'") == songs);
        CHECK(db.shell("SELECT * FROM songs; SELECT count(*) FROM pragma_foreign_key_check") == "1|7|8|9\n2");
    }
    SECTION("another one is refused") {
        op.create_foreign_key("sung", songs, users, {"singer"}, {"id"});
        CHECK_THROWS_WITH(run(),
                          Catch::Matchers::Contains(script ? "rows would refer to a table without finding a row there"
                                                           : "1 row of " + songs + " would refer to " + users));
        CHECK(db.shell("SELECT name FROM sqlite_schema WHERE name LIKE 'songs'") == "songs");
    }
}
