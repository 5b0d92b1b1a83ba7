// Histories that are files of SQL, Flyway's and numbered ones, and databases that ran them. The original's effect is
// that of the same files in the database's own shell, with the table in which the tool would write down what ran.

#include "migrate_adopt_support.hpp"

#include <utility>

using namespace strata;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using test::AdoptingProject;
using test::TestDatabase;
using test::write_text;

namespace {

namespace fs = std::filesystem;

/// A migration as Flyway records it.
struct FlywayFile {
    std::string name;
    std::string version;  // empty: repeatable
    std::string description;
    std::string sql;
};

const std::vector<FlywayFile>& flyway_files() {
    static const std::vector<FlywayFile> files{
        {"V1__first_tables.sql", "1", "first tables",
         "CREATE TABLE songs (id integer NOT NULL PRIMARY KEY, title varchar(200) NOT NULL);\n"
         "CREATE TABLE plays (song_id integer REFERENCES songs (id), day date);\n"},
        {"V1.1__genres.sql", "1.1", "genres",
         "-- upgrade\nCREATE TABLE genres (id integer NOT NULL PRIMARY KEY, name varchar(50));\n"
         "INSERT INTO genres VALUES (1, 'R&B; soul'), (2, '${second_genre}');\n"},
        {"deeper/V2__add_genre.sql", "2", "add genre",
         "BEGIN;\nALTER TABLE songs ADD COLUMN genre_id integer;\nUPDATE songs SET genre_id = 1;\nCOMMIT;\n"},
        {"deeper/V10__index.sql", "10", "index", "CREATE INDEX ix_plays_day ON plays (day);\n"},
        {"R__song_list.sql", "", "song list",
         "DROP VIEW IF EXISTS song_list;\nCREATE VIEW song_list AS SELECT id, title FROM songs;\n"},
    };
    return files;
}

std::string replaced(std::string text) {
    const std::string name = "${second_genre}";
    if (const auto at = text.find(name); at != std::string::npos) text.replace(at, name.size(), "rock");
    return text;
}

/// The table as Flyway makes it: https://documentation.red-gate.com/fd/flyway-schema-history-table-273973417.html
void make_flyway_table(const TestDatabase& db) {
    db.shell(
        "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50),"
        " description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum "
        "INTEGER,"
        " installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,"
        " execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL);"
        "CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success)");
}

void add_flyway_row(const TestDatabase& db, const std::string& version, const std::string& description,
                    const std::string& type = "SQL", bool success = true) {
    db.shell(
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,"
        " installed_by, execution_time, success) SELECT count(*) + 1, " +
        (version.empty() ? "NULL" : "'" + version + "'") + ", '" + description + "', '" + type +
        "', 'script', 17, 'anna', 12, " + (success ? "true" : "false") + " FROM flyway_schema_history");
}

/// What Flyway does: the first so many of its files, and a row for each.
void run_flyway(const TestDatabase& db, std::size_t count, bool repeatable) {
    make_flyway_table(db);
    for (std::size_t i = 0; i < flyway_files().size(); ++i) {
        const auto& file = flyway_files()[i];
        if (file.version.empty() ? !repeatable : i >= count) continue;
        db.shell(replaced(file.sql));
        add_flyway_row(db, file.version, file.description);
    }
}

fs::path flyway_folder(const TestDatabase& db) {
    for (const auto& file : flyway_files()) write_text(db.directory() / "sql" / file.name, file.sql);
    write_text(db.directory() / "sql/U10__index.sql", "DROP INDEX ix_plays_day;\n");
    write_text(db.directory() / "sql/afterMigrate.sql", "SELECT 1;\n");
    return db.directory() / "sql";
}

std::vector<std::string> adopt_flyway(const fs::path& folder) {
    return {"adopt", "flyway", folder.string(), "--placeholder", "second_genre=rock"};
}

/// Files for golang-migrate.
const std::vector<std::pair<std::string, std::string>>& numbered_files() {
    static const std::vector<std::pair<std::string, std::string>> files{
        {"000001_songs", "CREATE TABLE songs (id integer NOT NULL PRIMARY KEY, title text);\n"},
        {"000002_rows",
         "BEGIN;\nINSERT INTO songs VALUES (1, 'it''s; -- no comment');\nINSERT INTO songs VALUES (2, "
         "'b');\nCOMMIT;\n"},
        {"000007_genres",
         "CREATE TABLE genres (id integer NOT NULL PRIMARY KEY);\nALTER TABLE songs ADD COLUMN genre integer;\n"},
        {"000010_index", "CREATE INDEX ix_songs_title ON songs (title);\n"},
    };
    return files;
}

fs::path numbered_folder(const TestDatabase& db) {
    const std::vector<std::string> downs{"DROP TABLE songs;", "DELETE FROM songs;",
                                         "ALTER TABLE songs DROP COLUMN genre;\nDROP TABLE genres;",
                                         "DROP INDEX ix_songs_title;"};
    for (std::size_t i = 0; i < numbered_files().size(); ++i) {
        write_text(db.directory() / "sql" / (numbered_files()[i].first + ".up.sql"), numbered_files()[i].second);
        write_text(db.directory() / "sql" / (numbered_files()[i].first + ".down.sql"), downs[i]);
    }
    return db.directory() / "sql";
}

/// What golang-migrate does: the first so many files, and one row that says the last.
void run_numbered(const TestDatabase& db, std::size_t count) {
    db.shell("CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)");
    for (std::size_t i = 0; i < count; ++i) db.shell(numbered_files()[i].second);
    const auto last = numbered_files()[count - 1].first.substr(0, 6);
    db.shell("INSERT INTO schema_migrations VALUES (" + last + ", false)");
}

}  // namespace

