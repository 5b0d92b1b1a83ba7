// A test's transaction that code under test does not notice. The same on both databases.

#include "support/dal_database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/dal/callbacks.hpp>
#include <strata/schema/schema.hpp>
#include <strata/testing/rolled_back.hpp>

#include <memory>
#include <thread>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;
using testing::RolledBack;

namespace {

/// Code under test: it takes a database, has transactions of its own and goes on after an error.
std::string register_user(const dal::Database& db, const std::string& email) {
    std::string report;
    try {
        db.transaction([&](dal::Transaction& tx) {
            const User user = tx.insert(User{.email = email});
            tx.insert(Song{.title = "first of " + email, .user_id = user.id});
            tx.after_commit([&] { report += "mail to " + email; });
        });
    } catch (const UniqueViolation&) {
        report += email + " is known";
    }
    return report;
}

}  // namespace

STRATA_DB_TEST("code that takes a database runs in a test's transaction and leaves nothing", "[dal][testing]") {
    const dal::Database dal = connected(db);
    {
        const RolledBack fixture(dal);
        const dal::Database& test = fixture.database();
        CHECK(register_user(test, "ada") == "mail to ada");
        CHECK(register_user(test, "ada") == "ada is known");
        CHECK(test(users).count() == 1);
        CHECK(test(songs.title == "first of ada").exists());
        test.insert_many(std::vector<User>{{.email = "eve"}, {.email = "bob"}});
        CHECK(test.query<std::string>("SELECT email FROM users ORDER BY email") ==
              std::vector<std::string>{"ada", "bob", "eve"});
        CHECK(db.shell("SELECT count(*) FROM users") == "0");
    }
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
    CHECK(register_user(dal, "ada") == "mail to ada");
    CHECK(db.shell("SELECT count(*) FROM users") == "1");
}

STRATA_DB_TEST("a test's transaction is begun in the set-up and ends in the tear-down", "[dal][testing]") {
    const dal::Database dal = connected(db);
    auto fixture = std::make_unique<RolledBack>(dal);
    const dal::Database test = fixture->database();
    test.insert(User{.email = "ada"});
    fixture.reset();
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
    CHECK_THROWS_WITH(test(users).count(), "the test's transaction has been rolled back");
    CHECK_THROWS_AS(test.transaction([](dal::Transaction&) {}), UsageError);
    CHECK_THROWS_AS(test.stream(select(users).from(users)), UsageError);
    CHECK(dal(users).count() == 0);
    CHECK(dal.engine().statistics().idle == dal.engine().statistics().open);
}

STRATA_DB_TEST("a statement that fails in a test's transaction is undone alone", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const RolledBack fixture(dal);
    const dal::Database& test = fixture.database();
    test.insert(User{.email = "ada"});
    CHECK_THROWS_AS(test.insert(User{.email = "ada"}), UniqueViolation);
    CHECK_THROWS_AS(test.query<int>("SELECT nothing FROM users"), NoSuchColumn);
    CHECK_THROWS_AS(test.insert_many(std::vector<User>{{.email = "eve"}, {.email = "ada"}}), UniqueViolation);
    const auto [count, ada] = test.batch(
        [&](dal::Batch& batch) { return std::tuple(batch.count(test(users.email == "ada")), batch.get(users, 1)); });
    CHECK(count == 1);
    CHECK(ada.has_value());
    CHECK(test(users).count() == 1);
    CHECK_THROWS_WITH(test.transaction([](dal::Transaction& tx) {
        tx.insert(User{.email = "eve"});
        CHECK_THROWS_AS(tx.insert(User{.email = "ada"}), UniqueViolation);
    }),
                      Contains("failed at an earlier statement"));
    CHECK(test(users).count() == 1);
}

STRATA_DB_TEST("transactions in a test's transaction nest, and forget calls of what is rolled back", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const RolledBack fixture(dal);
    const dal::Database& test = fixture.database();
    std::vector<std::string> calls;
    const auto note = [&calls](const char* what) { return [&calls, what] { calls.emplace_back(what); }; };
    test.transaction([&](dal::Transaction& tx) {
        tx.after_commit(note("outer"));
        tx.insert(User{.email = "ada"});
        CHECK_THROWS_AS(tx.transaction([&](dal::Transaction& inner) {
            inner.after_commit(note("gone"));
            inner.insert(User{.email = "eve"});
            throw std::runtime_error("no");
        }),
                        std::runtime_error);
        tx.transaction([&](dal::Transaction& inner) { inner.after_commit(note("inner")); });
        CHECK(calls.empty());
    });
    CHECK(calls == std::vector<std::string>{"outer", "inner"});
    CHECK_THROWS_AS(test.transaction([&](dal::Transaction& tx) {
        tx.after_commit(note("gone, too"));
        throw std::runtime_error("no");
    }),
                    std::runtime_error);
    test.transaction([&](dal::Transaction& tx) { tx.after_commit(note("next")); });
    CHECK(calls == std::vector<std::string>{"outer", "inner", "next"});
    CHECK(test(users).count() == 1);
}

