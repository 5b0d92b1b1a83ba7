#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/upgrade.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace strata::migrate;
using strata::Engine;
using strata::test::History;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace {

/// Runs the history to its head, and returns what it reports of rows, at each look.
std::vector<RowProgress> reports(const Engine& engine, const History& history) {
    std::vector<RowProgress> list;
    RunOptions options;
    options.rows = [&](const RowProgress& progress) { list.push_back(progress); };
    options.rows_every = std::chrono::milliseconds(0);
    upgrade(engine, "head", history.revisions(), options);
    return list;
}

void add_songs(History& history) {
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("songs", {column("id", BigInteger{}), column("title", String{255}).nullable(),
                                      primary_key("pk_songs", {"id"})});
        },
        [](Operations& op) { op.drop_table("songs"); }, "songs");
}

void check_order(const std::vector<RowProgress>& list, std::int64_t total) {
    REQUIRE(list.size() > 10);
    for (std::size_t i = 0; i < list.size(); ++i) {
        CHECK(list[i].table == "songs");
        CHECK(list[i].total == total);
        CHECK(list[i].rows <= total);
        if (i > 0) CHECK(list[i].rows > list[i - 1].rows);
    }
    CHECK(list.back().rows > total - 100);
}

}  // namespace

TEST_CASE("a table that SQLite builds anew tells how many of its rows are copied", "[migrate][progress]") {
    const TestDatabase db(TestDialect::sqlite);
    const Engine engine(db.url());
    History history;
    add_songs(history);
    static_cast<void>(reports(engine, history));
    db.shell(
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
        "INSERT INTO songs SELECT 7 * i, 'title' FROM n");
    history.add(
        "b2", {"a1"}, [](Operations& op) { op.alter_column("songs", "title").nullable(false); },
        [](Operations& op) { op.alter_column("songs", "title").nullable(true); }, "required");
    check_order(reports(engine, history), 5000);
    CHECK(db.shell("SELECT count(*), max(id) FROM songs") == "5000|35000");
}

STRATA_DB_TEST("rows that a revision inserts are counted as they are written", "[migrate][progress]") {
    const Engine engine(db.url());
    History history;
    add_songs(history);
    history.add(
        "b2", {"a1"},
        [](Operations& op) {
            std::vector<std::vector<strata::schema::Literal>> rows;
            for (int i = 0; i < 2000; ++i) rows.push_back({i, "title"});
            op.bulk_insert("songs", {"id", "title"}, std::move(rows));
        },
        [](Operations& op) { op.execute("DELETE FROM songs"); }, "rows");
    check_order(reports(engine, history), 2000);
    CHECK(db.shell("SELECT count(*), max(id) FROM songs") == "2000|1999");
}

STRATA_DB_TEST("each of several inserts is counted by itself", "[migrate][progress]") {
    const Engine engine(db.url());
    History history;
    add_songs(history);
    const auto insert = [](Operations& op, int first, int count) {
        std::vector<std::vector<strata::schema::Literal>> rows;
        for (int i = 0; i < count; ++i) rows.push_back({first + i, "title"});
        op.bulk_insert("songs", {"id", "title"}, std::move(rows));
    };
    history.add(
        "b2", {"a1"},
        [&](Operations& op) {
            insert(op, 0, 1000);
            insert(op, 1000, 500);
        },
        [](Operations& op) { op.execute("DELETE FROM songs"); }, "rows");
    std::int64_t most = 0;
    for (const auto& each : reports(engine, history)) {
        REQUIRE(each.total);
        CHECK(each.rows <= *each.total);
        most = std::max(most, *each.total);
    }
    CHECK(most == 1000);
}

TEST_CASE("a line of progress says how many rows, how fast and how long", "[migrate][progress]") {
    using std::chrono::duration;
    CHECK(RowProgress{"songs", 250'000, 1'000'000, duration<double>(0.5)}.text() ==
          "songs: 250000 of 1000000 rows, 500000 rows/s, 2 s left");
    CHECK(RowProgress{"songs", 3'000, std::nullopt, duration<double>(2)}.text() == "songs: 3000 rows, 1500 rows/s");
    // Rows that were added while it ran are not less than nothing.
    CHECK(RowProgress{"songs", 20, 10, duration<double>(1)}.text() == "songs: 20 of 10 rows, 20 rows/s, 0 s left");
    CHECK(RowProgress{"songs", 0, 10, duration<double>(0)}.text() == "songs: 0 of 10 rows, 0 rows/s");
}
