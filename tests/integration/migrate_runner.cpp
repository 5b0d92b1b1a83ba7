#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/reflection.hpp>

#include <chrono>
#include <stdexcept>
#include <thread>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::Engine;
using strata::MigrationError;
using strata::test::History;
using Ids = RevisionIds;

namespace {

const auto nothing = [](Operations&) {};

/// users, songs with a foreign key and an index, and a column added to songs.
History music() {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("users", {column("id", BigInteger{}).identity(), column("email", String{255}),
                                      primary_key("pk_users", {"id"}), unique("uq_users_email", {"email"})});
        },
        [](Operations& op) { op.drop_table("users"); }, "users");
    history.add(
        "b2", {"a1"},
        [](Operations& op) {
            op.create_table("songs",
                            {column("id", BigInteger{}).identity(), column("title", String{255}),
                             column("user_id", BigInteger{}).nullable(), primary_key("pk_songs", {"id"}),
                             foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}).on_delete(cascade),
                             index("ix_songs_title", {"title"})});
        },
        [](Operations& op) { op.drop_table("songs"); }, "songs");
    history.add(
        "c3", {"b2"}, [](Operations& op) { op.add_column("songs", column("genre", String{100}).nullable()); },
        [](Operations& op) { op.drop_column("songs", "genre"); }, "add genre to songs");
    return history;
}

std::string version(const strata::test::TestDatabase& db) {
    return db.shell("SELECT version_num FROM strata_version ORDER BY version_num");
}

std::string message_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const MigrationError& error) {
        CHECK(std::string_view(error.what()).find('\n') == std::string_view::npos);
        return error.what();
    }
    return "it did not fail";
}

}  // namespace

