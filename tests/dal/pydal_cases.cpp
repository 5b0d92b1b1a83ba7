// What a user of PyDAL is used to, in the words of the DAL: small cases that docs/from_pydal.md names.

#include "support/dal_database.hpp"

#include <strata/dal/callbacks.hpp>
#include <strata/dal/csv.hpp>

#include <boost/json.hpp>

#include <sstream>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace dal_test {

/// A type of one's own, which is stored as text.
struct Colour {
    int red{}, green{}, blue{};
    bool operator==(const Colour&) const = default;
};

}  // namespace dal_test

namespace strata {
template <>
struct codec<dal_test::Colour> {
    using storage = std::string;
    static storage encode(const dal_test::Colour& colour) {
        return std::to_string(colour.red) + "," + std::to_string(colour.green) + "," + std::to_string(colour.blue);
    }
    static dal_test::Colour decode(storage&& text) {
        dal_test::Colour colour;
        char comma = 0;
        std::istringstream(text) >> colour.red >> comma >> colour.green >> comma >> colour.blue;
        return colour;
    }
};
}  // namespace strata

namespace dal_test {

struct Sheet {
    std::int64_t id{};
    std::vector<std::string> words{};
    std::vector<std::int64_t> numbers{};
    strata::Json document{};
    std::optional<Colour> colour{};
    std::optional<strata::TimestampTz> at{};
};
STRATA_MODEL(Sheet, sheets, id, words, numbers, document, colour, at)

/// Its columns differ in case only.
struct Letter {
    std::int64_t id{};
    std::string a{};
    std::string A{};
};
STRATA_MODEL(Letter, letters, id, a, A)

/// An old version of a user.
struct UserVersion {
    std::int64_t id{};
    std::int64_t user_id{};
    std::string email{};
};
STRATA_MODEL(UserVersion, user_versions, id, user_id, email)

}  // namespace dal_test

namespace {

dal::Database with_sheets(const test::TestDatabase& database) {
    const Engine engine(database.url());
    schema::create_all(schema::MetaData{schema::table(sheets)}, engine);
    return dal::connect(engine);
}

/// Users a, b and c with 2, 1 and no songs of 1, 2 and 3 plays, and a song of nobody.
dal::Database with_songs(const test::TestDatabase& database) {
    const dal::Database dal = connected(database);
    dal.insert_many(std::vector<User>{{.email = "a"}, {.email = "b"}, {.email = "c"}});
    dal.insert_many(std::vector<Song>{{.title = "web2py", .plays = 1, .user_id = 1},
                                      {.title = "perc%ent", .plays = 2, .user_id = 1},
                                      {.title = "percent", .plays = 3, .user_id = 2},
                                      {.title = "nobody's", .plays = 3}});
    return dal;
}

template <class... T>
using Rows = std::vector<std::tuple<T...>>;

}  // namespace

STRATA_DB_TEST("a table and a column may have other names in the database", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    dal(songs.title == "web2py").update(songs.title = "Aria");
    const auto other = dal::alias<"other">(songs);
    CHECK(dal.all(select(songs.title, other.title)
                      .from(songs)
                      .join(other, other.plays == songs.plays)
                      .where(songs.title == "Aria")) == Rows<std::string, std::string>{{"Aria", "Aria"}});
    CHECK(db.shell("SELECT \"select\" FROM \"music songs\" WHERE id = 1") == "Aria");
}

STRATA_DB_TEST("columns whose names differ in case only are two on PostgreSQL, and refused by SQLite", "[dal][pydal]") {
    const Engine engine(db.url());
    const schema::MetaData tables{schema::table(letters)};
    if (db.is_sqlite()) {
        CHECK_THROWS_WITH(schema::create_all(tables, engine), Contains("duplicate column name"));
        return;
    }
    schema::create_all(tables, engine);
    const dal::Database dal = dal::connect(engine);
    dal.insert(Letter{.a = "small", .A = "capital"});
    CHECK(dal(letters.A == "capital").one().a == "small");
}

STRATA_DB_TEST("lists keep every element: empty ones, separators, quotes and braces", "[dal][pydal]") {
    const dal::Database dal = with_sheets(db);
    const std::vector<std::string> words{"", "a|b", "a,b", "c}", "\"", "\\", "NULL", "ö"};
    const Sheet sheet = dal.insert(Sheet{.words = words, .numbers = {1, -2, 3}});
    CHECK(sheet.words == words);
    CHECK(dal.get(sheets, sheet.id)->numbers == std::vector<std::int64_t>{1, -2, 3});
    CHECK(dal(sheets.words == words).count() == 1);
    CHECK(dal(sheets.numbers == std::vector<std::int64_t>{1, -2, 3}).count() == 1);
    CHECK(dal(dal::array_has(sheets.words, "a")).count() == 0);  // whole elements only
    CHECK(dal(dal::array_has(sheets.words, "c}")).count() == 1);
}

