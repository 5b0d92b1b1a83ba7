// Filters of a database: conditions that every statement keeps to. The same on both databases.

#include "support/song_rows.hpp"

#include <strata/core/engine.hpp>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace dal_test {

/// The table of the songs by another model, whose columns have other positions and names.
struct Track {
    std::optional<std::int32_t> owner{};
    std::string title{};
    std::int64_t id{};
    std::int32_t plays{};
    Status status{};
    bool active{};
    strata::Decimal price{};
    double rating{};
};
STRATA_MODEL(Track, (tracks, "music songs"), (owner, "user_id"), (title, "select"), id, plays, status, active, price,
             rating)
STRATA_FACTS(tracks, precision(tracks.price, 10, 2))

/// The same without the column of the user.
struct Title {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(Title, (title_rows, "music songs"), id, (title, "select"))

}  // namespace dal_test

namespace {

/// Songs of two users, and one of nobody; all of it through one connection.
dal::Database filled(const strata::test::TestDatabase& database) {
    return with_songs(on_one_connection(database), {"ada", "eve"},
                      {song_of(1, "a1", 1), song_of(1, "a2", 2), song_of(2, "e1", 3), song_of({}, "none", 4)});
}

std::vector<std::string> titles(const dal::Database& dal) {
    return dal.all(select(songs.title).from(songs).order_by(songs.title));
}

using Titles = std::vector<std::string>;

}  // namespace

STRATA_DB_TEST("databases with different filters share a connection and no row", "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database ada = all.filtered(songs.user_id == 1);
    const dal::Database eve = all.filtered(songs.user_id == 2);
    const dal::Database loud = all.filtered(songs.plays > 1);
    const dal::Database loud_ada = ada.filtered(songs.plays > 1);
    // Each twice, so that the second time every statement comes from the cache.
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(titles(all) == Titles{"a1", "a2", "e1", "none"});
        CHECK(titles(ada) == Titles{"a1", "a2"});
        CHECK(titles(eve) == Titles{"e1"});
        CHECK(titles(loud) == Titles{"a2", "e1", "none"});
        CHECK(titles(loud_ada) == Titles{"a2"});
        CHECK(all(songs).count() == 4);
        CHECK(ada(songs).count() == 2);
        CHECK(eve(songs).count() == 1);
        CHECK(loud(songs).count() == 3);
        CHECK(ada(songs).limit(1).count() == 1);
        CHECK(ada(songs.plays == 3).exists() == false);
        CHECK(eve(songs.plays == 3).exists());
        CHECK(ada(songs).all().size() == 2);
        CHECK(all.get(songs, 3).has_value());
        CHECK(!ada.get(songs, 3).has_value());
        CHECK(eve.get(songs, 3)->title == "e1");
        CHECK(!loud.get(songs, 1).has_value());
    }
}

STRATA_DB_TEST("a filter holds at every source: joins, aliases, queries inside of queries", "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database ada = all.filtered(songs.user_id == 1);
    constexpr auto other = dal::alias<"other">(songs);
    const auto per_user = select(users.email, dal::count(songs.id))
                              .from(users)
                              .left_join(songs, songs.user_id == users.id || users.email == "x")
                              .group_by(users.email)
                              .order_by(users.email);
    const auto pairs = select(songs.title, other.title).from(songs).cross_join(other).order_by(songs.id, other.id);
    const auto with_songs = select(users.email).from(users).where(users.id.in(select(songs.user_id).from(songs)));
    const auto theirs = select(songs.id).from(songs).correlate(users).where(songs.user_id == users.id);
    const auto without = select(users.email).from(users).where(!dal::exists(theirs));
    const auto joined = select(other.title).from(users).join(other, other.user_id == users.id);
    CHECK(all.all(per_user) == std::vector<std::tuple<std::string, std::int64_t>>{{"ada", 2}, {"eve", 1}});
    CHECK(ada.all(per_user) == std::vector<std::tuple<std::string, std::int64_t>>{{"ada", 2}, {"eve", 0}});
    CHECK(all.all(pairs).size() == 16);
    CHECK(ada.all(pairs).size() == 4);
    CHECK(all.all(with_songs).size() == 2);
    CHECK(ada.all(with_songs) == Titles{"ada"});
    CHECK(all.all(without).empty());
    CHECK(ada.all(without) == Titles{"eve"});
    CHECK(all.all(joined).size() == 3);
    CHECK(ada.all(joined).size() == 2);
    CHECK(ada(other.plays > 0).count() == 2);
    CHECK(ada(users).count() == 2);
}

STRATA_DB_TEST("what is changed through a filter is inside of it", "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database ada = all.filtered(songs.user_id == 1);
    const Song hers = *all.get(songs, 1);
    Song theirs = *all.get(songs, 3);
    theirs.title = "stolen";
    CHECK_THROWS_AS(ada.update(theirs), NotFound);
    CHECK_THROWS_AS(ada.remove(theirs), NotFound);
    CHECK(ada(dal::all(songs)).update(songs.plays = 9) == 2);
    CHECK(all(songs.plays == 9).count() == 2);
    Song moved = hers;
    moved.user_id = 2;
    moved.title = "still hers";
    CHECK(ada.update(moved).user_id == 1);
    CHECK(all.get(songs, 1)->user_id == 1);
    CHECK(all.get(songs, 1)->title == "still hers");
    CHECK_THROWS_WITH(ada(dal::all(songs)).update(songs.user_id = 2),
                      Contains("music songs.user_id is given by a filter"));

    CHECK(ada.insert(Song{.title = "new", .user_id = 2}).user_id == 1);
    CHECK(ada.insert_into(songs, songs.title = "newer", songs.status = Status::queued, songs.active = true,
                          songs.plays = 0, songs.price = 0, songs.rating = 0)
              .user_id == 1);
    CHECK_THROWS_AS(ada.insert_into(songs, songs.title = "x", songs.user_id = 2), UsageError);
    CHECK(ada.insert_many(std::vector<Song>{{.title = "many", .user_id = 2}}) == 1);
    CHECK(ada.insert_many_returning(std::vector<Song>{{.title = "more", .user_id = 2}}).front().user_id == 1);
    CHECK(ada.insert(Song{.id = 70, .title = "kept", .user_id = 2}, {.keep_keys = true}).id == 70);
    CHECK(ada(songs).count() == 7);
    CHECK(all(songs).count() == 9);
    CHECK(ada(dal::all(songs)).remove() == 7);
    CHECK(titles(all) == Titles{"e1", "none"});
}

