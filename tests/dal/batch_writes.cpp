// Inserts and raw SQL in a batch: the same on both databases.

#include "support/dal_database.hpp"

#include <strata/core/rules.hpp>
#include <strata/dal/callbacks.hpp>
#include <strata/testing/query_count.hpp>

#include <boost/describe/class.hpp>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace dal_test {

struct Parcel {
    std::int64_t id{};
    std::string title{};
    std::string kind{};
    Default<std::int32_t> weight{};
    Decimal price{};
};
STRATA_MODEL(Parcel, parcels, id, title, kind, weight, price)
STRATA_FACTS(parcels, client_default(parcels.kind, [] { return "made"; }), server_default(parcels.weight, 7),
             precision(parcels.price, 10, 2))
STRATA_RULES(parcels, length(parcels.title, 2, 9))

struct NamedUser {
    std::string email{};
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(NamedUser, (), (email, id))

}  // namespace dal_test

namespace {

dal::Database filled(const strata::test::TestDatabase& database) {
    const dal::Database dal = on_one_connection(database);
    schema::create_all(schema::MetaData{schema::table(parcels)}, strata::Engine(database.url()));
    dal.insert_many(std::vector<User>{{.email = "ada"}, {.email = "eve"}});
    return dal;
}

}  // namespace

STRATA_DB_TEST("a batch inserts rows and gives them as they are stored", "[dal][batch]") {
    const dal::Database dal = filled(db);
    for (int turn = 0; turn < 2; ++turn) {
        const auto [entry, song, user, count] = dal.batch([&](dal::Batch& batch) {
            std::string title = "a title";  // is gone when the batch runs
            auto made = batch.insert(Parcel{.title = title, .price = Decimal::parse("1.005")});
            auto assigned = batch.insert_into(parcels, parcels.title = title, parcels.weight = 9, parcels.price = 2);
            auto added = batch.insert(User{.email = "new" + std::to_string(turn), .phone = "5"});
            return std::tuple{made, assigned, added, batch.count(dal(users))};
        });
        CHECK(entry.id == turn * 2 + 1);
        CHECK(entry.title == "a title");
        CHECK(entry.kind == "made");
        CHECK(entry.weight == 7);
        CHECK(entry.price == Decimal::parse("1.01"));
        CHECK(song.id == turn * 2 + 2);
        CHECK(song.kind == "made");
        CHECK(song.weight == 9);
        CHECK(user.id == turn + 3);
        CHECK(user.phone == "5");
        CHECK(count == turn + 3);
    }
    CHECK(db.shell("SELECT count(*) FROM parcels WHERE kind = 'made'") == "4");
}

STRATA_DB_TEST("a batch runs raw SQL beside typed statements, with its values bound", "[dal][batch]") {
    const dal::Database dal = filled(db);
    for (int turn = 0; turn < 2; ++turn) {
        const auto [changed, named, pairs, total, typed] = dal.batch([&](dal::Batch& batch) {
            const std::string name = "ada";
            auto update = batch.execute("UPDATE users SET phone = ? WHERE email = ?", std::to_string(turn), name);
            auto rows = batch.query<NamedUser>("SELECT id, email FROM users WHERE email = :email", arg("email", name));
            auto tuples = batch.query<std::tuple<std::string, std::optional<std::string>>>(
                "SELECT email, phone FROM users "
                "ORDER BY id");
            dal::Arguments values;
            values.add(1);
            auto single = batch.query<std::int64_t>(unchecked_sql("SELECT count(*) FROM users WHERE id > ?"), values);
            return std::tuple{update, rows, tuples, single, batch.first(dal(users.phone == std::to_string(turn)))};
        });
        CHECK(changed == 1);
        REQUIRE(named.size() == 1);
        CHECK(named.front().email == "ada");
        CHECK(named.front().id == 1);
        CHECK(pairs == std::vector<std::tuple<std::string, std::optional<std::string>>>{{"ada", std::to_string(turn)},
                                                                                        {"eve", std::nullopt}});
        CHECK(total == std::vector<std::int64_t>{1});
        CHECK(typed->email == "ada");
    }
}

