// The examples of docs/from_sqlalchemy.md, docs/from_pydal.md and docs/from_soci.md, as they are there.

#include "support/database.hpp"
#include "support/guide.hpp"

// clang-format off
#include <strata/dal.hpp>
#include <strata/dal/callbacks.hpp>
#include <strata/dal/csv.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
// clang-format on

#include <sstream>

using namespace strata;

namespace coming {

// clang-format off
enum class Status { queued, processing, done, failed };
BOOST_DESCRIBE_ENUM(Status, queued, processing, done, failed)

struct User {
    std::int64_t id{};
    std::string email{};
    std::optional<std::string> phone{};
};
STRATA_MODEL(User, users, id, email, phone)
STRATA_FACTS(users, max_length(users.email, 255), unique(users.email))

struct Song {
    std::int64_t id{};
    std::string title{};
    Status status{};
    std::int32_t plays{};
    std::optional<std::int64_t> user_id{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Song, songs, id, title, status, plays, user_id, created_at)
STRATA_FACTS(songs, references(songs.user_id, users.id, on_delete::set_null), server_default(songs.created_at, now()))

struct SongVersion {
    std::int64_t id{};
    std::int64_t song_id{};
    std::string title{};
};
STRATA_MODEL(SongVersion, song_versions, id, song_id, title)

struct Report {
    std::string email{};
    std::int64_t songs{};
};
BOOST_DESCRIBE_STRUCT(Report, (), (email, songs))
// clang-format on

}  // namespace coming

using namespace coming;

namespace {

std::string printed;
void print(const std::string& text) { printed += text + '\n'; }

dal::Database with_rows(const test::TestDatabase& database) {
    printed.clear();
    const Engine engine(database.url());
    schema::create_all(schema::MetaData{schema::table(users), schema::table(songs), schema::table(song_versions)},
                       engine);
    const dal::Database db = dal::connect(engine);
    db.insert_many(std::vector<User>{{.email = "eve@example.org", .phone = "1"}, {.email = "joe@example.org"}});
    db.insert_many(std::vector<Song>{{.title = "Aria", .status = Status::failed, .plays = 3, .user_id = 1},
                                     {.title = "Blues", .status = Status::done, .plays = 7, .user_id = 1},
                                     {.title = "Coda", .plays = 12, .user_id = 2}});
    return db;
}

// clang-format off
std::int64_t rows_of(const std::string& url) {
    auto db = dal::connect(url);
    return db(songs).count();
}

void pydal_examples(const dal::Database& db, std::stringstream& file) {
    User ada = db.insert(User{.email = "ada@example.org"});
    db.insert_into(songs, songs.title = "Dance", songs.status = Status::queued, songs.plays = 0, songs.user_id = ada.id);
    db.insert_many(std::vector<Song>{{.title = "Elegy"}, {.title = "Fugue"}});
    CHECK(db(songs).count() == 6);

    auto rows = db(songs.plays > 5).order_by(songs.plays.desc()).limit(10).all();
    std::optional<Song> song = db.get(songs, 1);
    std::optional<Song> aria = db(songs.title == "Aria").first();
    bool none = !db(songs.plays > 100).exists();
    std::int64_t count = db(songs.status != Status::done && !(songs.plays > 5)).count();
    auto titles = db.all(select(songs.title).from(songs).where(songs.user_id == std::nullopt));
    CHECK((rows.size() == 2 && song->title == "Aria" && aria && none && count == 4 && titles.size() == 2));

    db(songs.status == Status::failed).update(songs.status = Status::queued, songs.plays = songs.plays + 1);
    song->title = "Air";
    song = db.update(*song, songs.title);
    db(songs.plays == 0 && songs.title.starts_with("E")).remove();
    db.remove(*db.get(songs, 2));
    CHECK(db(songs).count() == 4);

    auto pairs = db.all(select(users.email, songs.title).from(users).join(songs, songs.user_id == users.id));
    auto all = db.all(select(users, songs).from(users).left_join(songs, songs.user_id == users.id));
    for (const auto& [user, their_song] : all) print(user.email + ": " + (their_song ? their_song->title : "nothing"));
    CHECK((pairs.size() == 3 && printed.find("ada@example.org: Dance") != std::string::npos));

    auto per_user = db.all(select(songs.user_id, dal::count(), dal::sum(songs.plays))
                               .from(songs).group_by(songs.user_id).having(dal::count() > 0));
    std::optional<std::int32_t> most = db.one(select(dal::max(songs.plays)).from(songs));
    CHECK((per_user.size() == 4 && most == 12));

    auto listed = db(songs.id.in({1, 2, 3})).all();
    auto phoneless = db(songs.user_id.in(select(users.id).from(users).where(users.phone.is_null()))).all();
    CHECK((listed.size() == 2 && phoneless.size() == 2));

    auto shouted = db.all(select(dal::upper(songs.title), dal::when(songs.plays > 5, "often", "seldom")).from(songs));
    CHECK(std::get<0>(shouted.front()) != "Air");

    const auto versioned = db.with_callbacks<Song>({
        .before_update = [](const dal::Session& session, Song& row) {
            const Song before = session.get(songs, row.id).value();
            session.insert(SongVersion{.song_id = before.id, .title = before.title});
        },
        .after_remove = [](const dal::Session& session, const Song& row) {
            session.insert(SongVersion{.song_id = row.id, .title = row.title});
        },
    });
    song->title = "Air on G";
    song = versioned.update(*song);
    CHECK(db(song_versions.title == "Air").count() == 1);

    const dal::Database mine = db.filtered(songs.user_id == ada.id);
    std::int64_t of_ada = mine(songs).count();
    CHECK(of_ada == 1);

    auto [user, created] = db.get_or_create(User{.email = "new@example.org"}, users.email);
    db.upsert(User{.email = "new@example.org", .phone = "2"}, on_conflict(users.email).do_update(users.phone));
    CHECK((created && db.get(users, user.id)->phone == "2"));

    dal::write_csv(file, db(songs).order_by(songs.id).all());
    db(dal::all(songs)).remove();
    db.insert_many(dal::read_csv<Song>(file));
    CHECK(db(songs).count() == 4);

    db.transaction([&](dal::Transaction& tx) {
        User bob = tx.insert(User{.email = "bob@example.org"});
        tx(songs.user_id == std::nullopt).update(songs.user_id = bob.id);
    });
    CHECK(db(users.email == "bob@example.org").exists());

    auto totals = db.query<std::tuple<std::string, std::int64_t>>(
        "SELECT u.email, count(*) FROM users u JOIN songs s ON s.user_id = u.id WHERE s.plays > ? GROUP BY u.email", 5);
    print(db(songs.plays > 5).sql());
    CHECK((!totals.empty() && printed.find("SELECT") != std::string::npos));
}

void sqlalchemy_examples(const dal::Database& db) {
    User ada = db.insert(User{.email = "ada@example.org"});
    std::optional<User> found = db.get(users, ada.id);
    ada.phone = "123";
    ada = db.update_changed(*found, ada);
    db.remove(db.insert(User{.email = "gone@example.org"}));
    CHECK((ada.phone == "123" && db(users).count() == 3));

    std::vector<Song> page = db(songs.plays > 2).order_by(songs.created_at.desc(), songs.id).limit(20).all();
    Song aria = db(songs.title == "Aria").one();
    auto reports = db.all(select(users.email, dal::count(songs.id)).from(users)
                              .left_join(songs, songs.user_id == users.id)
                              .group_by(users.email).order_by(users.email).into<Report>());
    CHECK((page.size() == 3 && aria.plays == 3 && reports.size() == 3 && reports[1].songs == 2));

    dal::Condition<Song> wanted;
    const std::optional<std::string> text = "a";
    const std::optional<std::int32_t> least;
    wanted &= dal::when_given(text, [](const std::string& t) { return songs.title.ilike("%" + t + "%"); });
    wanted &= songs.plays >= maybe(least);
    auto matches = db(wanted).all();
    CHECK(matches.size() == 2);

    const auto per_user = dal::partition_by(songs.user_id).order_by(songs.plays.desc());
    const auto ranked = dal::derived<"ranked">(select(songs, dal::row_number().over(per_user)).from(songs));
    const auto [song, number] = ranked.columns();
    std::vector<Song> best = db.all(select(song).from(ranked).where(number == 1));
    CHECK(best.size() == 2);

    const auto below = dal::recursive<"below">(
        select(users.id, dal::value(0)).from(users).where(users.id == 1), [](const auto& rows) {
            const auto [id, depth] = rows.columns();
            return select(users.id, depth + 1).from(users).join(rows, users.id == id + 1);
        });
    auto chain = db.all(select(below.column<0>(), below.column<1>()).with(below).from(below));
    CHECK(chain.size() == 3);

    std::int64_t changed = db(songs.status == Status::failed).update(songs.status = Status::queued);
    auto retried = db(songs.status == Status::queued).returning(songs.id).update(songs.status = Status::processing);
    db.insert_many(std::vector<Song>{{.title = "Dance"}, {.title = "Elegy"}});
    db.upsert(ada, on_conflict(users.email).do_update(users.phone = dal::excluded(users).phone));
    CHECK((changed == 1 && retried.size() == 2 && db(songs).count() == 5));

    db.transaction([&](dal::Transaction& tx) {
        auto job = tx(songs.status == Status::processing).order_by(songs.id).limit(1).for_update(dal::skip_locked).first();
        if (job) tx(songs.id == job->id).update(songs.status = Status::done);
        tx.transaction([&](dal::Transaction& inner) { inner.insert(Song{.title = "Fugue"}); });  // a savepoint
    }, {.retries = 3});
    CHECK(db(songs.title == "Fugue").one().status == Status::queued);

    for (const Song& each : db(songs).order_by(songs.id).stream()) print(each.title);
    print(db.explain(select(songs.title).from(songs).where(songs.plays > 2)));
    CHECK(printed.starts_with("Aria\nBlues\n"));

    try {
        db.insert(User{.email = "ada@example.org"});
    } catch (const UniqueViolation& error) {
        print(error.table());
    }
    CHECK(printed.ends_with("users\n"));
}

void soci_examples(const dal::Database& db) {
    const std::string email = "eve@example.org";
    const int least = 5;
    std::optional<User> user = db(users.email == email).first();
    auto titles = db.query<std::string>("SELECT title FROM songs WHERE plays > :least ORDER BY title", arg("least", least));
    auto reports = db.query<Report>(
        "SELECT u.email, count(*) AS songs FROM users u JOIN songs s ON s.user_id = u.id GROUP BY u.email ORDER BY 1");
    std::int64_t changed = db.execute("UPDATE songs SET plays = plays + ? WHERE title = ?", 1, "Aria");
    CHECK((user->phone == "1" && titles.size() == 2 && reports[0].songs == 2 && changed == 1));

    db.insert_many(std::vector<User>{{.email = "a@example.org"}, {.email = "b@example.org", .phone = "2"}});
    User made = db.insert(User{.email = "c@example.org"});
    CHECK(made.id == 5);

    for (const auto& [title, plays] : db.stream(select(songs.title, songs.plays).from(songs).order_by(songs.id)))
        print(title + " " + std::to_string(plays));
    CHECK(printed == "Aria 4\nBlues 7\nCoda 12\n");

    db.transaction([&](dal::Transaction& tx) {
        tx(songs.title == "Coda").update(songs.plays = songs.plays + 1);
        tx.insert(Song{.title = "Dance"});
    });
    CHECK(db(songs.plays == 13).count() == 1);
}
// clang-format on

}  // namespace

STRATA_DB_TEST("the examples of the guide for users of PyDAL run", "[dal][docs]") {
    std::stringstream file;
    pydal_examples(with_rows(db), file);
    CHECK(rows_of(db.url()) > 0);
}

STRATA_DB_TEST("the examples of the guide for users of SQLAlchemy run", "[dal][docs]") {
    sqlalchemy_examples(with_rows(db));
}

STRATA_DB_TEST("the examples of the guide for users of SOCI run", "[dal][docs]") { soci_examples(with_rows(db)); }

TEST_CASE("every example of the guides for users of PyDAL, SQLAlchemy and SOCI is run", "[dal][docs]") {
    strata::test::check_examples("docs/from_pydal.md", "tests/dal/guides.cpp", 14);
    strata::test::check_examples("docs/from_sqlalchemy.md", "tests/dal/guides.cpp", 9);
    strata::test::check_examples("docs/from_soci.md", "tests/dal/guides.cpp", 4);
}
