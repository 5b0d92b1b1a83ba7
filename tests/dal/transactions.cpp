// Transactions, savepoints, retries, and connections from several threads.

#include "support/dal_database.hpp"

#include <strata/core/stop_token.hpp>

#include <thread>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {
struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
};
}  // namespace

STRATA_DB_TEST("a transaction commits, and gives what its callback returns", "[dal][transaction]") {
    const dal::Database dal = connected(db);
    const User ada = dal.transaction([](dal::Transaction& tx) {
        tx.insert(User{.email = "eve"});
        return tx.insert(User{.email = "ada"});
    });
    CHECK(ada.id == 2);
    dal.transaction([](dal::Transaction& tx) {
        CHECK(tx(users).count() == 2);
        tx.execute("DELETE FROM users WHERE id = ?", 1);
        tx(users.id == 2).update(users.phone = "1");
        tx.insert_many(std::vector<User>{{.email = "joe"}});
    });
    CHECK(db.shell("SELECT email, phone FROM users ORDER BY id") == "ada|1\njoe|");
}

STRATA_DB_TEST("an exception rolls back and reaches the caller", "[dal][transaction]") {
    const dal::Database dal = connected(db);
    CHECK_THROWS_AS(dal.transaction([](dal::Transaction& tx) {
        tx.insert(User{.email = "ada"});
        throw Mine("stop");
    }),
                    Mine);
    CHECK_THROWS_AS(dal.transaction([](dal::Transaction& tx) {
        tx.insert(User{.email = "ada"});
        tx.insert(User{.email = "ada"});
    }),
                    UniqueViolation);
    CHECK(dal(users).count() == 0);
    CHECK(dal.insert(User{.email = "ada"}).id > 0);
}

STRATA_DB_TEST("a transaction inside a transaction is a savepoint", "[dal][transaction]") {
    const dal::Database dal = connected(db);
    dal.transaction([](dal::Transaction& tx) {
        tx.insert(User{.email = "kept"});
        CHECK_THROWS_AS(tx.transaction([](dal::Transaction& inner) {
            inner.insert(User{.email = "lost"});
            inner.transaction([](dal::Transaction& innermost) { innermost.insert(User{.email = "lost too"}); });
            inner.insert(User{.email = "kept"});
        }),
                        UniqueViolation);
        CHECK(tx(users).count() == 1);  // and on PostgreSQL the transaction goes on
        CHECK(tx.transaction([](dal::Transaction& inner) { return inner.insert(User{.email = "also kept"}).email; }) ==
              "also kept");
        CHECK_THROWS_AS(tx.transaction([](dal::Transaction&) {}, {.retries = 1}), UsageError);
    });
    CHECK(db.shell("SELECT email FROM users ORDER BY email") == "also kept\nkept");
}

STRATA_DB_TEST("a failed statement fails its transaction, whether or not the error is caught", "[dal][transaction]") {
    const dal::Database dal = connected(db);
    dal.insert(User{.email = "ada"});
    const auto failed = Contains("the transaction has failed");
    CHECK_THROWS_WITH(dal.transaction([&](dal::Transaction& tx) {
        tx.insert(User{.email = "eve"});
        CHECK_THROWS_AS(tx.insert(User{.email = "ada"}), UniqueViolation);
        CHECK_THROWS_WITH(tx(users).count(), failed);
        CHECK_THROWS_WITH(tx.transaction([](dal::Transaction&) {}), failed);
    }),
                      failed);
    CHECK(dal(users).count() == 1);

    dal.transaction([&](dal::Transaction& tx) {  // what never reached the database fails nothing
        CHECK_THROWS_AS(tx.insert(User{.email = "longer than twenty characters"}), ValueError);
        CHECK_THROWS_AS(tx.insert(User{.email = std::string("a\0b", 3)}), ValueError);
        CHECK_THROWS_AS(tx.insert_many(std::vector<User>{{.email = "ok"}, {.email = "longer than twenty characters"}}),
                        ValueError);
        CHECK(tx(users).count() == 1);
        CHECK_THROWS_AS(tx.update(User{.id = 99}), NotFound);
        CHECK_THROWS_AS(tx.execute("DROP TABLE users"), UsageError);
        CHECK_THROWS_AS(tx.query<std::int64_t>("SELECT email FROM users"), ValueError);
        CHECK_THROWS_AS(tx(users.id == 99).one(), NotFound);
        tx.insert(User{.email = "joe"});
    });
    CHECK(dal(users).count() == 2);
}

