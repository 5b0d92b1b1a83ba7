// Two tenants on one connection, whose statements both use: forms of queries that other files only try for one.

#include "support/song_rows.hpp"

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

using Titles = std::vector<std::string>;

struct Tenants {
    dal::Database ada;
    dal::Database eve;

    explicit Tenants(const dal::Database& all)
        : ada(all.filtered(users.id == 1).filtered(songs.user_id == 1)),
          eve(all.filtered(users.id == 2).filtered(songs.user_id == 2)) {}
};

Tenants tenants(const test::TestDatabase& database) {
    return Tenants(with_songs(on_one_connection(database), {"ada", "eve"},
                              {song_of(1, "a1", 1), song_of(1, "a2", 3), song_of(2, "e1", 2), song_of(2, "e2", 3)}));
}

/// Each tenant twice, so that the second time every statement comes from the cache.
template <class Query>
void check(const Tenants& tenants, const Query& query, const Titles& of_ada, const Titles& of_eve) {
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(tenants.ada.all(query) == of_ada);
        CHECK(tenants.eve.all(query) == of_eve);
    }
}

}  // namespace

STRATA_DB_TEST("a lateral query and distinct rows on a column are each tenant's own", "[dal][filters]") {
    if (db.is_sqlite()) {
        SUCCEED("SQLite has neither");
        return;
    }
    const Tenants both = tenants(db);
    const auto most = dal::lateral<"most">(
        select(songs.title).from(songs).where(songs.plays > 0).order_by(songs.plays.desc()).limit(1));
    check(both, select(most.column<0>()).from(users).cross_join(most), {"a2"}, {"e2"});
    const auto theirs = dal::lateral<"theirs">(
        select(songs.title).from(songs).correlate(users).where(songs.user_id == users.id).order_by(songs.id).limit(1));
    check(both, select(theirs.column<0>()).from(users).join(theirs), {"a1"}, {"e1"});
    check(both, select(songs.title).from(songs).distinct_on(songs.user_id).order_by(songs.user_id, songs.plays.desc()),
          {"a2"}, {"e2"});
    check(both, select(songs.title).from(songs).distinct_on(songs.plays).order_by(songs.plays, songs.title),
          {"a1", "a2"}, {"e1", "e2"});
}

STRATA_DB_TEST("a series and the elements of a vector meet each tenant's own rows", "[dal][filters]") {
    const Tenants both = tenants(db);
    const auto plays = dal::series<"plays">(1, 2);
    check(both, select(songs.title).from(plays).join(songs, songs.plays == plays.column<0>()).order_by(songs.title),
          {"a1"}, {"e1"});
    const auto counted = select(dal::cast<std::string>(dal::count(songs.id)))
                             .from(plays)
                             .left_join(songs, songs.plays == plays.column<0>())
                             .group_by(plays.column<0>())
                             .order_by(plays.column<0>());
    check(both, counted, {"1", "0"}, {"0", "1"});
    const auto wanted = dal::unnest<"wanted">(Titles{"e2", "a2", "e1"});
    check(both,
          select(songs.title).from(wanted).join(songs, songs.title == wanted.column<0>()).order_by(wanted.column<1>()),
          {"a2"}, {"e2", "e1"});
    check(both,
          select(users.email)
              .from(users)
              .where(dal::exists(select(songs.id).from(songs).join(wanted, songs.title == wanted.column<0>()))),
          {"ada"}, {"eve"});
}

STRATA_DB_TEST("a plan is that of the tenant's query", "[dal][filters]") {
    const Tenants both = tenants(db);
    const auto query = select(users.email).from(users);
    for (int turn = 0; turn < 2; ++turn) {
        const std::string ada = both.ada.explain(query);
        const std::string eve = both.eve(users).explain();
        if (db.is_sqlite()) {  // which shows no values
            CHECK_THAT(ada, Contains("SEARCH users USING INTEGER PRIMARY KEY (rowid=?)"));
            CHECK(eve == ada);
        } else {
            CHECK_THAT(ada, Contains("(id = '1'::bigint)"));
            CHECK_THAT(eve, Contains("(id = '2'::bigint)"));
        }
        CHECK(both.ada.all(query) == Titles{"ada"});
        CHECK(both.eve.all(query) == Titles{"eve"});
    }
}
