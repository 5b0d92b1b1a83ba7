// A server default that is another expression on each database.

#include "migrate_rebuild_support.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/core/url.hpp>
#include <strata/dal.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

using namespace strata::test;
using Catch::Matchers::Contains;
using strata::schema::MetaData;

namespace per_dialect_models {

struct Token {
    std::int64_t id{};
    std::string token{};
    std::string kind{};
    std::string seen{};
};
STRATA_MODEL(Token, tokens, id, token, kind, seen)
STRATA_FACTS(tokens,
             server_default(tokens.token,
                            sql({{"sqlite", "lower(hex(zeroblob(2)))"}, {"postgresql", "repeat('0', 4)"}})),
             server_default(tokens.kind, sql("upper('plain')", {{"sqlite", "upper('file')"}})),
             set_on_update(tokens.seen, sql({{"sqlite", "lower('FILE')"}, {"postgresql", "lower('SERVER')"}})))

/// What has no text for one of the databases.
struct OnlySqlite {
    std::int64_t id{};
    std::string token{};
};
STRATA_MODEL(OnlySqlite, only_sqlite, id, token)
STRATA_FACTS(only_sqlite, server_default(only_sqlite.token, sql({{"sqlite", "hex(zeroblob(2))"}})))

struct OnlyPostgresql {
    std::int64_t id{};
    std::string token{};
};
STRATA_MODEL(OnlyPostgresql, only_postgresql, id, token)
STRATA_FACTS(only_postgresql, server_default(only_postgresql.token, sql({{"postgres", "repeat('0', 4)"}})))

struct Misspelt {
    std::int64_t id{};
    std::string token{};
};
STRATA_MODEL(Misspelt, misspelt, id, token)
STRATA_FACTS(misspelt, server_default(misspelt.token, sql("'x'", {{"sqlight", "'y'"}})))

}  // namespace per_dialect_models

namespace {

using namespace per_dialect_models;
using strata::schema::table;

strata::core::Connection connect(const TestDatabase& db) {
    return strata::core::Connection(strata::core::Url::parse(db.url()));
}

MetaData models() { return {table(tokens)}; }

}  // namespace

STRATA_DB_TEST("each database takes its own expression, and one that is not named the general one",
               "[schema][defaults]") {
    strata::Engine engine(db.url());
    strata::schema::create_all(models(), engine);
    db.shell("INSERT INTO tokens (seen) VALUES ('')");
    CHECK(db.shell("SELECT token, kind FROM tokens") == (db.is_sqlite() ? "0000|FILE" : "0000|PLAIN"));
    auto connection = connect(db);
    CHECK(described(differences(connection, models())).empty());
}

STRATA_DB_TEST("the DAL leaves a default per database to the database, and writes its own expression on an update",
               "[dal][defaults]") {
    strata::Engine engine(db.url());
    strata::schema::create_all(models(), engine);
    auto dal = strata::dal::connect(db.url());
    Token token = dal.insert(Token{});
    CHECK(token.token == "0000");
    CHECK(token.kind == (db.is_sqlite() ? "FILE" : "PLAIN"));
    dal(tokens.id == token.id).update(tokens.kind = "other");
    CHECK(db.shell("SELECT seen FROM tokens") == (db.is_sqlite() ? "file" : "server"));
}

STRATA_DB_TEST("a default without a text for this database is refused in one line, and nothing is made",
               "[schema][defaults]") {
    strata::Engine engine(db.url());
    const MetaData metadata =
        db.is_sqlite() ? MetaData{table(tokens), table(only_postgresql)} : MetaData{table(tokens), table(only_sqlite)};
    const std::string name = db.is_sqlite() ? "only_postgresql" : "only_sqlite";
    CHECK_THROWS_WITH(strata::schema::create_all(metadata, engine),
                      "column " + name + ".token: its server default has no SQL for " + std::string(db.dialect_name()) +
                          "; give it one, or one for all databases");
    CHECK_THROWS_WITH(strata::schema::create_all({table(misspelt)}, engine),
                      "column misspelt.token: its server default has SQL for 'sqlight', which is not a database that "
                      "Strata knows; known are: sqlite, postgresql");
    auto connection = connect(db);
    CHECK(strata::schema::reflect(connection).tables.empty());
}

STRATA_DB_TEST("a changed default is found on its own database, is changed there, and taken back",
               "[migrate][defaults]") {
    using strata::migrate::sql;
    auto connection = connect(db);
    create_tables(connection, models());
    const MetaData before = models();
    auto wanted = models();
    const std::string own(db.dialect_name());
    const std::string other = db.is_sqlite() ? "postgresql" : "sqlite";

    // The other database's expression is no difference here.
    wanted.tables[0].find_column("kind")->server_default =
        sql({{own, db.is_sqlite() ? "upper('file')" : "upper('plain')"}, {other, "'z'"}});
    CHECK(described(differences(connection, wanted)).empty());

    wanted.tables[0].find_column("kind")->server_default = sql({{own, "upper('new')"}, {other, "'z'"}});
    const auto operations = differences(connection, wanted);
    CHECK(described(operations) == std::vector<std::string>{"alter column tokens.kind (set server default)"});
    run_operations(connection, operations, before);
    db.shell("INSERT INTO tokens (seen) VALUES ('')");
    CHECK(db.shell("SELECT kind FROM tokens") == "NEW");
    CHECK(described(differences(connection, wanted)).empty());

    // What the revision says holds for each database, so that replay knows the models.
    MetaData replayed = before;
    for (const auto& operation : operations) strata::migrate::apply(replayed, operation);
    CHECK(replayed == wanted);
    run_operations(connection, strata::migrate::reverse_all(operations, before), wanted);
    CHECK(described(differences(connection, before)).empty());
}

STRATA_DB_TEST("a default per database is added with its column and stays when the table is made anew",
               "[migrate][defaults]") {
    using namespace strata::migrate;
    auto connection = connect(db);
    MetaData state;
    const auto run = [&](const std::function<void(Operations&)>& record) {
        Operations op;
        record(op);
        run_operations(connection, op.operations(), state);
        for (const auto& operation : op.operations()) apply(state, operation);
    };
    run([](Operations& op) {
        op.create_table("t",
                        {column("id", BigInteger{}).identity(), column("n", Integer{}), primary_key("pk_t", {"id"})});
    });
    run([](Operations& op) {
        op.add_column("t", column("token", Text{})
                               .server_default(sql({{"sqlite", "lower('FILE')"}, {"postgresql", "lower('SERVER')"}})));
    });
    run([](Operations& op) { op.alter_column("t", "n").type(Text{}).nullable(); });
    db.shell("INSERT INTO t (n) VALUES ('1')");
    CHECK(db.shell("SELECT token FROM t") == (db.is_sqlite() ? "file" : "server"));
    CHECK(described(differences(connection, state)).empty());

    Operations op;
    op.alter_column("t", "token").server_default(sql({{db.is_sqlite() ? "postgresql" : "sqlite", "'x'"}}));
    CHECK_THROWS_WITH(run_operations(connection, op.operations(), state),
                      Contains("column t.token: its server default has no SQL for " + std::string(db.dialect_name())));
    CHECK(described(differences(connection, state)).empty());
}