STRATA_DB_TEST("upgrade brings an empty database to head and leaves one version row", "[migrate][runner]") {
    const Engine engine(db.url());
    const auto history = music();
    std::vector<std::string> lines;
    CHECK(upgrade(engine, "head", history.revisions(), [&](const std::string& line) { lines.push_back(line); }) ==
          Ids{"a1", "b2", "c3"});
    CHECK(lines == std::vector<std::string>{"Running upgrade  -> a1, users", "Running upgrade a1 -> b2, songs",
                                            "Running upgrade b2 -> c3, add genre to songs"});
    CHECK(version(db) == "c3");
    CHECK(current(engine) == Ids{"c3"});
    db.shell(
        "INSERT INTO users (email) VALUES ('ada'); INSERT INTO songs (title, user_id, genre) VALUES ('Aria', 1, "
        "'opera')");
    CHECK(db.shell("SELECT id, title, user_id, genre FROM songs") == "1|Aria|1|opera");
    const auto before = db.dump();
    CHECK(upgrade(engine, "head", history.revisions()).empty());
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("each downgrade leaves exactly the earlier schema", "[migrate][runner]") {
    const Engine engine(db.url());
    const auto history = music();
    CHECK(current(engine).empty());
    upgrade(engine, "a1", history.revisions());
    const auto at_a1 = db.dump();
    upgrade(engine, "+1", history.revisions());
    const auto at_b2 = db.dump();
    upgrade(engine, "head", history.revisions());
    const auto at_head = db.dump();

    CHECK(downgrade(engine, "-1", history.revisions()) == Ids{"c3"});
    CHECK(db.dump() == at_b2);
    CHECK(downgrade(engine, "a", history.revisions()) == Ids{"b2"});
    CHECK(db.dump() == at_a1);
    CHECK(version(db) == "a1");
    upgrade(engine, "head", history.revisions());
    CHECK(db.dump() == at_head);
    CHECK(downgrade(engine, "base", history.revisions()) == Ids{"c3", "b2", "a1"});
    CHECK(version(db).empty());
    CHECK(strata::schema::reflect(*engine.connect()).tables.empty());
}

STRATA_DB_TEST("replay says what the database became", "[migrate][runner]") {
    const Engine engine(db.url());
    const auto history = music();
    const RevisionGraph graph(history.revisions());
    upgrade(engine, "head", history.revisions());
    auto connection = engine.connect();
    const auto comparer = strata::schema::expression_comparer(*connection);
    CHECK(compare_metadata(strata::schema::reflect(*connection), replay(graph, {"c3"}),
                           strata::schema::ddl_compiler(engine.dialect()), *comparer)
              .empty());
}

STRATA_DB_TEST("dropping and renaming a column does to the database what replay says", "[migrate][runner]") {
    const Engine engine(db.url());
    auto history = music();
    history.add(
        "d4", {"c3"},
        [](Operations& op) {
            op.create_check_constraint("ck_songs_title", "songs", "length(title) > 0");
            op.create_unique_constraint("uq_songs_title_genre", "songs", {"title", "genre"});
            op.create_index("ix_songs_part", "songs", {"genre"}).where("title IS NOT NULL");
        },
        nothing);
    history.add(
        "e5", {"d4"},
        [](Operations& op) {
            op.rename_column("songs", "title", "name");
            op.rename_table("users", "people");
        },
        nothing);
    history.add(
        "f6", {"e5"},
        [](Operations& op) {
            op.allow_destructive("the name is in the title");
            op.drop_column("songs", "name");
        },
        nothing);
    const RevisionGraph graph(history.revisions());
    for (const char* id : {"d4", "e5", "f6"}) {
        INFO(id);
        upgrade(engine, id, history.revisions());
        if (id == std::string_view("d4")) db.shell("INSERT INTO songs (title, genre) VALUES ('Aria', 'opera')");
        auto connection = engine.connect();
        const auto comparer = strata::schema::expression_comparer(*connection);
        for (const auto& difference : compare_metadata(strata::schema::reflect(*connection), replay(graph, {id}),
                                                       strata::schema::ddl_compiler(engine.dialect()), *comparer)) {
            FAIL_CHECK(describe(difference));
        }
    }
    CHECK(db.shell("SELECT * FROM songs") == "1||opera");
}

STRATA_DB_TEST("a revision that fails midway leaves nothing", "[migrate][runner]") {
    const Engine engine(db.url());
    auto history = music();
    upgrade(engine, "head", history.revisions());
    db.shell("INSERT INTO users (email) VALUES ('ada')");
    const auto before = db.dump();
    history.add(
        "d4", {"c3"},
        [](Operations& op) {
            op.create_table("tags", {column("id", BigInteger{}), primary_key("pk_tags", {"id"})});
            op.allow_destructive("a test");
            op.drop_column("songs", "genre");
            op.execute("DELETE FROM users");
            op.execute("INSERT INTO nowhere VALUES ('a secret value')");
        },
        nothing);
    const auto message = message_of([&] { upgrade(engine, "head", history.revisions()); });
    CHECK_THAT(message,
               Contains("revision d4 (20260101_000000_d4_x.cpp): execute: INSERT INTO nowhere VALUES ('...'): "));
    CHECK_THAT(message, Contains("nowhere") && Contains("nothing of it stays"));
    CHECK_THAT(message, !Contains("secret"));
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT count(*) FROM users") == "1");
    CHECK(current(engine) == Ids{"c3"});
}

STRATA_DB_TEST("a revision that throws leaves the earlier ones and nothing of its own", "[migrate][runner]") {
    const Engine engine(db.url());
    auto history = music();
    SECTION("while it is recorded") {
        history.add("d4", {"c3"}, [](Operations&) { throw std::runtime_error("no luck"); }, nothing);
        CHECK_THAT(message_of([&] { upgrade(engine, "head", history.revisions()); }),
                   Contains("revision d4 (20260101_000000_d4_x.cpp): its upgrade failed: no luck"));
    }
    SECTION("in a callback") {
        history.add(
            "d4", {"c3"},
            [](Operations& op) {
                op.create_table("tags", {column("id", BigInteger{}), primary_key("pk_tags", {"id"})});
                op.run([](Connection&) { throw std::runtime_error("no luck"); });
            },
            nothing);
        CHECK_THAT(message_of([&] { upgrade(engine, "head", history.revisions()); }),
                   Contains("revision d4 (20260101_000000_d4_x.cpp): run a callback: no luck; nothing of it stays"));
    }
    SECTION("by something that is not an exception, while it is recorded") {
        history.add("d4", {"c3"}, [](Operations&) { throw 42; }, nothing);
        CHECK(message_of([&] { upgrade(engine, "head", history.revisions()); }) ==
              "revision d4 (20260101_000000_d4_x.cpp): it threw something that is not a std::exception; nothing of it "
              "stays");
    }
    SECTION("by something that is not an exception, in a callback") {
        history.add(
            "d4", {"c3"},
            [](Operations& op) {
                op.create_table("tags", {column("id", BigInteger{}), primary_key("pk_tags", {"id"})});
                op.run([](Connection&) { throw 42; });
            },
            nothing);
        const auto tool = strata::test::run_tool({"tool", "upgrade", "--url", db.url()}, {{}, history.revisions(), ""});
        CHECK(tool.code == 2);
        CHECK(tool.err ==
              "FAILED: revision d4 (20260101_000000_d4_x.cpp): run a callback: it threw something that is not a "
              "std::exception; "
              "nothing of it stays\n");
    }
    SECTION("by an operation that does not fit") {
        history.add("d4", {"c3"}, [](Operations& op) { op.drop_column("songs", "nothing"); }, nothing);
        CHECK_THAT(message_of([&] { upgrade(engine, "head", history.revisions()); }),
                   Contains("revision d4 (20260101_000000_d4_x.cpp): drop column songs.nothing: table songs has no "
                            "column nothing"));
    }
    CHECK(version(db) == "c3");
    CHECK(strata::schema::reflect(*engine.connect()).find("tags") == nullptr);
    // Fixed, it goes on.
    auto fixed = music();
    fixed.add("d4", {"c3"}, nothing, nothing);
    CHECK(upgrade(engine, "head", fixed.revisions()) == Ids{"d4"});
}

STRATA_DB_TEST("a data migration in one revision: column, values, then NOT NULL", "[migrate][runner]") {
    const Engine engine(db.url());
    auto history = music();
    upgrade(engine, "head", history.revisions());
    db.shell("INSERT INTO songs (title) VALUES ('one'); INSERT INTO songs (title) VALUES ('two')");
    history.add(
        "d4", {"c3"},
        [](Operations& op) {
            op.add_column("songs", column("plays", Integer{}).nullable());
            op.execute("UPDATE songs SET plays = 1 WHERE title = 'one'");
            op.run([](Connection& connection) {
                CHECK(connection.execute("UPDATE songs SET plays = 7 WHERE plays IS NULL") == 1);
            });
            op.alter_column("songs", "plays").nullable(false);
            op.bulk_insert("users", {"email"}, {{"ada's"}, {"bob"}});
        },
        [](Operations& op) {
            op.execute({{"sqlite", "DELETE FROM users WHERE email = 'bob'"},
                        {"postgresql", "DELETE FROM users WHERE email = 'bob'"}});
            op.drop_column("songs", "plays");
        });
    upgrade(engine, "head", history.revisions());
    CHECK(db.shell("SELECT title, plays FROM songs ORDER BY id") == "one|1\ntwo|7");
    CHECK(db.shell("SELECT email FROM users ORDER BY id") == "ada's\nbob");
    CHECK_THROWS(db.shell("INSERT INTO songs (title) VALUES ('three')"));
    downgrade(engine, "-1", history.revisions());
    CHECK(db.shell("SELECT title FROM songs ORDER BY id") == "one\ntwo");
    CHECK(db.shell("SELECT email FROM users ORDER BY id") == "ada's");
}

STRATA_DB_TEST("instants become texts and texts instants in UTC whatever the session's time zone",
               "[migrate][runner]") {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("t", {column("id", Integer{}), column("at", DateTimeTz{}), column("said", Text{}),
                                  primary_key("pk_t", {"id"})});
            op.create_table("zones", {column("zone", Text{})});
        },
        nothing);
    history.add(
        "b2", {"a1"},
        [](Operations& op) {
            op.allow_destructive("all of them are instants");
            op.alter_column("t", "at").type(Text{});
            op.alter_column("t", "said").type(DateTimeTz{});
            op.execute({{"postgresql", "INSERT INTO zones VALUES (current_setting('TimeZone'))"}});
        },
        [](Operations& op) {
            op.alter_column("t", "at").type(DateTimeTz{});
            op.alter_column("t", "said").type(Text{});
        });
    const std::string rows =
        "INSERT INTO t VALUES (1, '2024-01-01 23:30:00.000000', '2024-07-01 23:30:00'),"
        " (2, '2024-01-01 00:30:00.500000', '2024-01-01')";
    const std::string said = db.is_sqlite() ? "substr(said, 1, 19)" : "left(said::text, 19)";
    const std::string read = "SELECT id, substr(at, 1, 19), " + said + " FROM t ORDER BY id";
    const std::string became = "1|2024-01-01 23:30:00|2024-07-01 23:30:00\n2|2024-01-01 00:30:00|2024-01-01 00:00:00";

    if (db.is_postgresql()) db.session_default("timezone = 'Asia/Tokyo'");
    const Engine engine(db.url());
    upgrade(engine, "a1", history.revisions());
    db.shell(rows);
    if (db.is_postgresql()) db.shell("INSERT INTO t VALUES (3, '2024-01-01 00:00:00+00', '2024-01-01 00:00:00+09')");
    const auto before = db.shell("SELECT id, at FROM t ORDER BY id");
    upgrade(engine, "b2", history.revisions());
    const std::string with_offset = db.is_sqlite() ? "" : "\n3|2024-01-01 00:00:00|2023-12-31 15:00:00";
    CHECK(db.shell(read) == became + with_offset);
    // Our sessions are in UTC, but for those that a pooler shares: nothing is set there.
    const bool pooled = strata::test::surrounding() == strata::test::Surrounding::pooled;
    CHECK(db.shell("SELECT zone FROM zones") == (db.is_sqlite() ? "" : pooled ? "Asia/Tokyo" : "UTC"));
    downgrade(engine, "a1", history.revisions());
    CHECK(db.shell("SELECT id, at FROM t ORDER BY id") == before);
    if (db.is_sqlite()) return;

    const strata::test::TestDatabase offline(strata::test::TestDialect::postgresql);
    const std::string zone = "SET TimeZone = 'Asia/Tokyo';\n";
    offline.shell(zone + upgrade_script(engine.dialect(), "a1", history.revisions()));
    offline.shell(rows);
    offline.shell(zone + upgrade_script(engine.dialect(), "a1:b2", history.revisions()));
    CHECK(offline.shell(read) == became);
    CHECK(offline.shell("SELECT zone FROM zones") == "Asia/Tokyo");
}

