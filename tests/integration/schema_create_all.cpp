#include "support/database.hpp"
#include "support/process.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/dal.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/enum.hpp>

#include <cstdlib>
#include <filesystem>
#include <future>

namespace schema_create_models {

struct User {
    std::int64_t id{};
    std::string email{};
};
STRATA_MODEL(User, users, id, email)
STRATA_FACTS(users, max_length(users.email, 255), unique(users.email))

enum class SongStatus { queued, done };
BOOST_DESCRIBE_ENUM(SongStatus, queued, done)

struct Song {
    std::int64_t id{};
    std::string title{};
    SongStatus status{};
    std::optional<std::int64_t> user_id{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Song, songs, id, title, status, user_id, created_at)
STRATA_FACTS(songs, references(songs.user_id, users.id, on_delete::cascade), server_default(songs.created_at, now()),
             server_default(songs.status, SongStatus::queued))

struct Play {
    std::int64_t id{};
    std::int64_t song_id{};
    SongStatus status{};
};
STRATA_MODEL(Play, plays, id, song_id, status)
STRATA_FACTS(plays, references(plays.song_id, songs.id))

namespace other {
enum class SongStatus { queued, lost };
BOOST_DESCRIBE_ENUM(SongStatus, queued, lost)
}  // namespace other

struct Remix {
    std::int64_t id{};
    other::SongStatus status{};
};
STRATA_MODEL(Remix, remixes, id, status)

/// Refers to what is not unique.
struct Fan {
    std::int64_t id{};
    std::string song{};
};
STRATA_MODEL(Fan, fans, id, song)
STRATA_FACTS(fans, references(fans.song, songs.title))

/// Constants that become the columns' types.
struct Setting {
    std::int64_t id{};
    std::string name{};
    std::optional<std::string> note{};
    std::int64_t size{};
    std::optional<SongStatus> status{};
    strata::Date day{};
    strata::Time hour{};
};
STRATA_MODEL(Setting, settings, id, name, note, size, status, day, hour)
STRATA_FACTS(settings, server_default(settings.name, "none"), server_default(settings.note, "it's"),
             server_default(settings.size, 7), server_default(settings.status, SongStatus::done),
             server_default(settings.day, now()), server_default(settings.hour, now()))

strata::schema::MetaData metadata() {
    using namespace strata::schema;
    return {table(plays), table(songs, index(songs.status, songs.created_at), check("title", "length(title) > 0")),
            table(users)};
}

}  // namespace schema_create_models

using namespace schema_create_models;
using namespace strata::schema;
using Catch::Matchers::Contains;
using strata::core::Engine;
using strata::test::run_process;
using Names = std::vector<std::string>;

namespace {

std::string tables_of(const strata::test::TestDatabase& db) {
    return db.shell(db.is_sqlite() ? "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
                                   : "SELECT relname FROM pg_class WHERE relnamespace = '" + std::string(db.schema()) +
                                         "'::regnamespace AND relkind = 'r' ORDER BY relname");
}

std::string types_of(const strata::test::TestDatabase& db) {
    return db.is_sqlite() ? "" : db.shell("SELECT typname FROM pg_type WHERE typtype = 'e' ORDER BY typname");
}

}  // namespace

STRATA_DB_TEST("create_all makes what is missing, once and in dependency order", "[schema][create_all]") {
    const auto result = create_all(metadata(), db.url());
    CHECK(result.tables == Names{"users", "songs", "plays"});
    CHECK(result.declined.empty());
    CHECK(tables_of(db) == "plays\nsongs\nusers");
    db.shell("INSERT INTO users (email) VALUES ('a'); INSERT INTO songs (title, user_id) VALUES ('Aria', 1)");
    CHECK(db.shell("SELECT id, title, status, user_id FROM songs") == "1|Aria|queued|1");
    CHECK_THROWS(db.shell("INSERT INTO songs (title) VALUES ('')"));
    CHECK_THROWS(db.shell("INSERT INTO songs (title, status) VALUES ('b', 'other')"));
    CHECK_THROWS(db.shell("INSERT INTO users (email) VALUES ('a')"));

    const auto before = db.dump();
    CHECK(create_all(metadata(), db.url()).tables.empty());
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT count(*) FROM songs") == "1");
}

STRATA_DB_TEST("create_all leaves existing tables alone and adds the others", "[schema][create_all]") {
    db.shell("CREATE TABLE songs (id bigint PRIMARY KEY, own text); INSERT INTO songs VALUES (7, 'mine')");
    CHECK(create_all(metadata(), db.url()).tables == Names{"users", "plays"});
    CHECK(db.shell("SELECT * FROM songs") == "7|mine");
    CHECK(db.dump().find("ix_songs_status_created_at") == std::string::npos);
}

TEST_CASE("create_all reuses an existing enum type and refuses one with other labels",
          "[schema][create_all][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    db.shell("CREATE TYPE song_status AS ENUM ('queued', 'done')");
    CHECK(create_all(metadata(), db.url()).tables.size() == 3);
    drop_all(metadata(), db.url());
    CHECK(types_of(db).empty());
    db.shell("CREATE TYPE song_status AS ENUM ('other')");
    CHECK_THROWS_WITH(create_all(metadata(), db.url()),
                      Contains("enum type song_status with other labels than column status"));
    CHECK(tables_of(db).empty());
}

STRATA_DB_TEST("where migrations own the database create_all creates nothing and says so", "[schema][create_all]") {
    db.shell("CREATE TABLE strata_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)");
    const auto before = db.dump();
    const auto result = create_all(metadata(), db.url());
    CHECK(result.tables.empty());
    CHECK_THAT(result.declined, Contains("migrations own this database") && Contains("run the migrations"));
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("a create_all that fails leaves nothing behind", "[schema][create_all]") {
    auto broken = metadata();
    broken.find("plays")->checks.push_back({"ck_plays_broken", "no_such_column > 0"});
    CHECK_THROWS_AS(create_all(broken, db.url()), strata::Error);
    CHECK(tables_of(db).empty());
    CHECK(types_of(db).empty());
    CHECK(create_all(metadata(), db.url()).tables.size() == 3);
}

STRATA_DB_TEST("create_all refuses a name that another object has, and a reference to a missing table",
               "[schema][create_all]") {
    db.shell("CREATE VIEW songs AS SELECT 1 AS id");
    CHECK_THROWS_WITH(create_all(metadata(), db.url()),
                      Contains("cannot create table songs: the database has a view of that name"));
    CHECK(tables_of(db).empty());
    db.shell("DROP VIEW songs");
    CHECK_THROWS_WITH(
        create_all({strata::schema::table(songs)}, db.url()),
        Contains("table songs refers to table users, which is neither among the models nor in the database"));
}

STRATA_DB_TEST("a cycle of foreign keys is created and dropped with its rows", "[schema][create_all]") {
    Table person;
    person.name = "person";
    person.columns = {column("id", BigInteger()), column("house", BigInteger()).nullable()};
    person.primary_key = PrimaryKey{"pk_person", {"id"}};
    Table house = person;
    house.name = "house";
    house.columns[1].name = "owner";
    house.primary_key->name = "pk_house";
    person.foreign_keys = {{"fk_house", {"house"}, "house", {"id"}}};
    house.foreign_keys = {{"fk_owner", {"owner"}, "person", {"id"}, ReferentialAction::cascade}};
    const MetaData both{person, house};
    CHECK(create_all(both, db.url()).tables == Names{"person", "house"});
    db.shell("INSERT INTO person VALUES (1, NULL); INSERT INTO house VALUES (1, 1); UPDATE person SET house = 1");
    CHECK(drop_all(both, db.url()).tables == Names{"house", "person"});
    CHECK(tables_of(db).empty());
}

STRATA_DB_TEST("drop_all drops the models' tables, their types and the version table, and nothing else",
               "[schema][drop_all]") {
    create_all(metadata(), db.url());
    db.shell(
        "CREATE TABLE strata_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY); CREATE TABLE strata_of_rock (a "
        "integer); "
        "INSERT INTO users (email) VALUES ('a'); INSERT INTO songs (title, user_id) VALUES ('Aria', 1); "
        "INSERT INTO plays (song_id, status) VALUES (1, 'done')");
    CHECK(drop_all(metadata(), db.url()).tables == Names{"plays", "songs", "users", "strata_version"});
    CHECK(tables_of(db) == "strata_of_rock");
    CHECK(types_of(db).empty());
    CHECK(drop_all(metadata(), db.url()).tables.empty());
    CHECK(create_all(metadata(), db.url()).tables.size() == 3);
}

STRATA_DB_TEST("drop_all keeps an enum type that another table uses", "[schema][drop_all]") {
    create_all(metadata(), db.url());
    if (db.is_postgresql()) db.shell("CREATE TABLE own (status song_status)");
    drop_all(metadata(), db.url());
    CHECK(tables_of(db) == (db.is_postgresql() ? "own" : ""));
    CHECK(types_of(db) == (db.is_postgresql() ? "song_status" : ""));
}

STRATA_DB_TEST("drop_all drops nothing while another table refers to one of ours", "[schema][drop_all]") {
    create_all(metadata(), db.url());
    db.shell("CREATE TABLE invoices (id integer PRIMARY KEY, user_id bigint REFERENCES users (id) ON DELETE CASCADE)");
    db.shell("INSERT INTO users (email) VALUES ('a'); INSERT INTO invoices VALUES (1, 1)");
    CHECK_THROWS_WITH(drop_all(metadata(), db.url()),
                      Contains("cannot drop table users: table invoices, which is not among the models, refers to it"));
    CHECK(tables_of(db) == "invoices\nplays\nsongs\nusers");
    CHECK(db.shell("SELECT * FROM invoices") == "1|1");
    // Foreign keys are on again for whoever gets the connection next.
    const Engine engine(db.url());
    CHECK_THROWS_AS(drop_all(metadata(), engine), strata::UsageError);
    CHECK_THROWS_AS(engine.connect()->execute("INSERT INTO songs (title, user_id) VALUES ('x', 99)"),
                    strata::ForeignKeyViolation);
}

// SQLite keeps such a view and reports it at its next use.
TEST_CASE("drop_all drops nothing while a view uses one of our tables", "[schema][drop_all][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    create_all(metadata(), db.url());
    db.shell("CREATE VIEW titles AS SELECT title FROM songs");
    CHECK_THROWS_AS(drop_all(metadata(), db.url()), strata::Error);
    CHECK(tables_of(db) == "plays\nsongs\nusers");
}

TEST_CASE("in memory, create_all and what follows see one database", "[schema][create_all][sqlite]") {
    const Engine engine("sqlite:///:memory:");
    CHECK(create_all(metadata(), engine).tables.size() == 3);
    CHECK(create_all(metadata(), engine).tables.empty());
    CHECK(reflect(*engine.connect()).tables.size() == 3);
    CHECK(drop_all(metadata(), engine).tables.size() == 3);
    CHECK(reflect(*engine.connect()).tables.empty());
}

TEST_CASE("a new SQLite file is in WAL mode and an existing one keeps its mode", "[schema][create_all][sqlite]") {
    strata::test::TestDatabase fresh(strata::test::TestDialect::sqlite);
    create_all(metadata(), fresh.url());
    CHECK(fresh.shell("PRAGMA journal_mode") == "wal");
    strata::test::TestDatabase old(strata::test::TestDialect::sqlite);
    old.shell("CREATE TABLE t (a)");
    create_all(metadata(), old.url());
    CHECK(old.shell("PRAGMA journal_mode") == "delete");
}

TEST_CASE("stored values keep the form that their column's type promises", "[schema][sqlite]") {
    strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    Table table;
    table.name = "t";
    const std::vector<std::pair<Type, const char*>> values{{DateType(), "'2026-11-20'"},
                                                           {TimeType(), "'12:34:56.789000'"},
                                                           {DateTime(), "'2026-11-20 12:34:56.000000'"},
                                                           {DateTimeTz(), "'2026-11-20 12:34:56.000000'"},
                                                           {UuidType(), "'12345678-1234-1234-1234-123456789012'"},
                                                           {String(9), "'123'"},
                                                           {Text(), "'1e5'"},
                                                           {JsonType(), "'5'"},
                                                           {Numeric(20, 2), "'12345678901234567.10'"},
                                                           {Numeric(), "'1.10'"},
                                                           {Array(Integer()), "'[\"1\"]'"},
                                                           {Array(Numeric()), "'[1]'"},
                                                           {Enum("e", {"1"}), "'1'"}};
    std::string names;
    std::string list;
    std::string types;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string name = "c" + std::to_string(i);
        table.columns.push_back(column(name, values[i].first));
        names += (i == 0 ? "" : ", ") + name;
        list += (i == 0 ? "" : ", ") + std::string(values[i].second);
        types += (i == 0 ? "typeof(" : " || typeof(") + name + ")";
        types += " || (" + name + " = " + values[i].second + ")";
    }
    create_all({table}, db.url());
    db.shell("INSERT INTO t (" + names + ") VALUES (" + list + ")");
    std::string wanted;
    for (std::size_t i = 0; i < values.size(); ++i) wanted += "text1";
    CHECK(db.shell("SELECT " + types + " FROM t") == wanted);
}

/// A process of its own: run by the tests below, with the URL in its environment.
TEST_CASE("create_all in a process", "[.][create_all_process]") {
    const char* url = std::getenv("STRATA_CREATE_ALL_URL");
    REQUIRE(url != nullptr);
    const auto result = create_all(metadata(), std::string(url));
    CHECK((result.tables.empty() || result.tables.size() == 3));
}

namespace {

strata::test::ProcessResult create_all_process(const strata::test::TestDatabase& db) {
    return run_process({std::filesystem::read_symlink("/proc/self/exe").string(), "[create_all_process]"},
                       {.environment = {{"STRATA_CREATE_ALL_URL", db.url()}}});
}

}  // namespace

STRATA_DB_TEST("create_all that is declined warns in the log", "[schema][create_all]") {
    db.shell("CREATE TABLE strata_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)");
    const auto result = create_all_process(db);
    CHECK(result.exit_code == 0);
    CHECK_THAT(result.err, Contains("warning") && Contains("create_all created nothing: migrations own this database"));
    CHECK(tables_of(db) == "strata_version");
}

STRATA_DB_TEST("four processes that create_all at once all succeed", "[schema][create_all]") {
    const int rounds = strata::test::long_run() ? 10 : 3;
    for (int round = 0; round < rounds; ++round) {
        std::vector<std::future<strata::test::ProcessResult>> processes;
        for (int i = 0; i < 4; ++i)
            processes.push_back(std::async(std::launch::async, [&] { return create_all_process(db); }));
        for (auto& process : processes) {
            const auto result = process.get();
            INFO(result.out << result.err);
            CHECK(result.exit_code == 0);
            CHECK(result.out.find("All tests passed") != std::string::npos);
        }
        CHECK(tables_of(db) == "plays\nsongs\nusers");
        if (db.is_sqlite()) {
            for (const char* suffix : {"", "-wal", "-shm"})
                std::filesystem::remove(db.directory() / ("test.db" + std::string(suffix)));
        } else {
            drop_all(metadata(), db.url());
        }
    }
}

STRATA_DB_TEST("server defaults are constants that fit, and the day and the time of now", "[schema][create_all]") {
    create_all({table(settings)}, db.url());
    db.shell("INSERT INTO settings (id) VALUES (1)");
    CHECK(db.shell("SELECT name, note, size, status FROM settings") == "none|it's|7|done");
    CHECK(db.shell(db.is_sqlite() ? "SELECT day = date('now') AND hour GLOB '[0-2][0-9]:[0-5][0-9]:[0-5][0-9].*' AND "
                                    "length(hour) = 15 FROM settings"
                                  : "SELECT CASE WHEN day = current_date THEN 1 ELSE 0 END FROM settings") == "1");
    CHECK(strata::dal::connect(db.url())(settings).all().size() == 1);
}

TEST_CASE("two enums with one name and different labels are refused where they would be one type",
          "[schema][create_all][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    CHECK_THROWS_WITH(create_all({table(users), table(songs), table(remixes)}, db.url()),
                      Contains("enum type song_status has different labels in tables"));
    CHECK(tables_of(db).empty());
}