TEST_CASE("a trigger that rolls the whole transaction back ends it, also from within a savepoint",
          "[dal][transaction][sqlite]") {
    const test::TestDatabase db(test::TestDialect::sqlite);
    const dal::Database dal = connected(db);
    db.shell(
        "CREATE TRIGGER no_eve BEFORE INSERT ON users WHEN NEW.email = 'eve' BEGIN SELECT RAISE(ROLLBACK, 'no eve'); "
        "END");
    CHECK_THROWS_AS(dal.transaction([](dal::Transaction& tx) {
        tx.insert(User{.email = "ada"});
        CHECK_THROWS_AS(tx.transaction([](dal::Transaction& inner) { inner.insert(User{.email = "eve"}); }), Error);
        CHECK_THROWS_WITH(tx.insert(User{.email = "joe"}), Contains("has failed at an earlier statement"));
    }),
                    Error);
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
}

TEST_CASE("a transaction with retries goes on when its server was gone", "[dal][transaction][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    const dal::Database dal = connected(db);
    db.shell(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND "
        "backend_type = 'client backend' AND pid <> pg_backend_pid()");
    dal.transaction([](dal::Transaction& tx) { tx.insert(User{.email = "ada"}); }, {.retries = 1});
    CHECK(db.shell("SELECT email FROM users") == "ada");
}

