// Factories that make rows for tests. The same on both databases.

#include "support/dal_database.hpp"

#include <strata/testing/factory.hpp>
#include <strata/testing/rolled_back.hpp>

using namespace dal_test;
using namespace strata;
using testing::Factory;

namespace {

User numbered_user(std::int64_t n) { return {.email = "user " + std::to_string(n)}; }

}  // namespace

STRATA_DB_TEST("a factory makes rows by their numbers, with what a test changes", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const Factory<Song> song([](std::int64_t n) { return Song{.title = "song " + std::to_string(n), .plays = 7}; });
    const Song first = song.make(dal);
    CHECK(first.id == 1);
    CHECK(first.title == "song 1");
    CHECK(first.created_at != TimestampTz{});
    const std::vector<Song> three = song.make(dal, 3);
    CHECK(three.back().title == "song 4");
    CHECK(song.make(dal, [](Song& row) { row.title = "Aria"; }).title == "Aria");
    const auto queued = song.make(
        dal, 2, [](Song& row, std::int64_t n) { row.plays = static_cast<std::int32_t>(n); },
        [](Song& row) { row.active = true; });
    CHECK(queued[1].plays == 7);
    CHECK(queued[1].active);
    CHECK(song.build([](Song& row) { row.plays = 0; }).title == "song 8");
    CHECK(db.shell("SELECT count(*), sum(plays) FROM \"music songs\"") == "7|48");
    dal.transaction([&](dal::Transaction& tx) { CHECK(song.make(tx).title == "song 9"); });
}

STRATA_DB_TEST("a factory makes what its rows need, unless a test gives it", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const Factory<User> user(numbered_user);
    Factory<Song> song([](std::int64_t n) { return Song{.title = std::to_string(n)}; });
    song.needs(&Song::user_id, user, &User::id);
    Factory<SongTag> tag([](std::int64_t) { return SongTag{.tag = "baroque"}; });
    tag.needs(&SongTag::song_id, song, &Song::id);
    CHECK(tag.make(dal).song_id == 1);
    CHECK(db.shell("SELECT email FROM users") == "user 1");
    const User ada = dal.insert(User{.email = "ada"});
    CHECK(song.make(dal, [&](Song& row) { row.user_id = ada.id; }).user_id == ada.id);
    CHECK(db.shell("SELECT count(*) FROM users") == "2");
    CHECK(song.build().user_id == std::nullopt);
    CHECK(song.make(dal, 2)[1].user_id == ada.id + 2);

    const Factory<User> looking([](std::int64_t, const dal::Session& session) {
        return User{.email = "after " + std::to_string(session(users).count())};
    });
    CHECK(looking.make(dal).email == "after 4");
    CHECK_THROWS_AS(looking.build(), UsageError);
}

STRATA_DB_TEST("a factory's rows are a tenant's in a test's transaction", "[dal][testing]") {
    const dal::Database dal = connected(db);
    const testing::RolledBack fixture(dal);
    const Factory<User> user(numbered_user);
    const auto two = user.make(fixture.database(), 2);
    Factory<Song> song([](std::int64_t) { return Song{.title = "Aria"}; });
    song.needs(&Song::user_id, user, &User::id);
    for (const User& tenant : two) {
        const dal::Database own = fixture.database().filtered(songs.user_id == tenant.id);
        CHECK(song.make(own, [&](Song& row) { row.user_id = tenant.id; }).user_id == tenant.id);
        CHECK(own(songs).count() == 1);
    }
    CHECK(fixture.database()(songs).count() == 2);
}