STRATA_DB_TEST("a test's transaction takes the options of transactions as code under test gives them",
               "[dal][testing]") {
    const dal::Database dal = connected(db);
    const RolledBack fixture(dal);
    const dal::Database& test = fixture.database();
    test.insert(User{.email = "ada"});
    int runs = 0;
    test.transaction(
        [&](dal::Transaction& tx) {
            if (++runs == 1) throw SerializationFailure("again", ErrorDetails{.retryable = true});
            tx.insert(User{.email = "eve"});
        },
        {.retries = 2, .isolation = dal::Isolation::serializable, .statement_timeout = std::chrono::seconds(10)});
    CHECK(runs == 2);
    CHECK(test.transaction([](dal::Transaction& tx) { return tx(users).count(); }, {.read_only = true}) == 2);
    CHECK_THROWS_AS(
        test.transaction([](dal::Transaction& tx) { tx.insert(User{.email = "bob"}); }, {.read_only = true}), Error);
    CHECK_THROWS_WITH(
        test.transaction([](dal::Transaction& tx) { return tx(users).for_update().all(); }, {.read_only = true}),
        Contains("read-only"));
    test.insert(User{.email = "bob"});
    CHECK(test(users).count() == 3);
    CHECK_THROWS_AS(RolledBack(dal, {.retries = 1}), UsageError);
}

STRATA_DB_TEST("a test's transaction may be read-only itself", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const RolledBack fixture(dal, {.isolation = dal::Isolation::repeatable_read, .read_only = true});
    CHECK(fixture.database()(users).count() == 0);
    CHECK_THROWS_AS(fixture.database().insert(User{.email = "ada"}), Error);
    CHECK(fixture.database()(users).count() == 0);
}

STRATA_DB_TEST("deferred constraints are checked where code under test would commit", "[dal][testing]") {
    const dal::Database dal = connected(db);
    db.shell(db.is_sqlite() ? "CREATE TABLE parents (id integer PRIMARY KEY); CREATE TABLE children (parent_id integer "
                              "REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)"
                            : "CREATE TABLE parents (id bigint PRIMARY KEY); CREATE TABLE children (parent_id bigint "
                              "REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)");
    const RolledBack fixture(dal);
    const dal::Database& test = fixture.database();
    for (int i = 1; i <= 2; ++i) {  // they stay deferred
        test.transaction([i](dal::Transaction& tx) {
            tx.execute("INSERT INTO children VALUES (?)", i);
            tx.execute("INSERT INTO parents VALUES (?)", i);
        });
    }
    CHECK_THROWS_AS(test.execute("INSERT INTO children VALUES (3)"), ForeignKeyViolation);
    CHECK_THROWS_AS(test.transaction([](dal::Transaction& tx) { tx.execute("INSERT INTO children VALUES (3)"); }),
                    ForeignKeyViolation);
    CHECK(test.query_one<std::int64_t>("SELECT count(*) FROM children") == 2);
}

STRATA_DB_TEST("a test's transaction streams, writes in between, and ends open streams", "[dal][testing]") {
    const dal::Database dal = connected(db);
    auto fixture = std::make_unique<RolledBack>(dal);
    const dal::Database test = fixture->database();
    test.insert_many(std::vector<User>{{.email = "ada"}, {.email = "bob"}, {.email = "eve"}});
    for (const User& user : test.stream(select(users).from(users).order_by(users.id))) {
        test(users.id == user.id).update(users.phone = "1");
        CHECK_THROWS_AS(test.insert(User{.email = user.email}), UniqueViolation);
    }
    CHECK(test(users.phone == "1").count() == 3);
    std::int64_t returned = 0;
    for (const std::int64_t id : test.stream<std::int64_t>("UPDATE users SET phone = '2' RETURNING id")) {
        returned += id > 0 ? 1 : 0;
    }
    CHECK(returned == 3);
    CHECK(test(users.phone == "2").count() == 3);
    {
        auto early = test.stream<std::int64_t>("UPDATE users SET phone = '3' RETURNING id");
        CHECK(early.begin() != early.end());
    }
    CHECK(test(users.id > 0).exists());
    auto open = test.stream(select(users.email).from(users));
    auto writing = test.stream<std::int64_t>("UPDATE users SET phone = '4' RETURNING id");
    fixture.reset();
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
    CHECK(dal(users).count() == 0);
}

STRATA_DB_TEST("the misuse of a database in its own transaction is found in a test, too", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const RolledBack fixture(dal);
    const dal::Database& test = fixture.database();
    test.transaction([&](dal::Transaction& tx) {
        CHECK_THROWS_WITH(test(users).count(), Contains("this thread has a transaction open on this database"));
        const dal::Database beside = test.with({.beside_transaction = true});
        CHECK_THROWS_WITH(beside(users).count(), Contains("nothing runs beside it"));
        CHECK_THROWS_WITH(test.stream(select(users).from(users)), Contains("nothing runs beside it"));
        CHECK(tx(users).count() == 0);
    });
    CHECK_THROWS_WITH(test(users).for_update().all(), Contains("db.transaction"));
    CHECK_THROWS_AS(test.execute("DROP TABLE users"), UsageError);
}

