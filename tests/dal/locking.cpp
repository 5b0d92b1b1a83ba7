// Locks of rows: what a transaction reads in order to change it. The same on both databases, but for who waits.

#include "support/dal_database.hpp"

#include <strata/core/engine.hpp>

#include <algorithm>
#include <mutex>
#include <thread>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

dal::Database filled(const strata::test::TestDatabase& database, int jobs = 4) {
    const dal::Database dal = connected(database);
    dal.insert_many(std::vector<User>{{.email = "ada"}, {.email = "eve"}});
    std::vector<Song> rows;
    for (int i = 0; i < jobs; ++i)
        rows.push_back(Song{.title = std::to_string(i), .status = Status::queued, .user_id = 1 + i % 2});
    dal.insert_many(rows);
    return dal;
}

}  // namespace

STRATA_DB_TEST("workers of a queue of jobs take each one once", "[dal][locking][concurrency]") {
    constexpr int jobs = 40;
    const dal::Database dal = filled(db, jobs);
    std::mutex mutex;
    std::vector<std::int64_t> taken;
    std::vector<std::string> failures;
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back([&] {
            try {
                bool more = true;
                while (more) {
                    more = dal.transaction([&](dal::Transaction& tx) {
                        const auto job = tx(songs.status == Status::queued)
                                             .order_by(songs.id)
                                             .limit(1)
                                             .for_update(dal::skip_locked)
                                             .first();
                        if (!job) return false;
                        tx(songs.id == job->id).update(songs.status = Status::done, songs.plays = songs.plays + 1);
                        const std::lock_guard lock(mutex);
                        taken.push_back(job->id);
                        return true;
                    });
                }
            } catch (const std::exception& error) {
                const std::lock_guard lock(mutex);
                failures.emplace_back(error.what());
            }
        });
    }
    for (std::thread& worker : workers) worker.join();
    CHECK(failures.empty());
    std::ranges::sort(taken);
    CHECK(std::ranges::adjacent_find(taken) == taken.end());
    CHECK(taken.size() == jobs);
    CHECK(db.shell(R"(SELECT count(*), min(plays), max(plays) FROM "music songs")") == "40|1|1");
}

STRATA_DB_TEST("a locked row is read, changed and written without losing what others write",
               "[dal][locking][concurrency]") {
    const dal::Database dal = filled(db);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int turn = 0; turn < 10; ++turn) {
                dal.transaction([](dal::Transaction& tx) {
                    Song song = tx(songs.id == 1).for_update().one();
                    ++song.plays;
                    tx.update(song);
                });
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(dal.get(songs, 1)->plays == 40);
}

STRATA_DB_TEST("a lock is for a transaction that writes, and for rows of tables", "[dal][locking]") {
    const dal::Database dal = filled(db);
    CHECK_THROWS_WITH(dal(songs).for_update().all(), Contains("run the query in db.transaction(...)"));
    CHECK_THROWS_WITH(dal.all(select(songs.id).from(songs).for_share()),
                      Contains("run the query in db.transaction(...)"));
    CHECK_THROWS_WITH(
        dal.transaction([](dal::Transaction& tx) { (void)tx(songs).for_update().all(); }, {.read_only = true}),
        Contains("not in a read-only transaction"));
    dal.transaction([&](dal::Transaction& tx) {
        const auto locked = select(songs.id).from(songs).for_update();
        CHECK(tx.all(locked.order_by(songs.id).limit(2)) == std::vector<std::int64_t>{1, 2});
        CHECK(tx(songs).for_share(dal::nowait).count() == 4);
        CHECK(tx(songs).for_update().exists());
        CHECK(tx.count(locked) == 4);
        CHECK_THROWS_WITH(tx.all(locked.distinct()), Contains("groups and distinct rows are not"));
        CHECK_THROWS_WITH(tx.all(select(dal::count()).from(songs).for_update()), Contains("groups and distinct rows"));
        const auto joined = select(users.email, songs.title)
                                .from(users)
                                .left_join(songs, songs.user_id == users.id)
                                .order_by(users.id, songs.id);
        CHECK_THROWS_WITH(tx.all(joined.for_update()), Contains("name the other one by dal::of(...)"));
        CHECK(tx.all(joined.for_update(dal::of(users), dal::nowait)).size() == 4);
        const auto inner = select(songs.title).from(songs).join(users, songs.user_id == users.id);
        CHECK(tx.all(inner.for_share(dal::of(songs, users))).size() == 4);
        const auto both = select(songs.id)
                              .from(songs)
                              .where(songs.id == 1)
                              .for_update()
                              .union_all(select(songs.id).from(songs).where(songs.id == 2).for_update());
        CHECK(tx.all(both.order_by(dal::nth<0>())) == std::vector<std::int64_t>{1, 2});
        CHECK_THROWS_WITH(dal.all(both), Contains("run the query in db.transaction(...)"));
        const Song first = tx(songs).order_by(songs.id).first().value();
        CHECK(tx(songs).order_by(songs.id).after(first).limit(2).for_update().all().size() == 2);
        CHECK(tx(songs).order_by(songs.id.desc()).before(first).limit(2).for_update(dal::skip_locked).all().size() ==
              2);
    });
    CHECK_THAT(dal.sql(select(songs.id).from(songs).for_update(dal::of(songs), dal::skip_locked)),
               Contains(db.is_sqlite() ? R"(FROM "music songs")" : R"( FOR UPDATE OF "music songs" SKIP LOCKED)"));
}

STRATA_DB_TEST("tenants lock their own rows alone", "[dal][locking][filters]") {
    const dal::Database all = filled(db);
    const dal::Database ada = all.filtered(songs.user_id == 1);
    const dal::Database eve = all.filtered(songs.user_id == 2);
    for (int turn = 0; turn < 2; ++turn) {
        for (const dal::Database& tenant : {ada, eve}) {
            tenant.transaction([](dal::Transaction& tx) {
                CHECK(tx(songs).for_update().all().size() == 2);
                CHECK(tx.all(select(songs.id).from(songs).for_update(dal::skip_locked)).size() == 2);
            });
        }
    }
}

TEST_CASE("rows that others have locked are refused at once, or left out", "[dal][locking][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    const dal::Database dal = filled(db);
    const dal::Database other = dal::connect(db.url());
    dal.transaction([&](dal::Transaction& tx) {
        CHECK(tx(songs.id == 2).for_update().all().size() == 1);
        other.transaction([](dal::Transaction& mine) {
            const auto free = mine(songs).order_by(songs.id).for_update(dal::skip_locked).all();
            REQUIRE(free.size() == 3);
            CHECK(free[1].id == 3);
            CHECK(mine(songs.id == 2).all().size() == 1);
        });
        CHECK_THROWS_AS(
            other.transaction([](dal::Transaction& mine) { (void)mine(songs.id == 2).for_update(dal::nowait).all(); }),
            Timeout);
        CHECK_THROWS_AS(
            other.transaction([](dal::Transaction& mine) { (void)mine(songs.id == 2).for_share(dal::nowait).all(); }),
            Timeout);
    });
    dal.transaction([&](dal::Transaction& tx) {
        CHECK(tx(songs.id == 2).for_share().all().size() == 1);
        other.transaction(
            [](dal::Transaction& mine) { CHECK(mine(songs.id == 2).for_share(dal::nowait).all().size() == 1); });
    });
}