STRATA_DB_TEST("a reference to what is not unique is refused before anything is made", "[schema][create_all]") {
    const auto before = db.dump();
    CHECK_THROWS_WITH(create_all({table(users), table(songs), table(fans)}, db.url()),
                      Contains("table fans refers to songs.title, which is not unique"));
    CHECK(db.dump() == before);
    create_all({table(users), table(songs, index(songs.title).unique()), table(fans)}, db.url());
}

TEST_CASE("create_all notes that SQLite does not enforce MATCH FULL", "[schema][sqlite]") {
    namespace schema = strata::schema;
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    schema::Table places;
    places.name = "places";
    places.columns = {schema::column("x", schema::Integer()), schema::column("y", schema::Integer()),
                      schema::column("z", schema::Integer()).nullable()};
    places.primary_key = schema::PrimaryKey{"pk_places", {"x", "y"}};
    schema::Table visits;
    visits.name = "visits";
    visits.columns = {schema::column("a", schema::Integer()).nullable(),
                      schema::column("b", schema::Integer()).nullable()};
    visits.foreign_keys = {schema::ForeignKey{
        .name = "fk", .columns = {"a", "b"}, .referred_table = "places", .referred_columns = {"x", "y"}}};
    visits.foreign_keys.front().match = schema::Match::full;
    const auto result = schema::create_all({places, visits}, db.url());
    CHECK(result.tables.size() == 2);
    CHECK(result.notes ==
          std::vector<std::string>{
              "table visits: SQLite does not enforce MATCH FULL of its foreign key (a, b), so a row may "
              "have some of them and NULL in the others; a check can forbid it"});
    db.shell("PRAGMA foreign_keys = ON; INSERT INTO visits VALUES (1, NULL)");  // so it is
    CHECK(schema::create_all({places, visits}, db.url()).notes.empty());
    // Without NULL, or of one column, it means the same.
    for (auto& column : visits.columns) column.nullable = false;
    visits.name = "stays";
    CHECK(schema::create_all({places, visits}, db.url()).notes.empty());
}
