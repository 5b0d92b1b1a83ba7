// `strata diff A B --sql`: the statements are run by the database's own client, and looked at from there.

#include "strata_program.hpp"
#include "support/database.hpp"

using namespace strata::test;
using Catch::Matchers::Contains;

namespace {

constexpr const char* old_tables = R"(
    CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL);
    CREATE TABLE songs (id integer PRIMARY KEY, title text NOT NULL, plays text, user_id integer REFERENCES users (id));
    CREATE TABLE moods (id integer PRIMARY KEY);
    CREATE INDEX songs_by_title ON songs (title);
    CREATE VIEW titles AS SELECT title FROM songs;)";
constexpr const char* new_tables = R"(
    CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL UNIQUE, phone text);
    CREATE TABLE songs (id integer PRIMARY KEY, title text NOT NULL, plays integer, user_id integer REFERENCES users (id),
        CONSTRAINT title_not_empty CHECK (length(title) > 0));
    CREATE TABLE genres (id integer PRIMARY KEY, name text);
    CREATE INDEX songs_by_user ON songs (user_id);
    CREATE VIEW titles AS SELECT title FROM songs;
    CREATE VIEW phones AS SELECT phone FROM users;)";
constexpr const char* rows = R"(
    INSERT INTO users VALUES (1, 'ada@example.org'), (2, 'grace@example.org');
    INSERT INTO songs VALUES (7, 'Under the sea', '12', 1), (9, 'Over the moon', NULL, 2);)";

}  // namespace

STRATA_DB_TEST("what strata diff --sql prints brings one database to the other, with its rows", "[models][diff_sql]") {
    db.shell(std::string(old_tables) + rows);
    const TestDatabase wanted(db.dialect());
    wanted.shell(new_tables);

    const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    CHECK(script.err == "");
    CHECK(script.exit_code == 1);
    CHECK_THAT(script.out, Contains("-- destructive:") && Contains("DROP TABLE \"moods\"") && !Contains("ada@"));
    db.shell(script.out);

    CHECK(run_strata({"diff", db.url(), wanted.url()}).out == "no differences\n");
    CHECK(db.shell("SELECT id, title, plays + 1, user_id FROM songs ORDER BY id") ==
          "7|Under the sea|13|1\n9|Over the moon||2");
    CHECK(db.shell("SELECT count(*) FROM users") == "2");
    const auto nothing = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    CHECK(nothing.exit_code == 0);
    CHECK(nothing.out == "");
}

STRATA_DB_TEST("a script of strata diff that the rows forbid changes nothing", "[models][diff_sql]") {
    db.shell(std::string(old_tables) + rows + "INSERT INTO songs VALUES (10, 'Bad', 'many', 2);");
    const TestDatabase wanted(db.dialect());
    wanted.shell(new_tables);
    const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    const auto before = db.dump();
    CHECK_THROWS(db.shell(script.out));
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT plays FROM songs WHERE id = 10") == "many");
}

TEST_CASE("a script of strata diff keeps SQLite's numbering, triggers, statistics and rows that refer",
          "[models][diff_sql][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    const std::string trigger = "CREATE TRIGGER note AFTER INSERT ON songs BEGIN SELECT 1; END;";
    const std::string albums = "CREATE TABLE albums (song integer REFERENCES songs (id) ON DELETE CASCADE);";
    db.shell("CREATE TABLE songs (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT);" + albums + trigger +
             "CREATE INDEX by_title ON songs (title);"
             "INSERT INTO songs VALUES (5, 'a'), (90, 'b'); DELETE FROM songs WHERE id = 90;"
             "INSERT INTO albums VALUES (5); ANALYZE;");
    const TestDatabase wanted(TestDialect::sqlite);
    wanted.shell("CREATE TABLE songs (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL);" + albums + trigger +
                 "CREATE INDEX by_title ON songs (title);");
    db.shell("PRAGMA foreign_keys = ON;\n" + run_strata({"diff", db.url(), wanted.url(), "--sql"}).out);
    CHECK(run_strata({"diff", db.url(), wanted.url()}).exit_code == 0);
    CHECK(db.shell("SELECT seq FROM sqlite_sequence WHERE name = 'songs'") == "90");
    CHECK(db.shell("SELECT * FROM albums") == "5");
    CHECK(db.shell("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'songs'") == "1");
    CHECK(db.shell("SELECT name FROM sqlite_schema WHERE name LIKE '%strata%'") == "");
}

TEST_CASE("a script of strata diff refuses rows whose partner goes", "[models][diff_sql][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE users (id integer PRIMARY KEY); CREATE TABLE songs (id integer PRIMARY KEY, user_id integer, "
        "note text); INSERT INTO songs VALUES (1, 44, 'n');");
    const TestDatabase wanted(TestDialect::sqlite);
    wanted.shell(
        "CREATE TABLE users (id integer PRIMARY KEY); CREATE TABLE songs (id integer PRIMARY KEY, user_id integer "
        "REFERENCES users (id), note text);");
    const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    CHECK_THROWS_WITH(db.shell(script.out), Contains("rows would refer to a table without finding a row there"));
    CHECK(db.shell("SELECT note FROM songs") == "n");
}

STRATA_DB_TEST("a name cannot leave the comment that a script says it in", "[models][diff_sql]") {
    const std::string name = "\"x\nDROP TABLE users;\n--\"";
    db.shell("CREATE TABLE users (id integer PRIMARY KEY); CREATE TABLE " + name + " (id integer PRIMARY KEY)");
    const TestDatabase wanted(db.dialect());
    wanted.shell("CREATE TABLE users (id integer PRIMARY KEY)");
    const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    CHECK(script.err == "");
    CHECK_THAT(script.out, Contains("-- destructive: drops table x DROP TABLE users; --"));
    db.shell(script.out);
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
    CHECK(run_strata({"diff", db.url(), wanted.url()}).exit_code == 0);
}