STRATA_DB_TEST("what a revision alters of a column that it added itself changes no row", "[migrate][runner]") {
    const Engine engine(db.url());
    const auto with = [](const Revision::Callback& callback) {
        History history = music();
        history.add("d4", {"c3"}, callback, [](Operations& op) { op.drop_column("songs", "plays"); });
        return history;
    };
    upgrade(engine, "head", music().revisions());
    db.shell("INSERT INTO songs (title) VALUES ('one')");
    const auto before = db.dump();
    const auto strict = with([](Operations& op) {
        op.add_column("songs", column("plays", Integer{}).nullable());
        op.alter_column("songs", "plays").nullable(false).server_default(literal(5));
    });
    CHECK_THAT(message_of([&] { upgrade(engine, "head", strict.revisions()); }), Contains("plays"));
    CHECK(db.dump() == before);
    const auto lenient = with([](Operations& op) {
        op.add_column("songs", column("plays", Integer{}).nullable());
        op.alter_column("songs", "plays").server_default(literal(5));
    });
    upgrade(engine, "head", lenient.revisions());
    db.shell("INSERT INTO songs (title) VALUES ('two')");
    CHECK(db.shell("SELECT title, plays FROM songs ORDER BY id") == "one|\ntwo|5");
}

STRATA_DB_TEST("a table with several columns of one enum is dropped, and its type once", "[migrate][runner]") {
    const Engine engine(db.url());
    const Enum mood("mood", {"sad", "glad"});
    History history;
    history.add(
        "a1", {},
        [&](Operations& op) {
            op.create_table("days",
                            {column("id", Integer{}), column("morning", mood), column("evening", mood).nullable(),
                             column("all", Array(mood)), primary_key("pk_days", {"id"})});
        },
        [](Operations& op) { op.drop_table("days"); });
    const auto before = db.dump();
    upgrade(engine, "head", history.revisions());
    downgrade(engine, "base", history.revisions());
    db.shell("DROP TABLE strata_version; DROP TABLE strata_history");
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("duplicate values that prevent a unique index are reported with advice, and are not shown",
               "[migrate][runner]") {
    const Engine engine(db.url());
    upgrade(engine, "head", music().revisions());
    db.shell("INSERT INTO songs (title) VALUES ('topsecret'), ('topsecret')");
    for (const bool constraint : {false, true}) {
        History history = music();
        history.add(
            "d4", {"c3"},
            [&](Operations& op) {
                op.execute("UPDATE songs SET genre = 'none'");  // so that the rows cannot be asked before
                if (constraint)
                    op.create_unique_constraint("uq_songs_title", "songs", {"title"});
                else
                    op.create_index("ux_songs_title", "songs", {"title"}).unique();
            },
            nothing);
        const auto message = message_of([&] { upgrade(engine, "head", history.revisions()); });
        CHECK_THAT(message, Contains("have equal values, mend them first; nothing of it stays"));
        CHECK_THAT(message, !Contains("topsecret"));
    }
    CHECK(version(db) == "c3");
}

STRATA_DB_TEST("SQL for an unknown dialect is refused, and postgres means postgresql", "[migrate][runner]") {
    const Engine engine(db.url());
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.execute({{"postgres", "CREATE TABLE t (a integer)"}, {"sqlite", "CREATE TABLE t (a integer)"}});
        },
        nothing);
    upgrade(engine, "head", history.revisions());
    CHECK(db.shell("SELECT count(*) FROM t") == "0");
    history.add(
        "b2", {"a1"}, [](Operations& op) { op.execute({{"sqlite3", "SELECT 1"}, {"mysql", "SELECT 1"}}); }, nothing);
    CHECK_THAT(message_of([&] { upgrade(engine, "head", history.revisions()); }),
               Contains("'sqlite3', which is not a database that Strata knows; it is sqlite or postgresql"));
    CHECK(version(db) == "a1");
}

