// SQLite takes a foreign key whose table or key does not exist. Such a key is read, created again and told apart from a
// mistake in a model.

#include "migrate_rebuild_support.hpp"
#include "sqlite_catalogue.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"

#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

using namespace strata::test;
using Catch::Matchers::Contains;
using strata::schema::MetaData;

namespace {

struct Genre {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(Genre, genres, id, title)

struct Song {
    std::int64_t id{};
    std::int64_t genre_id{};
    std::string genre_title{};
};
STRATA_MODEL(Song, songs, id, genre_id, genre_title)
STRATA_FACTS(songs, references(songs.genre_id, "genres", "id", on_delete::cascade))

using Lines = std::vector<std::string>;

std::string dangling_sql() {
    std::ostringstream text;
    text << std::ifstream(source_directory() / "tests/integration/round_trip/dangling_keys_sqlite.sql").rdbuf();
    return text.str();
}

MetaData reflected(const TestDatabase& db) { return strata::schema::reflect(*strata::Engine(db.url()).connect()); }

strata::core::Connection connect(const TestDatabase& db) {
    return strata::core::Connection(strata::core::Url::parse(db.url()));
}

/// The song's table alone, whose key refers to a table that is not there.
MetaData orphan() { return {strata::schema::table(songs, strata::schema::foreign_key(songs.genre_id).dangling())}; }

/// The song refers to a title too, which is unique by this collation.
MetaData by_title(const std::string& collation, bool dangling) {
    MetaData models{
        strata::schema::table(genres),
        strata::schema::table(
            songs, strata::schema::foreign_key(songs.genre_title).references(genres.title).dangling(dangling))};
    strata::schema::Index index{.name = "titles", .elements = {{.column = "title"}}, .unique = true};
    index.elements[0].collation = collation;
    models.find("genres")->indexes.push_back(index);
    return models;
}

/// The keys of a table as SQLite has them.
std::string keys_of(const TestDatabase& db, const std::string& table) {
    return db.shell("SELECT \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list('" + table +
                    "') ORDER BY 1, 2, 3");
}

}  // namespace

TEST_CASE("foreign keys to what does not exist are read and created again", "[schema][sqlite][dangling]") {
    const TestDatabase original(TestDialect::sqlite);
    original.shell(dangling_sql());
    const auto metadata = reflected(original);
    CHECK(metadata.unmanaged.empty());
    const TestDatabase copy(TestDialect::sqlite);
    strata::schema::create_all(metadata, copy.url());
    CHECK(sqlite_objects(copy) == sqlite_objects(original));
    CHECK(sqlite_pragmas(copy) == sqlite_pragmas(original));
    auto connection = connect(copy);
    CHECK(described(differences(connection, metadata)) == Lines{});

    strata::schema::drop_all(metadata, copy.url());
    CHECK(copy.shell("SELECT count(*) FROM sqlite_schema") == "0");
}

TEST_CASE("a key is said to be dangling where SQLite finds no key to check it by", "[schema][sqlite][dangling]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(dangling_sql());
    // SQLite itself compiles no insert into a table that has such a key, and none that refers to it by another way.
    for (const auto& table : reflected(db).tables) {
        if (!table.module.empty() || table.columns.empty()) continue;
        INFO(table.name);
        const bool dangling = std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                                          [](const auto& key) { return key.dangling; });
        std::string columns;
        std::string values;
        for (const auto& column : table.columns) {
            columns += (columns.empty() ? "\"" : ", \"") + column.name + "\"";
            values += values.empty() ? "1" : ", 1";
        }
        const auto result = run_process({"sqlite3", (db.directory() / "test.db").string(),
                                         "PRAGMA foreign_keys = ON; BEGIN; INSERT INTO \"" + table.name.name + "\" (" +
                                             columns + ") VALUES (" + values + "); ROLLBACK"});
        const bool refused = result.err.find("foreign key mismatch") != std::string::npos ||
                             result.err.find("no such table") != std::string::npos;
        CHECK(dangling == refused);
    }
    std::set<std::string> told;
    const auto metadata = reflected(db);
    for (const auto* name : {"to_indexed", "other_case", "self", "hen", "too_short", "to_no_unique", "to_collated_a",
                             "to_collated_b", "to_collated_c", "to_collated_key", "to_collated_columns"})
        for (const auto& key : metadata.find(name)->foreign_keys)
            if (!key.dangling) told.insert(std::string(name) + "." + key.columns.front());
    CHECK(told == std::set<std::string>{"hen.egg", "other_case.a", "other_case.b", "other_case.c", "self.down",
                                        "to_collated_c.x", "to_collated_key.x", "to_indexed.a", "to_no_unique.c"});
}