TEST_CASE("work whose COMMIT got no answer is not run again, since it may have taken effect",
          "[dal][transaction][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    const dal::Database dal = connected(db);
    int runs = 0;
    CHECK_THROWS_WITH(dal.transaction(
                          [&](dal::Transaction& tx) {
                              ++runs;
                              tx.insert(User{.email = "ada"});
                              const auto pid = tx.query_one<std::int32_t>("SELECT pg_backend_pid()");
                              db.shell("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
                          },
                          {.retries = 3}),
                      Contains("broke at COMMIT"));
    CHECK(runs == 1);
}

STRATA_DB_TEST("sets and queries of a transaction end with it", "[dal][transaction]") {
    const dal::Database dal = connected(db);
    std::optional<dal::Set<User>> set;
    std::optional<dal::Transaction> kept;
    dal.transaction([&](dal::Transaction& tx) {
        set = tx(users.id > 0);
        kept = tx;
        CHECK(set->count() == 0);
    });
    CHECK_THROWS_WITH(set->count(), Contains("the transaction has ended"));
    CHECK_THROWS_AS(kept->insert(User{.email = "x"}), UsageError);
}

STRATA_DB_TEST("a set outlives the handle it came from", "[dal]") {
    const auto set = [&] { return connected(db)(users); }();
    CHECK(set.count() == 0);
}

STRATA_DB_TEST("a retryable failure runs the callback again, as often as asked", "[dal][transaction]") {
    const dal::Database dal = connected(db);
    int runs = 0;
    const auto work = [&](dal::Transaction& tx) {
        tx.insert(User{.email = "run " + std::to_string(++runs)});
        ErrorDetails details;
        details.retryable = true;
        if (runs < 3) throw SerializationFailure("collided", details);
    };
    CHECK_THROWS_AS(dal.transaction(work, {.retries = 1}), SerializationFailure);
    CHECK(runs == 2);
    runs = 0;
    dal.transaction(work, {.retries = 5});
    CHECK(runs == 3);
    CHECK(db.shell("SELECT email FROM users") == "run 3");
    runs = 0;
    CHECK_THROWS_AS(dal.transaction(
                        [&](dal::Transaction&) {
                            ++runs;
                            throw Mine("no");
                        },
                        {.retries = 5}),
                    Mine);
    CHECK(runs == 1);
}

STRATA_DB_TEST("threads that read and write the same row lose no update", "[dal][transaction][concurrency]") {
    const dal::Database dal = connected(db);
    dal.insert(Account{.owner = "ada"});
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 10; ++n) {
                try {
                    dal.transaction(
                        [](dal::Transaction& tx) {
                            Account account = *tx.get(accounts, 1);
                            account.balance = account.balance + Decimal(1);
                            tx.update(account);
                        },
                        {.retries = 50, .isolation = dal::Isolation::serializable});
                } catch (const std::exception&) {
                    ++failed;
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(failed == 0);
    CHECK(dal.get(accounts, 1)->balance == Decimal(40));
}

TEST_CASE("isolation and read_only reach PostgreSQL", "[dal][transaction][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    const dal::Database dal = connected(db);
    const auto setting = [&](const dal::TransactionOptions& options, const char* name) {
        return dal.transaction(
            [&](dal::Transaction& tx) { return tx.query_one<std::string>("SELECT current_setting(?)", name); },
            options);
    };
    // Whatever the role has been given.
    CHECK(setting({}, "transaction_isolation") == "read committed");
    CHECK(setting({.isolation = dal::Isolation::serializable}, "transaction_isolation") == "serializable");
    CHECK(setting({.isolation = dal::Isolation::repeatable_read}, "transaction_isolation") == "repeatable read");
    CHECK(setting({.read_only = true}, "transaction_read_only") == "on");
    CHECK_THROWS_AS(dal.transaction([](dal::Transaction& tx) { tx.insert(User{.email = "x"}); }, {.read_only = true}),
                    Error);
}

TEST_CASE("on SQLite a transaction takes the write lock at its start, a read-only one does not",
          "[dal][transaction][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    connected(db);
    EngineOptions options;
    options.busy_timeout = std::chrono::milliseconds(50);
    const dal::Database dal = dal::connect(Engine(std::string_view(db.url()), options));
    const dal::Database beside = dal.with({.beside_transaction = true});
    dal.transaction([&](dal::Transaction&) {
        beside.transaction([](dal::Transaction& reader) { CHECK(reader(users).count() == 0); }, {.read_only = true});
        CHECK_THROWS_AS(beside.transaction([](dal::Transaction&) {}), Timeout);
    });
}

TEST_CASE("a database in memory: one connection, and a call around the transaction says so",
          "[dal][transaction][sqlite]") {
    const Engine engine("sqlite:///:memory:");
    strata::schema::create_all(strata::schema::MetaData{strata::schema::table(users)}, engine);
    const dal::Database dal = dal::connect(engine);
    dal.insert(User{.email = "ada"});
    dal.transaction([&](dal::Transaction& tx) {
        CHECK(tx(users).count() == 1);
        CHECK_THROWS_WITH(dal(users).count(), Contains("make it through the transaction"));
        CHECK_THROWS_WITH(dal.with({.beside_transaction = true})(users).count(), Contains("through that transaction"));
    });
    CHECK(dal(users).count() == 1);
}

STRATA_DB_TEST("calls after the commit run once it is done, and not for what was rolled back", "[dal][transaction]") {
    const dal::Database dal = connected(db);
    std::string calls;
    dal.transaction([&](dal::Transaction& tx) {
        tx.insert(User{.email = "ada"});
        tx.after_commit([&] { calls += "outer saw " + std::to_string(dal(users).count()) + ";"; });
        CHECK_THROWS_AS(tx.transaction([&](dal::Transaction& inner) {
            inner.after_commit([&] { calls += "rolled back;"; });
            throw Mine("no");
        }),
                        Mine);
        tx.transaction([&](dal::Transaction& inner) { inner.after_commit([&] { calls += "inner;"; }); });
        CHECK(calls.empty());
    });
    CHECK(calls == "outer saw 1;inner;");
    int runs = 0;
    dal.transaction(
        [&](dal::Transaction& tx) {
            tx.after_commit([&, run = ++runs] { calls = "run " + std::to_string(run); });
            ErrorDetails details;
            details.retryable = true;
            if (runs < 3) throw SerializationFailure("collided", details);
        },
        {.retries = 3});
    CHECK(calls == "run 3");
}

STRATA_DB_TEST("a stop flag ends the statements of the database that was given it, and of no other",
               "[dal][limits][concurrency]") {
    const dal::Database dal = connected(db);
    dal.insert(User{.email = "ada"});
    std::stop_source source;
    const core::StopFlag stop(source.get_token());
    const dal::Database stoppable = dal.with({.stop = &stop});
    CHECK(stoppable(users).count() == 1);
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        source.request_stop();
    });
    CHECK_THROWS_AS(stoppable.query<std::int64_t>("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
                                                  "SELECT count(*) FROM n"),
                    Cancelled);
    other.join();
    CHECK_THROWS_AS(stoppable.transaction([](dal::Transaction& tx) { tx(dal::all(users)).remove(); }), Cancelled);
    CHECK(dal(users).count() == 1);
}

STRATA_DB_TEST("a time limit and a tag hold for the database that was given them, also in its transactions",
               "[dal][limits]") {
    std::string tags;
    EngineOptions options;
    options.on_query = [&](const core::QueryEvent& event) { tags += std::string(event.tag) + ";"; };
    connected(db);  // makes the tables
    const dal::Database dal = dal::connect(Engine(db.url(), options));
    tags.clear();
    const dal::Database limited = dal.with({.statement_timeout = std::chrono::milliseconds(50), .tag = "GET /users"});
    const char* const endless =
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    CHECK_THROWS_AS(limited.query<std::int64_t>(unchecked_sql(endless)), Timeout);
    CHECK_THROWS_AS(
        limited.transaction([&](dal::Transaction& tx) { return tx.query<std::int64_t>(unchecked_sql(endless)); }),
        Timeout);
    CHECK(tags == "GET /users;GET /users;GET /users;GET /users;");  // the second with its BEGIN and ROLLBACK
    tags.clear();
    CHECK(dal(users).count() == 0);
    CHECK(tags == ";");
}