STRATA_DB_TEST("an adopted folder of Flyway leaves what its files leave", "[migrate][adopt]") {
    AdoptingProject project(db.directory());
    const auto said = project.ok(db, adopt_flyway(flyway_folder(db)));
    CHECK(project.files().size() == 5);
    CHECK_THAT(said, Contains("afterMigrate.sql is left out: it is a callback"));
    CHECK_THAT(said, Contains("V2__add_genre.sql, line 1: BEGIN and COMMIT are left out"));
    CHECK_THAT(said, Contains("R__song_list.sql runs once, after all others"));
    CHECK_THAT(project.text_of("flyway 10"),
               Contains("-- downgrade: " + std::string(db.dialect_name()) + "\nDROP INDEX"));

    const TestDatabase theirs(db.dialect());
    run_flyway(theirs, 4, true);
    project.ok(db, {"upgrade"});
    const std::vector<std::string> tables{"songs", "plays", "genres"};
    CHECK(test::left_in(db, {}, tables) == test::left_in(theirs, {"flyway_schema_history"}, tables));
}

STRATA_DB_TEST("databases that Flyway has left in the middle go on from there", "[migrate][adopt]") {
    AdoptingProject project(db.directory());
    project.ok(db, adopt_flyway(flyway_folder(db)));
    const std::vector<std::string> tables{"songs", "plays", "genres"};
    const auto left_in = [&](const TestDatabase& each) {
        return test::left_in(each, {"flyway_schema_history"}, tables);
    };
    const TestDatabase whole(db.dialect());
    run_flyway(whole, 4, true);
    CHECK_THAT(project.ok(whole, {"stamp", "--adopted"}),
               Contains("The database is at R__song_list of flyway; recorded as "));
    CHECK_THAT(project.ok(whole, {"upgrade"}), StartsWith("Nothing to upgrade"));
    const auto expected = left_in(whole);

    const std::pair<std::size_t, const char*> middles[] = {{1, "1"}, {2, "1.1"}, {4, "10"}};
    for (const auto& [count, version] : middles) {
        const TestDatabase middle(db.dialect());
        run_flyway(middle, count, count == 1);  // a repeatable migration runs after each change
        CHECK_THAT(project.failure(middle, {"upgrade"}), Contains("the database was migrated by flyway"));
        CHECK_THAT(project.ok(middle, {"stamp", "--adopted"}),
                   Contains(std::string("The database is at ") + version + " of flyway;"));
        project.ok(middle, {"upgrade"});
        CHECK(left_in(middle) == expected);
    }
}

STRATA_DB_TEST("stamp --adopted reads what Flyway records: failures, baselines, undone and missing versions",
               "[migrate][adopt]") {
    AdoptingProject project(db.directory());
    project.ok(db, adopt_flyway(flyway_folder(db)));
    make_flyway_table(db);
    const auto stamp = [&] { return project.failure(db, {"stamp", "--adopted"}); };
    SECTION("a version that failed") {
        add_flyway_row(db, "1", "first tables");
        add_flyway_row(db, "1.1", "genres", "SQL", false);
        CHECK_THAT(stamp(),
                   Contains("says that version '1.1' has failed; put the database in order and run 'flyway repair'"));
    }
    SECTION("a baseline stands for all up to it") {
        add_flyway_row(db, "1.5", "<< Flyway Baseline >>", "BASELINE");
        CHECK_THAT(project.ok(db, {"stamp", "--adopted"}), Contains("The database is at 1.1 of flyway;"));
    }
    SECTION("an undone version has not run") {
        add_flyway_row(db, "0", "<< Flyway Schema Creation >>", "SCHEMA");
        add_flyway_row(db, "1", "first tables");
        add_flyway_row(db, "1.1", "genres");
        add_flyway_row(db, "1.1", "genres", "UNDO_SQL");
        CHECK_THAT(project.ok(db, {"stamp", "--adopted"}), Contains("The database is at 1 of flyway;"));
    }
    SECTION("a version that ran out of order") {
        add_flyway_row(db, "1", "first tables");
        add_flyway_row(db, "2", "add genre");
        CHECK_THAT(stamp(), Contains("has version 2 and not 1.1, which comes before it"));
    }
    SECTION("a version without a file") {
        add_flyway_row(db, "1", "first tables");
        add_flyway_row(db, "3.7", "gone");
        CHECK_THAT(stamp(), Contains("names the version '3.7', which no revision was adopted from"));
    }
}

