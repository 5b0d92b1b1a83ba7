// Autogenerate touches what the history made and what it was told to own; whatever others have in the database, and on
// our own tables, stays and is named in no revision.

#include "migrate_rebuild_support.hpp"
#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/corpus.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/ownership.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/tool.hpp>
#include <strata/schema/reflection.hpp>

#include <fstream>
#include <sstream>

using namespace strata::migrate;
using namespace strata::test;
using Catch::Matchers::Contains;
using strata::schema::MetaData;

namespace {

using Lines = std::vector<std::string>;

void first_tables(Operations& op) {
    op.create_table("users", {column("id", BigInteger{}).identity(), column("email", String{100}),
                              primary_key("pk_users", {"id"})});
    op.create_table("songs", {column("id", BigInteger{}).identity(), column("title", String{50}),
                              column("user_id", BigInteger{}).nullable(), primary_key("pk_songs", {"id"}),
                              foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}),
                              index("ix_songs_title", {"title"})});
}

MetaData models(const std::function<void(Operations&)>& more = {}) {
    Operations op;
    first_tables(op);
    if (more) more(op);
    MetaData metadata;
    for (const auto& operation : op.operations()) apply(metadata, operation);
    return metadata;
}

/// A database that a revision made, and the tool for it.
struct Project {
    explicit Project(const TestDatabase& database) : db(database) {
        history.add("aaaa", {}, first_tables, [](Operations& op) {
            op.drop_table("songs");
            op.drop_table("users");
        });
        wanted = models();
        ok({"upgrade"});
    }
    ToolRun operator()(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "tool");
        arguments.insert(arguments.end(), {"--url", db.url()});
        return run_tool(arguments, {[this] { return wanted; }, history.revisions(), folder()});
    }
    std::string ok(const std::vector<std::string>& arguments) const {
        const auto outcome = (*this)(arguments);
        INFO(outcome.out << outcome.err);
        REQUIRE(outcome.code == 0);
        return outcome.out;
    }
    std::string refused(const std::vector<std::string>& arguments) const {
        const auto outcome = (*this)(arguments);
        INFO(outcome.out << outcome.err);
        CHECK(outcome.code == 2);
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        return outcome.err;
    }
    [[nodiscard]] std::string folder() const { return (db.directory() / "migrations").string(); }
    /// The only revision there is.
    [[nodiscard]] std::string written() const {
        std::ostringstream text;
        for (const auto& entry : std::filesystem::directory_iterator(folder()))
            if (entry.path().extension() == ".cpp") text << std::ifstream(entry.path()).rdbuf();
        return text.str();
    }

    const TestDatabase& db;
    History history;
    MetaData wanted;
};

/// What five others have in the database: an extension, another migration tool, a partition job, a DBA, a report.
void add_foreign_objects(const TestDatabase& db) {
    db.shell(
        "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);"
        "INSERT INTO alembic_version VALUES ('1975ea83b712');"
        "CREATE INDEX ix_of_a_dba ON songs (user_id, title);"
        "ALTER TABLE songs ADD COLUMN imported_by text;"
        "CREATE VIEW report AS SELECT title, email FROM songs JOIN users ON users.id = songs.user_id");
    if (db.is_postgresql()) {
        db.admin_shell(
            "CREATE SCHEMA cron; CREATE TABLE cron.job (jobid bigserial PRIMARY KEY, command text NOT NULL);"
            "GRANT ALL ON SCHEMA cron TO PUBLIC; GRANT ALL ON cron.job TO PUBLIC");
        db.shell(
            "CREATE TABLE samples (at integer NOT NULL) PARTITION BY RANGE (at);"
            "CREATE TABLE samples_1 PARTITION OF samples FOR VALUES FROM (1) TO (100);"
            "CREATE INDEX ix_hash ON users USING hash (email);"
            "ALTER TABLE songs ADD CONSTRAINT ck_of_a_dba CHECK (id > 0) NOT VALID;"
            "ALTER TABLE songs ADD CONSTRAINT fk_of_a_dba FOREIGN KEY (user_id) REFERENCES cron.job (jobid) NOT VALID;"
            "ALTER TABLE songs SET (fillfactor = 70, autovacuum_enabled = false);"
            "ALTER TABLE songs ENABLE ROW LEVEL SECURITY; ALTER TABLE songs REPLICA IDENTITY FULL;"
            "ALTER TABLE users ALTER COLUMN email SET STATISTICS 500;"
            "ALTER TABLE users ALTER COLUMN email SET DEFAULT 'nobody@example.org';"
            "COMMENT ON TABLE users IS 'checked every Monday'; COMMENT ON COLUMN users.email IS 'private';"
            "ALTER INDEX ix_songs_title SET (fillfactor = 50);"
            "CREATE TYPE severity AS ENUM ('low', 'high'); CREATE SEQUENCE tickets;"
            "CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);"
            "CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
            "CREATE TRIGGER noted BEFORE UPDATE ON songs FOR EACH ROW EXECUTE FUNCTION note_change();"
            "CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM users;"
            "CREATE POLICY readers ON songs FOR SELECT USING (true)");
    } else {
        db.shell(
            "CREATE TABLE job_run (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT) STRICT;"
            "CREATE TABLE samples_2026 (at INTEGER NOT NULL);"
            "CREATE VIRTUAL TABLE song_search USING fts5(title);"
            "CREATE TRIGGER noted AFTER UPDATE ON songs BEGIN INSERT INTO job_run (at) VALUES ('now'); END");
    }
}