TEST_CASE("a foreign key to an empty name is named and keeps nothing else from being read",
          "[schema][sqlite][dangling]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(R"(CREATE TABLE a (x INT REFERENCES ""); CREATE TABLE b (x INT, FOREIGN KEY (x) REFERENCES a (""));
        CREATE TABLE c (x INT);)");
    const auto metadata = reflected(db);
    CHECK(metadata.unmanaged.texts() == Lines{"table a: a foreign key of it refers to an empty name",
                                              "table b: a foreign key of it refers to an empty name"});
    REQUIRE(metadata.tables.size() == 1);
    CHECK(metadata.tables[0].name.name == "c");
}

TEST_CASE("a model says that a foreign key dangles, and a typo is still refused", "[schema][sqlite][dangling]") {
    const TestDatabase db(TestDialect::sqlite);
    CHECK_THROWS_WITH(
        strata::schema::create_all({strata::schema::table(songs)}, db.url()),
        "table songs refers to table genres, which is neither among the models nor in the database; add it to the "
        "metadata");
    CHECK(db.shell("SELECT count(*) FROM sqlite_schema") == "0");
    strata::schema::create_all(orphan(), db.url());
    CHECK(keys_of(db, "songs") == "genres|genre_id|id|CASCADE");
    strata::schema::drop_all(orphan(), db.url());
    CHECK(db.shell("SELECT count(*) FROM sqlite_schema") == "0");

    // The table is there, and its column is not unique.
    using strata::schema::foreign_key;
    const auto plainly = [](bool dangling) {
        return MetaData{
            strata::schema::table(genres),
            strata::schema::table(songs, foreign_key(songs.genre_title).references(genres.title).dangling(dangling))};
    };
    CHECK_THROWS_WITH(strata::schema::create_all(plainly(false), db.url()),
                      Contains("table songs refers to genres.title, which is not unique"));
    strata::schema::create_all(plainly(true), db.url());
    CHECK(keys_of(db, "songs") == "genres|genre_id|id|CASCADE\ngenres|genre_title|title|NO ACTION");
    strata::schema::drop_all(plainly(true), db.url());

    // A key that names no columns refers to the primary key, and there is none.
    auto keyless = plainly(true);
    keyless.find("genres")->primary_key.reset();
    keyless.find("genres")->find_column("id")->identity = false;
    auto& key = keyless.find("songs")->foreign_keys.back();
    key.referred_columns.clear();
    key.dangling = false;
    keyless.find("songs")->foreign_keys.front().dangling = true;
    CHECK_THROWS_WITH(strata::schema::create_all(keyless, db.url()),
                      "table songs refers to the primary key of genres, which has none of as many columns; name the "
                      "columns that the foreign key refers to");
    key.dangling = true;
    strata::schema::create_all(keyless, db.url());
    CHECK(keys_of(db, "songs") == "genres|genre_id|id|CASCADE\ngenres|genre_title||NO ACTION");
}

TEST_CASE("a model's foreign key to what is unique by another collation is a mistake on SQLite",
          "[schema][sqlite][dangling]") {
    const TestDatabase db(TestDialect::sqlite);
    CHECK_THROWS_WITH(strata::schema::create_all(by_title("NOCASE", false), db.url()),
                      "table songs refers to genres.title, which is unique by another collation than the column's own, "
                      "and SQLite takes no such key; give the column the collation");
    CHECK(db.shell("SELECT count(*) FROM sqlite_schema") == "0");
    const std::string collation = GENERATE("binary", "NOCASE");
    strata::schema::create_all(by_title(collation, collation == "NOCASE"), db.url());
    CHECK(keys_of(db, "songs") == "genres|genre_id|id|CASCADE\ngenres|genre_title|title|NO ACTION");
}

TEST_CASE("PostgreSQL takes a key by any collation", "[schema][postgresql][dangling]") {
    const TestDatabase db(TestDialect::postgresql);
    strata::schema::create_all(by_title("C", false), db.url());
    db.shell("INSERT INTO genres VALUES (1, 'a'); INSERT INTO songs VALUES (1, 1, 'a')");
    CHECK(db.shell("SELECT count(*) FROM songs") == "1");
}