STRATA_DB_TEST("adopted numbered files leave what they leave, and go back", "[migrate][adopt]") {
    AdoptingProject project(db.directory());
    project.ok(db, {"adopt", "sql", numbered_folder(db).string()});
    CHECK(project.files().size() == 4);
    const TestDatabase theirs(db.dialect());
    run_numbered(theirs, 4);
    const auto empty = [&] { return test::left_in(db, {}, {}); }();
    project.ok(db, {"upgrade"});
    project.ok(db, {"downgrade", "base"});
    project.ok(db, {"upgrade"});
    const std::vector<std::string> tables{"songs", "genres"};
    CHECK(test::left_in(db, {}, tables) == test::left_in(theirs, {"schema_migrations"}, tables));
    CHECK(empty != test::left_in(db, {}, {}));
}

STRATA_DB_TEST("databases that golang-migrate has left in the middle go on from there", "[migrate][adopt]") {
    AdoptingProject project(db.directory());
    project.ok(db, {"adopt", "sql", numbered_folder(db).string()});
    const std::vector<std::string> tables{"songs", "genres"};
    const auto left_in = [&](const TestDatabase& each) { return test::left_in(each, {"schema_migrations"}, tables); };
    const TestDatabase whole(db.dialect());
    run_numbered(whole, 4);
    const auto expected = left_in(whole);
    const std::pair<std::size_t, const char*> middles[] = {{1, "1"}, {2, "2"}, {3, "7"}};
    for (const auto& [count, version] : middles) {
        const TestDatabase middle(db.dialect());
        run_numbered(middle, count);
        CHECK_THAT(project.failure(middle, {"upgrade"}), Contains("the database was migrated by another tool"));
        CHECK_THAT(project.ok(middle, {"stamp", "--adopted"}),
                   Contains(std::string("The database is at ") + version + " of sql;"));
        project.ok(middle, {"upgrade"});
        CHECK(left_in(middle) == expected);
    }
    const TestDatabase broken(db.dialect());
    run_numbered(broken, 1);
    broken.shell("UPDATE schema_migrations SET dirty = true");
    CHECK_THAT(project.failure(broken, {"stamp", "--adopted"}),
               Contains("says that version 1 has failed half-way (dirty)"));
    broken.shell("UPDATE schema_migrations SET dirty = false, version = 3");
    CHECK_THAT(project.failure(broken, {"stamp", "--adopted"}),
               Contains("names the version '3', which no revision was adopted from"));
    broken.shell("DROP TABLE schema_migrations; CREATE TABLE schema_migrations (version varchar(14))");
    CHECK_THAT(project.failure(broken, {"stamp", "--adopted"}),
               Contains("the table schema_migrations is not that of golang-migrate") && Contains("'stamp REV'"));
}

STRATA_DB_TEST("a history that was adopted for one kind of database runs on no other before it is adopted for that too",
               "[migrate][adopt]") {
    AdoptingProject project(db.directory());
    const auto folder = numbered_folder(db);
    const TestDatabase other(db.is_sqlite() ? test::TestDialect::postgresql : test::TestDialect::sqlite);
    project.ok(db, {"adopt", "sql", folder.string()});
    CHECK_THAT(project.failure(other, {"upgrade"}),
               Contains("was adopted for " + std::string(db.dialect_name()) + " and has no section '-- upgrade: "));
    CHECK_THAT(project.failure(other, {"upgrade", "--sql"}), Contains("was adopted for"));
    project.ok(other, {"adopt", "sql", folder.string()});
    const TestDatabase* const both[] = {&db, &other};
    for (const auto* each : both) {
        project.ok(*each, {"upgrade"});
        CHECK(each->shell("SELECT title FROM songs ORDER BY id") == "it's; -- no comment\nb");
        project.ok(*each, {"downgrade", "base"});
    }
}

STRATA_DB_TEST("a folder that cannot be adopted leaves no file", "[migrate][adopt]") {
    AdoptingProject project(db.directory());
    const auto folder = numbered_folder(db);
    write_text(folder / "000011_rows.up.sql", "SELECT 1;\nSELECT 'open;\n");
    CHECK_THAT(project.failure(db, {"adopt", "sql", folder.string()}),
               Contains("000011_rows.up.sql, line 2: a quote is not closed"));
    CHECK(project.files().empty());
    CHECK_THAT(project.failure(db, {"adopt", "sql", folder.string(), "--placeholder", "a=b"}),
               Contains("--placeholder is for 'adopt flyway' only"));
    CHECK_THAT(project.failure(db, {"adopt", "sql", folder.string(), "--ini", "a"}),
               Contains("--ini is for 'adopt alembic' only"));
    CHECK_THAT(project.failure(db, {"adopt", "flyway", folder.string(), "--placeholder", "a"}),
               Contains("--placeholder takes NAME=VALUE"));
    CHECK_THAT(project.failure(db, {"adopt", "liquibase", folder.string()}),
               Contains("'liquibase' is no tool whose history can be adopted"));
    CHECK_THAT(project.failure(db, {"adopt", "sql", (folder / "none").string()}), Contains("there is no folder"));
}
