// Statements that run together: the same on both databases.

#include "support/dal_database.hpp"

#include <strata/core/engine.hpp>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

STRATA_DB_TEST("a batch gives the typed results of its statements in their order", "[dal][batch]") {
    const dal::Database dal = with_users_and_people(db);
    const auto [ada, nobody, all, count, any, none, first] = dal.batch([&](dal::Batch& batch) {
        return std::tuple{batch.get(users, 1),
                          batch.get(users, 9),
                          batch.all(select(people.name).from(people)),
                          batch.count(dal(users.id > 1)),
                          batch.exists(dal(users.phone == "5")),
                          batch.exists(dal(users.phone == "6")),
                          batch.first(dal(users).order_by(users.id.desc()))};
    });
    CHECK(ada->email == "ada");
    CHECK(!nobody);
    CHECK(all == std::vector<std::string>{"ada", "bob"});
    CHECK(count == 2);
    CHECK(any);
    CHECK(!none);
    CHECK(first->email == "joe");
}

STRATA_DB_TEST("a batch of queries and sets gives the rows of each", "[dal][batch]") {
    const dal::Database dal = with_users_and_people(db);
    const auto [names, rows, flags] = dal.batch(select(people.name, people.id).from(people).order_by(people.id),
                                                dal(users.id < 2), select(users.id == 1).from(users));
    CHECK(names == std::vector<std::tuple<std::string, std::int64_t>>{{"ada", 1}, {"bob", 2}});
    CHECK(rows.size() == 1);
    CHECK(flags.size() == 3);
}

STRATA_DB_TEST("a batch of many keys gives a vector of rows", "[dal][batch]") {
    const dal::Database dal = with_users_and_people(db);
    std::vector<SongTag> tags;
    for (int i = 0; i < 5; ++i)
        tags.push_back({.song_id = 1, .tag = "a tag with a rather long name " + std::to_string(i)});
    dal.insert(Song{.title = "a"});
    dal.insert_many(tags);
    for (int round = 0; round < 2; ++round) {
        const auto found = dal.batch([&](dal::Batch& batch) {
            std::vector<decltype(batch.get(song_tags, 1, ""))> wanted;
            for (int i = 0; i < 700; ++i)
                wanted.push_back(batch.get(song_tags, 1, "a tag with a rather long name " + std::to_string(i)));
            return wanted;
        });
        REQUIRE(found.size() == 700);
        for (std::size_t i = 0; i < found.size(); ++i) {
            CHECK(found[i].has_value() == i < 5);
            if (found[i]) CHECK(found[i]->tag == tags[i].tag);
        }
    }
}

STRATA_DB_TEST("the statement of a batch that fails is named, and the connection is usable", "[dal][batch]") {
    const dal::Database dal = with_users_and_people(db);
    CHECK_THROWS_WITH(dal.batch(select(users.id).from(users), select(devices.name).from(devices)),
                      StartsWith("statement 2 of the batch: ") && Contains("run db_migrate.sh upgrade"));
    CHECK_THROWS_AS(dal.batch(select(users.id).from(users), select(devices.name).from(devices)), NoSuchTable);
    CHECK_THROWS_WITH(dal.batch([](dal::Batch& batch) { (void)batch.get(devices, 1); }), Contains("db_migrate.sh"));
    CHECK(dal(users).count() == 3);
}

STRATA_DB_TEST("a batch inside a transaction sees its writes, and its failure fails the transaction",
               "[dal][batch][transaction]") {
    const dal::Database dal = with_users_and_people(db);
    dal.transaction([&](dal::Transaction& tx) {
        tx.insert(User{.email = "new"});
        const auto [rows] = tx.batch(tx(users.email == "new"));
        CHECK(rows.size() == 1);
    });
    CHECK_THROWS_WITH(dal.transaction([&](dal::Transaction& tx) {
        CHECK_THROWS_AS(tx.batch(tx(devices)), NoSuchTable);
        (void)tx(users).count();
    }),
                      Contains("the transaction has failed"));
}

STRATA_DB_TEST("a batch has the filters of its database", "[dal][batch][filters]") {
    const dal::Database dal = with_users_and_people(db);
    const auto seen = [](const dal::Database& scoped) {
        const auto [one, rows, count] = scoped.batch([&](dal::Batch& batch) {
            return std::tuple{batch.get(users, 1), batch.all(select(users.id).from(users)), batch.count(scoped(users))};
        });
        return std::tuple(one.has_value(), rows.size(), count);
    };
    CHECK(seen(dal.filtered(users.id > 1)) == std::tuple(false, 2, 2));
    CHECK(seen(dal.filtered(users.id < 2)) == std::tuple(true, 1, 1));
}

STRATA_DB_TEST("a batch goes on when its tables were changed since it was prepared", "[dal][batch]") {
    const dal::Database dal = with_users_and_people(db);
    const auto run = [&] {
        return dal.batch([](dal::Batch& batch) { return std::tuple{batch.get(users, 1), batch.get(people, 1)}; });
    };
    CHECK(std::get<0>(run())->email == "ada");
    db.shell(db.is_sqlite()
                 ? "ALTER TABLE users ADD COLUMN more text; ALTER TABLE people ADD COLUMN more text"
                 : "ALTER TABLE users ALTER COLUMN email TYPE text; ALTER TABLE people ALTER COLUMN name TYPE "
                   "varchar(90)");
    CHECK(std::get<0>(run())->email == "ada");
    CHECK(std::get<1>(run())->name == "ada");
}

STRATA_DB_TEST("a batch updates and removes sets, all or none", "[dal][batch]") {
    const dal::Database dal = with_users_and_people(db);
    const auto [updated, rows, removed] = dal.batch([&](dal::Batch& batch) {
        return std::tuple{batch.update(dal(users.id <= 2), users.phone = "1"), batch.all(dal(users.phone == "1")),
                          batch.remove(dal(dal::all(people)))};
    });
    CHECK(updated == 2);
    CHECK(rows.size() == 2);
    CHECK(removed == 2);
    CHECK_THROWS_AS(dal.batch([&](dal::Batch& batch) {
        (void)batch.update(dal(users.id == 1), users.phone = "7");
        (void)batch.update(dal(users.id == 2), users.email = "joe");
    }),
                    UniqueViolation);
    CHECK(db.shell("SELECT count(*) FROM users WHERE phone = '7'") == "0");
    CHECK_THROWS_AS(dal.batch([&](dal::Batch& batch) { (void)batch.remove(dal(people)); }), UsageError);
    CHECK(dal.filtered(users.id == 1).batch([&](dal::Batch& batch) {
        return batch.remove(dal.filtered(users.id == 1)(dal::all(users)));
    }) == 1);
    CHECK(db.shell("SELECT count(*) FROM users") == "2");
}

STRATA_DB_TEST("an empty batch does nothing", "[dal][batch]") {
    const dal::Database dal = with_users_and_people(db);
    CHECK_NOTHROW(dal.batch([](dal::Batch&) {}));
}