STRATA_DB_TEST("the operation that failed is named, not one of the same table before it", "[migrate][runner]") {
    const Engine engine(db.url());
    upgrade(engine, "head", music().revisions());
    db.shell("INSERT INTO songs (title) VALUES ('one')");
    History history = music();
    history.add(
        "d4", {"c3"},
        [](Operations& op) {
            op.execute("UPDATE songs SET genre = 'none'");  // so that the rows cannot be asked before
            op.add_column("songs", column("plays", Integer{}).nullable());
            op.add_column("songs", column("stars", Integer{}).nullable());
            op.alter_column("songs", "user_id").nullable(false);
        },
        nothing);
    const auto message = message_of([&] { upgrade(engine, "head", history.revisions()); });
    CHECK_THAT(message, Contains(db.is_sqlite() ? "change table songs: column songs.user_id: 1 row holds NULL"
                                                : "alter column songs.user_id (set not null): "));
    CHECK_THAT(message, !Contains("plays") && !Contains("stars"));
}

STRATA_DB_TEST("a callback or SQL that ends the transaction is reported", "[migrate][runner]") {
    const Engine engine(db.url());
    auto history = music();
    upgrade(engine, "head", history.revisions());
    const auto failing = [&](const Revision::Callback& callback) {
        History longer = music();
        longer.add("d4", {"c3"}, callback, nothing);
        return message_of([&] { upgrade(engine, "head", longer.revisions()); });
    };
    CHECK_THAT(failing([](Operations& op) { op.run([](Connection& connection) { connection.commit(); }); }),
               Contains("revision d4") && Contains("run a callback: it ended the revision's transaction"));
    CHECK_THAT(failing([](Operations& op) { op.run([](Connection& connection) { connection.rollback(); }); }),
               Contains("it ended the revision's transaction"));
    CHECK_THAT(failing([](Operations& op) {
                   op.run([](Connection& connection) {
                       connection.commit();
                       connection.begin();
                   });
               }),
               Contains("it ended the revision's transaction"));
    CHECK_THAT(failing([](Operations& op) { op.execute("COMMIT"); }), Contains("revision d4"));
    CHECK_THAT(failing([](Operations& op) { op.execute("COMMIT; BEGIN"); }), Contains("revision d4"));
    CHECK(version(db) == "c3");
    // A transaction of its own inside is a savepoint, and fine.
    History longer = music();
    longer.add(
        "d4", {"c3"},
        [](Operations& op) {
            op.run([](Connection& connection) {
                strata::core::Transaction inner(connection);
                connection.execute("INSERT INTO users (email) VALUES ('kept')");
                inner.commit();
                strata::core::Transaction undone(connection);
                connection.execute("INSERT INTO users (email) VALUES ('undone')");
                undone.rollback();
            });
        },
        nothing);
    CHECK(upgrade(engine, "head", longer.revisions()) == Ids{"d4"});
    CHECK(db.shell("SELECT email FROM users") == "kept");
}

