// What an upgrade would run: as a script, as a plan, as a dry run. All are the statements that the upgrade runs.

#include "migrate_revisions.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/migrate/upgrade_plan.hpp>

#include <fstream>

using namespace strata;
using namespace strata::migrate;
using Catch::Matchers::Contains;
using test::History;
using test::TestDatabase;
using test::TestDialect;

namespace {

/// Every kind of change that SQLite makes by a rebuild, beside those that it makes by a statement.
History long_history() {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("users", {column("id", BigInteger{}).identity(), column("email", String{80}),
                                      primary_key("pk_users", {"id"}), unique("uq_users_email", {"email"})});
            op.create_table(
                "songs", {column("id", BigInteger{}).identity(), column("title", String{255}).nullable(),
                          column("year", Text{}).nullable(), column("mood", Enum{"mood", {"sad", "glad"}}).nullable(),
                          column("user_id", BigInteger{}).nullable(), primary_key("pk_songs", {"id"}),
                          foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}),
                          check("ck_songs_title", "length(title) > 0"), index("ix_songs_year", {"year"})});
            op.bulk_insert("users", {"email"}, {{"ada@example.org"}, {"bob@example.org"}});
            op.bulk_insert("songs", {"title", "year", "mood", "user_id"},
                           {{"Aria", "1969", "sad", 1}, {"Blues", "2001", nullptr, 2}, {"Canon", nullptr, "glad", 1}});
        },
        [](Operations& op) {
            op.drop_table("songs");
            op.drop_table("users");
        });
    history.add(
        "b2", {"a1"},
        [](Operations& op) {
            op.allow_destructive("a year is a number");
            op.alter_column("songs", "title").nullable(false);
            op.alter_column("songs", "year").type(Integer{});
            op.add_column("songs", column("rating", Integer{}).server_default(literal(3)));
            op.create_check_constraint("ck_songs_rating", "songs", "rating BETWEEN 0 AND 5");
            op.create_view("song_list", "SELECT id, title FROM songs");
        },
        [](Operations& op) {
            op.drop_view("song_list");
            op.drop_constraint("ck_songs_rating", "songs");
            op.drop_column("songs", "rating");
            op.alter_column("songs", "year").type(Text{});
            op.alter_column("songs", "title").nullable();
        });
    history.add(
        "c3", {"b2"},
        [](Operations& op) {
            op.drop_view("song_list");
            op.rename_table("songs", "tracks");
            op.rename_column("tracks", "title", "name");
            op.drop_index("ix_songs_year", "tracks");
            op.create_index("ix_tracks_name", "tracks", {"name"}).unique();
            op.drop_constraint("fk_songs_user_id_users", "tracks");
            op.create_foreign_key("fk_tracks_user_id_users", "tracks", "users", {"user_id"}, {"id"}).on_delete(cascade);
        },
        [](Operations& op) {
            op.drop_constraint("fk_tracks_user_id_users", "tracks");
            op.create_foreign_key("fk_songs_user_id_users", "tracks", "users", {"user_id"}, {"id"});
            op.drop_index("ix_tracks_name", "tracks");
            op.create_index("ix_songs_year", "tracks", {"year"});
            op.rename_column("tracks", "name", "title");
            op.rename_table("tracks", "songs");
            op.create_view("song_list", "SELECT id, title FROM songs");
        });
    return history;
}

constexpr const char* rows = "SELECT id, name, year, mood, user_id, rating FROM tracks ORDER BY id";

test::ToolRun run(const TestDatabase& db, const History& history, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "tool");
    arguments.insert(arguments.end(), {"--url", db.url()});
    return test::run_tool(arguments, {[] { return schema::MetaData(); }, history.revisions(), "migrations"});
}
std::string output(const TestDatabase& db, const History& history, std::vector<std::string> arguments) {
    const auto outcome = run(db, history, std::move(arguments));
    INFO(outcome.out << outcome.err);
    REQUIRE(outcome.code == 0);
    return outcome.out;
}
std::string refusal(const TestDatabase& db, const History& history, std::vector<std::string> arguments) {
    const auto outcome = run(db, history, std::move(arguments));
    INFO(outcome.out << outcome.err);
    CHECK(outcome.code == 2);
    return outcome.err;
}
void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

