// What is said of the rows that are changed, and what comes back of them. The same on both databases.

#include "support/song_rows.hpp"

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

/// Songs of two users, and one of nobody.
dal::Database filled(const strata::test::TestDatabase& database) {
    return with_songs(connected(database), {"ada", "eve"},
                      {song_of(1, "a1", 1, Status::queued, "1.50"), song_of(1, "a2", 2, Status::queued, "1.50"),
                       song_of(2, "e1", 3, Status::queued, "1.50"), song_of({}, "none", 4, Status::queued, "1.50")});
}

template <class T>
std::vector<T> sorted(std::vector<T> values) {
    std::sort(values.begin(), values.end());
    return values;
}

}  // namespace

STRATA_DB_TEST("every row of a table is changed where that is said, and by no set without a condition", "[dal]") {
    const dal::Database dal = filled(db);
    CHECK(dal(dal::all(songs)).update(songs.plays = 7) == 4);
    CHECK(dal(dal::all(songs)).count() == 4);
    CHECK(dal(dal::all(songs)).where(songs.user_id == 1).update(songs.plays = 8) == 2);
    const dal::Set<Song> set = dal(songs);
    CHECK_THROWS_WITH(set.remove(), Contains("remove() would change every row of the table: say db(dal::all(songs))"));
    CHECK_THROWS_AS(dal(songs).order_by(songs.id).update(songs.plays = 1), UsageError);
    const dal::Condition<Song> wanted;
    CHECK_THROWS_AS(dal(dal::all(songs)).where(wanted).remove(), UsageError);
    CHECK_THROWS_AS(dal(wanted).returning(songs.id).remove(), UsageError);
    CHECK_THROWS_AS(dal(dal::all(songs)).limit(1).remove(), UsageError);
    CHECK(dal(songs).where(songs.plays == 8).remove() == 2);
    CHECK(dal(dal::all(songs)).remove() == 2);
    CHECK(db.shell("SELECT count(*) FROM \"music songs\"") == "0");
}

STRATA_DB_TEST("an update and a removal return rows, or what is named of them", "[dal]") {
    const dal::Database dal = filled(db);
    const std::vector<Song> changed = dal(songs.user_id == 1).returning(songs).update(songs.plays = songs.plays + 10);
    REQUIRE(changed.size() == 2);
    CHECK(changed[0].plays + changed[1].plays == 23);
    CHECK(changed[0].updated_at.has_value());
    CHECK(changed[0].price == Decimal::parse("1.50"));
    using Row = std::tuple<std::string, std::int64_t, std::optional<std::int64_t>>;
    const std::vector<Row> some =
        dal(songs.plays < 10).returning(songs.title, songs.plays * 2, songs.user_id).update(songs.active = true);
    CHECK(sorted(some) == std::vector<Row>{{"e1", 6, 2}, {"none", 8, std::nullopt}});
    const std::vector<std::int64_t> ids = dal(songs.active).returning(songs.id).remove();
    CHECK(sorted(ids) == std::vector<std::int64_t>{3, 4});
    CHECK(dal(songs.plays == 99).returning(songs).remove().empty());
    const std::vector<bool> flags = dal(dal::all(songs)).returning(songs.active).remove();
    CHECK(flags == std::vector<bool>{false, false});
    CHECK(db.shell("SELECT count(*) FROM \"music songs\"") == "0");
}

