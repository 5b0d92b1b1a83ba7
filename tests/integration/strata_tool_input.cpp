// What the program strata is given by mistake: it refuses it in one line and changes nothing.

#include "strata_program.hpp"
#include "support/database.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace strata::test;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

constexpr const char* songs_sql =
    "CREATE TABLE songs (id integer PRIMARY KEY, title text NOT NULL); CREATE INDEX by_title ON songs (title);";

std::string text_of(const fs::path& path) {
    const std::ifstream stream(path);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// Checks that the program refuses the arguments in one line, which it returns.
std::string refusal(const std::vector<std::string>& arguments) {
    const auto result = run_strata(arguments);
    INFO(arguments.front() << ": " << result.out << result.err);
    CHECK(result.exit_code == 2);
    CHECK(result.out == "");
    CHECK(result.err.starts_with("FAILED: "));
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    return result.err;
}

/// An SQLite database has no file before something is in it.
void make_file(const TestDatabase& db) {
    if (db.is_sqlite()) std::ofstream{db.directory() / "test.db"};
}

std::string file_url(const fs::path& file) { return "sqlite:///" + file.string(); }

/// Each command with this database where it reads one.
std::vector<std::vector<std::string>> reading_commands(const std::string& url, const std::string& other,
                                                       const fs::path& out) {
    return {{"inspect", url},
            {"inspect", url, "--json"},
            {"diff", url, other},
            {"diff", other, url, "--sql"},
            {"roundtrip", url, "--out", (out / "roundtrip").string()},
            {"models", url, "--out", (out / "models").string()},
            {"models", url, "--out", (out / "models").string(), "--adopt"}};
}

}  // namespace

TEST_CASE("strata refuses an SQLite file that does not exist, and makes none", "[models][bad][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(songs_sql);
    const fs::path missing = db.directory() / "typo.db";
    const fs::path out = db.directory() / "out";
    for (const auto& arguments : reading_commands(file_url(missing), db.url(), out))
        CHECK_THAT(refusal(arguments), Contains("there is no") && Contains("typo.db"));
    CHECK_FALSE(fs::exists(missing));
    CHECK_FALSE(fs::exists(out));
}

TEST_CASE("strata reads an SQLite file that is empty, and leaves it so", "[models][bad][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(songs_sql);
    const fs::path empty = db.directory() / "empty.db";
    std::ofstream{empty};
    CHECK(run_strata({"inspect", file_url(empty)}).exit_code == 0);
    CHECK(run_strata({"diff", file_url(empty), file_url(empty)}).out == "no differences\n");
    const auto script = run_strata({"diff", file_url(empty), db.url(), "--sql"});
    CHECK(script.exit_code == 1);
    CHECK_THAT(script.out, Contains("CREATE TABLE \"songs\""));
    CHECK(run_strata({"diff", db.url(), file_url(empty)}).exit_code == 1);
    CHECK(run_strata({"roundtrip", file_url(empty)}).exit_code == 0);
    CHECK(fs::file_size(empty) == 0);
    CHECK_FALSE(fs::exists(empty.string() + "-wal"));
}

STRATA_DB_TEST("strata models does not empty a folder of models for a database without tables", "[models][bad]") {
    db.shell(songs_sql);
    for (const char* layout : {"--one-file", "--per-table"}) {
        const std::string out = (db.directory() / layout).string();
        REQUIRE(run_strata({"models", db.url(), "--out", out, layout}).exit_code == 0);
        const auto text = text_of(fs::path(out) / "models.hpp");
        const TestDatabase empty(db.dialect());
        make_file(empty);
        const auto said = refusal({"models", empty.url(), "--out", out, layout});
        CHECK_THAT(said, Contains("has no tables") && Contains(out));
        CHECK(text_of(fs::path(out) / "models.hpp") == text);
        // A folder without models may be written, and written again.
        const std::string other = out + "-empty";
        CHECK(run_strata({"models", empty.url(), "--out", other}).exit_code == 0);
        CHECK(run_strata({"models", empty.url(), "--out", other}).exit_code == 0);
    }
}

TEST_CASE("strata refuses a schema that the database does not have and names one like it",
          "[models][bad][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(songs_sql);
    const fs::path out = db.directory() / "out";
    for (auto arguments : reading_commands(db.url(), db.url(), out)) {
        arguments.insert(arguments.end(), {"--schema", "nowhere_at_all"});
        CHECK_THAT(refusal(arguments), Contains("there is no schema nowhere_at_all") && !Contains("mean"));
        const std::string typo = "x" + std::string(db.schema());
        arguments.back() = typo;
        CHECK_THAT(refusal(arguments),
                   Contains("there is no schema " + typo + "; did you mean " + std::string(db.schema()) + "?"));
    }
    CHECK_FALSE(fs::exists(out));
    CHECK(run_strata({"inspect", db.url(), "--schema", std::string(db.schema())}).exit_code == 0);
}