STRATA_DB_TEST("the error for existing tables points to baseline and stamp", "[migrate][runner]") {
    const Engine engine(db.url());
    const auto history = music();
    db.shell("CREATE TABLE users (id integer PRIMARY KEY)");
    const auto before = db.dump();
    CHECK_THAT(message_of([&] { upgrade(engine, "head", history.revisions()); }),
               Contains("create table users: table users already exists") && Contains("'baseline'") &&
                   Contains("'stamp REVISION'"));
    CHECK(db.dump() == before);
    stamp(engine, "a1", history.revisions());
    CHECK(upgrade(engine, "head", history.revisions()) == Ids{"b2", "c3"});
}

STRATA_DB_TEST("stamp moves the version alone", "[migrate][runner]") {
    const Engine engine(db.url());
    const auto history = music();
    upgrade(engine, "head", history.revisions());
    stamp(engine, "b2", history.revisions());
    CHECK(version(db) == "b2");
    stamp(engine, "head", history.revisions());
    CHECK(version(db) == "c3");
    stamp(engine, "-1", history.revisions());
    CHECK(version(db) == "b2");
    stamp(engine, "base", history.revisions());
    CHECK(version(db).empty());
    CHECK_THROWS_WITH(stamp(engine, "zz", history.revisions()), Contains("Can't locate revision identified by 'zz'"));
}

