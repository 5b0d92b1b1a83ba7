// The program strata as a user meets it: its output, its exit codes and its files.

#include "strata_program.hpp"
#include "support/database.hpp"

#include <strata/core/model.hpp>
#include <strata/dal.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

using namespace strata::test;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

constexpr const char* schema_sql = R"(
    CREATE TABLE users (id integer PRIMARY KEY, email varchar(100) NOT NULL UNIQUE);
    CREATE TABLE songs (id integer PRIMARY KEY, title text NOT NULL, user_id integer REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT title_not_empty CHECK (length(title) > 0));
    CREATE INDEX songs_by_title ON songs (title);
    CREATE VIEW titles AS SELECT title FROM songs;)";

std::string text_of(const fs::path& path) {
    const std::ifstream stream(path);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::ptrdiff_t lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

}  // namespace

STRATA_DB_TEST("strata inspect shows what is in a database", "[models]") {
    db.shell(schema_sql);
    // Only the schema of the test: a role with few rights sees others too.
    const auto inspect = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"inspect", db.url()});
        if (db.is_postgresql()) more.insert(more.end(), {"--schema", std::string(db.schema())});
        return run_strata(more);
    };
    const auto text = inspect({});
    CHECK(text.exit_code == 0);
    CHECK_THAT(text.out,
               Contains("table songs\n") && Contains("view titles\n") && Contains("index songs_by_title (title)"));

    const auto json = inspect({"--json"});
    CHECK(json.exit_code == 0);
    const auto value = boost::json::parse(json.out);
    CHECK(value.at("tables").as_array().size() == 2);
    CHECK(value.at("objects").as_array().size() == 1);

    const auto mermaid = inspect({"--mermaid"});
    CHECK(mermaid.exit_code == 0);
    CHECK(mermaid.out.starts_with("erDiagram\n    \""));
    CHECK_THAT(mermaid.out, Contains("    \"users\" |o--o{ \"songs\" : \"user_id\"\n") && Contains("id PK\n"));

    // The SQL makes the same database again.
    const auto sql = inspect({"--sql"});
    CHECK(sql.exit_code == 0);
    TestDatabase copy(db.dialect());
    copy.shell(sql.out);
    CHECK(run_strata({"diff", db.url(), copy.url()}).exit_code == 0);
}

TEST_CASE("the SQL of strata inspect makes functions before what their bodies name", "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates schemas and scratch databases")
    const TestDatabase db(TestDialect::postgresql);
    db.shell(
        "CREATE TABLE songs (id integer); CREATE FUNCTION count_songs() RETURNS bigint LANGUAGE sql AS 'SELECT "
        "count(*) "
        "FROM songs'; ALTER TABLE songs ADD UNIQUE (id)");
    const auto sql = run_strata({"inspect", db.url(), "--sql"});
    CHECK(sql.exit_code == 0);
    const TestDatabase copy(TestDialect::postgresql);
    copy.shell(sql.out);
    CHECK(run_strata({"diff", db.url(), copy.url()}).exit_code == 0);
    const fs::path file = copy.directory() / "schema.sql";
    std::ofstream(file) << sql.out;
    CHECK(run_strata({"diff", db.url(), file.string()}).exit_code == 0);
}

TEST_CASE("the SQL of strata inspect says which schema its names are of", "[models][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    const bool superuser = surrounding() != Surrounding::foreign;
    if (superuser) {
        db.shell("CREATE SCHEMA \"odd $strata$ 'name\"");
        db.session_default("search_path = \"odd $strata$ 'name\", public");
        db.shell("CREATE TABLE public.away (id integer PRIMARY KEY)");
    }
    db.shell(
        "CREATE TYPE mood AS ENUM ('calm'); CREATE TABLE songs (id integer PRIMARY KEY, m mood); CREATE VIEW v AS "
        "SELECT id FROM songs");
    std::vector<std::string> arguments{"inspect", db.url(), "--sql"};
    if (superuser) arguments.insert(arguments.end(), {"--schema", "public", "--schema", "odd $strata$ 'name"});
    const auto sql = run_strata(arguments);
    INFO(sql.out << sql.err);
    CHECK(sql.exit_code == 0);
    CHECK_THAT(sql.out, !Contains("CREATE SCHEMA IF NOT EXISTS public") && Contains("SET LOCAL search_path = "));
    // It is loaded where the names would be made elsewhere, or by a role that may make no schema.
    const TestDatabase copy(TestDialect::postgresql);
    if (superuser) copy.session_default("search_path = public");
    copy.shell(sql.out);
    CHECK(copy.dump() == db.dump());
    const TestDatabase plain(TestDialect::postgresql);
    if (superuser) CHECK_THAT(run_strata({"inspect", plain.url(), "--sql"}).out, !Contains("search_path"));
}

