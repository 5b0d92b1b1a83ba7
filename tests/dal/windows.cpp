// Functions of windows and their frames. The same on both databases.

#include "support/song_rows.hpp"

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

template <class... T>
using Rows = std::vector<std::tuple<T...>>;
using Number = std::optional<std::int64_t>;

/// Plays 1, 2, 2, 4 of the first user and 3, 5 of the second.
dal::Database filled(const strata::test::TestDatabase& database) {
    return with_songs(connected(database), {"ada", "eve"},
                      {song_of(1, "a", 1, Status::done, "0.10"), song_of(1, "b", 2, Status::queued, "0.20"),
                       song_of(1, "c", 2, Status::failed, "0.30"), song_of(1, "d", 4, Status::processing, "0.40"),
                       song_of(2, "e", 3, Status::failed, "1.50"), song_of(2, "f", 5, Status::done, "2.25")});
}

const auto by_plays = [] { return dal::partition_by(songs.user_id).order_by(songs.plays); };

}  // namespace

STRATA_DB_TEST("rows are numbered and ranked within their part", "[dal][windows]") {
    const dal::Database dal = filled(db);
    const auto numbered = dal::partition_by(songs.user_id).order_by(songs.plays.desc(), songs.title);
    CHECK(dal.all(select(songs.title, dal::row_number().over(numbered), dal::rank().over(by_plays()),
                         dal::dense_rank().over(by_plays()), dal::ntile(2).over(numbered))
                      .from(songs)
                      .order_by(songs.title)) ==
          Rows<std::string, std::int64_t, std::int64_t, std::int64_t, std::int64_t>{{"a", 4, 1, 1, 2},
                                                                                    {"b", 2, 2, 2, 1},
                                                                                    {"c", 3, 2, 2, 2},
                                                                                    {"d", 1, 4, 3, 1},
                                                                                    {"e", 2, 1, 1, 2},
                                                                                    {"f", 1, 2, 2, 1}});
    CHECK(dal.all(select(songs.title, dal::percent_rank().over(by_plays()), dal::cume_dist().over(by_plays()))
                      .from(songs)
                      .where(songs.user_id == 1)
                      .order_by(songs.title)) ==
          Rows<std::string, double, double>{
              {"a", 0.0, 0.25}, {"b", 1.0 / 3, 0.75}, {"c", 1.0 / 3, 0.75}, {"d", 1.0, 1.0}});
    CHECK_THROWS_AS(dal::ntile(0), UsageError);
}

STRATA_DB_TEST("values of other rows of the window", "[dal][windows]") {
    const dal::Database dal = filled(db);
    const auto order = dal::partition_by(songs.user_id).order_by(songs.title);
    const auto whole = order.rows(dal::unbounded_preceding, dal::unbounded_following);
    using Text = std::optional<std::string>;
    CHECK(dal.all(select(songs.title, dal::lag(songs.title).over(order), dal::lead(songs.title, 2).over(order),
                         dal::lag(songs.title, 1, "none").over(order))
                      .from(songs)
                      .order_by(songs.title)) == Rows<std::string, Text, Text, std::string>{{"a", {}, "c", "none"},
                                                                                            {"b", "a", "d", "a"},
                                                                                            {"c", "b", {}, "b"},
                                                                                            {"d", "c", {}, "c"},
                                                                                            {"e", {}, {}, "none"},
                                                                                            {"f", "e", {}, "e"}});
    CHECK(dal.all(select(dal::first_value(songs.status).over(whole), dal::last_value(songs.price).over(whole),
                         dal::nth_value(songs.plays, 3).over(whole), dal::lag(songs.price, 1, Decimal(7)).over(order),
                         dal::lag(songs.status, 1, Status::queued).over(order))
                      .from(songs)
                      .where(songs.title.in({"b", "c", "d", "e", "f"}))
                      .order_by(songs.title)
                      .limit(4)) ==
          Rows<std::optional<Status>, std::optional<Decimal>, std::optional<std::int32_t>, Decimal, Status>{
              {Status::queued, Decimal::parse("0.40"), 4, Decimal(7), Status::queued},
              {Status::queued, Decimal::parse("0.40"), 4, Decimal::parse("0.20"), Status::queued},
              {Status::queued, Decimal::parse("0.40"), 4, Decimal::parse("0.30"), Status::failed},
              {Status::failed, Decimal::parse("2.25"), std::nullopt, Decimal(7), Status::queued}});
}