TEST_CASE("a script counts the rows without a partner for each key by itself", "[models][diff_sql][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    // One orphan goes with its table while another table's new key gets one; and a key that SQLite cannot check.
    const std::string odd = "CREATE TABLE two (a, b, PRIMARY KEY (a, b)); CREATE TABLE odd (a REFERENCES two (a));";
    db.shell(odd +
             "CREATE TABLE users (id integer PRIMARY KEY); CREATE TABLE gone (u integer REFERENCES users (id)); "
             "CREATE TABLE songs (id integer PRIMARY KEY, u integer); INSERT INTO gone VALUES (7); INSERT INTO songs "
             "VALUES (1, 8);");
    const TestDatabase wanted(TestDialect::sqlite);
    wanted.shell(odd +
                 "CREATE TABLE users (id integer PRIMARY KEY); CREATE TABLE songs (id integer PRIMARY KEY, u integer "
                 "REFERENCES users (id));");
    const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    CHECK_THROWS_WITH(db.shell(script.out), Contains("rows would refer to a table without finding a row there"));
    CHECK(db.shell("SELECT count(*) FROM gone") == "1");
    db.shell("DELETE FROM songs");
    db.shell(script.out);
    CHECK(run_strata({"diff", db.url(), wanted.url()}).exit_code == 0);
}

TEST_CASE("a script of strata diff changes an enum type's labels and comment", "[models][diff_sql][postgresql]") {
    const std::string columns = "id integer PRIMARY KEY, mood ";
    const TestDatabase db(TestDialect::postgresql);
    db.shell("CREATE TYPE mood AS ENUM ('calm', 'wild'); COMMENT ON TYPE mood IS 'of a song'; CREATE TABLE songs (" +
             columns + "mood NOT NULL DEFAULT 'calm'); INSERT INTO songs VALUES (1, 'wild');");
    const TestDatabase wanted(TestDialect::postgresql);
    const auto bring = [&](const std::string& sql) {
        wanted.shell("DROP TABLE IF EXISTS songs; DROP TYPE IF EXISTS mood;" + sql);
        const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
        INFO(script.err << script.out);
        CHECK(script.exit_code == 1);
        db.shell(script.out);
        CHECK(run_strata({"diff", db.url(), wanted.url()}).out == "no differences\n");
    };
    SECTION("that a column has, the new label its default") {
        bring(
            "CREATE TYPE mood AS ENUM ('calm', 'sad', 'wild', 'odd'); COMMENT ON TYPE mood IS 'of a song'; CREATE "
            "TABLE "
            "songs (" +
            columns + "mood NOT NULL DEFAULT 'sad');");
        bring("CREATE TYPE mood AS ENUM ('wild', 'calm'); COMMENT ON TYPE mood IS 'other'; CREATE TABLE songs (" +
              columns + "mood NOT NULL DEFAULT 'calm');");
        CHECK(db.shell("SELECT mood, enum_range(mood) FROM songs") == "wild|{wild,calm}");
    }
    SECTION("that no column has") {
        db.shell("DROP TABLE songs");
        bring("CREATE TYPE mood AS ENUM ('shy', 'calm', 'sad', 'glad', 'wild', 'odd'); COMMENT ON TYPE mood IS 'any';");
        wanted.shell("DROP TYPE mood; CREATE TYPE mood AS ENUM ('calm', 'shy');");
        const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
        CHECK(script.exit_code == 2);
        CHECK_THAT(script.err, Contains("enum type mood: PostgreSQL neither drops nor moves a label"));
    }
}

TEST_CASE("a script of strata diff drops a sequence that goes with its table", "[models][diff_sql][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(
        "CREATE SEQUENCE tickets; CREATE TABLE sales (ticket bigint DEFAULT nextval('tickets') + 1); ALTER SEQUENCE "
        "tickets OWNED BY sales.ticket;");
    const TestDatabase wanted(TestDialect::postgresql);
    db.shell(run_strata({"diff", db.url(), wanted.url(), "--sql"}).out);
    CHECK(run_strata({"diff", db.url(), wanted.url()}).out == "no differences\n");
}

TEST_CASE("a script of strata diff changes a sequence, which goes on counting", "[models][diff_sql][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(
        "CREATE SEQUENCE tickets AS integer INCREMENT BY 5 CYCLE; CREATE TABLE sales (id integer PRIMARY KEY, ticket "
        "bigint DEFAULT nextval('tickets')); INSERT INTO sales (id) VALUES (1), (2);");
    const TestDatabase wanted(TestDialect::postgresql);
    wanted.shell(
        "CREATE SEQUENCE tickets CACHE 3; COMMENT ON SEQUENCE tickets IS 'numbers'; CREATE TABLE sales (id integer "
        "PRIMARY KEY, ticket bigint DEFAULT nextval('tickets')); ALTER SEQUENCE tickets OWNED BY sales.id;");
    const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    INFO(script.out);
    db.shell(script.out);
    CHECK(run_strata({"diff", db.url(), wanted.url()}).out == "no differences\n");
    db.shell("INSERT INTO sales (id) VALUES (3)");
    CHECK(db.shell("SELECT ticket FROM sales ORDER BY id") == "1\n6\n7");
}