Lines left_alone(const Project& project) {
    Lines lines;
    std::istringstream out(project.ok({"check"}));
    const std::string begin = "Not ours, left alone: ";
    for (std::string line; std::getline(out, line);)
        if (line.starts_with(begin)) lines.push_back(line.substr(begin.size()));
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace

STRATA_DB_TEST("what five other applications have in the database is listed once and touched by nothing",
               "[migrate][ownership]") {
    Project project(db);
    const auto alone = db.dump();
    add_foreign_objects(db);
    const auto before = db.dump();
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected."));
    CHECK_THAT(project.ok({"migrate", "nothing"}), Contains("No changes detected; no revision was written."));
    CHECK_FALSE(std::filesystem::exists(project.folder()));
    const auto listed = left_alone(project);
    CHECK(std::adjacent_find(listed.begin(), listed.end()) == listed.end());
    for (const std::string line :
         {"table alembic_version: no revision made it", "table songs: column imported_by, no revision made it",
          "table songs: index ix_of_a_dba, no revision made it", "view report: no revision made it",
          "trigger noted on songs: no revision made it"})
        CHECK(std::find(listed.begin(), listed.end(), line) != listed.end());
    if (db.is_postgresql()) {
        for (const std::string line :
             {"table samples_1: a partition of samples that no revision made",
              "table songs: check constraint ck_of_a_dba, no revision made it",
              "table songs: foreign key fk_of_a_dba, no revision made it",
              "table songs: the parameters, which neither a revision nor the models say",
              "table songs: the parameters of index ix_songs_title, which neither a revision nor the models say",
              "table users: the server default of column email, which neither a revision nor the models say",
              "table users: the comment, which neither a revision nor the models say"})
            CHECK(std::find(listed.begin(), listed.end(), line) != listed.end());
    }

    // A change of our own table leaves what is theirs on it, with its values.
    if (db.is_postgresql()) db.admin_shell("INSERT INTO cron.job (command) VALUES ('x')");
    db.shell(
        "INSERT INTO users (email) VALUES ('ada'); INSERT INTO songs (title, user_id, imported_by) VALUES ('Aria', 1, "
        "'job')");
    project.wanted = models([](Operations& op) {
        op.alter_column("songs", "title").type(String{80});
        op.add_column("songs", column("genre", Text{}).nullable());
        op.create_check_constraint("ck_songs_title", "songs", "length(title) > 0");
    });
    std::filesystem::create_directories(project.folder());
    const auto out = project.ok({"migrate", "genres"});
    CHECK_THAT(out, Contains("Detected alter column songs.title (type): VARCHAR(50) -> VARCHAR(80)\n") &&
                        Contains("Detected add column songs.genre"));
    const auto text = project.written();
    for (const char* name : {"imported_by", "of_a_dba", "alembic", "report", "noted", "samples", "fillfactor", "cron"})
        CHECK_THAT(text, !Contains(name));
    const auto revisions = load_revisions(project.folder());
    const ToolConfig all{
        [&] { return project.wanted; }, {project.history.revisions().front(), revisions.front()}, project.folder()};
    if (db.is_postgresql()) {
        // The view needs the column's type, and PostgreSQL says so; a view of another's is dropped by its owner.
        const auto refused = run_tool({"tool", "upgrade", "--url", db.url()}, all);
        CHECK(refused.code == 2);
        CHECK_THAT(refused.err, Contains("alter column songs.title (type)") && Contains("nothing of it stays"));
        CHECK_THAT(refused.err, Contains("it is needed by view report; drop or change that first"));
        db.shell("DROP VIEW report");
    }
    run_tool_on(db, {"upgrade"}, all);
    CHECK(db.shell("SELECT title, imported_by FROM songs") == "Aria|job");
    CHECK_THAT(run_tool_on(db, {"check"}, all), Contains("No new upgrade operations detected."));
    run_tool_on(db, {"downgrade"}, all);
    CHECK(db.shell("SELECT title, imported_by FROM songs") == "Aria|job");
    if (!db.is_postgresql()) CHECK(db.dump() == before);
    CHECK(alone != before);
}

STRATA_DB_TEST("what else is owned is said in strata.toml or with the models", "[migrate][ownership]") {
    Project project(db);
    db.shell(
        "CREATE TABLE app_old (a integer); CREATE TABLE other_old (a integer); CREATE VIEW app_view AS SELECT 1 AS a");
    const auto config = (db.directory() / "strata.toml").string();
    std::ofstream(config) << "[owns]\nnames = [\"app_*\"]\nkinds = [\"table\"]\n";
    const auto found = [&](std::vector<std::string> arguments) {
        const auto outcome = project(std::move(arguments));
        return outcome.out;
    };
    auto out = found({"check", "--config", config});
    CHECK_THAT(out,
               Contains("  drop table app_old\n") && !Contains("  drop table other_old") && !Contains("  drop view"));
    CHECK_THAT(out, Contains("left alone: table other_old") && Contains("left alone: view app_view"));
    project.wanted.owns = {{}, {"?pp_*"}, {strata::schema::ObjectKind::view}};
    out = found({"check"});
    CHECK_THAT(out, Contains("  drop view app_view\n") && !Contains("  drop table"));
    std::ofstream(config) << "[owns]\nkinds = [\"tables\"]\n";
    CHECK_THAT(project.refused({"check", "--config", config}), Contains("'tables', which is no kind of object"));
    std::ofstream(config) << "[owns]\nnames = \"app_*\"\n";
    CHECK_THAT(project.refused({"check", "--config", config}), Contains("names under [owns] must be a list of texts"));
}

STRATA_DB_TEST("a property that a revision set and the models drop is taken back, and one that a DBA set is not",
               "[migrate][ownership]") {
    auto connection = strata::core::Connection(strata::core::Url::parse(db.url()));
    const auto with = models([](Operations& op) { op.alter_column("songs", "title").server_default(literal("?")); });
    create_tables(connection, with);
    CHECK(described(own_differences(connection, models(), with)) ==
          Lines{"alter column songs.title (drop server default)"});
    CHECK(described(own_differences(connection, models(), models())) == Lines{});
    CHECK(described(own_differences(connection, with, models())) == Lines{});
    // What a model always says is said, whoever changed it.
    db.shell(db.is_postgresql() ? "ALTER TABLE songs ALTER COLUMN title DROP NOT NULL"
                                : "ALTER TABLE songs RENAME TO old; CREATE TABLE songs (id INTEGER CONSTRAINT pk_songs "
                                  "PRIMARY KEY, title VARCHAR(50) DEFAULT '?', user_id BIGINT CONSTRAINT "
                                  "fk_songs_user_id_users REFERENCES users (id)); DROP TABLE old; CREATE INDEX "
                                  "ix_songs_title ON songs (title)");
    CHECK(described(own_differences(connection, with, with)).size() == 1);
}

STRATA_DB_TEST("a database that was there before its first revision is taken in by baseline", "[migrate][ownership]") {
    auto connection = strata::core::Connection(strata::core::Url::parse(db.url()));
    create_tables(connection, models());
    add_foreign_objects(db);
    const auto before = db.dump();
    const auto folder = (db.directory() / "migrations").string();
    const auto longer = models([](Operations& op) { op.add_column("songs", column("genre", Text{}).nullable()); });
    const ToolConfig other{[&] { return longer; }, {}, folder};
    std::filesystem::create_directories(folder);
    const auto refused = run_tool({"tool", "baseline", "--url", db.url()}, other);
    CHECK(refused.code == 1);
    CHECK_THAT(
        refused.out,
        Contains("The database is not what the models say; to be so it would need:\n  add column songs.genre\n"));
    CHECK(std::filesystem::is_empty(folder));
    CHECK(db.dump() == before);

    const ToolConfig config{[] { return models(); }, {}, folder};
    CHECK_THAT(run_tool_on(db, {"baseline"}, config),
               Contains("Generating ") && Contains("The database is taken in at "));
    const auto revisions = load_revisions(folder);
    REQUIRE(revisions.size() == 1);
    const ToolConfig then{config.metadata, revisions, folder};
    CHECK_THAT(run_tool_on(db, {"current"}, then), Contains(revisions.front()->id));
    CHECK_THAT(run_tool_on(db, {"check"}, then), Contains("No new upgrade operations detected."));
    CHECK_THAT(run_tool_on(db, {"migrate", "next"}, then), Contains("No changes detected"));
    // An empty database and the revision give the models.
    const TestDatabase fresh(db.dialect());
    run_tool_on(fresh, {"upgrade"}, then);
    CHECK_THAT(run_tool_on(fresh, {"check"}, then), Contains("No new upgrade operations detected."));
}

STRATA_DB_TEST("what a revision loses is marked, refused before the first statement and allowed by name",
               "[migrate][destructive]") {
    Project project(db);
    db.shell("INSERT INTO users (email) VALUES ('ada'); INSERT INTO songs (title, user_id) VALUES ('Aria', 1)");
    const auto before = db.dump();
    project.wanted = models([](Operations& op) {
        op.drop_column("songs", "user_id");
        op.alter_column("songs", "title").type(String{40});
        op.drop_table("users");
    });
    std::filesystem::create_directories(project.folder());
    CHECK_THAT(project.ok({"migrate", "fewer"}),
               Contains("Note: destructive: drops table users and its rows; upgrade refuses it without"));
    const auto text = project.written();
    CHECK_THAT(
        text,
        Contains("        // destructive: drops table users and its rows\n        op.drop_table(\"users\");") &&
            Contains("// destructive: drops column songs.user_id and its values\n") &&
            Contains("// destructive: changes the type of column songs.title to one that may not hold its values\n"));
    const auto revisions = load_revisions(project.folder());
    const ToolConfig all{
        [&] { return project.wanted; }, {project.history.revisions().front(), revisions.front()}, project.folder()};
    const auto refused = run_tool({"tool", "upgrade", "--url", db.url()}, all);
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, Contains("drops table users and its rows, ") &&
                                Contains("drops column songs.user_id and its values") && Contains("nothing was run") &&
                                Contains("--allow-destructive"));
    CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT title, user_id FROM songs") == "Aria|1");
    // An empty database has nothing to lose.
    const TestDatabase fresh(db.dialect());
    run_tool_on(fresh, {"upgrade"}, all);
    run_tool_on(db, {"upgrade", "--allow-destructive"}, all);
    CHECK_THAT(run_tool_on(db, {"check"}, all), Contains("No new upgrade operations detected."));
    // A downgrade undoes what the upgrade has made without being asked.
    run_tool_on(db, {"downgrade", "base"}, all);
}