STRATA_DB_TEST("a database at a revision without a file is reported with the remedies", "[migrate][runner]") {
    const Engine engine(db.url());
    const auto history = music();
    upgrade(engine, "head", history.revisions());
    db.shell("UPDATE strata_version SET version_num = 'gone'");
    for (const auto& call : std::vector<std::function<void()>>{[&] { upgrade(engine, "head", history.revisions()); },
                                                               [&] { downgrade(engine, "-1", history.revisions()); },
                                                               [&] { stamp(engine, "head", history.revisions()); }}) {
        CHECK_THAT(message_of(call),
                   Contains("Can't locate revision identified by 'gone'") && Contains("stamp --purge"));
    }
    CHECK(current(engine) == Ids{"gone"});
    stamp(engine, "head", history.revisions(), true);
    CHECK(version(db) == "c3");
}

STRATA_DB_TEST("branches are applied, merged and taken back", "[migrate][runner]") {
    const Engine engine(db.url());
    auto history = music();
    history.add(
        "d4", {"b2"}, [](Operations& op) { op.create_index("ix_songs_user", "songs", {"user_id"}); },
        [](Operations& op) { op.drop_index("ix_songs_user", "songs"); });
    CHECK_THAT(message_of([&] { upgrade(engine, "head", history.revisions()); }), Contains("Multiple head revisions"));
    CHECK(upgrade(engine, "heads", history.revisions()) == Ids{"a1", "b2", "c3", "d4"});
    CHECK(version(db) == "c3\nd4");
    history.add("e5", {"c3", "d4"}, nothing, nothing);
    upgrade(engine, "head", history.revisions());
    CHECK(version(db) == "e5");
    downgrade(engine, "-1", history.revisions());
    CHECK(version(db) == "c3\nd4");
    downgrade(engine, "base", history.revisions());
    CHECK(version(db).empty());
}

