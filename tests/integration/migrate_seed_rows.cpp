// Rows that the models list: made by create_all, compared, migrated and taken back.

#include "cli_project.hpp"

#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

using Catch::Matchers::Contains;
using namespace strata::test;
using strata::schema::MetaData;

namespace {

enum class Mood { calm, loud };
BOOST_DESCRIBE_ENUM(Mood, calm, loud)

struct Genre {
    std::int64_t id{};
    std::string name{};
    Mood mood{};
    bool listed = false;
    std::optional<strata::Date> since{};
    strata::Decimal weight{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Genre, genres, id, name, mood, listed, since, weight, created_at)
STRATA_FACTS(genres, unique(genres.name), precision(genres.weight, 20, 2), server_default(genres.created_at, now()))

struct Song {
    std::int64_t id{};
    std::int64_t genre_id{};
};
STRATA_MODEL(Song, songs, id, genre_id)
STRATA_FACTS(songs, references(songs.genre_id, genres.id))

MetaData first() {
    using namespace strata::schema;
    return {table(genres), table(songs),
            rows(genres, {{.id = 1,
                           .name = "Rock",
                           .mood = Mood::loud,
                           .listed = true,
                           .since = strata::Date::parse("1950-01-01"),
                           .weight = strata::Decimal::parse("1.50")},
                          {.id = 2, .name = "It's \\ jazz", .mood = Mood::calm}})};
}
MetaData second() {
    using namespace strata::schema;
    return {table(genres), table(songs),
            rows(genres, {{.id = 1,
                           .name = "Rock and roll",
                           .mood = Mood::loud,
                           .listed = true,
                           .weight = strata::Decimal::parse("1.50")},
                          {.id = 3, .name = "It's \\ jazz", .mood = Mood::calm}})};
}
MetaData without() {
    using namespace strata::schema;
    return {table(genres), table(songs)};
}

namespace wider {
struct Genre {
    std::int64_t id{};
    std::string name{};
    Mood mood{};
    bool listed = false;
    std::optional<strata::Date> since{};
    strata::Decimal weight{};
    strata::TimestampTz created_at{};
    std::optional<std::int32_t> rank{};
};
STRATA_MODEL(Genre, genres, id, name, mood, listed, since, weight, created_at, rank)
STRATA_FACTS(genres, unique(genres.name), precision(genres.weight, 20, 2), server_default(genres.created_at, now()))

MetaData metadata() {
    using namespace strata::schema;
    return {table(genres), table(songs),
            rows(genres, {{.id = 1,
                           .name = "Rock",
                           .mood = Mood::loud,
                           .listed = true,
                           .since = strata::Date::parse("1950-01-01"),
                           .weight = strata::Decimal::parse("1.50"),
                           .rank = 7},
                          {.id = 2, .name = "It's \\ jazz", .mood = Mood::calm}})};
}
}  // namespace wider

/// A table whose name comes before that of the one that it refers to, and that refers to itself too.
struct Album {
    std::int64_t id{};
    std::int64_t genre_id{};
    std::optional<std::int64_t> after_id{};
};
STRATA_MODEL(Album, albums, id, genre_id, after_id)
STRATA_FACTS(albums, references(albums.genre_id, genres.id), references(albums.after_id, albums.id))

Genre genre(std::int64_t id, const char* name) { return {.id = id, .name = name}; }

MetaData albums_first() {
    using namespace strata::schema;
    return {table(albums), table(genres),
            rows(albums, {{.id = 1, .genre_id = 1, .after_id = 2}, {.id = 2, .genre_id = 2}}),
            rows(genres, {genre(1, "Rock"), genre(2, "Jazz")})};
}
MetaData albums_second() {
    using namespace strata::schema;
    return {table(albums), table(genres),
            rows(albums, {{.id = 1, .genre_id = 3, .after_id = 3}, {.id = 3, .genre_id = 1}}),
            rows(genres, {genre(1, "Rock"), genre(3, "Pop")})};
}

std::string rows_of(const TestDatabase& db) {
    return db.shell("SELECT id, name, mood, since, weight FROM genres ORDER BY id");
}
const char* const at_first = "1|Rock|loud|1950-01-01|1.50\n2|It's \\ jazz|calm||0.00";
const char* const at_second = "1|Rock and roll|loud||1.50\n3|It's \\ jazz|calm||0.00";

Project at(const TestDatabase& db, MetaData (*models)()) {
    Project project(db, models);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    project.ok({"upgrade"});
    return project;
}

}  // namespace

STRATA_DB_TEST("rows that the models list are inserted by create_all", "[schema][rows]") {
    const auto engine = strata::core::Engine(db.url());
    strata::schema::create_all(first(), engine);
    CHECK(rows_of(db) == at_first);
    CHECK(db.shell("SELECT count(*) FROM genres WHERE created_at IS NOT NULL AND listed") == "1");
    strata::schema::create_all(second(), engine);  // what stands is left alone
    CHECK(rows_of(db) == at_first);
    db.shell("INSERT INTO genres (name, mood, listed, weight) VALUES ('next', 'calm', " +
             std::string(db.is_postgresql() ? "false" : "0") + ", 0)");
    CHECK(db.shell("SELECT id FROM genres WHERE name = 'next'") == "3");
}

STRATA_DB_TEST("rows that the models list are migrated there and back, and the users' rows stay",
               "[migrate][cli][rows]") {
    Project project = at(db, &first);
    CHECK(rows_of(db) == at_first);
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    db.shell("INSERT INTO genres (id, name, mood, listed, weight) VALUES (9, 'mine', 'calm', " +
             std::string(db.is_postgresql() ? "true" : "1") + ", 2)");
    db.shell("INSERT INTO songs VALUES (1, 9)");
    const auto mine_as_stored = rows_of(db).substr(std::string(at_first).size());
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));

    project.set_models(&second);
    CHECK_THAT(project({"check"}).out, Contains("  delete 1 row from genres\n") &&
                                           Contains("  insert 1 row into genres\n") &&
                                           Contains("  update 1 row of genres\n"));
    CHECK(project({"check"}).code == 1);
    project.ok({"migrate", "second"});
    CHECK_THAT(project.text("second"), Contains("op.delete_rows(\"genres\", {\"id\"}, ") &&
                                           Contains("op.insert_rows(\"genres\", {\"id\"}, ") &&
                                           Contains("op.change_rows("));
    project.ok({"upgrade"});
    CHECK(rows_of(db) == at_second + mine_as_stored);
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    CHECK_THAT(project.ok({"check", "--offline"}), Contains("No new upgrade operations detected.\n"));
    project.ok({"downgrade"});
    CHECK(rows_of(db) == at_first + mine_as_stored);
    project.ok({"upgrade"});

    project.set_models(&without);
    project.ok({"migrate", "without", "--offline"});
    project.ok({"upgrade"});
    CHECK("\n" + rows_of(db) == mine_as_stored);
    project.ok({"downgrade"});
    CHECK(rows_of(db) == at_second + mine_as_stored);
}