STRATA_DB_TEST("a revision that says why may lose rows, and a downgrade may not lose what its upgrade did not make",
               "[migrate][destructive]") {
    Project project(db);
    db.shell("INSERT INTO users (email) VALUES ('ada')");
    project.history.add(
        "bbbb", {"aaaa"},
        [](Operations& op) {
            op.allow_destructive("songs are kept elsewhere");
            op.drop_table("songs");
        },
        [](Operations& op) { op.drop_table("users"); });
    project.ok({"upgrade"});
    CHECK_THAT(project.refused({"downgrade"}), Contains("revision bbbb") && Contains("drops table users and its rows"));
    CHECK(db.shell("SELECT email FROM users") == "ada");
    project.ok({"downgrade", "--allow-destructive"});
    CHECK_THROWS_WITH(Operations().allow_destructive(" "), Contains("needs the reason"));
}

STRATA_DB_TEST("a table and a column that are kept come back with their rows, until they are purged",
               "[migrate][destructive]") {
    Project project(db);
    db.shell(
        "INSERT INTO users (email) VALUES ('ada'), ('bob'); INSERT INTO songs (title, user_id) VALUES ('Aria', 1), "
        "('Blues', 2)");
    const auto before = db.dump();
    const std::string id = "0123456789abcdef0123456789abcdef";
    project.history.add(
        id, {"aaaa"},
        [](Operations& op) {
            op.drop_column("songs", "user_id").keep();
            op.drop_column("songs", "title").keep();
            op.drop_table("users").keep();
            op.create_table("users", {column("id", BigInteger{}), primary_key("pk_users", {"id"})});
        },
        [](Operations& op) {
            op.drop_table("users");
            op.create_table("users", {column("id", BigInteger{}).identity(), column("email", String{100}),
                                      primary_key("pk_users", {"id"})});
            op.add_column("songs", column("title", String{50}));
            op.create_index("ix_songs_title", "songs", {"title"});
            op.add_column("songs", column("user_id", BigInteger{}).nullable());
            op.create_foreign_key("fk_songs_user_id_users", "songs", "users", {"user_id"}, {"id"});
        });
    project.ok({"upgrade"});
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
    const std::string kept_table = "_dropped_users_" + id;
    CHECK(db.shell("SELECT email FROM " + kept_table + " ORDER BY id") == "ada\nbob");
    CHECK(db.shell("INSERT INTO songs DEFAULT VALUES; SELECT count(*) FROM songs") == "3");
    db.shell("DELETE FROM songs WHERE _dropped_title_" + id + " IS NULL");

    // It is nobody's difference.
    project.wanted = models([](Operations& op) {
        op.drop_column("songs", "user_id");
        op.drop_column("songs", "title");
        op.drop_table("users");
        op.create_table("users", {column("id", BigInteger{}), primary_key("pk_users", {"id"})});
    });
    CHECK_THAT(project.ok({"check"}),
               Contains("No new upgrade operations detected.") &&
                   Contains("left alone: table " + kept_table + ": kept by a revision that dropped it"));
    project.ok({"downgrade"});
    CHECK(db.shell("SELECT title, email FROM songs JOIN users ON users.id = songs.user_id ORDER BY 1") ==
          "Aria|ada\nBlues|bob");
    CHECK(db.shell("INSERT INTO users (email) VALUES ('eve'); SELECT max(id) FROM users") == "3");
    db.shell("DELETE FROM users WHERE email = 'eve'");
    project.ok({"upgrade"});
    CHECK_THAT(project.ok({"purge-dropped"}),
               Contains("Kept: table " + kept_table + " (2 rows)\n") &&
                   Contains("Kept: column songs._dropped_title_" + id + " (2 values)\n") &&
                   Contains("Nothing was dropped; say --yes"));
    CHECK_THAT(project.ok({"purge-dropped", "--yes"}), Contains("Purged: drop table " + kept_table));
    CHECK(project.ok({"purge-dropped"}) == "Nothing is kept.\n");
    CHECK_THAT(project.refused({"downgrade"}), Contains("_dropped_"));
    CHECK(before != db.dump());
}

