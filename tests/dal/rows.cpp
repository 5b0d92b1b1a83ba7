// Rows of a model: insert, insert_into, insert_many, get, update, remove. The same on both databases.

#include "support/dal_database.hpp"

#include <unistd.h>

#include <ranges>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

STRATA_DB_TEST("inserted rows get keys from 1 and the values that the server generated", "[dal]") {
    const dal::Database dal = connected(db);
    const User ada = dal.insert(User{.email = "ada@example.org"});
    const User eve = dal.insert(User{.email = "eve", .phone = "1"});
    CHECK(ada.id == 1);
    CHECK(eve.id == 2);
    CHECK(dal.insert(User{.id = 99, .email = "key left out"}).id == 3);
    const auto before = TimestampTz::now();
    const Song song = dal.insert(Song{.title = "Aria", .user_id = ada.id});
    CHECK(song.created_at.microseconds > before.microseconds - 60'000'000);
    CHECK(song.created_at.microseconds < before.microseconds + 60'000'000);
    CHECK(db.shell("SELECT id, email, phone FROM users ORDER BY id") == "1|ada@example.org|\n2|eve|1\n3|key left out|");
}

STRATA_DB_TEST("a row can be filled in place, and a table may be all server-made", "[dal]") {
    const dal::Database dal = connected(db);
    Visit visit;
    dal.insert_in_place(visit);
    CHECK(visit.id == 1);
    CHECK(visit.at.microseconds > 0);
    const Line line = dal.insert(Line{.code = "a", .price = 3, .quantity = 4});
    CHECK(line.total == 12);
}

STRATA_DB_TEST("insert_into writes the assigned columns and leaves the rest to defaults", "[dal]") {
    const dal::Database dal = connected(db);
    dal.insert_into(users, users.email = "ada", users.phone = std::nullopt);
    const Song song =
        dal.insert_into(songs, songs.title = "Aria", songs.status = Status::done, songs.active = true,
                        songs.plays = 2 + 3, songs.price = Decimal::parse("1.5"), songs.rating = 1, songs.user_id = 1);
    CHECK(song.id == 1);
    CHECK(song.plays == 5);
    CHECK(song.price == Decimal::parse("1.5"));
    CHECK(song.created_at.microseconds > 0);
    CHECK(!song.updated_at);
    CHECK(dal.insert_into(visits).id == 1);
    CHECK_THROWS_AS(dal.insert_into(songs, songs.title = "no status"), NotNullViolation);
    CHECK_THROWS_WITH(dal.insert_into(users, users.email = "a", users.email = "b"),
                      "an insert assigns users.email twice");
    CHECK(db.shell("SELECT count(*) FROM \"music songs\"") == "1");
}

STRATA_DB_TEST("keep_keys writes keys and server-made columns, and the next key comes after them", "[dal]") {
    const dal::Database dal = connected(db);
    const auto long_ago = TimestampTz::parse("2001-02-03 04:05:06.123456");
    CHECK(dal.insert(Song{.id = 41, .title = "a", .created_at = long_ago}, {.keep_keys = true}).id == 41);
    CHECK(dal(songs.id == 41).one().created_at == long_ago);
    CHECK(dal.insert(Song{.title = "b"}).id == 42);
    CHECK(dal.insert(Song{.id = 7, .title = "c"}, {.keep_keys = true}).id == 7);
    CHECK(dal.insert(Song{.title = "d"}).id == 43);
    dal.insert_many(std::vector<Song>{{.id = 60, .title = "e"}, {.id = 50, .title = "f"}}, {.keep_keys = true});
    CHECK(dal.insert(Song{.title = "g"}).id == 61);
    CHECK(dal.insert_into(songs, songs.id = 5, songs.title = "h", songs.status = Status::done, songs.active = false,
                          songs.plays = 0, songs.price = 0, songs.rating = 0)
              .id == 5);
    CHECK(dal.insert(Line{.code = "x", .price = 2, .quantity = 2, .total = 99}, {.keep_keys = true}).total == 4);
}