TEST_CASE("strata diff takes a schema that one of the two databases has", "[models][bad][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates schemas")
    const TestDatabase db(TestDialect::postgresql);
    const TestDatabase other(TestDialect::postgresql);
    db.shell("CREATE SCHEMA music; CREATE TABLE music.songs (id integer)");
    for (const auto& [left, right] : {std::pair(db.url(), other.url()), std::pair(other.url(), db.url())}) {
        const auto result = run_strata({"diff", left, right, "--schema", "music"});
        CHECK(result.exit_code == 1);
        CHECK_THAT(result.out, Contains("music.songs"));
    }
}

TEST_CASE("strata refuses --schema for SQLite, which has none", "[models][bad][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(songs_sql);
    for (auto arguments : reading_commands(db.url(), db.url(), db.directory() / "out")) {
        arguments.insert(arguments.end(), {"--schema", "main"});
        CHECK_THAT(refusal(arguments), Contains("SQLite has no schemas"));
    }
    CHECK_FALSE(fs::exists(db.directory() / "out"));
}

STRATA_DB_TEST("strata roundtrip creates only in an empty database, and in another one", "[models][bad]") {
    db.shell(songs_sql);
    const auto before = db.dump();
    CHECK_THAT(refusal({"roundtrip", db.url(), "--into", db.url()}), Contains("the same database"));
    CHECK(db.dump() == before);

    const TestDatabase full(db.dialect());
    full.shell("CREATE VIEW numbers AS SELECT 1 AS one");
    const auto full_before = full.dump();
    CHECK_THAT(refusal({"roundtrip", db.url(), "--into", full.url()}), Contains("is not empty"));
    CHECK(full.dump() == full_before);

    const TestDatabase empty(db.dialect());
    make_file(empty);
    CHECK_THAT(refusal({"roundtrip", empty.url(), "--into", empty.url()}), Contains("the same database"));
    const auto done = run_strata({"roundtrip", db.url(), "--into", empty.url()});
    INFO(done.out << done.err);
    CHECK(done.exit_code == 0);
    CHECK_THAT(empty.dump(), Contains("by_title"));
}

TEST_CASE("strata roundtrip creates an SQLite file, and none of another kind of database", "[models][bad][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(songs_sql);
    fs::create_directory(db.directory() / "other");
    fs::create_symlink(db.directory() / "test.db", db.directory() / "other/link.db");
    CHECK_THAT(refusal({"roundtrip", db.url(), "--into", file_url(db.directory() / "other/link.db")}),
               Contains("the same database"));
    CHECK_THAT(refusal({"roundtrip", db.url(), "--into", "postgresql://nobody@localhost:1/none"}),
               Contains("of another kind"));
    const fs::path made = db.directory() / "made.db";
    const auto done = run_strata({"roundtrip", db.url(), "--into", file_url(made)});
    INFO(done.out << done.err);
    CHECK(done.exit_code == 0);
    CHECK(fs::exists(made));
    fs::remove(made);
    CHECK_THAT(refusal({"roundtrip", db.url(), "--into", file_url(made), "--compiler", "no-such-compiler"}),
               Contains("no-such-compiler"));
    CHECK_FALSE(fs::exists(made));
}

STRATA_DB_TEST("strata roundtrip takes a compiler with arguments, as make does", "[models]") {
    db.shell(songs_sql);
    const auto run = [&](const std::string& compiler, const std::string& variable) {
        const TestDatabase into(db.dialect());
        std::vector<std::string> arguments{"roundtrip", db.url(), "--into", into.url()};
        if (!compiler.empty()) arguments.insert(arguments.end(), {"--compiler", compiler});
        return run_strata(arguments, {.input = {}, .directory = {}, .environment = {{"CXX", variable}}});
    };
    CHECK(run("", "c++ -O0 -DSTRATA_TEST_BLANK='a b'").exit_code == 0);
    CHECK(run(" env  c++ ", "").exit_code == 0);
    const auto missing = run("", "no-such-compiler -O0");
    CHECK(missing.exit_code == 2);
    CHECK_THAT(missing.err, Contains("there is no compiler 'no-such-compiler'"));
    // A path with a blank that names a file is not split.
    const fs::path folder = db.directory() / "a b";
    fs::create_directory(folder);
    const auto found = run_process({"sh", "-c", "command -v c++"}).out;
    fs::create_symlink(found.substr(0, found.find('\n')), folder / "c++");
    CHECK(run((folder / "c++").string(), "").exit_code == 0);
}

TEST_CASE("strata diff says how a database's own file is named", "[models][bad][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(songs_sql);
    const auto file = (db.directory() / "test.db").string();
    CHECK_THAT(refusal({"diff", file, db.url()}),
               Contains(file + " is an SQLite database; name it by sqlite:///" + file));
    CHECK(run_strata({"diff", "sqlite:///" + file, db.url()}).exit_code == 0);
}

TEST_CASE("strata diff says what to make of an archive of pg_dump", "[models][bad][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(songs_sql);
    const auto file = (db.directory() / "songs.dump").string();
    std::ofstream(file) << "PGDMP" << std::string(3, '\0');
    CHECK_THAT(refusal({"diff", db.url(), file}),
               Contains(file + " is an archive of pg_dump") && Contains("pg_restore"));
}