STRATA_DB_TEST("every column that a filter compares with a value is fixed, alone or among other conditions", "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database ada =
        all.filtered(songs.plays > 0 && songs.user_id == 1 &&
                     songs.title.in(select(songs.title).from(songs).where(songs.plays < 9)) && songs.active == false);
    CHECK(titles(ada) == Titles{"a1", "a2"});
    const Song written = ada.insert(Song{.title = "new", .active = true, .plays = 5, .user_id = 2});
    CHECK(written.user_id == 1);
    CHECK(!written.active);
    CHECK_THROWS_WITH(ada(dal::all(songs)).update(songs.user_id = 2), Contains("songs.user_id is given by a filter"));
    CHECK_THROWS_AS(ada(dal::all(songs)).update(songs.active = true), UsageError);
    CHECK(ada(dal::all(songs)).update(songs.plays = 6) == 3);
    const dal::Database either = all.filtered(songs.user_id == 1 || songs.user_id == 2);
    CHECK(either.insert(Song{.title = "theirs", .user_id = 2}).user_id == 2);
    const dal::Database others = all.filtered(!(songs.user_id == 1));
    CHECK(others.insert(Song{.title = "other", .user_id = 2}).user_id == 2);
}

STRATA_DB_TEST("a filter holds for every model of its table", "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database ada = all.filtered(songs.user_id == 1 && songs.plays > 0);
    CHECK(all(tracks).count() == 4);
    CHECK(ada(tracks).count() == 2);
    CHECK(ada.all(select(tracks.title).from(tracks).order_by(tracks.title)) == Titles{"a1", "a2"});
    CHECK(!ada.get(tracks, 3).has_value());
    Track theirs = *all.get(tracks, 3);
    CHECK_THROWS_AS(ada.update(theirs), NotFound);
    CHECK_THROWS_AS(ada.remove(theirs), NotFound);
    CHECK(ada.insert(Track{.owner = 2, .title = "new", .plays = 1}).owner == 1);
    CHECK(ada.insert_many(std::vector<Track>{{.owner = 2, .title = "many", .plays = 1}}) == 1);
    CHECK(ada(songs).count() == 4);
    CHECK_THROWS_WITH(ada(dal::all(tracks)).update(tracks.owner = 2),
                      Contains("music songs.user_id is given by a filter"));
    CHECK(ada(dal::all(tracks)).update(tracks.plays = 7) == 4);
    const std::string lacks = "a condition on music songs.user_id cannot be kept by the model";
    CHECK_THROWS_WITH(ada(title_rows).count(), Contains(lacks));
    CHECK_THROWS_WITH(ada.get(title_rows, 1), Contains(lacks));
    CHECK_THROWS_WITH(ada.insert(Title{.title = "x"}), Contains(lacks));
    CHECK_THROWS_WITH(ada.all(select(users.email).from(users).join(title_rows, title_rows.id == users.id)),
                      Contains(lacks));
    CHECK(ada(dal::all(tracks)).remove() == 4);
    CHECK(titles(all) == Titles{"e1", "none"});
}

STRATA_DB_TEST("filters that fix a column twice agree, or nothing is written", "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database ada = all.filtered(songs.user_id == 1);
    const dal::Database twice = ada.filtered(songs.user_id == 1);
    CHECK(twice.insert(Song{.title = "new", .user_id = 2}).user_id == 1);
    CHECK(twice(dal::all(songs)).update(songs.plays = 6) == 3);
    const dal::Database nobody = ada.filtered(songs.user_id == 2 && songs.plays > 0);
    CHECK(titles(nobody).empty());
    CHECK_THROWS_WITH(nobody.insert(Song{.title = "x"}),
                      Contains("filters give music songs.user_id two different values, so no row can be written"));
    CHECK_THROWS_AS(nobody.insert_many(std::vector<Song>{{.title = "x"}}), UsageError);
    CHECK(all(songs).count() == 5);
}

STRATA_DB_TEST("a filter that names no value leaves inserts alone, raw SQL is refused, and transactions keep filters",
               "[dal]") {
    const dal::Database all = filled(db);
    const dal::Database known = all.filtered(songs.user_id.is_not_null());
    CHECK(!known.insert(Song{.title = "nobody's"}).user_id.has_value());
    CHECK(known(songs).count() == 3);
    CHECK(all(songs).count() == 5);
    CHECK_THROWS_WITH(known.query<std::int64_t>("SELECT count(*) FROM users"),
                      Contains("raw SQL bypasses the filters"));
    CHECK_THROWS_AS(known.execute("DELETE FROM users"), UsageError);
    const auto counts = known.transaction([](dal::Transaction& tx) {
        return tx.transaction([](dal::Transaction& inner) { return inner(songs).count(); });
    });
    CHECK(counts == 3);
    CHECK(known.with({.tag = "x"})(songs).count() == 3);
    CHECK_THAT(known(songs).sql(), Contains(R"(WHERE "music songs"."user_id" IS NOT NULL)"));
}
