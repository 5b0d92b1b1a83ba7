#include "migrate_processes.hpp"
#include "migrate_revisions.hpp"
#include "support/database.hpp"
#include "support/process.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/migration_lock.hpp>
#include <strata/migrate/compiler.hpp>
#include <strata/migrate/upgrade.hpp>

#include <algorithm>
#include <thread>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::Connection;
using strata::Engine;
using strata::test::History;
using strata::test::in_processes;
using strata::test::TestDatabase;
using strata::test::TestDialect;
using Ids = RevisionIds;

namespace {

void nothing(Operations&) {}

/// Three tables, one per revision; `when_planned` is called each time that the last one is read.
History three(const std::function<void()>& when_planned) {
    History history;
    std::string parent;
    for (const std::string id : {"a1", "b2", "c3"}) {
        history.add(
            id, parent.empty() ? std::vector<std::string>{} : std::vector<std::string>{parent},
            [id, when_planned](Operations& op) {
                if (id == "c3") when_planned();
                op.create_table("t_" + id, {column("id", Integer{})});
            },
            [id](Operations& op) { op.drop_table("t_" + id); });
        parent = id;
    }
    return history;
}

/// Whether the columns c1 to c9 of `log` are those that the version says.
bool is_whole(const TestDatabase& db) {
    const auto version = db.shell("SELECT version_num FROM strata_version");
    const auto columns = db.is_sqlite()
                             ? db.shell("SELECT name FROM pragma_table_info('log') WHERE name LIKE 'c_' ORDER BY 1")
                             : db.shell(
                                   "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('log') AND "
                                   "attname LIKE 'c_' AND NOT attisdropped ORDER BY 1");
    std::string expected;
    if (version.size() != 2) return false;
    for (char n = '1'; n <= version[1]; ++n) expected += (expected.empty() ? "c" : "\nc") + std::string(1, n);
    return columns == expected;
}

void up_beside_down(TestDialect dialect) {
    const auto history = strata::test::ten_revisions();
    const int rounds = strata::test::long_run() ? 60 : 12;
    const TestDatabase db(dialect);
    upgrade(Engine(db.url()), "r0", history.revisions());
    for (int round = 0; round < rounds; ++round) {
        INFO("round " << round);
        upgrade(Engine(db.url()), "r5", history.revisions());
        const auto codes = in_processes(4, [&](int number) {
            const Engine engine(db.url());
            try {
                if (number % 2 == 0)
                    upgrade(engine, "head", history.revisions());
                else
                    downgrade(engine, number == 1 ? "-1" : "r3", history.revisions());
            } catch (const strata::MigrationError& error) {
                const std::string_view line = error.what();
                const bool told = line.find("another migration run has") != std::string_view::npos ||
                                  line.find("is not a valid downgrade target") != std::string_view::npos;
                if (!told) throw;
            }
        });
        CHECK(codes == std::vector<int>{0, 0, 0, 0});
        REQUIRE(is_whole(db));
        if (db.shell("SELECT version_num FROM strata_version") > "r5")
            downgrade(Engine(db.url()), "r5", history.revisions());
    }
}

}  // namespace

TEST_CASE("concurrent upgrades and downgrades leave one version, and the schema that it means (sqlite)",
          "[migrate][processes][sqlite]") {
    up_beside_down(TestDialect::sqlite);
}

TEST_CASE("concurrent upgrades and downgrades leave one version, and the schema that it means (postgresql)",
          "[migrate][processes][postgresql]") {
    up_beside_down(TestDialect::postgresql);
}

STRATA_DB_TEST("a revision does not run after another run has undone its parent", "[migrate][runner]") {
    bool once = true;
    const auto history = three([&] {
        if (!once || db.shell("SELECT version_num FROM strata_version") != "b2") return;
        once = false;
        db.shell("DROP TABLE t_b2; UPDATE strata_version SET version_num = 'a1'");
    });
    const Engine engine(db.url());
    CHECK_THROWS_WITH(upgrade(engine, "head", history.revisions()),
                      Contains("c3") && Contains("another migration run has taken back b2 meanwhile") &&
                          Contains("the database is at a1"));
    CHECK(current(engine) == Ids{"a1"});
    CHECK_THROWS(db.shell("SELECT * FROM t_c3"));
    CHECK(upgrade(engine, "head", history.revisions()) == Ids{"b2", "c3"});
}