STRATA_DB_TEST("an update reads other tables", "[dal]") {
    const dal::Database dal = filled(db);
    CHECK(dal(songs.plays > 0)
              .from(users, songs.user_id == users.id)
              .where(users.email == "ada")
              .update(songs.title = users.email + "!", songs.plays = songs.plays + 1) == 2);
    CHECK(db.shell("SELECT \"select\", plays FROM \"music songs\" ORDER BY id") == "ada!|2\nada!|3\ne1|3\nnone|4");
    const auto per_user = dal::derived<"per_user">(
        select(songs.user_id, dal::count(), dal::sum(songs.price)).from(songs).group_by(songs.user_id));
    const auto [user, count, sum] = per_user.columns();
    CHECK(dal(songs)
              .from(per_user, user == songs.user_id)
              .update(songs.rating = count, songs.price = dal::coalesce(sum, 0)) == 3);
    CHECK(dal.get(songs, 1)->rating == 2);
    CHECK(dal.get(songs, 1)->price == Decimal(3));
    CHECK(dal.get(songs, 3)->price == Decimal::parse("1.50"));
    const auto given = dal::values<"given">(std::vector<std::tuple<std::int64_t, std::string>>{{1, "x"}, {3, "y"}});
    const auto [id, title] = given.columns();
    CHECK(dal(songs).from(given, songs.id == id).update(songs.title = title) == 2);
    CHECK(db.shell("SELECT \"select\" FROM \"music songs\" ORDER BY id") == "x\nada!\ny\nnone");
    constexpr auto other = dal::alias<"other">(songs);
    CHECK(dal(songs.id == 1)
              .from(other, other.id == 4)
              .from(users, users.id == 2)
              .update(songs.plays = other.plays, songs.user_id = users.id) == 1);
    CHECK(dal.get(songs, 1)->plays == 4);
    CHECK(dal.get(songs, 1)->user_id == 2);
}

STRATA_DB_TEST("an update from other tables keeps to the filters of each", "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database ada = all.filtered(songs.user_id == 1);
    const dal::Database only_eve = all.filtered(users.email == "eve");
    CHECK(ada(songs).from(users, users.id == 2).update(songs.title = users.email) == 2);
    CHECK(db.shell("SELECT \"select\" FROM \"music songs\" ORDER BY id") == "eve\neve\ne1\nnone");
    CHECK(only_eve(songs).from(users, users.id == songs.user_id).update(songs.plays = 50) == 1);
    constexpr auto other = dal::alias<"other">(songs);
    CHECK(ada(songs.id == 1).from(other, other.id == 3).update(songs.plays = other.plays) == 0);
    CHECK(all(songs.id == 1).from(other, other.id == 3).update(songs.plays = other.plays) == 1);
    CHECK(ada(dal::all(songs)).returning(songs.id).update(songs.plays = 1).size() == 2);
    CHECK(ada(dal::all(songs)).returning(songs.id).remove().size() == 2);
    CHECK(all(songs).count() == 2);
}

STRATA_DB_TEST("a query's rows are inserted into columns", "[dal]") {
    const dal::Database dal = filled(db);
    const auto from_users =
        select(users.email + "'s", users.id, dal::value(0), dal::value(false), dal::cast<double>(users.id)).from(users);
    CHECK(dal.insert_from(
              select(users.email, songs.status, songs.active, songs.plays + 1, songs.price * 2, songs.rating, users.id)
                  .from(users)
                  .join(songs, songs.user_id == users.id)
                  .where(songs.plays > 1)
                  .order_by(songs.plays),
              songs.title, songs.status, songs.active, songs.plays, songs.price, songs.rating, songs.user_id) == 2);
    (void)from_users;
    const std::vector<Song> made = dal(songs.id > 4).order_by(songs.id).all();
    REQUIRE(made.size() == 2);
    CHECK(made[0].title == "ada");
    CHECK(made[0].plays == 3);
    CHECK(made[0].price == Decimal(3));
    CHECK(made[1].user_id == 2);
    CHECK(made[0].created_at.microseconds > 0);
    CHECK(
        dal.insert_from(select(users.email).from(users).union_all(select(songs.title).from(songs).where(songs.id == 4)),
                        people.name) == 3);
    CHECK(db.shell("SELECT name FROM people ORDER BY name") == "ada\neve\nnone");
    CHECK(dal.insert_from(select(users.id + 100, users.email + "2").from(users), users.id, users.email) == 2);
    CHECK(dal.insert(User{.email = "next"}).id == 103);
    const auto big =
        select(songs.id * 3000000000LL, songs.title, songs.status, songs.active, songs.price, songs.rating).from(songs);
    CHECK_THROWS_AS(
        dal.insert_from(big, songs.plays, songs.title, songs.status, songs.active, songs.price, songs.rating),
        ValueError);
}

STRATA_DB_TEST("rows that a query inserts belong to the filter", "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database ada = all.filtered(songs.user_id == 1);
    const auto query =
        select(songs.title, songs.status, songs.active, songs.plays, songs.price, songs.rating).from(songs);
    CHECK(ada.insert_from(query, songs.title, songs.status, songs.active, songs.plays, songs.price, songs.rating) == 2);
    CHECK(ada(songs).count() == 4);
    CHECK(all(songs).count() == 6);
    CHECK(all(songs.title == "a1").count() == 2);
    CHECK(all(songs.title == "e1").count() == 1);
}