TEST_CASE("PostgreSQL refuses a dangling foreign key in one line", "[schema][postgresql][dangling]") {
    const TestDatabase db(TestDialect::postgresql);
    const char* const line =
        "table songs: its foreign key fk_songs_genre_id_genres is dangling, which PostgreSQL has not; add the table "
        "genres and take .dangling() away";
    CHECK_THROWS_WITH(strata::schema::create_all(orphan(), db.url()), line);
    // Even where the table is there: the same models would mean something else on each database.
    auto both = orphan();
    both.add({strata::schema::table(genres)});
    CHECK_THROWS_WITH(strata::schema::create_all(both, db.url()), line);
    CHECK(db.shell("SELECT count(*) FROM pg_class WHERE relname IN ('songs', 'genres')") == "0");
}

TEST_CASE("a dangling foreign key is no difference by itself", "[autogenerate][sqlite][dangling]") {
    const TestDatabase db(TestDialect::sqlite);
    auto connection = connect(db);
    strata::schema::create_all(orphan(), db.url());
    const MetaData without{strata::schema::table(songs)};
    for (const MetaData& models : {orphan(), without}) {
        CHECK(described(differences(connection, models)) == Lines{});
        CHECK(described(own_differences(connection, models, models)) == Lines{});
    }
    // Nor is the other way round: the table is there, and the model says that it need not be.
    auto both = orphan();
    both.add({strata::schema::table(genres)});
    CHECK(described(differences(connection, both)) == Lines{"create table genres"});
    run_operations(connection, differences(connection, both), orphan());
    CHECK(described(differences(connection, both)) == Lines{});
    both.find("songs")->foreign_keys[0].dangling = false;
    CHECK(described(differences(connection, both)) == Lines{});
    CHECK_FALSE(reflected(db).find("songs")->foreign_keys[0].dangling);
}

TEST_CASE("a revision adds, keeps and takes away a dangling foreign key", "[migrate][sqlite][dangling]") {
    const TestDatabase db(TestDialect::sqlite);
    auto connection = connect(db);
    const MetaData models = orphan();
    const auto creation = differences(connection, models);
    CHECK(described(creation) == Lines{"create table songs"});
    run_operations(connection, creation, {});
    CHECK(keys_of(db, "songs") == "genres|genre_id|id|CASCADE");
    CHECK(described(differences(connection, models)) == Lines{});

    // Into a table that is there, and away again.
    auto none = models;
    none.find("songs")->foreign_keys.clear();
    const auto taken = differences(connection, none);
    CHECK(described(taken) == Lines{"drop constraint fk_songs_genre_id_genres on songs"});
    run_operations(connection, taken, models);
    CHECK(keys_of(db, "songs").empty());
    const auto added = differences(connection, models);
    CHECK(described(added) == Lines{"create foreign key fk_songs_genre_id_genres on songs"});
    run_operations(connection, added, none);
    CHECK(keys_of(db, "songs") == "genres|genre_id|id|CASCADE");

    // Without the word it is a mistake.
    MetaData typo{strata::schema::table(songs)};
    MetaData state = none;
    CHECK_THROWS_WITH(
        strata::migrate::apply(state, strata::migrate::AddForeignKey{"songs", typo.find("songs")->foreign_keys[0]}),
        "there is no table genres");
}

TEST_CASE("the table that a foreign key refers to is dropped, and the key stays, dangling",
          "[migrate][sqlite][dangling]") {
    const TestDatabase db(TestDialect::sqlite);
    auto connection = connect(db);
    MetaData both{strata::schema::table(genres), strata::schema::table(songs)};
    strata::schema::create_all(both, db.url());
    db.shell("INSERT INTO genres VALUES (1, 'a'); INSERT INTO songs VALUES (1, 1, 'x')");
    run_operations(connection, differences(connection, orphan()), both);
    CHECK(described(differences(connection, orphan())) == Lines{});
    CHECK(db.shell("SELECT name FROM sqlite_schema WHERE type = 'table'") == "songs");
    CHECK(keys_of(db, "songs") == "genres|genre_id|id|CASCADE");
    const auto back = differences(connection, both);
    CHECK(described(back) == Lines{"create table genres"});
    run_operations(connection, back, orphan());
    CHECK(described(differences(connection, both)) == Lines{});
    db.shell("PRAGMA foreign_keys = ON; INSERT INTO genres VALUES (1, 'a'); INSERT INTO songs VALUES (2, 1, 'y')");
    CHECK(db.shell("PRAGMA foreign_key_check").empty());
}

