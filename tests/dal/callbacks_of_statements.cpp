// Callbacks after what a statement does with rows that it finds by itself. The same on both databases.

#include "support/dal_database.hpp"

#include <strata/dal/callbacks.hpp>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

/// Callbacks after, that write what happened into a table.
dal::Database told(const dal::Database& dal) {
    const auto note = [](const char* event) {
        return [event](const dal::Session& session, const Song& song) {
            if (song.plays < 0) throw std::runtime_error("refused");
            session.insert(Person{.name = std::string(event) + " " + song.title + " " + std::to_string(song.plays)});
        };
    };
    return dal.with_callbacks<Song>({
        .after_insert = note("inserted"),
        .after_update = note("updated"),
        .after_remove = note("removed"),
    });
}

std::string events(const strata::test::TestDatabase& db) {
    const std::string lines = db.shell("SELECT name FROM people ORDER BY name");
    (void)db.shell("DELETE FROM people");
    return lines;
}

}  // namespace

STRATA_DB_TEST("a set's change and an upsert call what comes after, with each row as it is stored",
               "[dal][callbacks][filters]") {
    const dal::Database plain = on_one_connection(db);
    plain.insert_many(std::vector<User>{{.email = "ada"}, {.email = "eve"}});
    plain.insert_many(std::vector<Song>{{.title = "a", .plays = 1, .user_id = 1},
                                        {.title = "b", .plays = 2, .user_id = 1},
                                        {.title = "c", .plays = 3, .user_id = 2}});
    const dal::Database ada = told(plain.filtered(songs.user_id == 1));
    const dal::Database eve = told(plain.filtered(songs.user_id == 2));
    CHECK(ada(songs.plays > 0).update(songs.plays = songs.plays + 10) == 2);
    CHECK(events(db) == "updated a 11\nupdated b 12");
    CHECK(eve(dal::all(songs)).update(songs.plays = songs.plays + 10) == 1);
    CHECK(events(db) == "updated c 13");
    CHECK(ada(songs.active).from(users, songs.user_id == users.id).update(songs.plays = 0) == 0);
    CHECK(ada(!songs.active).from(users, songs.user_id == users.id && users.email == "ada").update(songs.plays = 5) ==
          2);
    CHECK(events(db) == "updated a 5\nupdated b 5");
    // What a callback throws undoes the statement, and what others have written.
    CHECK_THROWS_WITH(ada(dal::all(songs)).update(songs.plays = -1), "refused");
    CHECK(events(db).empty());
    CHECK(plain(songs.plays < 0).count() == 0);

    const auto replace = on_conflict(songs.id).do_update(songs.plays);
    CHECK(eve.upsert(Song{.id = 3, .title = "c", .plays = 30}, replace)->plays == 30);
    CHECK(eve.upsert_created(Song{.id = 9, .title = "new", .plays = 1}, replace)->created);
    CHECK(!eve.upsert(Song{.id = 9, .title = "x"}, on_conflict(songs.id).do_nothing()));
    CHECK(eve.upsert(Song{.id = 10, .title = "newer"}, on_conflict(songs.id).do_nothing()));
    CHECK(events(db) == "inserted new 1\ninserted newer 0\nupdated c 30");
    CHECK_THROWS_AS(eve.upsert(Song{.id = 1, .title = "hers"}, replace), UniqueViolation);
    CHECK_THROWS_WITH(eve.upsert(Song{.id = 9, .title = "x", .plays = -1}, replace), "refused");
    CHECK(events(db).empty());
    CHECK(eve(songs.id > 3).remove() == 2);
    CHECK(ada(dal::all(songs)).remove() == 2);
    CHECK(events(db) == "removed a 5\nremoved b 5\nremoved new 1\nremoved newer 0");
    CHECK(db.shell("SELECT count(*) FROM \"music songs\"") == "1");

    // A callback before has no row to change.
    const dal::Database before = plain.with_callbacks<Song>(
        {.before_update = [](const dal::Session&, Song&) {}, .after_update = [](const dal::Session&, const Song&) {}});
    CHECK_THROWS_WITH(before(dal::all(songs)).update(songs.plays = 1), Contains("would pass by the callbacks of Song"));
    CHECK_THROWS_WITH(before.upsert(Song{.id = 3}, replace), Contains("would pass by the callbacks of Song"));
    CHECK(before(dal::all(songs)).remove() == 1);
}
