// A database for each test, on the server that an environment variable names.

#include "support/dal_database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/schema/schema.hpp>
#include <strata/testing/query_count.hpp>
#include <strata/testing/scratch_database.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;
using strata::test::TestDatabase;
using testing::ScratchDatabase;
using testing::ScratchTemplate;

namespace {

void create_users(const Engine& engine) { schema::create_all(schema::MetaData{schema::table(users)}, engine); }

/// A role that may at least create schemas.
void let_create(const TestDatabase& db) {
    if (strata::test::surrounding() == strata::test::Surrounding::foreign)
        db.admin_shell(
            "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO strata_app', current_database()); END $$");
}

/// How many scratch databases of this process there are, and schemas in this one.
std::string left_over(const TestDatabase& db) {
    const std::string own = "'strata\\_scratch\\_" + std::to_string(::getpid()) + "\\_%'";
    return db.shell("SELECT (SELECT count(*) FROM pg_database WHERE datname LIKE " + own +
                    "), (SELECT count(*) FROM pg_namespace WHERE nspname LIKE " + own + ")");
}

}  // namespace

STRATA_DB_TEST("each test has a database of its own, copied from one that was prepared", "[dal][testing]") {
    if (db.is_postgresql()) let_create(db);
    int prepared = 0;
    {
        const ScratchTemplate databases(db.url(), [&](const Engine& engine) {
            ++prepared;
            create_users(engine);
            dal::connect(engine).insert(User{.email = "everyone"});
        });
        CHECK(prepared == 0);
        const ScratchDatabase one(databases);
        const ScratchDatabase two(databases);
        one.database().insert(User{.email = "ada"});
        if (db.is_postgresql()) CHECK(left_over(db) != "0|0");
        CHECK(one.database()(users).count() == 2);
        CHECK(two.database()(users).count() == 1);
        CHECK(two.database()(users).one().email == "everyone");
        CHECK(two.database().insert(User{.email = "eve"}).id == 2);
        CHECK(prepared ==
              (strata::test::surrounding() == strata::test::Surrounding::foreign && db.is_postgresql() ? 2 : 1));
        CHECK(one.database().dialect().name() == db.dialect_name());
        // The database that the URL names is not touched.
        if (db.is_sqlite()) {
            CHECK_FALSE(std::filesystem::exists(db.directory() /
                                                std::filesystem::path(one.engine().url().database).filename()));
            CHECK(std::filesystem::exists(one.engine().url().database));
        } else {
            CHECK(db.shell("SELECT to_regclass('users') IS NULL") == "t");
        }
    }
    if (db.is_postgresql()) CHECK(left_over(db) == "0|0");
}

STRATA_DB_TEST("a scratch database is dropped after an exception, whoever is connected", "[dal][testing]") {
    if (db.is_postgresql()) let_create(db);
    std::string file;
    std::optional<dal::Database> kept;
    try {
        const ScratchDatabase scratch(db.url(), create_users);
        file = scratch.engine().url().database;
        kept = scratch.database();
        scratch.database().transaction([](dal::Transaction& tx) {
            tx.insert(User{.email = "ada"});
            throw std::runtime_error("the test failed");
        });
        FAIL("nothing was thrown");
    } catch (const std::runtime_error& error) {
        CHECK(std::string(error.what()) == "the test failed");
    }
    CHECK_THROWS_AS((*kept)(users).count(), UsageError);
    CHECK_THROWS_WITH(ScratchDatabase(db.url(), [](const Engine&) { throw std::runtime_error("not prepared"); }),
                      "not prepared");
    const ScratchTemplate broken(db.url(), [](const Engine&) { throw std::runtime_error("not prepared"); });
    CHECK_THROWS_WITH(ScratchDatabase(broken), "not prepared");
    CHECK_THROWS_WITH(ScratchDatabase(broken), "not prepared");
    if (db.is_postgresql())
        CHECK(left_over(db) == "0|0");
    else
        CHECK_FALSE(std::filesystem::exists(std::filesystem::path(file).parent_path()));
}

