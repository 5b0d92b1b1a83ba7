// Models whose table is in a schema of its own.

#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/dal.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

using namespace strata::schema;
using Catch::Matchers::Contains;
using strata::Engine;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace named_schema_models {

struct Listener {
    std::int64_t id{};
    std::string email{};
};
STRATA_MODEL(Listener, listeners, id, email)

struct Song {
    std::int64_t id{};
    std::string title{};
    std::optional<std::int64_t> listener_id{};
};
STRATA_MODEL(Song, (songs, "songs", "music"), id, title, listener_id)
STRATA_FACTS(songs, references(songs.listener_id, listeners.id), unique(songs.title))

/// Another table of the same name.
struct OldSong {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(OldSong, (old_songs, "songs"), id, title)

MetaData metadata() { return {table(listeners), table(songs, index(songs.listener_id)), table(old_songs)}; }

}  // namespace named_schema_models

using namespace named_schema_models;

TEST_CASE("a table in a named schema is created, read, written and dropped there", "[schema][dal][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.admin_shell("CREATE SCHEMA music; GRANT ALL ON SCHEMA music TO PUBLIC");
    CHECK(create_all(metadata(), db.url()).tables == std::vector<std::string>{"listeners", "music.songs", "songs"});
    CHECK(create_all(metadata(), db.url()).tables.empty());

    const auto dal = strata::dal::connect(db.url());
    const Listener ada = dal.insert(Listener{.email = "ada"});
    const Song aria = dal.insert(Song{.title = "Aria", .listener_id = ada.id});
    dal.insert(OldSong{.title = "Old"});
    dal.insert_many(std::vector<Song>{{.title = "Bolero"}, {.title = "Canon"}});
    CHECK(db.shell("SELECT title FROM music.songs ORDER BY id") == "Aria\nBolero\nCanon");
    CHECK(dal.get(songs, aria.id)->title == "Aria");
    CHECK(dal(songs).count() == 3);
    CHECK(dal(old_songs).count() == 1);
    const auto joined = dal.all(strata::dal::select(songs.title, old_songs.title)
                                    .from(songs)
                                    .join(old_songs, old_songs.id == songs.id)
                                    .where(songs.title == "Aria"));
    REQUIRE(joined.size() == 1);
    CHECK(joined[0] == std::tuple<std::string, std::string>("Aria", "Old"));
    dal(songs.title == "Canon").update(songs.title = "Chaconne");
    dal.update(Song{.id = aria.id, .title = "Arioso", .listener_id = std::nullopt});
    dal(songs.title == "Bolero").remove();
    CHECK(db.shell("SELECT title FROM music.songs ORDER BY id") == "Arioso\nChaconne");
    const Song kept = dal.insert(Song{.id = 70, .title = "Kept"}, {.keep_keys = true});
    CHECK(kept.id == 70);
    CHECK(dal.insert(Song{.title = "Next"}).id == 71);

    const MetaData live = reflect(*Engine(db.url()).connect(), {.schemas = {"music", std::string(db.schema())}});
    REQUIRE(live.find({"music", "songs"}) != nullptr);
    CHECK(live.find({"music", "songs"})->foreign_keys[0].referred_table == "listeners");
    CHECK(live.find("songs") != nullptr);
    CHECK(reflect(*Engine(db.url()).connect()).find({"music", "songs"}) == nullptr);

    CHECK(drop_all(metadata(), db.url()).tables.size() == 3);
    CHECK(db.shell("SELECT count(*) FROM pg_tables WHERE tablename IN ('songs', 'listeners')") == "0");
}

TEST_CASE("SQLite has no schemas, and says so before it creates anything", "[schema][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    CHECK_THROWS_WITH(create_all(metadata(), db.url()),
                      Contains("music.songs cannot be created on SQLite, which has no schemas"));
    CHECK(db.shell("SELECT count(*) FROM sqlite_schema") == "0");
}