STRATA_DB_TEST("a decimal comes back rounded as it is stored", "[dal]") {
    const dal::Database dal = connected(db);
    Song song = dal.insert(Song{.title = "a", .price = Decimal::parse("1.005")});
    CHECK(song.price.to_string() == "1.01");
    song.price = Decimal::parse("2.345");
    song = dal.update(song);
    CHECK(song.price.to_string() == "2.35");
    CHECK(dal.get(songs, song.id)->price == song.price);
    CHECK(dal(dal::all(songs)).update(songs.price = songs.price * Decimal::parse("0.33333")) == 1);
    CHECK(dal.get(songs, song.id)->price.to_string() == "0.78");
    CHECK(db.shell("SELECT price FROM \"music songs\"") == "0.78");
}

STRATA_DB_TEST("a computed number that its column cannot hold is an error and changes nothing", "[dal]") {
    const dal::Database dal = connected(db);
    dal.insert(Song{.title = "a", .plays = 2147483647});
    const auto code = [&](const auto& assignment) {
        try {
            dal(dal::all(songs)).update(assignment);
        } catch (const ValueError& error) {
            CHECK(std::string(error.what()) == "a number lies outside of what its column holds");
            return true;
        }
        return false;
    };
    CHECK(code(songs.plays = songs.plays + 1));
    CHECK(code(songs.plays = songs.plays * 2));
    CHECK(db.shell("SELECT plays FROM \"music songs\"") == "2147483647");
    CHECK(dal(dal::all(songs)).update(songs.plays = songs.plays - 7) == 1);
    CHECK(dal(dal::all(songs)).update(songs.user_id = songs.user_id + 1) == 1);
    CHECK(db.shell("SELECT plays, user_id FROM \"music songs\"") == "2147483640|");
    CHECK(dal.insert_many(std::vector<Visit>{}) == 0);
}

STRATA_DB_TEST("generated keys continue after a key that insert_into assigns", "[dal]") {
    const dal::Database dal = connected(db);
    CHECK(dal.insert_into(users, users.id = 2, users.email = "second").id == 2);
    CHECK(dal.insert(User{.email = "third"}).id == 3);
    CHECK(dal.insert_into(users, users.id = 1, users.email = "first").id == 1);
    CHECK(dal.insert(User{.email = "fourth"}).id == 4);
}

TEST_CASE("rows with kept keys and the numbering change together or not at all", "[dal][postgresql]") {
    STRATA_NOT_POOLED("a URL's options do not reach the server");
    const test::TestDatabase db(test::TestDialect::postgresql);
    (void)connected(db);
    const std::string role = "strata_guest_" + std::to_string(::getpid());
    const std::string schema(db.schema());
    db.admin_shell("CREATE ROLE " + role + " LOGIN; GRANT USAGE ON SCHEMA " + schema + " TO " + role +
                   "; GRANT SELECT, INSERT ON " + schema + ".users TO " + role + "; GRANT USAGE ON SEQUENCE " + schema +
                   ".users_id_seq TO " + role);
    if (test::surrounding() == test::Surrounding::foreign) db.admin_shell("GRANT " + role + " TO strata_app");
    struct DropRole {
        const test::TestDatabase& db;
        const std::string& role;
        ~DropRole() { db.admin_shell("DROP OWNED BY " + role + "; DROP ROLE " + role); }
    } const drop{db, role};
    {
        core::Connection connection(core::Url::parse(db.url()));
        connection.script("SET ROLE " + role);
        CHECK_THROWS_AS(connection.execute("SELECT setval('users_id_seq', 7)"), Error);
    }
    core::Url url = core::Url::parse(db.url());
    url.options["options"] = "-c role=" + role;
    const dal::Database guest = dal::connect(Engine(url));
    CHECK_THROWS_AS(guest.insert(User{.id = 7, .email = "a"}, {.keep_keys = true}), Error);
    CHECK_THROWS_AS(guest.insert_many(std::vector<User>{{.id = 8, .email = "b"}}, {.keep_keys = true}), Error);
    CHECK_THROWS_AS(guest.insert_into(users, users.id = 9, users.email = "c"), Error);
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
    CHECK(guest.insert(User{.email = "d"}).id == 1);
}