STRATA_DB_TEST("a table that SQL of the user's own made can be changed by later revisions", "[migrate][runner]") {
    const Engine engine(db.url());
    History history;
    history.add(
        "a1", {},
        [](Operations& op) { op.execute("CREATE TABLE raw (id integer NOT NULL PRIMARY KEY, a varchar(10))"); },
        [](Operations& op) { op.execute("DROP TABLE raw"); });
    history.add(
        "b2", {"a1"},
        [](Operations& op) {
            op.add_column("raw", column("b", Text{}).nullable());
            op.alter_column("raw", "a").nullable(false);
        },
        [](Operations& op) {
            op.alter_column("raw", "a").nullable(true);
            op.drop_column("raw", "b");
        });
    upgrade(engine, "head", history.revisions());
    CHECK_THROWS(db.shell("INSERT INTO raw (id, b) VALUES (1, 'x')"));
    db.shell("INSERT INTO raw (id, a, b) VALUES (1, 'x', 'y')");
    downgrade(engine, "base", history.revisions());
    CHECK(strata::schema::reflect(*engine.connect()).tables.empty());
}

STRATA_DB_TEST("a raw SQL revision belongs to the same history", "[migrate][runner]") {
    const Engine engine(db.url());
    auto history = music();
    const auto raw = detail::sql_revision("d4", "20260101_000000_d4_view.sql",
                                          "-- revises: c3\n-- message: a view\n-- upgrade\n"
                                          "CREATE VIEW titles AS SELECT title FROM songs;\n"
                                          "INSERT INTO users (email) VALUES ('a;b');\n"
                                          "-- downgrade\nDROP VIEW titles; DELETE FROM users;\n");
    auto revisions = history.revisions();
    revisions.push_back(&raw);
    CHECK(upgrade(engine, "head", revisions) == Ids{"a1", "b2", "c3", "d4"});
    CHECK(db.shell("SELECT count(*) FROM titles") == "0");
    CHECK(db.shell("SELECT email FROM users") == "a;b");
    CHECK(downgrade(engine, "-1", revisions) == Ids{"d4"});
    CHECK_THROWS(db.shell("SELECT count(*) FROM titles"));
}

TEST_CASE("a writer is waited for beyond the busy timeout until it finishes",
          "[migrate][runner][concurrency][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    const auto history = music();
    Connection writer(strata::Url::parse(db.url()));
    writer.begin(strata::core::immediate_transaction);
    std::thread release([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        writer.rollback();
    });
    strata::EngineOptions options;
    options.busy_timeout = std::chrono::milliseconds(20);
    Ids applied;
    CHECK_NOTHROW(applied = upgrade(Engine(db.url(), options), "head", history.revisions()));
    release.join();
    CHECK(applied.size() == 3);
}