namespace {

/// Loads a real schema whose tables, views and the rest a history has made, and adds what others have.
void check_corpus(TestDialect dialect, const std::string& name) {
    STRATA_REQUIRE_CORPUS(file, name);
    if (dialect == TestDialect::postgresql) {
        STRATA_REQUIRE_SUPERUSER("creates extensions")
    }
    const TestDatabase db(dialect);
    if (db.is_postgresql()) db.session_default("search_path = public");
    std::ostringstream text;
    text << std::ifstream(*file).rdbuf();
    db.is_postgresql() ? db.admin_shell(text.str()) : db.shell(text.str());
    auto connection = strata::core::Connection(strata::core::Url::parse(db.url()));
    const auto known = strata::schema::reflect(connection);
    REQUIRE_FALSE(known.tables.empty());
    CHECK(described(own_differences(connection, known, known)) == Lines{});

    std::size_t added = 3;
    db.shell(
        "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);"
        "CREATE VIEW zz_report AS SELECT 1 AS one; CREATE TABLE zz_samples (at integer)");
    for (const auto& table : known.tables) {
        if (table.columns.empty() || !table.partition_of.empty() || !table.partition_by.empty()) continue;
        const auto on = connection.dialect().quoted(table.name);
        db.shell("CREATE INDEX \"zz_" + table.name.name + "\" ON " + on + " (" +
                 connection.dialect().quoted(table.columns.front().name) + "); ALTER TABLE " + on +
                 " ADD COLUMN zz_extra integer");
        if (db.is_postgresql()) db.shell("ALTER TABLE " + on + " SET (autovacuum_vacuum_threshold = 77)");
        added += db.is_postgresql() ? 3U : 2U;
    }
    const auto ours = ours_of(strata::schema::reflect(connection), known, {known, {}, {}},
                              strata::schema::ddl_compiler(connection.dialect()));
    CHECK(ours.left_alone.size() == added);
    CHECK(described(own_differences(connection, known, known)) == Lines{});
}

}  // namespace

TEST_CASE("others' objects in real PostgreSQL schemas are touched by nothing",
          "[migrate][ownership][corpus][postgresql]") {
    for (const char* name : {"chinook", "pagila", "panoptes", "temporal", "temporal_visibility"})
        check_corpus(TestDialect::postgresql, std::string("postgresql/") + name + ".sql");
}
TEST_CASE("others' objects in real SQLite schemas are touched by nothing", "[migrate][ownership][corpus][sqlite]") {
    for (const char* name : {"chinook", "headscale", "northwind", "sakila", "temporal", "temporal_visibility"})
        check_corpus(TestDialect::sqlite, std::string("sqlite/") + name + ".sql");
}