STRATA_DB_TEST("a script leaves what the online run leaves, up and down", "[migrate][script]") {
    const auto history = long_history();
    const Engine engine(db.url());
    const TestDatabase online(db.dialect());
    const Engine online_engine(online.url());
    migrate::upgrade(online_engine, "head", history.revisions());
    db.shell(upgrade_script(engine.dialect(), "head", history.revisions()));
    CHECK(db.dump() == online.dump());
    CHECK(db.shell(rows) == online.shell(rows));
    CHECK(db.shell(rows) ==
          "1|Aria|1969|sad|1|3\n"
          "2|Blues|2001||2|3\n"
          "3|Canon||glad|1|3");
    CHECK(migrate::current(engine) == RevisionIds{"c3"});

    migrate::downgrade(online_engine, "a1", history.revisions(), {}, Destructive::allowed);
    db.shell(downgrade_script(engine.dialect(), "c3:a1", history.revisions()));
    CHECK(db.dump() == online.dump());
    db.shell(downgrade_script(engine.dialect(), "a1:base", history.revisions()));
    migrate::downgrade(online_engine, "base", history.revisions(), {}, Destructive::allowed);
    CHECK(db.dump() == online.dump());
}

STRATA_DB_TEST("a script from the middle of a history goes on from there", "[migrate][script]") {
    const auto history = long_history();
    const Engine engine(db.url());
    migrate::upgrade(engine, "b2", history.revisions());
    db.shell(upgrade_script(engine.dialect(), "b2:head", history.revisions()));
    CHECK(migrate::current(engine) == RevisionIds{"c3"});
    CHECK(db.shell("SELECT count(*) FROM tracks") == "3");
}

STRATA_DB_TEST("a script stops where the database is not at the revision that it begins at", "[migrate][script]") {
    const auto history = long_history();
    const Engine engine(db.url());
    migrate::upgrade(engine, "a1", history.revisions());
    const auto before = db.dump();
    CHECK_THROWS_WITH(db.shell(upgrade_script(engine.dialect(), "b2:c3", history.revisions())),
                      Contains("the database is not at b2, where this script begins"));
    CHECK_THROWS_WITH(db.shell(upgrade_script(engine.dialect(), "head", history.revisions())),
                      Contains("the database is not at no revision") || Contains("where this script begins"));
    CHECK(db.dump() == before);
    CHECK(migrate::current(engine) == RevisionIds{"a1"});
}

TEST_CASE("a script on SQLite says which rows stop it", "[migrate][script][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto history = long_history();
    const Engine engine(db.url());
    migrate::upgrade(engine, "a1", history.revisions());
    const auto script = upgrade_script(engine.dialect(), "a1:b2", history.revisions());
    const auto before = db.dump();
    db.shell("UPDATE songs SET title = NULL WHERE id = 2");
    CHECK_THROWS_WITH(db.shell(script), Contains("column songs.title: some rows hold NULL; give them a value"));
    db.shell("UPDATE songs SET title = 'Blues', year = 'long ago' WHERE id = 2");
    CHECK_THROWS_WITH(db.shell(script), Contains("column songs.year: some rows hold a value that its new type"));
    CHECK(db.dump() == before);
    db.shell("UPDATE songs SET year = '1' WHERE id = 2");
    db.shell(script);
    CHECK(migrate::current(engine) == RevisionIds{"b2"});
}

TEST_CASE("what a revision's own SQL makes on SQLite can be changed in a script", "[migrate][script][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.execute(
                "CREATE TABLE own (a TEXT, b TEXT); CREATE TRIGGER own_ai AFTER INSERT ON own BEGIN SELECT 1; END");
            op.execute("INSERT INTO own VALUES ('x', 'y')");
        },
        [](Operations& op) { op.execute("DROP TABLE own"); });
    history.add(
        "b2", {"a1"}, [](Operations& op) { op.alter_column("own", "b").nullable(false); },
        [](Operations& op) { op.alter_column("own", "b").nullable(); });
    const Engine engine(db.url());
    db.shell(upgrade_script(engine.dialect(), "a1", history.revisions()));
    db.shell(upgrade_script(engine.dialect(), "a1:b2", history.revisions()));
    CHECK(db.shell("SELECT sql FROM sqlite_schema WHERE name = 'own'") == "CREATE TABLE own (a TEXT, b TEXT NOT NULL)");
    CHECK(db.shell("SELECT name FROM sqlite_schema WHERE type = 'trigger'") == "own_ai");
    CHECK(db.shell("SELECT * FROM own") == "x|y");
}

