// Renames: what autogenerate offers, and what the user decides.

#include "cli_project.hpp"

#include <strata/core/model.hpp>
#include <strata/schema/table.hpp>

using Catch::Matchers::Contains;
using namespace strata::test;
using strata::schema::MetaData;

namespace {

namespace old {
struct Song {
    std::int64_t id{};
    std::string title{};
    std::optional<std::string> genre{};
    std::int32_t plays{};
};
STRATA_MODEL(Song, songs, id, title, genre, plays)
STRATA_FACTS(songs, max_length(songs.title, 255))

MetaData metadata() { return {strata::schema::table(songs, strata::schema::index(songs.title))}; }
}  // namespace old

namespace columns {
struct Song {
    std::int64_t id{};
    std::string name{};
    std::optional<std::string> genre{};
    std::int32_t plays{};
};
STRATA_MODEL(Song, songs, id, name, genre, plays)
STRATA_FACTS(songs, max_length(songs.name, 255))

MetaData metadata() { return {strata::schema::table(songs, strata::schema::index(songs.name))}; }
}  // namespace columns

namespace tables {
struct Track {
    std::int64_t id{};
    std::string name{};
    std::optional<std::string> genre{};
    std::int32_t plays{};
};
STRATA_MODEL(Track, tracks, id, name, genre, plays)
STRATA_FACTS(tracks, max_length(tracks.name, 255))

MetaData metadata() { return {strata::schema::table(tracks, strata::schema::index(tracks.name))}; }
MetaData with_hints() {
    using namespace strata::schema;
    return {table(tracks, index(tracks.name), renamed_from("songs"), renamed_from(tracks.name, "title"))};
}
}  // namespace tables

/// At the first revision, with a row.
Project at_first(const TestDatabase& db) {
    Project project(db, &old::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    project.ok({"upgrade"});
    db.shell("INSERT INTO songs (title, genre, plays) VALUES ('Aria', 'opera', 7)");
    return project;
}

}  // namespace

STRATA_DB_TEST("migrate --rename renames a column, whose values stay, and the downgrade gives the old name back",
               "[migrate][cli][rename]") {
    Project project = at_first(db);
    const auto before = db.dump();
    project.set_models(&columns::metadata);
    const auto out = project.ok({"migrate", "a name", "--rename", "songs.title:name"});
    CHECK_THAT(out, Contains("Detected rename column songs.title to name\n") && !Contains("drop column"));
    CHECK_THAT(project.text("a_name"), Contains("op.rename_column(\"songs\", \"title\", \"name\");"));
    project.ok({"upgrade"});
    CHECK(db.shell("SELECT name, genre, plays FROM songs") == "Aria|opera|7");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    project.ok({"downgrade"});
    CHECK(db.shell("SELECT title, genre, plays FROM songs") == "Aria|opera|7");
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("migrate --rename renames a table and its column in one revision", "[migrate][cli][rename]") {
    Project project = at_first(db);
    const auto before = db.dump();
    project.set_models(&tables::metadata);
    project.ok({"migrate", "tracks", "--rename", "songs.title:name", "--rename", "songs:tracks"});
    project.ok({"upgrade"});
    CHECK(db.shell("SELECT name, genre, plays FROM tracks") == "Aria|opera|7");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    project.ok({"downgrade"});
    CHECK(db.shell("SELECT title, genre, plays FROM songs") == "Aria|opera|7");
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("a likely rename is offered, and written as drop and add with a comment where nobody decides",
               "[migrate][cli][rename]") {
    Project project = at_first(db);
    project.set_models(&columns::metadata);
    const auto note = "Note: songs.title is gone and name is new, and both are ";
    CHECK_THAT(project({"check"}).out, Contains(note) && Contains("'migrate --rename songs.title:name'"));
    CHECK_THAT(project.ok({"migrate", "undecided"}), Contains(note) && Contains("Detected drop column songs.title"));
    CHECK_THAT(project.text("undecided"), Contains("perhaps a rename to name"));
}

STRATA_DB_TEST("a likely rename of a table is offered by its columns", "[migrate][cli][rename]") {
    Project project = at_first(db);
    project.set_models(&tables::metadata);
    CHECK_THAT(project({"check"}).out,
               Contains("Note: songs is gone and tracks is new, and 3 of their columns are the same"));
}

STRATA_DB_TEST("a column that is said to be not renamed goes without a question", "[migrate][cli][rename]") {
    Project project = at_first(db);
    project.set_models(&columns::metadata);
    CHECK_THAT(project.ok({"migrate", "decided", "--not-renamed", "songs.title"}), !Contains("is new, and"));
    CHECK_THAT(project.text("decided"), !Contains("perhaps a rename") && Contains("op.drop_column"));
}

STRATA_DB_TEST("a rename that does not fit is refused with one line, and no revision is written",
               "[migrate][cli][rename]") {
    Project project = at_first(db);
    project.set_models(&columns::metadata);
    const auto refused = [&](const std::string& rename) {
        return project.failure({"migrate", "x", "--rename", rename});
    };
    CHECK_THAT(refused("songs.title"), Contains("give the old name and the new one, such as songs.title:name"));
    CHECK_THAT(refused("songs.titel:name"), Contains("the database has no table or column songs.titel that is ours"));
    CHECK_THAT(refused("songs.title:nome"), Contains("the models have no column songs.nome"));
    CHECK_THAT(refused("songs.genre:name"), Contains("the models still have column songs.genre"));
    CHECK_THAT(refused("songs:tracks"), Contains("the models have no table tracks"));
    CHECK_THAT(project.failure({"migrate", "x", "--not-renamed", "songs.genre"}),
               Contains("--not-renamed songs.genre: the models lack no table or column of this name"));
    CHECK(project.files().size() == 1);
}

STRATA_DB_TEST("renamed_from in a model renames, and may stay when it has happened", "[migrate][cli][rename]") {
    Project project = at_first(db);
    project.set_models(&tables::with_hints);
    CHECK_THAT(project.ok({"migrate", "tracks"}), Contains("Detected rename table songs to tracks\n") &&
                                                      Contains("Detected rename column tracks.title to name\n") &&
                                                      !Contains("drop column") && !Contains("drop table"));
    project.ok({"upgrade"});
    CHECK(db.shell("SELECT name, genre, plays FROM tracks") == "Aria|opera|7");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
}