STRATA_DB_TEST("insert_many writes all rows of any range, or none", "[dal]") {
    const dal::Database dal = connected(db);
    std::vector<User> many;
    for (int i = 0; i < 1000; ++i)
        many.push_back({.email = "user " + std::to_string(i), .phone = "tab\tline\nback\\ü"});
    CHECK(dal.insert_many(many) == 1000);
    CHECK(db.shell("SELECT count(*), min(id), max(id) FROM users") == "1000|1|1000");
    CHECK(dal.get(users, 7)->phone == "tab\tline\nback\\ü");
    CHECK(dal.insert_many(std::vector<User>()) == 0);
    CHECK(dal.insert_many(std::views::iota(0, 3) | std::views::transform([](int i) {
                              return Line{.code = std::to_string(i), .price = i, .quantity = 2};
                          })) == 3);
    CHECK(db.shell("SELECT code, total FROM lines ORDER BY code") == "0|0\n1|2\n2|4");

    const std::vector<User> twice{{.email = "new"}, {.email = "user 5"}};
    CHECK_THROWS_AS(dal.insert_many(twice), UniqueViolation);
    CHECK(dal(users).count() == 1000);
    CHECK_THROWS_WITH(dal.insert_many(std::vector<Visit>(2)), Contains("every column of visits is made by the server"));
}

STRATA_DB_TEST("insert_many_returning gives the keys, all rows or none", "[dal]") {
    const dal::Database dal = connected(db);
    const std::vector<User> stored = dal.insert_many_returning(std::vector<User>{{.email = "a"}, {.email = "b"}});
    REQUIRE(stored.size() == 2);
    CHECK(stored[0].id == 1);
    CHECK(stored[1].id == 2);
    CHECK_THROWS_AS(dal.insert_many_returning(std::vector<User>{{.email = "c"}, {.email = "a"}}), UniqueViolation);
    CHECK(dal(users).count() == 2);
}

STRATA_DB_TEST("get finds a row by its key, of one column or of several", "[dal]") {
    const dal::Database dal = connected(db);
    const Song song = dal.insert(Song{.title = "Aria"});
    dal.insert(SongTag{song.id, "baroque"});
    dal.insert(Line{.code = "it's", .price = 1, .quantity = 1});
    CHECK(dal.get(songs, song.id)->title == "Aria");
    CHECK(dal.get<Song>(song.id)->title == "Aria");
    CHECK(dal.get<Line>("it's")->price == 1);
    CHECK(!dal.get(songs, 99));
    CHECK(dal.get(song_tags, song.id, "baroque"));
    CHECK(!dal.get(song_tags, song.id, "rock"));
    CHECK_THROWS_WITH(dal.get<Keyless>(1), Contains("Keyless (table keyless) has none"));
}

STRATA_DB_TEST("update writes a row by its key and reads back what the database set", "[dal]") {
    const dal::Database dal = connected(db);
    Song song = dal.insert(Song{.title = "Aria"});
    song.title = "Air";
    song.status = Status::failed;
    const Song stored = dal.update(song);
    CHECK(stored.updated_at);
    CHECK(stored.title == "Air");
    CHECK(db.shell(R"(SELECT "select", status, updated_at IS NOT NULL FROM "music songs")") ==
          (db.is_sqlite() ? "Air|failed|1" : "Air|failed|t"));
    dal.update_in_place(song);
    CHECK(song.updated_at);

    Line line = dal.insert(Line{.code = "a", .price = 1, .quantity = 2});
    line.price = 5;
    CHECK(dal.update(line).total == 10);

    CHECK_THROWS_AS(dal.update(User{.id = 99, .email = "x"}), NotFound);
    CHECK_THROWS_AS(dal.remove(User{.id = 99}), NotFound);
    CHECK_THROWS_WITH(dal.update(SongTag{1, "a"}), "SongTag has nothing but its key, so there is nothing to update");
    dal.remove(song);
    CHECK(dal(songs).count() == 0);
}