STRATA_DB_TEST("plan shows what an upgrade would run, and changes nothing", "[migrate][plan]") {
    const auto history = long_history();
    migrate::upgrade(Engine(db.url()), "a1", history.revisions());
    const auto before = db.dump();
    const auto shown = output(db, history, {"plan"});
    CHECK_THAT(shown, Contains("Revision b2, message\n  allow to lose rows: a year is a number\n  alter column "
                               "songs.title (set not null)\n") &&
                          Contains("Revision c3, message\n"));
    CHECK_THAT(shown, Contains("  songs has 3 rows\n  Phase 1, in one transaction:\n    "));
    if (db.is_postgresql()) {
        CHECK_THAT(shown, Contains("ALTER TABLE \"songs\" ALTER COLUMN \"title\" SET NOT NULL; -- locks songs (ACCESS "
                                   "EXCLUSIVE)\n"));
        CHECK_THAT(shown, Contains("-- locks tracks (SHARE)\n"));
    } else {
        CHECK_THAT(shown, Contains("SELECT count(*) FROM \"songs\" WHERE (\"title\") IS NULL -- must be 0: column "
                                   "songs.title: some rows hold NULL"));
        CHECK_THAT(shown, Contains("ALTER TABLE \"songs\" RENAME TO \"tracks\";\n"));
    }
    CHECK(db.dump() == before);
    db.shell("UPDATE songs SET title = NULL WHERE id = 2");
    CHECK_THAT(output(db, history, {"plan"}), Contains("  In the way: songs, column title: 1 row"));
    CHECK(output(db, history, {"plan", "a1"}) == "Nothing to upgrade.\n");
}

STRATA_DB_TEST("what plan has written is run as it is, or refused", "[migrate][plan]") {
    const auto history = long_history();
    migrate::upgrade(Engine(db.url()), "a1", history.revisions());
    const auto file = (db.directory() / "plan.json").string();
    output(db, history, {"plan", "b2", "--out", file});

    SECTION("as it is") {
        CHECK_THAT(output(db, history, {"upgrade", "--plan", file}), Contains("Running upgrade a1 -> b2"));
        CHECK(db.shell("SELECT version_num FROM strata_version") == "b2");
        CHECK_THAT(refusal(db, history, {"upgrade", "--plan", file}),
                   Contains("the database is at b2, and was at a1 when the plan was made; nothing was run"));
    }
    SECTION("not where the schema has changed") {
        db.shell("CREATE INDEX by_hand ON songs (title)");
        CHECK_THAT(refusal(db, history, {"upgrade", "--plan", file}),
                   Contains("the database's schema has changed since the plan was made; nothing was run"));
    }
    SECTION("not where a revision has changed") {
        History other;
        other.add("a1", {}, history.revisions().front()->upgrade, [](Operations&) {});
        other.add("b2", {"a1"}, [](Operations& op) { op.execute("SELECT 1"); }, [](Operations&) {});
        CHECK_THAT(refusal(db, other, {"upgrade", "--plan", file}),
                   Contains("the revisions have changed since the plan was made, the first at b2; nothing was run"));
    }
    SECTION("not what is no plan") {
        write_file(file, "{\"format\": 7}");
        CHECK_THAT(refusal(db, history, {"upgrade", "--plan", file}), Contains("the file is no plan of this version"));
        CHECK_THAT(refusal(db, history, {"upgrade", "--plan", file + "x"}), Contains("cannot read "));
    }
    if (db.shell("SELECT version_num FROM strata_version") == "a1")
        CHECK(db.shell("SELECT count(*) FROM songs WHERE year = '1969'") == "1");
}

STRATA_DB_TEST("a dry run runs everything and leaves nothing", "[migrate][plan]") {
    const auto history = long_history();
    const Engine engine(db.url());
    migrate::upgrade(engine, "a1", history.revisions());
    const auto before = db.dump();
    const auto shown = output(db, history, {"upgrade", "--dry-run"});
    CHECK_THAT(shown, Contains("Running upgrade a1 -> b2") && Contains("Running upgrade b2 -> c3") &&
                          Contains("All of it ran and was rolled back; the database is at a1.\n"));
    CHECK(db.dump() == before);
    db.shell("UPDATE songs SET title = NULL WHERE id = 2");
    CHECK_THAT(refusal(db, history, {"upgrade", "--dry-run"}),
               Contains("revision b2") && Contains("songs, column title: 1 row with NULL (id 2)"));
    CHECK(db.dump() == before);
    if (db.is_sqlite()) CHECK(engine.connect()->scalar("PRAGMA foreign_keys") == "1");

    migrate::upgrade(engine, "a1", history.revisions());
    db.shell("UPDATE songs SET title = 'Blues' WHERE id = 2");
    migrate::upgrade(engine, "head", history.revisions());
    const auto after = db.dump();
    CHECK_THAT(output(db, history, {"downgrade", "a1", "--dry-run", "--allow-destructive"}),
               Contains("rolled back; the database is at c3"));
    CHECK(db.dump() == after);
    CHECK(db.shell("SELECT count(*) FROM tracks") == "3");
}

