// Comparing without a database, and finding what somebody has changed in one by hand.

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
    std::int32_t plays{};
};
STRATA_MODEL(Song, songs, id, title, plays)
STRATA_FACTS(songs, max_length(songs.title, 255))

MetaData metadata() {
    using namespace strata::schema;
    return {table(songs, index(songs.title), check("plays_not_negative", "plays >= 0"))};
}
}  // namespace old

namespace now {
struct Song {
    std::int64_t id{};
    std::string title{};
    std::int32_t plays{};
    std::optional<std::string> genre{};
};
STRATA_MODEL(Song, songs, id, title, plays, genre)
STRATA_FACTS(songs, max_length(songs.title, 300))

MetaData metadata() {
    using namespace strata::schema;
    return {table(songs, index(songs.title), check("plays_not_negative", "plays >= 0"))};
}
}  // namespace now

Project at_first(const TestDatabase& db) {
    Project project(db, &old::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    project.ok({"upgrade"});
    return project;
}

}  // namespace

STRATA_DB_TEST("models are compared with what the revisions make, without the database", "[migrate][offline][cli]") {
    auto project = at_first(db);
    CHECK_THAT(project.ok({"check", "--offline"}), Contains("No new upgrade operations detected."));
    project.set_models(&now::metadata);
    // The database plays no part: it is not at the head, and somebody has changed it.
    project.ok({"downgrade", "base", "--allow-destructive"});
    db.shell("CREATE TABLE genres (id INTEGER)");
    const auto found = project({"check", "--offline"});
    CHECK(found.code == 1);
    CHECK_THAT(found.out, Contains("songs.title (type): VARCHAR(255) -> VARCHAR(300)") &&
                              Contains("add column songs.genre") && !Contains("genres"));
    CHECK_THAT(project.ok({"migrate", "second", "--offline"}), Contains("Detected add column songs.genre"));
    CHECK_THAT(project.ok({"check", "--offline"}), Contains("No new upgrade operations detected."));
    db.shell("DROP TABLE genres");
    project.ok({"upgrade"});
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected."));
}

STRATA_DB_TEST("the first revision is written without a database", "[migrate][offline][cli]") {
    const Project project(db, &old::metadata);
    project.ok({"init"});
    CHECK_THAT(project.ok({"migrate", "first", "--offline"}), Contains("Detected create table songs"));
    project.ok({"upgrade"});
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected."));
    CHECK_THAT(project.failure({"migrate", "x", "--offline", "--adopt", "genres"}), Contains("leave --offline out"));
}

STRATA_DB_TEST("check --drift tells what somebody has changed by hand", "[migrate][offline][cli]") {
    const auto project = at_first(db);
    CHECK_THAT(project.ok({"check", "--drift"}), Contains("Nothing was changed by hand since "));

    db.shell("CREATE TABLE genres (id INTEGER)");
    CHECK_THAT(project.ok({"check", "--drift"}),
               Contains("Not made by a revision: table genres\n") && Contains("Nothing was changed by hand since "));
    db.shell(
        "DROP INDEX ix_songs_title; ALTER TABLE songs ADD COLUMN note TEXT; CREATE INDEX by_hand ON songs (plays)");
    auto drift = project({"check", "--drift"});
    CHECK(drift.code == 1);
    CHECK_THAT(drift.out, Contains("Changed by hand since " + project.id("first") + ":\n") &&
                              Contains("  drop index ix_songs_title on songs\n") &&
                              Contains("  create index by_hand on songs\n") && Contains("  add column songs.note\n"));
    db.shell("DROP INDEX by_hand; ALTER TABLE songs DROP COLUMN note; CREATE INDEX ix_songs_title ON songs (title)");
    CHECK(project({"check", "--drift"}).code == 0);

    db.shell("DROP TABLE songs");
    drift = project({"check", "--drift"});
    CHECK(drift.code == 1);
    CHECK_THAT(drift.out, Contains("  drop table songs\n"));
}

STRATA_DB_TEST("there is no drift where no revision has run", "[migrate][offline][cli]") {
    Project project(db, &old::metadata);
    project.ok({"init"});
    CHECK_THAT(project.failure({"check", "--drift"}),
               Contains("no revision has run on the database") || Contains("there is no database"));
}