STRATA_DB_TEST("strata diff says by its exit code whether two databases are the same", "[models]") {
    db.shell(schema_sql);
    const TestDatabase other(db.dialect());
    other.shell(schema_sql);
    const auto same = run_strata({"diff", db.url(), other.url()});
    CHECK(same.out == "no differences\n");
    CHECK(same.exit_code == 0);
    other.shell("ALTER TABLE users ADD COLUMN phone text; DROP VIEW titles; CREATE INDEX extra ON users (email);");
    const auto differs = run_strata({"diff", db.url(), other.url()});
    CHECK(differs.exit_code == 1);
    CHECK_THAT(differs.out, Contains("view") && Contains("titles") && Contains("index") && Contains("phone"));
    CHECK_THAT(differs.out, Contains(" differences\n"));
}

TEST_CASE("strata diff loads a file of SQL", "[models][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(schema_sql);
    const fs::path file = db.directory() / "schema.sql";
    std::ofstream(file) << schema_sql;
    CHECK(run_strata({"diff", db.url(), file.string()}).exit_code == 0);
    CHECK(run_strata({"diff", file.string(), file.string()}).exit_code == 0);
    std::ofstream(file) << ".bail on\n" << schema_sql << "\n.print done\n";
    CHECK(run_strata({"diff", db.url(), file.string()}).exit_code == 0);
    std::ofstream(file) << "CREATE TABLE users (id integer PRIMARY KEY);";
    CHECK(run_strata({"diff", file.string(), db.url()}).exit_code == 1);
    std::ofstream(file) << "CREATE TABLE users (;";
    const auto wrong = run_strata({"diff", file.string(), db.url()});
    CHECK(wrong.exit_code == 2);
    CHECK_THAT(wrong.err, Contains("cannot be loaded"));
    CHECK(lines(wrong.err) == 1);
}

TEST_CASE("strata diff loads what pg_dump writes", "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates scratch databases")
    const TestDatabase db(TestDialect::postgresql);
    db.shell(R"(CREATE TABLE songs (id integer PRIMARY KEY, title text DEFAULT 'a\b');
        INSERT INTO songs VALUES (1, 'COPY x FROM STDIN;'), (2, '\connect x'), (3, 'it''s');
        CREATE FUNCTION word() RETURNS text LANGUAGE sql AS $$ SELECT '\x' $$;)");
    const fs::path file = db.directory() / "schema.sql";
    const auto dump = run_process({"pg_dump", "--no-owner", "--dbname", db.url()});
    REQUIRE(dump.exit_code == 0);
    std::ofstream(file) << "\\set ON_ERROR_STOP on\n" << dump.out;
    const auto result = run_strata({"diff", db.url(), file.string()});
    CHECK(result.out + result.err == "no differences\n");
    std::ofstream(file) << "CREATE TABLE t (a integer);\n\\connect other\nCREATE TABLE u (a integer);";
    CHECK_THAT(run_strata({"diff", db.url(), file.string()}).err,
               Contains("cannot be loaded: it has the command \\connect, which only psql runs; take it out"));
}