STRATA_DB_TEST("a revision that another run has applied meanwhile is not run again", "[migrate][runner]") {
    bool once = true;
    const auto history = three([&] {
        if (!once || db.shell("SELECT version_num FROM strata_version") != "b2") return;
        once = false;
        db.shell("CREATE TABLE t_c3 (id integer); UPDATE strata_version SET version_num = 'c3'");
    });
    const Engine engine(db.url());
    CHECK(upgrade(engine, "head", history.revisions()) == Ids{"a1", "b2"});
    CHECK(current(engine) == Ids{"c3"});
}

TEST_CASE("a reader of a rollback journal is waited for when a revision commits",
          "[migrate][runner][concurrency][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell("PRAGMA journal_mode = DELETE; CREATE TABLE rows (id INTEGER); INSERT INTO rows VALUES (1)");
    Connection reader(strata::Url::parse(db.url()));
    reader.begin();
    CHECK(reader.scalar("SELECT id FROM rows") == "1");
    std::thread release([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        reader.rollback();
    });
    strata::EngineOptions options;
    options.busy_timeout = std::chrono::milliseconds(20);
    const auto history = three([] {});
    Ids applied;
    CHECK_NOTHROW(applied = upgrade(Engine(db.url(), options), "head", history.revisions()));
    release.join();
    CHECK(applied.size() == 3);
}

TEST_CASE("a COMMIT whose answer is lost is not said to have failed", "[migrate][runner][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(
        "CREATE TABLE t (id integer); CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';"
        "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION die()");
    History history;
    history.add("a1", {}, [](Operations& op) { op.execute("INSERT INTO t VALUES (1)"); }, nothing);
    const Engine engine(db.url());
    CHECK_THROWS_WITH(upgrade(engine, "head", history.revisions()), Contains("not known whether it took effect") &&
                                                                        Contains("'current'") &&
                                                                        !Contains("nothing of it stays"));
}

TEST_CASE("the wait for another run's lock is reported in one line", "[migrate][runner][postgresql]") {
    STRATA_NOT_POOLED("the lock is held by the transactions of a run, not by a session");
    const TestDatabase db(TestDialect::postgresql);
    const auto history = three([] {});
    Connection other(strata::Url::parse(db.url()));
    std::optional<strata::core::MigrationLock> lock;
    lock.emplace(other, std::chrono::seconds(5));
    std::thread release([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(2500));
        lock.reset();
    });
    std::vector<std::string> lines;
    CHECK_NOTHROW(upgrade(Engine(db.url()), "head", history.revisions(),
                          [&](const std::string& line) { lines.push_back(line); }));
    release.join();
    REQUIRE(lines.size() == 4);
    CHECK(lines.front() == "Waiting for the migration lock: another migration run or create_all holds it");
}

TEST_CASE("foreign keys that cannot be switched on again are noticed", "[migrate][runner][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    Connection connection(strata::Url::parse(db.url()));
    const auto& compiler = operation_compiler(connection.dialect());
    strata::schema::Table table;
    table.name = "t";
    table.columns = {column("id", Integer{})};
    const auto compiled = compiler.compile({DropTable{"t"}}, {table});
    compiled->before_transaction(connection);
    CHECK(connection.scalar("PRAGMA foreign_keys") == "0");
    connection.begin();
    CHECK_FALSE(compiled->after_transaction(connection));  // the pragma does nothing here
    connection.rollback();
    CHECK(compiled->after_transaction(connection));
    CHECK(connection.scalar("PRAGMA foreign_keys") == "1");
}

TEST_CASE("a full disk is not blamed on an index", "[migrate][runner][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("songs",
                            {column("id", Integer{}), column("title", Text{}), primary_key("pk_songs", {"id"})});
            op.create_index("ix_songs_title", "songs", {"title"});
        },
        nothing);
    std::string pages;
    history.add(
        "b2", {"a1"},
        [&](Operations& op) {
            op.execute("PRAGMA max_page_count = " + pages);
            op.alter_column("songs", "title").nullable(true);
        },
        nothing);
    upgrade(Engine(db.url()), "a1", history.revisions());
    db.shell(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO songs SELECT i, "
        "printf('%0200d', i) FROM n");
    const int taken = std::stoi(db.shell("PRAGMA page_count"));
    int failures = 0;
    for (int more = 0; current(Engine(db.url())) == Ids{"a1"}; more += 3) {
        REQUIRE(more < 500);
        pages = std::to_string(taken + more);
        try {
            upgrade(Engine(db.url()), "head", history.revisions());
        } catch (const strata::Error& error) {
            ++failures;
            CHECK_THAT(error.what(), Contains("full") && !Contains("drop it first"));
        }
    }
    CHECK(failures > 3);
}