STRATA_DB_TEST("listed rows that refer to each other are migrated in an order that their keys allow",
               "[migrate][cli][rows]") {
    const auto all = [&] {
        return db.shell("SELECT id, genre_id, after_id FROM albums ORDER BY id") + "\n" +
               db.shell("SELECT id, name FROM genres ORDER BY id");
    };
    const std::string before = "1|1|2\n2|2|\n1|Rock\n2|Jazz";
    const std::string after = "1|3|3\n3|1|\n1|Rock\n3|Pop";
    Project project = at(db, &albums_first);
    CHECK(all() == before);
    project.set_models(&albums_second);
    project.ok({"migrate", "second"});
    project.ok({"upgrade"});
    CHECK(all() == after);
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    project.ok({"downgrade"});
    CHECK(all() == before);
    project.ok({"downgrade", "base"});
    project.ok({"upgrade"});
    CHECK(all() == after);
}

STRATA_DB_TEST("listed rows that refer to each other are inserted by create_all", "[schema][rows]") {
    const auto engine = strata::core::Engine(db.url());
    strata::schema::create_all(albums_first(), engine);
    CHECK(db.shell("SELECT id, genre_id, after_id FROM albums ORDER BY id") == "1|1|2\n2|2|");
}

STRATA_DB_TEST("listed rows are known offline after SQL of the user's own", "[migrate][cli][rows]") {
    Project project = at(db, &first);
    project.write(
        "3f2a9c1b7d04", "own_sql",
        "#include <strata/migrate/revision.hpp>\nusing namespace strata::migrate;\n"
        "STRATA_REVISION(3f2a9c1b7d04, revises(\"" +
            project.id("first") +
            "\"), \"own\",\n    [](Operations& op) { op.execute(\"UPDATE songs SET genre_id = genre_id\"); },\n"
            "    [](Operations&) {})\n");
    CHECK_THAT(project.ok({"check", "--offline"}), Contains("No new upgrade operations detected.\n"));
    project.ok({"upgrade"});
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    CHECK(rows_of(db) == at_first);
}