STRATA_DB_TEST("any aggregate is computed over a window", "[dal][windows]") {
    const dal::Database dal = filled(db);
    const auto part = dal::partition_by(songs.user_id);
    CHECK(dal.all(select(songs.title, dal::count().over(part), dal::count(songs.updated_at).over(part),
                         dal::sum(songs.price).over(by_plays()), dal::avg(songs.plays).over(part),
                         dal::max(songs.status).over(part), dal::min(songs.status).over(dal::window()))
                      .from(songs)
                      .order_by(songs.title)
                      .offset(2)) == Rows<std::string, std::int64_t, std::int64_t, std::optional<Decimal>,
                                          std::optional<double>, std::optional<Status>, std::optional<Status>>{
                                         {"c", 4, 0, Decimal::parse("0.6"), 2.25, Status::failed, Status::queued},
                                         {"d", 4, 0, Decimal(1), 2.25, Status::failed, Status::queued},
                                         {"e", 2, 0, Decimal::parse("1.5"), 4.0, Status::failed, Status::queued},
                                         {"f", 2, 0, Decimal::parse("3.75"), 4.0, Status::failed, Status::queued}});
    // Of groups: the window is computed after them.
    CHECK(dal.all(select(songs.user_id, dal::sum(songs.plays),
                         dal::rank().over(dal::window_order(dal::sum(songs.plays).desc())),
                         dal::sum(dal::count()).over(dal::window()))
                      .from(songs)
                      .group_by(songs.user_id)
                      .order_by(songs.user_id)) ==
          Rows<Number, std::optional<Decimal>, std::int64_t, std::optional<Decimal>>{{1, Decimal(9), 1, Decimal(6)},
                                                                                     {2, Decimal(8), 2, Decimal(6)}});
    CHECK(dal.one(select(dal::max(songs.plays).over(dal::window()) - songs.plays).from(songs).limit(1)) == 4);
}

STRATA_DB_TEST("a frame is of rows, of a range or of groups", "[dal][windows]") {
    const dal::Database dal = filled(db);
    const auto plays = [&](const auto& window) {
        std::vector<std::int64_t> sums;
        for (const auto& [title, sum] : dal.all(select(songs.title, dal::sum(songs.plays).over(window))
                                                    .from(songs)
                                                    .order_by(songs.plays, songs.title)))
            sums.push_back(sum ? static_cast<std::int64_t>(sum->coefficient()) : -1);
        return sums;
    };
    using Sums = std::vector<std::int64_t>;
    // 1 2 2 3 4 5
    const auto order = dal::window_order(songs.plays, songs.title);
    const auto peers = dal::window_order(songs.plays);
    CHECK(plays(order.rows(dal::preceding(1), dal::current_row)) == Sums{1, 3, 4, 5, 7, 9});
    CHECK(plays(order.rows(dal::current_row, dal::following(1))) == Sums{3, 4, 5, 7, 9, 5});
    CHECK(plays(order.rows(dal::unbounded_preceding, dal::preceding(2))) == Sums{-1, -1, 1, 3, 5, 8});
    CHECK(plays(order.rows(dal::following(1), dal::unbounded_following)) == Sums{16, 14, 12, 9, 5, -1});
    CHECK(plays(peers) == Sums{1, 5, 5, 8, 12, 17});
    CHECK(plays(peers.range(dal::preceding(1), dal::following(1))) == Sums{5, 8, 8, 11, 12, 9});
    CHECK(plays(peers.groups(dal::preceding(1), dal::current_row)) == Sums{1, 5, 5, 7, 7, 9});
    CHECK(plays(peers.groups(dal::current_row, dal::current_row, dal::Exclude::the_row)) == Sums{-1, 2, 2, -1, -1, -1});
    CHECK(plays(peers.rows(dal::unbounded_preceding, dal::unbounded_following, dal::Exclude::group)) ==
          Sums{16, 13, 13, 14, 13, 12});
    CHECK(plays(peers.range(dal::unbounded_preceding, dal::current_row, dal::Exclude::ties)) ==
          Sums{1, 3, 3, 8, 12, 17});
    CHECK_THROWS_WITH(order.rows(dal::following(1), dal::preceding(1)), Contains("ends before it starts"));
    CHECK_THROWS_WITH(order.rows(dal::unbounded_following, dal::unbounded_following),
                      Contains("ends before it starts"));
    CHECK_THROWS_AS(dal::preceding(-1), UsageError);
    CHECK_THROWS_WITH(order.rows(dal::preceding(0.5), dal::current_row), Contains("a whole number"));
    CHECK_THROWS_WITH(order.range(dal::preceding(1), dal::current_row), Contains("one expression"));
    CHECK_THROWS_WITH(dal::window().groups(dal::current_row, dal::current_row), Contains("needs an order"));
    CHECK_THROWS_WITH(order.rows(dal::current_row, dal::current_row).rows(dal::current_row, dal::current_row),
                      Contains("one frame"));
}