STRATA_DB_TEST("a JSON document is an object, an array or a single value", "[dal][pydal]") {
    const dal::Database dal = with_sheets(db);
    for (const char* text :
         {R"({"a":[1,{"b":null}]})", R"([1,"x"])", R"("text")", "true", "false", "null", "11", "14.3"}) {
        INFO(text);
        const boost::json::value value = boost::json::parse(text);
        const Sheet sheet = dal.insert(Sheet{.document = value});
        CHECK(dal.get(sheets, sheet.id)->document == value);
    }
}

STRATA_DB_TEST("a value of a type of one's own may be missing", "[dal][pydal]") {
    const dal::Database dal = with_sheets(db);
    dal.insert(Sheet{});
    dal.insert(Sheet{.colour = Colour{1, 2, 3}});
    CHECK(dal(sheets.colour == std::nullopt).one().colour == std::nullopt);
    CHECK(dal(sheets.colour == Colour{1, 2, 3}).one().colour == Colour{1, 2, 3});
}

STRATA_DB_TEST("an instant with an offset is stored in UTC with its microseconds", "[dal][pydal]") {
    const dal::Database dal = with_sheets(db);
    const Sheet sheet = dal.insert(Sheet{.at = TimestampTz::parse("2024-05-01 10:00:00.000001+02:00")});
    CHECK(sheet.at == TimestampTz::parse("2024-05-01 08:00:00.000001Z"));
    CHECK(dal.one(select(dal::min(sheets.at)).from(sheets)) == sheet.at);
}

STRATA_DB_TEST("a value that is required and not given is an error", "[dal][pydal]") {
    const dal::Database dal = connected(db);
    CHECK_THROWS_AS(dal.insert_into(users, users.phone = "1"), NotNullViolation);
    CHECK(dal(users).count() == 0);
}

STRATA_DB_TEST("an update computes from the row, and says how many rows there were", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    CHECK(dal(songs.plays == 2).update(songs.plays = songs.plays + 1, songs.rating = songs.rating + 2) == 1);
    CHECK(dal(songs.plays == 3).update(songs.plays = 9) == 3);
    CHECK(dal(songs.plays == 3).update(songs.plays = 9) == 0);
    CHECK(dal(songs.plays + songs.id == 2).remove() == 1);
    CHECK(db.shell("SELECT plays, rating FROM \"music songs\" WHERE id = 2").starts_with("9|2"));
}

STRATA_DB_TEST("a row that is not there is read as nothing, and cannot be written", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    CHECK(dal.get(users, 99) == std::nullopt);
    CHECK_THROWS_AS(dal.update(User{.id = 99, .email = "x"}), NotFound);
    CHECK_THROWS_AS(dal.remove(User{.id = 99}), NotFound);
    CHECK(dal(users.id == 1 && users.email == "a").first());
    CHECK(!dal(users.id == 1 && users.email == "b").first());
}

STRATA_DB_TEST("rows are grouped, counted and summed, and groups are chosen by their sum", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    const auto sums = select(songs.plays, dal::sum(songs.plays)).from(songs).group_by(songs.plays);
    CHECK(dal.all(sums.having(dal::sum(songs.plays) > 2)) ==
          Rows<std::int32_t, std::optional<Decimal>>{{3, Decimal(6)}});
    CHECK(dal.all(select(songs.plays).from(songs).distinct().order_by(songs.plays)) ==
          std::vector<std::int32_t>{1, 2, 3});
    CHECK(dal.one(select(dal::count_distinct(songs.plays), dal::count()).from(songs)) ==
          std::tuple<std::int64_t, std::int64_t>{3, 4});
    CHECK(dal.one(select(dal::min(songs.plays), dal::max(songs.plays), dal::sum(songs.plays), dal::avg(songs.plays),
                         dal::sum(songs.plays) / dal::count())
                      .from(songs)
                      .where(songs.user_id.is_not_null())) == std::tuple(std::optional(1), std::optional(3),
                                                                         std::optional(Decimal(6)), std::optional(2.0),
                                                                         std::optional(Decimal(2))));
    CHECK(dal.one(select(dal::sum(songs.plays)).from(songs).where(songs.id > 99)) == std::nullopt);
}