STRATA_DB_TEST("assignments are collected at run time", "[dal]") {
    const dal::Database dal = filled(db);
    dal::Assignments<Song> changes;
    CHECK(changes.empty());
    CHECK_THROWS_WITH(dal(songs.id == 1).update(changes), "an update assigns nothing");
    changes.set(songs.title = "new").set(songs.plays = songs.plays + 5);
    CHECK(dal(songs.id == 1).update(changes) == 1);
    CHECK(dal(songs.id == 1).update(changes, songs.active = true) == 1);
    CHECK(dal.get(songs, 1)->plays == 11);
    CHECK(dal.get(songs, 1)->active);
    dal::Assignments<User> user;
    user.set(users.email = "x");
    const std::string phone = "123";
    if (!phone.empty()) user.set(users.phone = phone);
    CHECK(dal.insert_into(users, user).phone == "123");
    CHECK_THROWS_WITH(dal.insert_into(users, user, users.email = "y"), "an insert assigns users.email twice");
    CHECK(dal.insert_into(visits, dal::Assignments<Visit>()).id == 1);
}

STRATA_DB_TEST("inserts return what is named of their rows, in the order given", "[dal]") {
    const dal::Database dal = connected(db);
    const std::tuple<std::int64_t, TimestampTz> made =
        dal.returning(songs.id, songs.created_at)
            .insert_into(songs, songs.title = "x", songs.status = Status::done, songs.active = false, songs.plays = 1,
                         songs.price = 1, songs.rating = 1);
    CHECK(std::get<0>(made) == 1);
    CHECK(std::get<1>(made).microseconds > 0);
    CHECK(dal.returning(users.id).insert(User{.email = "one"}) == 1);
    std::vector<User> many;
    for (int i = 0; i < 1200; ++i) many.push_back({.email = "user " + std::to_string(i)});
    const std::vector<std::tuple<std::int64_t, std::string>> rows =
        dal.returning(users.id, dal::upper(users.email)).insert_many(many);
    REQUIRE(rows.size() == 1200);
    for (int i = 0; i < 1200; ++i) {
        REQUIRE(std::get<0>(rows[static_cast<std::size_t>(i)]) == i + 2);
        REQUIRE(std::get<1>(rows[static_cast<std::size_t>(i)]) == "USER " + std::to_string(i));
    }
    CHECK_THROWS_AS(dal.returning(users.id).insert_many(std::vector<User>{{.email = "fresh"}, {.email = "one"}}),
                    UniqueViolation);
    CHECK(dal(users).count() == 1201);
    CHECK(dal.returning(visits).insert_many(std::vector<Visit>(2)).size() == 2);
    const dal::Database ada = dal.filtered(songs.user_id == 1);
    CHECK(ada.returning(songs.user_id).insert_many(std::vector<Song>{{.title = "a", .user_id = 2}}).front() == 1);
}

STRATA_DB_TEST("a database refuses calls beside its own transaction, unless they are asked for", "[dal]") {
    const dal::Database dal = filled(db);
    const auto refused = Contains("this thread has a transaction open on this database");
    dal.transaction([&](dal::Transaction& tx) {
        CHECK_THROWS_WITH(dal(songs).count(), refused);
        CHECK_THROWS_WITH(dal.with({.tag = "x"}).insert(User{.email = "x"}), refused);
        CHECK_THROWS_WITH(dal.transaction([](dal::Transaction&) {}), refused);
        CHECK_THROWS_WITH(dal.filtered(songs.plays > 1)(songs).exists(), refused);
        CHECK(dal.with({.beside_transaction = true})(users).count() == 2);
        CHECK(tx(users).count() == 2);
        tx.after_commit([&] { CHECK(dal(users).count() == 2); });
        const dal::Database another = dal::connect(core::Engine(db.url()));
        CHECK(another(users).count() == 2);
    });
    CHECK(dal(songs).count() == 4);
    CHECK_THROWS_AS(dal.transaction([](dal::Transaction&) { throw std::runtime_error("x"); }), std::runtime_error);
    CHECK(dal(songs).count() == 4);
}