TEST_CASE("a dangling foreign key is added to a table that has rows, online and by a script",
          "[migrate][sqlite][dangling]") {
    using strata::schema::foreign_key;
    const MetaData before{strata::schema::table(genres), strata::schema::table(songs, foreign_key(songs.genre_id))};
    const MetaData models{
        strata::schema::table(genres),
        strata::schema::table(songs, foreign_key(songs.genre_id),
                              foreign_key(songs.genre_title).references(genres.title).dangling().named("by_title"),
                              foreign_key(songs.id).references("nothing", {"id"}).dangling().named("to_nothing"))};
    const std::string keys = "genres|genre_id|id|CASCADE\ngenres|genre_title|title|NO ACTION\nnothing|id|id|NO ACTION";
    const bool script = GENERATE(false, true);
    const TestDatabase db(TestDialect::sqlite);
    strata::schema::create_all(before, db.url());
    db.shell("INSERT INTO genres VALUES (1, 'a'); INSERT INTO songs VALUES (7, 1, 'a')");
    {
        auto connection = connect(db);
        if (script)
            db.shell(strata::migrate::change_script(connection, strata::schema::reflect(connection), models));
        else
            run_operations(connection, differences(connection, models), before);
    }
    auto connection = connect(db);
    CHECK(keys_of(db, "songs") == keys);
    CHECK(db.shell("SELECT * FROM songs") == "7|1|a");
    CHECK(described(differences(connection, models)) == Lines{});
}