STRATA_DB_TEST("the statements of a scope are counted", "[dal][testing]") {
    if (db.is_postgresql()) let_create(db);
    int heard = 0;
    EngineOptions options;
    options.on_query = [&](const core::QueryEvent&) { ++heard; };
    const ScratchDatabase scratch(db.url(), create_users, options);
    const dal::Database& dal = scratch.database();
    const testing::QueryCount all(dal);
    dal.insert(User{.email = "ada"});
    CHECK(all.statements() == 1);
    {
        const testing::QueryCount count(dal);
        CHECK(count.statements() == 0);
        CHECK(dal(users).count() == 1);
        dal.transaction([](dal::Transaction& tx) {
            tx(users.email == "ada").update(users.phone = "secret");
            tx.transaction([](dal::Transaction& inner) { (void)inner(users).all(); });
        });
        INFO(count.text());
        CHECK(count.statements() == 3);
        CHECK_THAT(count.texts().at(1), Contains("UPDATE"));
        CHECK_THAT(count.text(), Contains("\n2: UPDATE") && !Contains("secret") && !Contains("ada"));
    }
    CHECK(all.statements() == 4);
    CHECK_THROWS_AS(dal.insert(User{.email = "ada"}), UniqueViolation);
    CHECK(all.statements() == 5);
    (void)dal.batch([](dal::Batch& batch) { return std::tuple(batch.get(users, 1), batch.get(users, 2)); });
    CHECK(all.statements() == 7);
    CHECK(heard > 7);
}

STRATA_DB_TEST("an engine whose statements cannot be counted is told", "[dal][testing]") {
    CHECK_THROWS_WITH(testing::QueryCount(dal::connect(Engine(connected(db).engine()))), Contains("testing::counted"));
    const Engine engine(db.url(), testing::counted(testing::counted()));
    const dal::Database dal = dal::connect(engine);
    testing::QueryCount count(engine);
    (void)dal(users).count();
    CHECK(count.statements() == 1);
    count.reset();
    CHECK(count.statements() == 0);
}

TEST_CASE("a scratch database may be in memory", "[dal][testing][sqlite]") {
    const ScratchTemplate databases("sqlite:///:memory:", create_users);
    const ScratchDatabase one(databases);
    const ScratchDatabase two(databases);
    one.database().insert(User{.email = "ada"});
    CHECK(one.database()(users).count() == 1);
    CHECK(two.database()(users).count() == 0);
}

TEST_CASE("the URL of tests is in one environment variable", "[dal][testing][sqlite]") {
    ::unsetenv("STRATA_SOME_TEST_URL");
    CHECK(testing::url_from_environment("STRATA_SOME_TEST_URL") == "sqlite:///:memory:");
    ::setenv("STRATA_SOME_TEST_URL", "postgresql://app@/music", 1);
    CHECK(testing::url_from_environment("STRATA_SOME_TEST_URL") == "postgresql://app@/music");
    ::unsetenv("STRATA_SOME_TEST_URL");
}

TEST_CASE("a role that may create nothing is told what its tests need", "[dal][testing][postgresql]") {
    const TestDatabase db(strata::test::TestDialect::postgresql);
    const std::string role = "strata_poor_" + std::to_string(::getpid());
    if (strata::test::surrounding() == strata::test::Surrounding::foreign) {
        CHECK_THROWS_WITH(ScratchDatabase(db.url(), create_users), Contains("neither a database nor a schema"));
        return;
    }
    STRATA_NOT_POOLED("only the users of its list may log in");
    db.admin_shell("CREATE ROLE " + role + " LOGIN");
    core::Url url = core::Url::parse(db.url());
    url.user = role;
    const auto as_role = [&] {
        const ScratchTemplate databases(url.to_string(), create_users);
        const ScratchDatabase scratch(databases);
        const ScratchDatabase other(databases);
        scratch.database().insert(User{.email = "ada"});
        CHECK(other.database()(users).count() == 0);
        return scratch.database().query_one<std::string>(
            "SELECT nspname FROM pg_class JOIN pg_namespace n ON n.oid = "
            "relnamespace WHERE pg_class.oid = to_regclass('users')");
    };
    std::string nothing;
    try {
        (void)as_role();
    } catch (const UsageError& error) {
        nothing = error.what();
    }
    CHECK_THAT(nothing, Contains("neither a database nor a schema"));
    db.admin_shell("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO " + role +
                   "', current_database()); END $$");
    CHECK_THAT(as_role(), Contains("strata_scratch_"));
    CHECK(left_over(db).ends_with("|0"));
    db.admin_shell("DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM " + role +
                   "', current_database()); END $$; DROP ROLE " + role);
}