STRATA_DB_TEST("filters, callbacks and options hold in a test's transaction", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const RolledBack fixture(dal.filtered(songs.user_id == 1));
    const dal::Database& one = fixture.database();
    // The second tenant on the same connection and its statement cache.
    const RolledBack* const both = &fixture;
    one.with({.tag = "set-up"}).insert_many(std::vector<User>{{.email = "ada"}, {.email = "eve"}});
    CHECK(one.insert(Song{.title = "Aria"}).user_id == 1);
    CHECK(one(songs).count() == 1);
    const dal::Database none = both->database().filtered(songs.title == "Bolero");
    CHECK(none(songs).count() == 0);
    CHECK(one(songs).count() == 1);
    CHECK_THROWS_AS(one.execute("DELETE FROM users"), UsageError);
    CHECK(one.insert(Song{.title = "Canon", .user_id = 2}).user_id == 1);
    one.transaction([](dal::Transaction& tx) {
        CHECK(tx(songs).count() == 2);
        CHECK(tx.stream(select(songs).from(songs).order_by(songs.id)).begin()->title == "Aria");
    });
    int inserted = 0;
    const auto audited =
        one.with_callbacks<User>({.after_insert = [&](const dal::Session&, const User&) { ++inserted; }});
    audited.insert(User{.email = "bob"});
    CHECK(inserted == 1);
    CHECK(one(users).count() == 3);
}

STRATA_DB_TEST("two tenants share a test's transaction", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const RolledBack fixture(dal);
    const dal::Database& all = fixture.database();
    all.insert_many(std::vector<User>{{.email = "ada"}, {.email = "eve"}});
    const auto ids = all(users).order_by(users.id).all();
    const dal::Database one = all.filtered(songs.user_id == ids[0].id);
    const dal::Database two = all.filtered(songs.user_id == ids[1].id);
    one.insert(Song{.title = "Aria"});
    two.insert(Song{.title = "Bolero"});
    for (int i = 0; i < 2; ++i) {
        CHECK(one(songs).one().title == "Aria");
        CHECK(two(songs).one().title == "Bolero");
        CHECK(one.transaction([](dal::Transaction& tx) { return tx(songs).one().title; }) == "Aria");
        CHECK(two.transaction([](dal::Transaction& tx) { return tx(songs).one().title; }) == "Bolero");
        CHECK(one.stream(select(songs).from(songs)).begin()->title == "Aria");
        CHECK(two.stream(select(songs).from(songs)).begin()->title == "Bolero");
    }
    CHECK(two(songs.title == "Aria").remove() == 0);
    CHECK(all(songs).count() == 2);
}

STRATA_DB_TEST("threads of code under test wait for each other in a test's transaction",
               "[dal][testing][concurrency]") {
    const dal::Database dal = connected(db);
    const RolledBack fixture(dal);
    const dal::Database& test = fixture.database();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&test, t] {
            for (int i = 0; i < 10; ++i) {
                test.transaction([&](dal::Transaction& tx) {
                    tx.insert(User{.email = std::to_string(t) + "." + std::to_string(i)});
                });
                (void)test(users).count();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(test(users).count() == 40);
}

STRATA_DB_TEST("a helper with a session can ask which database it has", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const auto name = [](const dal::Session& session) { return session.dialect().name(); };
    CHECK(name(dal) == db.dialect_name());
    dal.transaction([&](dal::Transaction& tx) { CHECK(name(tx) == db.dialect_name()); });
    const RolledBack fixture(dal);
    CHECK(name(fixture.database()) == db.dialect_name());
}

TEST_CASE("a database in memory has its one connection in a test's transaction", "[dal][testing][sqlite]") {
    const Engine engine("sqlite:///:memory:");
    schema::create_all(schema::MetaData{schema::table(users)}, engine);
    const dal::Database dal = dal::connect(engine);
    {
        const RolledBack fixture(dal);
        fixture.database().insert(User{.email = "ada"});
        CHECK_THROWS_WITH(dal(users).count(), Contains("has one connection"));
    }
    CHECK(dal(users).count() == 0);
}

TEST_CASE("a trigger that rolls back a test's transaction is told", "[dal][testing][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    const dal::Database dal = connected(db);
    db.shell("CREATE TRIGGER refuse BEFORE DELETE ON users BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
    const RolledBack fixture(dal);
    fixture.database().insert(User{.email = "ada"});
    CHECK_THROWS_AS(fixture.database()(users.email == "ada").remove(), Error);
    CHECK_THROWS_WITH(fixture.database().insert(User{.email = "eve"}), Contains("has ended early"));
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
}