STRATA_DB_TEST("a listed row that somebody changed or deleted is found and mended", "[migrate][cli][rows]") {
    Project project = at(db, &first);
    db.shell("UPDATE genres SET name = 'Pop' WHERE id = 1");
    db.shell("DELETE FROM genres WHERE id = 2");
    CHECK_THAT(project({"check"}).out,
               Contains("  insert 1 row into genres\n") && Contains("  update 1 row of genres\n"));
    CHECK_THAT(project({"check", "--drift"}).out,
               Contains("delete 1 row from genres") && Contains("update 1 row of genres"));
    project.ok({"migrate", "mended"});
    project.ok({"upgrade"});
    CHECK(rows_of(db) == at_first);
}

STRATA_DB_TEST("a new column of listed rows gets its values after it is added", "[migrate][cli][rows]") {
    Project project = at(db, &first);
    const auto before = db.dump();
    project.set_models(&wider::metadata);
    project.ok({"migrate", "rank"});
    project.ok({"upgrade"});
    CHECK(db.shell("SELECT id, rank FROM genres ORDER BY id") == "1|7\n2|");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    project.ok({"downgrade"});
    CHECK(rows_of(db) == at_first);
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("listed rows that refer to each other in a circle are refused with one line, unless the key can wait",
               "[schema][rows]") {
    auto models = albums_first();
    for (auto& list : models.rows) {
        if (list.table != "albums") continue;
        for (auto& row : list.rows) row[2] = row[0].number == 1 ? 2 : 1;  // each after the other
    }
    CHECK_THROWS_WITH(
        strata::schema::create_all(models, strata::core::Engine(db.url())),
        Contains("the rows of table albums refer to each other in a circle") && Contains("initially deferred"));
    CHECK_THROWS(db.shell("SELECT * FROM albums"));
    for (auto& table : models.tables)
        for (auto& key : table.foreign_keys)
            if (key.referred_table == "albums") key.deferrable = strata::schema::Deferrable::initially_deferred;
    strata::schema::create_all(models, strata::core::Engine(db.url()));
    CHECK(db.shell("SELECT id, genre_id, after_id FROM albums ORDER BY id") == "1|1|2\n2|2|1");
}

TEST_CASE("rows of a model that cannot be told apart are refused with one line", "[schema][rows]") {
    using namespace strata::schema;
    CHECK_THROWS_WITH(rows(genres, {{.id = 1, .name = "a"}, {.id = 1, .name = "b"}}),
                      Contains("two of them have the same key"));
    CHECK_THROWS_WITH((MetaData{table(genres), rows(genres, {{.id = 1}}), rows(genres, {{.id = 2}})}),
                      Contains("the rows of table genres are said twice"));
}