TEST_CASE("what is not meant to dangle is checked beside what is, online and by a script",
          "[migrate][sqlite][dangling]") {
    const bool script = GENERATE(false, true);
    const TestDatabase db(TestDialect::sqlite);
    // Runs the change by one of the two ways; gives what refuses it, or nothing.
    const auto refusal = [&](const MetaData& models) -> std::string {
        auto connection = connect(db);
        const auto before = strata::schema::reflect(connection);
        try {
            if (script)
                db.shell(strata::migrate::change_script(connection, before, models));
            else
                run_operations(connection, differences(connection, models), before);
        } catch (const std::exception& error) {
            return error.what();
        }
        return {};
    };
    const std::string refused = script ? "rows would refer to a table without finding a row there"
                                       : "of songs would refer to genres without finding a row";
    const strata::schema::ForeignKey to_gone{
        .name = "to_gone", .columns = {"id"}, .referred_table = "gone", .referred_columns = {"id"}, .dangling = true};
    const strata::schema::ForeignKey to_genres{
        .name = "to_genres", .columns = {"genre_id"}, .referred_table = "genres", .referred_columns = {"id"}};

    SECTION("an ordinary key and one that dangles come together") {
        db.shell(R"(CREATE TABLE genres (id INTEGER PRIMARY KEY); CREATE TABLE songs (id INTEGER PRIMARY KEY, genre_id
            INT); INSERT INTO songs VALUES (1, 7))");
        auto models = reflected(db);
        models.find("songs")->foreign_keys = {to_gone, to_genres};
        CHECK_THAT(refusal(models), Contains(refused));
        CHECK(keys_of(db, "songs").empty());
        db.shell("INSERT INTO genres VALUES (7)");
        CHECK(refusal(models).empty());
        CHECK(keys_of(db, "songs") == "genres|genre_id|id|NO ACTION\ngone|id|id|NO ACTION");
    }
    SECTION("the table has a key that dangles already, in another spelling") {
        db.shell(R"(CREATE TABLE genres (id INTEGER PRIMARY KEY); CREATE TABLE songs (id INTEGER PRIMARY KEY CONSTRAINT
            to_gone REFERENCES Gone (id), genre_id INT); INSERT INTO songs VALUES (1, 7))");
        auto models = reflected(db);
        models.find("songs")->foreign_keys.push_back(to_genres);
        CHECK_THAT(refusal(models), Contains(refused));
        db.shell("INSERT INTO genres VALUES (7)");
        CHECK(refusal(models).empty());
        CHECK(keys_of(db, "songs") == "Gone|id|id|NO ACTION\ngenres|genre_id|id|NO ACTION");
    }
    SECTION("what a key refers to becomes a key, and its rows are not there") {
        db.shell(R"(CREATE TABLE genres (id INTEGER PRIMARY KEY, title TEXT); CREATE TABLE songs (id INTEGER PRIMARY
            KEY, title TEXT REFERENCES genres (title)); INSERT INTO songs VALUES (1, 'a'))");
        auto models = reflected(db);
        models.find("songs")->foreign_keys[0].dangling = false;
        models.find("genres")->uniques.push_back({.name = "titles", .columns = {"title"}});
        // The state before says of the key that it dangles, so its rows are not checked.
        CHECK(refusal(models).empty());
        CHECK(db.shell("SELECT * FROM songs") == "1|a");
    }
    SECTION("a key that SQLite cannot check keeps its table from being checked") {
        db.shell(R"(CREATE TABLE genres (id INTEGER PRIMARY KEY, title TEXT); CREATE TABLE songs (id INTEGER PRIMARY
            KEY, title TEXT REFERENCES genres (title)); INSERT INTO songs VALUES (1, 'a'))");
        auto models = reflected(db);
        models.find("songs")->foreign_keys.push_back(to_gone);
        CHECK(refusal(models).empty());
        CHECK(keys_of(db, "songs") == "genres|title|title|NO ACTION\ngone|id|id|NO ACTION");
    }
    SECTION("a key that SQLite cannot check does not hide another of its table") {
        db.shell(R"(CREATE TABLE genres (id INTEGER PRIMARY KEY); CREATE TABLE names (title TEXT); CREATE TABLE songs
            (id INTEGER PRIMARY KEY, title TEXT REFERENCES names (title), genre_id INT);
            INSERT INTO songs VALUES (1, 'a', 7))");
        auto models = reflected(db);
        models.find("songs")->foreign_keys.push_back(to_genres);
        CHECK_THAT(refusal(models), Contains(refused));
        CHECK(keys_of(db, "songs") == "names|title|title|NO ACTION");
        db.shell("INSERT INTO genres VALUES (7)");
        CHECK(refusal(models).empty());
        CHECK(keys_of(db, "songs") == "genres|genre_id|id|NO ACTION\nnames|title|title|NO ACTION");
    }
    SECTION("rows that were without a partner before are not counted, and later ones are") {
        db.shell(R"(CREATE TABLE genres (id INTEGER PRIMARY KEY, title TEXT); CREATE TABLE songs (id INTEGER PRIMARY
            KEY, title TEXT REFERENCES genres (title), genre_id INT REFERENCES genres);
            INSERT INTO songs VALUES (1, 'a', 7))");
        auto models = reflected(db);
        models.find("songs")->columns.push_back({.name = "note", .type = strata::schema::Text(), .nullable = true});
        CHECK(refusal(models).empty());
        CHECK(db.shell("SELECT * FROM songs") == "1|a|7|");
    }
    SECTION("a mistake alone") {
        db.shell(R"(CREATE TABLE genres (id INTEGER PRIMARY KEY); CREATE TABLE songs (id INTEGER PRIMARY KEY);
            INSERT INTO genres VALUES (1); INSERT INTO songs VALUES (7))");
        auto models = reflected(db);
        models.find("songs")->foreign_keys.push_back(
            {.name = "mistake", .columns = {"id"}, .referred_table = "genres", .referred_columns = {"id"}});
        CHECK_THAT(refusal(models), Contains(script ? "rows would refer to a table without finding a row there"
                                                    : "1 row of songs would refer to genres without finding a row "
                                                      "there"));
    }
}

TEST_CASE("drop_all is not kept from its work by a stranger's key to a table that is not there",
          "[schema][sqlite][dangling]") {
    const TestDatabase db(TestDialect::sqlite);
    strata::schema::create_all({strata::schema::table(genres)}, db.url());
    db.shell("CREATE TABLE strangers (id INTEGER PRIMARY KEY, song INT REFERENCES songs (id))");
    const MetaData both{strata::schema::table(genres), strata::schema::table(songs)};
    CHECK(strata::schema::drop_all(both, db.url()).tables == Lines{"genres"});
    CHECK(db.shell("SELECT name FROM sqlite_schema WHERE type = 'table'") == "strangers");
}