STRATA_DB_TEST("strata models writes the tables that fit and keeps own code", "[models]") {
    db.shell(schema_sql);
    const fs::path folder = db.directory() / "out";
    const auto first =
        run_strata({"models", db.url(), "--out", folder.string(), "--tables", "song*", "--namespace", "music"});
    CHECK(first.err == "");
    CHECK(first.exit_code == 0);
    CHECK_THAT(text_of(folder / "models.hpp"),
               Contains("struct Song {") && Contains("namespace music {") && !Contains("struct User"));
    CHECK_THAT(text_of(folder / "models.hpp"),
               Contains("references(songs.user_id, \"users\", \"id\", on_delete::cascade)"));
    CHECK_THAT(text_of(folder / "models.cmake"), Contains("music_models"));
    std::string text = text_of(folder / "schema.cpp");
    text.insert(text.find("    // strata: end of own code"), "    // mine\n");
    std::ofstream(folder / "schema.cpp") << text;
    CHECK(run_strata({"models", db.url(), "--out", folder.string(), "--namespace", "music", "--views"}).exit_code == 0);
    CHECK_THAT(text_of(folder / "schema.cpp"), Contains("    // mine\n"));
    CHECK_THAT(text_of(folder / "models.hpp"), Contains("struct User {") && Contains("struct Title {"));
    const auto before = text_of(folder / "models.hpp") + text_of(folder / "schema.cpp");
    CHECK(run_strata({"models", db.url(), "--out", folder.string(), "--namespace", "music", "--views"}).exit_code == 0);
    CHECK(text_of(folder / "models.hpp") + text_of(folder / "schema.cpp") == before);
}

STRATA_DB_TEST("names in a Mermaid diagram are words that Mermaid takes, each another", "[models]") {
    db.shell(R"(
        CREATE TABLE "odd %names" ("PK" integer, "fk" integer, "uk-x" integer, "a-b" integer, a_b integer, "a b" integer, _a integer, a integer,
            "größe" integer, "名" integer, "字" integer, "1st" integer, "x~y~z" integer, PRIMARY KEY ("PK"));
        CREATE TABLE "odd 'names" (a integer REFERENCES "odd %names" ("PK"));)");
    std::vector<std::string> arguments{"inspect", db.url(), "--mermaid"};
    if (db.is_postgresql()) arguments.insert(arguments.end(), {"--schema", std::string(db.schema())});
    const auto mermaid = run_strata(arguments);
    CHECK(mermaid.exit_code == 0);
    for (const std::string line :
         {R"( PK_ PK "PK")", R"( fk_ "fk, NULL")", R"( uk_-x "uk-x, NULL")", R"( a-b "NULL")", R"( a_b "NULL")",
          R"( a_b_2 "a b, NULL")", R"( _a "NULL")", R"( a "NULL")", R"( gr_e "größe, NULL")", R"( n "名, NULL")",
          R"( n_2 "字, NULL")", R"( n1st "1st, NULL")", R"( x_y_z "x'y'z, NULL")"})
        CHECK_THAT(mermaid.out, Contains(line + "\n"));
    CHECK_THAT(mermaid.out, Contains("    \"odd 'names\" {\n") && Contains("    \"odd 'names_2\" {\n") &&
                                Contains("\"odd 'names\" |o--o{ \"odd 'names_2\" : \"a\"\n"));
    // What Mermaid's lexer takes in a block: a word, keys, a comment. https://github.com/mermaid-js/mermaid, erDiagram
    const std::regex attribute(
        R"re(        [A-Za-z_][A-Za-z0-9\-_\[\]()]* [A-Za-z_][A-Za-z0-9\-_\[\]()]*( (PK|FK|UK)(, (PK|FK|UK))*)?( "[^"~%]*")?)re");
    const std::regex keyword(R"re( +(\S+ )?(PK|FK|UK)\b.*)re", std::regex::icase);
    std::istringstream lines(mermaid.out);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("        ")) continue;
        INFO(line);
        CHECK(std::regex_match(line, attribute));
        CHECK_FALSE(std::regex_match(line, keyword));
    }
}

TEST_CASE("a Mermaid diagram shows which columns are arrays", "[models][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(
        "CREATE TYPE pk AS ENUM ('a'); CREATE TABLE t (a integer[], b varchar(10)[] NOT NULL, c numeric(10,2), d "
        "pk[])");
    const auto mermaid = run_strata({"inspect", db.url(), "--mermaid", "--schema", std::string(db.schema())});
    CHECK_THAT(mermaid.out, Contains("INTEGER[] a \"NULL\"\n") && Contains("VARCHAR(10)[] b\n") &&
                                Contains("NUMERIC(10_2) c \"NULL\"\n") && Contains(" pk_[] d \"NULL\"\n"));
}