STRATA_DB_TEST("a statement of a batch that is wrong says which it is and what, and nothing is written",
               "[dal][batch]") {
    const dal::Database dal = filled(db);
    const auto with_insert = [&](const auto& second) {
        dal.batch([&](dal::Batch& batch) {
            (void)batch.insert(User{.email = "new"});
            (void)second(batch);
        });
    };
    CHECK_THROWS_AS(with_insert([](dal::Batch& batch) { return batch.insert(User{.email = "eve"}); }), UniqueViolation);
    CHECK_THROWS_WITH(with_insert([](dal::Batch& batch) { return batch.insert(User{.email = "eve"}); }),
                      StartsWith("statement 2 of the batch: "));
    CHECK_THROWS_WITH(with_insert([](dal::Batch& batch) { return batch.execute("UPDATE users SET nothing = 1"); }),
                      StartsWith("statement 2 of the batch: ") && !Contains("db_migrate"));
    CHECK_THROWS_WITH(with_insert([](dal::Batch& batch) { return batch.execute("DELETE FROM devices"); }),
                      Contains("run db_migrate.sh upgrade"));
    CHECK_THROWS_WITH(with_insert([](dal::Batch& batch) { return batch.query<NamedUser>("SELECT id FROM users"); }),
                      StartsWith("statement 2 of the batch: ") && Contains("email"));
    CHECK_THROWS_AS(with_insert([](dal::Batch& batch) { return batch.execute("DROP TABLE users"); }), UsageError);
    CHECK_THROWS_AS(with_insert([](dal::Batch& batch) { return batch.execute("DELETE FROM users WHERE id = ?"); }),
                    UsageError);
    CHECK_THROWS_AS(with_insert([](dal::Batch& batch) { return batch.insert(Parcel{.title = "x"}); }), ValidationError);
    CHECK_THROWS_AS(with_insert([](dal::Batch& batch) { return batch.insert_into(parcels, parcels.title = "x"); }),
                    ValidationError);
    CHECK_THROWS_WITH(with_insert([](dal::Batch& batch) { return batch.insert_into(users, users.id = 8); }),
                      Contains("writes no generated keys, such as users.id"));
    const auto audited = dal.with_callbacks<User>({.before_insert = [](const dal::Session&, User&) {}});
    CHECK_THROWS_WITH(audited.batch([](dal::Batch& batch) { return batch.insert(User{.email = "x"}); }),
                      Contains("an insert in a batch would pass by the callbacks of User"));
    CHECK_THROWS_WITH(audited.batch([](dal::Batch& batch) { return batch.insert_into(users, users.email = "x"); }),
                      Contains("would pass by the callbacks of User"));
    CHECK(db.shell("SELECT count(*) FROM users") == "2");
}

STRATA_DB_TEST("inserts in a batch are of the tenant, and raw SQL is refused under filters", "[dal][batch][filters]") {
    const dal::Database dal = filled(db);
    const dal::Database ada = dal.filtered(songs.user_id == 1);
    const dal::Database eve = dal.filtered(songs.user_id == 2);
    for (int turn = 0; turn < 2; ++turn) {
        for (const auto& [tenant, id] : {std::pair(ada, 1), std::pair(eve, 2)}) {
            const auto [row, assigned, all] = tenant.batch([&](dal::Batch& batch) {
                return std::tuple{
                    batch.insert(Song{.title = "row", .user_id = 7}),
                    batch.insert_into(songs, songs.title = "assigned", songs.status = Status::queued,
                                      songs.active = true, songs.plays = 0, songs.price = 0, songs.rating = 0),
                    batch.count(tenant(songs))};
            });
            CHECK(row.user_id == id);
            CHECK(assigned.user_id == id);
            CHECK(all == turn * 2 + 2);
        }
    }
    CHECK_THROWS_WITH(ada.batch([](dal::Batch& batch) { return batch.execute("DELETE FROM users"); }),
                      Contains("raw SQL bypasses the filters"));
    CHECK_THROWS_WITH(ada.batch([](dal::Batch& batch) { return batch.insert_into(songs, songs.user_id = 2); }),
                      Contains("is given by a filter"));
    CHECK(db.shell("SELECT count(*) FROM \"music songs\" WHERE user_id = 1") == "4");
}

STRATA_DB_TEST("rows that are inserted and returned take one statement on PostgreSQL, in their order",
               "[dal][insert_many_returning]") {
    (void)filled(db);
    const Engine engine(db.url(), testing::counted());
    const dal::Database dal = dal::connect(engine);
    std::vector<Parcel> rows;
    for (int i = 0; i < 300; ++i) {
        rows.push_back({.title = "t" + std::to_string(i), .price = Decimal::parse("0.125")});
        if (i % 100 == 99) rows.back().weight = i;  // another form of the statement
    }
    const testing::QueryCount count(engine);
    const std::vector<Parcel> stored = dal.insert_many_returning(rows);
    CHECK(count.statements() == (db.is_sqlite() ? 300 : 6));
    REQUIRE(stored.size() == 300);
    for (std::size_t i = 0; i < stored.size(); ++i) {
        CHECK(stored[i].id == static_cast<std::int64_t>(i) + 1);
        CHECK(stored[i].title == rows[i].title);
        CHECK(stored[i].weight == (i % 100 == 99 ? static_cast<int>(i) : 7));
        CHECK(stored[i].price == Decimal::parse("0.13"));
    }
    rows[150].title = "x";
    CHECK_THROWS_AS(dal.insert_many_returning(rows), ValidationError);
    CHECK(db.shell("SELECT count(*), max(id), count(DISTINCT title) FROM parcels") == "300|300|300");
    const testing::QueryCount plain(engine);
    CHECK(dal.insert_many_returning(std::vector<User>{{.email = "a"}, {.email = "b"}}).back().id == 4);
    CHECK(plain.statements() == (db.is_sqlite() ? 2 : 1));
    CHECK_THROWS_AS(dal.insert_many_returning(std::vector<User>{{.email = "c"}, {.email = "a"}}), UniqueViolation);
    const auto kept = dal.insert_many_returning(std::vector<User>{{.id = 50, .email = "k"}}, {.keep_keys = true});
    CHECK(kept.front().id == 50);
    CHECK(dal.insert(User{.email = "after"}).id == 51);
    const auto ada = dal.filtered(songs.user_id == 1).insert_many_returning(std::vector<Song>(2));
    CHECK(ada.back().user_id == 1);
    const auto eve = dal.filtered(songs.user_id == 2).insert_many_returning(std::vector<Song>(2));
    CHECK(eve.back().user_id == 2);
}