STRATA_DB_TEST("a version column refuses the update of a row that someone else has changed", "[dal]") {
    const dal::Database dal = connected(db);
    Account mine = dal.insert(Account{.owner = "ada", .balance = 5});
    Account theirs = *dal.get(accounts, mine.id);
    mine.balance = 6;
    dal.update_in_place(mine);
    CHECK(mine.version == 1);
    theirs.balance = 7;
    CHECK_THROWS_AS(dal.update(theirs), dal::StaleRow);
    CHECK_THROWS_WITH(dal.remove(theirs),
                      Contains("the row of accounts was changed by someone else since it was read"));
    CHECK(dal.get(accounts, mine.id)->balance == Decimal(6));
    CHECK(dal(accounts.id == mine.id).update(accounts.balance = 8) == 1);
    CHECK_THROWS_AS(dal.update(mine), dal::StaleRow);
    dal.remove(*dal.get(accounts, mine.id));
    CHECK_THROWS_AS(dal.update(mine), NotFound);
}

STRATA_DB_TEST("update and remove of a set say how many rows there were", "[dal]") {
    const dal::Database dal = connected(db);
    for (int i = 0; i < 3; ++i) dal.insert(Song{.title = "a", .plays = i, .rating = 1.5});
    CHECK(dal(dal::all(songs)).update(songs.title = "b") == 3);
    CHECK(dal(songs.title == "a").update(songs.title = "c") == 0);
    CHECK(dal(songs.plays == 1).update(songs.plays = songs.plays + 10, songs.rating = songs.rating * 2) == 1);
    const Song changed = dal(songs.plays == 11).one();
    CHECK(changed.rating == 3.0);
    CHECK(changed.updated_at);
    CHECK(dal(songs.plays == 0).update(songs.updated_at = std::nullopt) == 1);
    CHECK(!dal(songs.plays == 0).one().updated_at);
    CHECK_THROWS_WITH(dal(dal::all(songs)).update(songs.title = "a", songs.title = "b"),
                      "an update assigns music songs.select twice");
    CHECK(dal(songs.plays + 1 > 2).remove() == 2);
    CHECK(dal(dal::all(songs)).remove() == 1);
    CHECK(dal(dal::all(songs)).remove() == 0);
    CHECK_THROWS_WITH(dal(songs).limit(1).remove(), Contains("a set without limit and offset"));
    CHECK_THROWS_AS(dal(songs).offset(1).update(songs.title = "x"), UsageError);
}

STRATA_DB_TEST("a referred row must exist, and referring rows follow on_delete", "[dal]") {
    const dal::Database dal = connected(db);
    CHECK_THROWS_AS(dal.insert(Song{.title = "x", .user_id = 7}), ForeignKeyViolation);
    const User ada = dal.insert(User{.email = "ada"});
    const Song song = dal.insert(Song{.title = "x", .user_id = ada.id});
    dal.insert(SongTag{song.id, "t"});
    dal.remove(ada);
    CHECK(dal.get(songs, song.id)->user_id == std::nullopt);
    dal.remove(song);
    CHECK(dal(song_tags).count() == 0);
}