STRATA_DB_TEST("a value is chosen, replaced where it is missing, and cut", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    CHECK(dal.all(select(dal::coalesce(songs.user_id, 0)).from(songs).order_by(songs.id)) ==
          std::vector<std::int64_t>{1, 1, 2, 0});
    const auto chosen = dal::case_when(songs.plays == 1, -1).when(songs.plays == 2, -22).otherwise(5);
    CHECK(dal.all(select(chosen, dal::abs(chosen)).from(songs).where(songs.id <= 3).order_by(songs.id)) ==
          Rows<int, int>{{-1, 1}, {-22, 22}, {5, 5}});
    CHECK(dal.one(select(dal::substring(songs.title, 5, 2), dal::substring(songs.title, 4, 1),
                         dal::substring(songs.title, 5, 100), dal::substring(songs.title, 3, 2),
                         dal::right(songs.title, 2))
                      .from(songs)
                      .where(songs.id == 1)) ==
          std::tuple<std::string, std::string, std::string, std::string, std::string>{"py", "2", "py", "b2", "py"});
}

STRATA_DB_TEST("rows are chosen by parts of a time", "[dal][pydal]") {
    const dal::Database dal = with_sheets(db);
    for (const char* at : {"1971-12-21 10:30:55Z", "1971-11-21 09:00:00Z", "1970-12-21 10:30:55Z"})
        dal.insert(Sheet{.at = TimestampTz::parse(at)});
    CHECK(dal(dal::year(sheets.at) == 1971).count() == 2);
    CHECK(dal(dal::month(sheets.at) > 11).count() == 2);
    CHECK(dal(dal::hour(sheets.at) < 10).count() == 1);
}

STRATA_DB_TEST("a list is given, is empty, or is a query in a query in a query", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    CHECK(dal(songs.plays.in({1, 3})).count() == 3);
    CHECK(dal(songs.plays.in(std::vector<int>())).count() == 0);
    CHECK(dal(!songs.plays.in(std::vector<int>())).count() == 4);
    CHECK(dal(songs.plays.in(std::vector<std::optional<int>>{1, std::nullopt})).count() == 1);
    const auto of_b = select(users.id).from(users).where(users.email == "b");
    const auto their_plays = select(songs.plays).from(songs).where(songs.user_id.in(of_b));
    CHECK(dal(songs.plays.in(their_plays)).count() == 2);
}

STRATA_DB_TEST("wildcards are wildcards in a pattern only, and a number is matched as text", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    CHECK(dal(songs.title.contains("perc%ent")).count() == 1);
    CHECK(dal(songs.title.like("%perc%ent%")).count() == 2);
    CHECK(dal(songs.title.starts_with("%perc")).count() == 0);
    CHECK(dal(dal::cast<std::string>(songs.plays).like("3%")).count() == 2);
}

STRATA_DB_TEST("a text that is no number is not cast to one", "[dal][pydal]") {
    const dal::Database dal = connected(db);
    const auto cast = [&]<class T>(const char* text, const T&) {
        dal(dal::all(users)).remove();
        dal.insert(User{.email = text});
        return dal.one(select(dal::cast<T>(users.email)).from(users));
    };
    CHECK(cast(" -12 ", std::int64_t()) == -12);
    CHECK(cast("+1.5e1", double()) == 15);
    CHECK(cast(".25", Decimal()) == Decimal::parse("0.25"));
    for (const char* text : {"S1", "1S", "", "-", "1.5"}) {
        INFO(text);
        CHECK_THROWS_AS(cast(text, std::int64_t()), ValueError);
    }
    for (const char* text : {"S1", ".", "1e", "e5", "1,5"}) {
        INFO(text);
        CHECK_THROWS_AS(cast(text, double()), ValueError);
        CHECK_THROWS_AS(cast(text, Decimal()), ValueError);
    }
}

STRATA_DB_TEST("tables are joined, and an outer join keeps the rows without a partner", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    const auto pairs = select(users.email, songs.title).from(users);
    CHECK(dal.all(pairs.join(songs, songs.user_id == users.id)).size() == 3);
    const auto all =
        dal.all(select(users, songs).from(users).left_join(songs, songs.user_id == users.id).order_by(users.id));
    REQUIRE(all.size() == 4);
    CHECK(!std::get<1>(all.back()));
    CHECK(dal.all(select(users.email, dal::count(songs.id))
                      .from(users)
                      .left_join(songs, songs.user_id == users.id)
                      .group_by(users.email)
                      .order_by(users.email)) == Rows<std::string, std::int64_t>{{"a", 2}, {"b", 1}, {"c", 0}});
}