TEST_CASE("a REAL of SQLite is a double in models, and stays REAL", "[models][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE points (id INTEGER PRIMARY KEY, a REAL NOT NULL, b REAL, c FLOAT, d DOUBLE, e DOUBLE PRECISION)");
    const fs::path folder = db.directory() / "out";
    const auto result = run_strata({"roundtrip", db.url(), "--out", folder.string()});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    const auto text = text_of(folder / "models.hpp");
    for (const char* member : {"    double a{};", "    std::optional<double> b{};", "    std::optional<double> c{};",
                               "    std::optional<double> d{};", "    std::optional<double> e{};"})
        CHECK_THAT(text, Contains(member));
    CHECK_THAT(text, !Contains("float"));
}

TEST_CASE("strata fails in one line", "[models][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(schema_sql);
    const std::string out = (db.directory() / "out").string();
    const std::vector<std::vector<std::string>> wrong{
        {},
        {"nothing"},
        {"models", db.url()},
        {"models", "mysql://x/y", "--out", out},
        {"models", "postgresql://ada:secret@localhost:1/none", "--out", out},
        {"models", db.url(), "--out", ""},
        {"models", db.url(), "--out", out, "--tables", "nothing*"},
        {"models", db.url(), "--out", out, "--namespace", "my-models"},
        {"inspect", db.url(), "--json", "--sql"},
        {"diff", db.url(), "no_such_file.sql"},
        {"roundtrip", db.url(), "--compiler", "no-such-compiler"},
    };
    for (const auto& arguments : wrong) {
        const auto result = run_strata(arguments);
        INFO(result.err);
        CHECK(result.exit_code == 2);
        CHECK(result.err.starts_with("FAILED: "));
        CHECK(lines(result.err) == 1);
        CHECK(result.err.find("secret") == std::string::npos);
    }
    CHECK_FALSE(fs::exists(out));
}

namespace strata_tool_models {

enum class Mood { good, very_bad };
STRATA_ENUM((Mood, "mood of a song"), good, (very_bad, "very bad"))

struct Song {
    std::int64_t id{};
    std::string title{};
    Mood mood{};
    std::int64_t columns{};
};
STRATA_MODEL(Song, songs, id, title, mood, columns)

struct SongList {
    std::string title{};
    Mood mood{};
};
STRATA_VIEW(SongList, song_list, title, mood)

struct Note {
    std::string text{};
};
STRATA_MODEL(Note, notes, text)
STRATA_FACTS(notes, no_key())

}  // namespace strata_tool_models

STRATA_DB_TEST("a view is read through its model, with labels that C++ lacks", "[models][dal]") {
    using namespace strata_tool_models;
    using strata::schema::view;
    strata::schema::create_all(
        strata::schema::MetaData{strata::schema::table(songs), view(song_list, "SELECT title, mood FROM songs")},
        db.url());
    const auto dal = strata::dal::connect(db.url());
    dal.insert(Song{.title = "Aria", .mood = Mood::very_bad, .columns = 3});
    dal.insert(Song{.title = "Bolero", .mood = Mood::good});
    CHECK(dal(song_list.mood == Mood::very_bad).count() == 1);
    const auto rows = dal(song_list.title.like("A%")).all();
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().mood == Mood::very_bad);
    CHECK(db.shell("SELECT mood FROM songs ORDER BY id") == "very bad\ngood");
}

STRATA_DB_TEST("a row of a table without a key is inserted and read, and cannot be updated by itself", "[dal]") {
    using namespace strata_tool_models;
    strata::schema::create_all(strata::schema::MetaData{strata::schema::table(notes)}, db.url());
    const auto dal = strata::dal::connect(db.url());
    dal.insert(Note{.text = "a"});
    CHECK(dal(notes).all().front().text == "a");
    CHECK_THROWS_WITH(dal.update(Note{.text = "b"}), Contains("needs a key"));
    CHECK(db.shell("SELECT text FROM notes") == "a");
}