TEST_CASE("a lock met while foreign keys are checked is waited for, and they are on afterwards",
          "[migrate][runner][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    db.shell("CREATE TABLE parents (id INTEGER PRIMARY KEY); CREATE TABLE kids (parent INTEGER REFERENCES parents)");
    strata::EngineOptions options;
    options.busy_timeout = std::chrono::milliseconds(20);
    options.pool_size = 1;
    const Engine engine(db.url(), options);
    Connection other(strata::Url::parse(db.url()));
    std::thread release;
    History history;
    history.add(
        "a1", {},
        [&](Operations& op) {
            op.execute("SELECT 1");  // the history does not know the tables
            op.create_check_constraint("ck_kids_parent", "kids", "parent > 0");
            if (release.joinable()) return;
            // The other one comes just before the revision's transaction begins.
            other.script("BEGIN EXCLUSIVE");
            release = std::thread([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
                other.rollback();
            });
        },
        nothing);
    CHECK_NOTHROW(upgrade(engine, "head", history.revisions()));
    release.join();
    CHECK(engine.connect()->scalar("PRAGMA foreign_keys") == "1");
    CHECK_THAT(db.dump(), Contains("ck_kids_parent"));
}

TEST_CASE("an in-memory database is migrated on its own engine", "[migrate][runner][sqlite]") {
    const Engine engine("sqlite:///:memory:");
    const auto history = music();
    CHECK(upgrade(engine, "head", history.revisions()).size() == 3);
    CHECK(current(engine) == Ids{"c3"});
    CHECK(downgrade(engine, "base", history.revisions()).size() == 3);
}

TEST_CASE("an upgrade as a script gives psql the same database as online", "[migrate][runner][postgresql]") {
    auto history = music();
    history.add(
        "d4", {"c3"},
        [](Operations& op) {
            op.bulk_insert("users", {"email"}, {{"it's"}, {"b\\c"}});
            op.execute("UPDATE users SET email = email || ';'");
            op.run([](Connection&) {});
            op.add_column("songs", column("mood", Enum{"mood", {"good", "bad"}}).server_default(literal("good")));
        },
        [](Operations& op) {
            op.drop_column("songs", "mood");
            op.execute("DELETE FROM users");
        },
        "rows\nDROP TABLE users;");
    const strata::test::TestDatabase online(strata::test::TestDialect::postgresql);
    const strata::test::TestDatabase offline(strata::test::TestDialect::postgresql);
    const Engine engine(online.url());
    const auto& dialect = engine.dialect();

    upgrade(engine, "head", history.revisions());
    const auto script = upgrade_script(dialect, "head", history.revisions());
    CHECK_THAT(script, Contains("-- Running upgrade  -> a1, users\n") &&
                           Contains("-- Running upgrade c3 -> d4, rows DROP TABLE users;\n"));
    offline.shell(script);
    CHECK(offline.dump() == online.dump());
    CHECK(version(offline) == "d4");
    CHECK(offline.shell("SELECT * FROM users ORDER BY 1") == online.shell("SELECT * FROM users ORDER BY 1"));

    downgrade(engine, "a1", history.revisions());
    offline.shell(downgrade_script(dialect, "d4:a1", history.revisions()));
    CHECK(offline.dump() == online.dump());
    CHECK(version(offline) == "a1");

    upgrade(engine, "b2", history.revisions());
    offline.shell(upgrade_script(dialect, "a1:b2", history.revisions()));
    CHECK(offline.dump() == online.dump());

    CHECK_THROWS_WITH(downgrade_script(dialect, "base", history.revisions()),
                      "downgrade with --sql requires <fromrev>:<torev>");
    CHECK(upgrade_script(dialect, "d4:head", history.revisions()).empty());
}