STRATA_DB_TEST("the first rows of each group, as whole rows of their table", "[dal][windows]") {
    const dal::Database dal = filled(db);
    const auto ranked = dal::derived<"ranked">(
        select(songs,
               dal::row_number().over(dal::partition_by(songs.user_id).order_by(songs.plays.desc(), songs.title)))
            .from(songs));
    const auto [song, number] = ranked.columns();
    const auto best = select(song, number).from(ranked).where(number <= 2).order_by(song.user_id, number);
    const auto rows = dal.all(best);
    REQUIRE(rows.size() == 4);
    CHECK(std::get<0>(rows[0]).title == "d");
    CHECK(std::get<0>(rows[0]).price == Decimal::parse("0.40"));
    CHECK(std::get<0>(rows[0]).status == Status::processing);
    CHECK(std::get<0>(rows[1]).title == "b");
    CHECK(std::get<0>(rows[2]).title == "f");
    CHECK(std::get<1>(rows[3]) == 2);
    const std::vector<Song> failed =
        dal.all(select(song).from(ranked).where(song.status == Status::failed && number > 1).order_by(song.title));
    REQUIRE(failed.size() == 2);
    CHECK(failed[1].title == "e");
    // Each tenant's own rows are ranked.
    const dal::Database ada = dal.filtered(songs.user_id == 1);
    const dal::Database eve = dal.filtered(songs.user_id == 2);
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(ada.count(best) == 2);
        CHECK(eve.count(best) == 2);
        CHECK(std::get<0>(eve.all(best).front()).title == "f");
        CHECK(eve.all(select(dal::count().over(dal::window())).from(songs)) == std::vector<std::int64_t>{2, 2});
    }
}

STRATA_DB_TEST("a function of a window where no database takes it is refused before the database", "[dal][windows]") {
    const dal::Database dal = filled(db);
    const auto number = dal::row_number().over(by_plays());
    CHECK_THROWS_WITH(dal.all(select(songs.id).from(songs).where(number == 1)),
                      Contains("make the query a dal::derived"));
    CHECK_THROWS_WITH(dal.all(select(dal::count()).from(songs).group_by(number)), Contains("dal::derived"));
    CHECK_THROWS_WITH(dal.all(select(dal::count()).from(songs).having(number == 1)), Contains("dal::derived"));
    CHECK_THROWS_WITH((songs.plays + 1).over(by_plays()), Contains("follows an aggregate or a function of a window"));
    CHECK_THROWS_WITH(dal.all(select(dal::count_distinct(songs.plays).over(by_plays())).from(songs)),
                      Contains("distinct values over a window"));
    CHECK(dal.all(select(songs.title).from(songs).order_by(number, songs.title).limit(2)) ==
          std::vector<std::string>{"a", "e"});
}

STRATA_DB_TEST("an aggregate of some rows is computed over a window", "[dal][windows][expressions]") {
    const dal::Database dal = filled(db);
    const auto per_user = dal::partition_by(songs.user_id);
    CHECK(dal.all(select(songs.title, dal::count().filter(songs.plays < 3).over(per_user),
                         dal::sum(songs.plays).filter(songs.plays > 1).over(per_user))
                      .from(songs)
                      .order_by(songs.title)
                      .limit(5)) == Rows<std::string, std::int64_t, std::optional<Decimal>>{{"a", 3, Decimal(8)},
                                                                                            {"b", 3, Decimal(8)},
                                                                                            {"c", 3, Decimal(8)},
                                                                                            {"d", 3, Decimal(8)},
                                                                                            {"e", 0, Decimal(8)}});
    CHECK_THROWS_WITH(dal.all(select(dal::sum(songs.plays).distinct().over(per_user)).from(songs)),
                      Contains("distinct values over a window"));
}