STRATA_DB_TEST("the tool says how its flags go together", "[migrate][plan][cli]") {
    const auto history = long_history();
    CHECK_THAT(refusal(db, history, {"upgrade", "--dry-run", "--sql"}), Contains("--sql excludes --dry-run"));
    CHECK_THAT(refusal(db, history, {"upgrade", "b2", "--plan", "x"}), Contains("excludes"));
    CHECK_THAT(refusal(db, history, {"check", "--offline", "--drift"}), Contains("excludes"));
}

TEST_CASE("a new label of an enum type is used by the revision that adds it", "[migrate][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    History history;
    const auto moods = [](std::vector<std::string> labels) { return Enum("mood", std::move(labels)); };
    history.add(
        "a1", {},
        [&](Operations& op) {
            op.create_table("songs", {column("id", BigInteger{}).identity(), column("mood", moods({"sad", "glad"})),
                                      primary_key("pk_songs", {"id"})});
            op.bulk_insert("songs", {"mood"}, {{"sad"}, {"glad"}});
        },
        [](Operations& op) { op.drop_table("songs"); });
    history.add(
        "b2", {"a1"},
        [&](Operations& op) {
            op.alter_column("songs", "mood").type(moods({"sad", "calm", "glad"})).server_default(literal("calm"));
            op.bulk_insert("songs", {"mood"}, {{"calm"}});
            op.create_check_constraint("ck_songs_mood", "songs", "mood <> 'calm' OR id > 2");
            op.create_index("ix_songs_calm", "songs", {"id"}).where("mood = 'calm'");
        },
        [&](Operations& op) {
            op.drop_index("ix_songs_calm", "songs");
            op.drop_constraint("ck_songs_mood", "songs");
            op.execute("DELETE FROM songs WHERE mood = 'calm'");
            op.alter_column("songs", "mood").drop_server_default().type(moods({"sad", "glad"}));
        });
    const Engine engine(db.url());
    migrate::upgrade(engine, "a1", history.revisions());
    db.shell("CREATE VIEW moods AS SELECT mood FROM songs");  // keeps a column's type, and a label may come

    SECTION("online") {
        CHECK_THAT(refusal(db, history, {"upgrade", "--dry-run"}), Contains("can be used only when it is committed"));
        // A revision that failed may have left the label there.
        db.shell("ALTER TYPE mood ADD VALUE 'calm' BEFORE 'glad'");
        migrate::upgrade(engine, "head", history.revisions());
    }
    SECTION("as a script") { db.shell(upgrade_script(engine.dialect(), "a1:b2", history.revisions())); }
    SECTION("after a look at the plan") {
        CHECK_THAT(
            output(db, history, {"plan"}),
            Contains("  Phase 1, on its own:\n    ALTER TYPE \"mood\" ADD VALUE IF NOT EXISTS 'calm' BEFORE 'glad';") &&
                Contains("  Phase 2, in one transaction:\n"));
        migrate::upgrade(engine, "head", history.revisions());
    }
    CHECK(db.shell("SELECT string_agg(enumlabel, ' ' ORDER BY enumsortorder) FROM pg_enum") == "sad calm glad");
    CHECK(db.shell("SELECT mood FROM songs ORDER BY mood") == "sad\ncalm\nglad");
    db.shell("DROP VIEW moods");
    migrate::downgrade(engine, "a1", history.revisions(), {}, Destructive::allowed);
    CHECK(db.shell("SELECT string_agg(enumlabel, ' ' ORDER BY enumsortorder) FROM pg_enum") == "sad glad");
    CHECK(db.shell("SELECT mood FROM songs ORDER BY mood") == "sad\nglad");
}