STRATA_DB_TEST("what a column cannot hold is the same error on both databases", "[dal]") {
    const dal::Database dal = connected(db);
    const std::string twenty = "12345678901234567890";
    CHECK(dal.insert(User{.email = twenty}).id == 1);
    CHECK(dal.insert(User{.email = "äöüäöüäöüäöüäöüäöüäö"}).id == 2);  // 20 characters, 40 bytes
    CHECK_THROWS_WITH(dal.insert(User{.email = twenty + "1"}),
                      "users.email holds at most 20 characters, and the text is longer");
    CHECK_THROWS_AS(dal(dal::all(users)).update(users.phone = "x", users.email = twenty + "1"), ValueError);
    CHECK_THROWS_AS(dal.insert_into(users, users.email = twenty + "1"), ValueError);
    CHECK_THROWS_AS(dal.insert_many(std::vector<User>{{.email = "ok"}, {.email = twenty + "1"}}), ValueError);
    CHECK_THROWS_AS(dal.insert(User{.email = std::string("a\0b", 3)}), ValueError);
    CHECK_THROWS_AS(dal.insert(User{.email = "\xff"}), ValueError);
    CHECK_THROWS_AS(dal(users.email == std::string("a\0b", 3)).all(), ValueError);
    CHECK_THROWS_AS(dal(users.email.in({std::string("a\0b", 3)})).all(), ValueError);
    CHECK(dal(users).count() == 2);

    const auto price = [&](const char* text) {
        return dal.get(songs, dal.insert(Song{.title = "x", .price = Decimal::parse(text)}).id)->price.to_string();
    };
    CHECK(Decimal::parse(price("1.005")) == Decimal::parse("1.01"));
    CHECK(Decimal::parse(price("-1.005")) == Decimal::parse("-1.01"));
    CHECK(Decimal::parse(price("99999999.99")) == Decimal::parse("99999999.99"));
    CHECK_THROWS_WITH(price("100000000"),
                      "music songs.price holds at most 10 digits, 2 of them after the point, and the number has more");
    CHECK_THROWS_AS(price("99999999.999"), ValueError);
    CHECK_THROWS_AS(dal.insert(Song{.title = "x", .rating = std::numeric_limits<double>::quiet_NaN()}), ValueError);
    CHECK_THROWS_AS(songs.plays = 3'000'000'000, ValueError);
}

STRATA_DB_TEST("a decimal of 30 digits is exact and equal to itself, however it is written", "[dal]") {
    const dal::Database dal = connected(db);
    const Decimal exact = Decimal::parse("12345678901234567890.0123456789");
    const Account account = dal.insert(Account{.owner = "ada", .balance = exact});
    dal.insert(Account{.owner = "eve", .balance = Decimal::parse("1.5")});
    CHECK(dal.get(accounts, account.id)->balance.to_string() == exact.to_string());
    CHECK(dal(accounts.balance == exact).one().owner == "ada");
    CHECK(dal(accounts.balance == Decimal::parse("1.500")).one().owner == "eve");
    CHECK(dal(accounts.balance == Decimal::parse("1.50000000000000")).one().owner == "eve");
    CHECK(dal(accounts.balance.in({Decimal::parse("1.50"), Decimal(7)})).one().owner == "eve");
    CHECK(dal(accounts.balance != exact).one().owner == "eve");
    CHECK(dal(accounts.balance < 2).one().owner == "eve");
    CHECK(dal(accounts.balance > 2).one().owner == "ada");
    CHECK(dal(accounts).order_by(accounts.balance).first()->owner == "eve");
    CHECK(dal(dal::coalesce(accounts.balance, 0) < 2).one().owner == "eve");
    CHECK(dal(dal::when(accounts.id > 0, accounts.balance, Decimal(0)) > 2).one().owner == "ada");
    CHECK(dal(accounts).order_by(dal::coalesce(accounts.balance, 0).desc()).first()->owner == "ada");
    CHECK(dal(accounts.owner == "eve").update(accounts.balance = 3) == 1);
    CHECK(dal(accounts.balance == 3).one().owner == "eve");
    CHECK(dal(accounts.balance.in({3, 4})).one().owner == "eve");
    CHECK(dal(accounts.balance.between(3, Decimal::parse("3.5"))).one().owner == "eve");
    CHECK(dal(accounts.owner == "eve").update(accounts.balance = Decimal::parse("1.5")) == 1);
    CHECK(dal(accounts.owner == "eve").update(accounts.balance = accounts.balance + 1) == 1);
    CHECK(dal(accounts.owner == "eve").one().balance == Decimal::parse("2.5"));
}