STRATA_DB_TEST("an alias may have the name of another table", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    const auto people_like = dal::alias<"people">(users);
    CHECK(dal.all(select(people_like.email).from(people_like).where(people_like.id == 2)) ==
          std::vector<std::string>{"b"});
}

STRATA_DB_TEST("a query that is grouped and limited is joined, and one is asked for each row", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    const auto busiest = dal::derived<"busiest">(select(songs.user_id, dal::count())
                                                     .from(songs)
                                                     .where(songs.user_id.is_not_null())
                                                     .group_by(songs.user_id)
                                                     .having(dal::count() > 0)
                                                     .order_by(dal::count().desc())
                                                     .limit(1));
    const auto [user, number] = busiest.columns();
    CHECK(dal.all(select(users.email, number).from(users).join(busiest, user == users.id)) ==
          Rows<std::string, std::int64_t>{{"a", 2}});
    const auto theirs = select(songs.id).from(songs).correlate(users).where(songs.user_id == users.id);
    CHECK(dal(dal::exists(theirs)).where(users.id > 0).order_by(users.id).all().size() == 2);
    CHECK(dal(users.id > 0).where(dal::exists(select(songs.id).from(songs))).all().size() == 3);
}

STRATA_DB_TEST("whether there is a row is asked for without its columns", "[dal][pydal]") {
    const dal::Database dal = with_songs(db);
    CHECK(dal(songs.plays == 3).exists());
    CHECK(!dal(songs.plays == 7).exists());
    CHECK(dal.exists(select(songs.title).from(songs).where(songs.plays == 3)));
}

STRATA_DB_TEST("callbacks keep the versions of a row, and those that leave it", "[dal][pydal][callbacks]") {
    const Engine engine(db.url());
    schema::create_all(schema::MetaData{schema::table(users), schema::table(user_versions)}, engine);
    const auto keep = [](const dal::Session& session, const User& user) {
        session.insert(UserVersion{.user_id = user.id, .email = user.email});
    };
    const dal::Database dal = dal::connect(engine).with_callbacks<User>(
        {.before_update = [keep](const dal::Session& session,
                                 User& user) { keep(session, session.get(users, user.id).value()); },
         .after_remove = keep});
    User user = dal.insert(User{.email = "first"});
    user.email = "second";
    user = dal.update(user);
    dal.remove(user);
    CHECK(db.shell("SELECT user_id, email FROM user_versions ORDER BY id") == "1|first\n1|second");
}

STRATA_DB_TEST("a callback that throws keeps a row and all rows beside it from being written",
               "[dal][pydal][callbacks]") {
    const dal::Database plain = connected(db);
    int after = 0;
    const dal::Database dal =
        plain.with_callbacks<User>({.before_insert =
                                        [](const dal::Session&, User& user) {
                                            if (user.email == "no") throw UsageError("not this one");
                                        },
                                    .after_insert = [&after](const dal::Session&, const User&) { ++after; }});
    CHECK_THROWS_WITH(dal.insert_many(std::vector<User>{{.email = "yes"}, {.email = "no"}}), Contains("not this one"));
    CHECK(plain(users).count() == 0);
    after = 0;
    std::vector<User> ten;
    for (int i = 0; i < 10; ++i) ten.push_back({.email = std::to_string(i)});
    CHECK(dal.insert_many(ten) == 10);
    CHECK(after == 10);
}

STRATA_DB_TEST("tables that go through CSV keep what refers to what", "[dal][pydal][csv]") {
    const dal::Database dal = with_songs(db);
    std::stringstream users_csv;
    std::stringstream songs_csv;
    dal::write_csv(users_csv, dal(users).order_by(users.id).all());
    dal::write_csv(songs_csv, dal(songs).order_by(songs.id).all());
    const std::string before = db.shell("SELECT u.email, s.id FROM users u JOIN \"music songs\" s ON s.user_id = u.id");
    dal(dal::all(songs)).remove();
    dal(dal::all(users)).remove();
    CHECK(dal.insert_many(dal::read_csv<User>(users_csv)) == 3);
    CHECK(dal.insert_many(dal::read_csv<Song>(songs_csv)) == 4);
    CHECK(db.shell("SELECT u.email, s.id FROM users u JOIN \"music songs\" s ON s.user_id = u.id") == before);
}
