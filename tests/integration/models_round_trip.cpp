// A database is written as models; these are compiled, loaded and created in an empty database, which is then the same
// as the database's own tools print it.

#include "postgresql_dump.hpp"
#include "sqlite_catalogue.hpp"
#include "strata_program.hpp"
#include "support/corpus.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/ownership.hpp>
#include <strata/migrate/render.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace strata::test;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    const std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// A file of the test's own, with many columns in place of a word.
std::string odd_names(const char* name) {
    std::string sql = text_of(source_directory() / "tests/integration/round_trip" / name);
    std::string columns;
    for (int i = 0; i < 398; ++i) columns += (i == 0 ? "c" : ", c") + std::to_string(i) + " integer";
    constexpr std::string_view word = ":columns";
    const auto at = sql.find(word);
    REQUIRE(at != std::string::npos);
    return sql.replace(at, word.size(), columns);
}

/// Where clang-format is installed, the generated files are as it lays them out.
void check_layout(const fs::path& folder) {
    if (run_process({"sh", "-c", "command -v clang-format-19"}).exit_code != 0) return;
    std::vector<std::string> command{"clang-format-19", "--dry-run", "--Werror",
                                     "--style=file:" + (source_directory() / ".clang-format").string()};
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        const bool ours = entry.path().parent_path().filename() != "build";
        if (ours && (extension == ".hpp" || extension == ".cpp")) command.push_back(entry.path().string());
    }
    const auto result = run_process(command);
    CHECK(result.err == "");
    CHECK(result.exit_code == 0);
}

/// The models that the round trip has compiled.
strata::schema::MetaData compiled_models(const fs::path& folder) {
    void* library = ::dlopen((folder / "build" / "models.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(::dlerror());
    const auto metadata =
        reinterpret_cast<void (*)(strata::schema::MetaData*)>(::dlsym(library, "strata_tool_metadata"));
    if (metadata == nullptr) throw std::runtime_error("the models have no metadata()");
    strata::schema::MetaData models;
    metadata(&models);
    return models;
}

/// What `check` finds between the models and the database, both when all of the database is ours and when only what
/// the models name is.
std::string found_by_check(const strata::schema::MetaData& models, const std::string& url) {
    using namespace strata;
    const Engine engine(url);
    const auto connection = engine.connect();
    const schema::DdlCompiler& ddl = schema::ddl_compiler(connection->dialect());
    const schema::MetaData database = schema::reflect(*connection, {.all_schemas = true});
    const auto comparer = schema::expression_comparer(*connection);
    const migrate::Ours ours = migrate::ours_of(database, models, {}, ddl);
    std::string found;
    for (const schema::MetaData* each : {&database, &ours.database}) {
        for (const auto& operation : migrate::compare_metadata(*each, models, ddl, *comparer))
            found += migrate::render_operation(operation) + "\n";
    }
    for (const std::string& line : ours.left_alone.texts()) found += "left alone: " + line + "\n";
    return found;
}

/// In a process of its own: libraries with models of the same name must not meet in one.
std::string found_by_check(const fs::path& folder, const std::vector<std::string>& urls) {
    const fs::path file = folder / "found";
    const pid_t child = ::fork();
    if (child == 0) {
        std::ofstream out(file);
        try {
            const auto models = compiled_models(folder);
            for (const std::string& url : urls) out << found_by_check(models, url);
        } catch (const std::exception& error) {
            out << error.what() << "\n";
        }
        out.close();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return text_of(file);
}

/// The compiled models create the database by create_all, which refuses more than the statements would.
std::string made_by_create_all(const fs::path& folder, const std::string& url) {
    const fs::path file = folder / "made";
    const pid_t child = ::fork();
    if (child == 0) {
        std::ofstream out(file);
        try {
            strata::schema::create_all(compiled_models(folder), url);
        } catch (const std::exception& error) {
            out << error.what() << "\n";
        }
        out.close();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return text_of(file);
}

void run_round_trip(const TestDatabase& original, const TestDatabase& copy, std::vector<std::string> more) {
    const fs::path folder = copy.directory() / "models";
    std::vector<std::string> arguments{"roundtrip", original.url(), "--into", copy.url(), "--out", folder.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto result = run_strata(arguments);
    INFO(result.out);
    CHECK(result.err == "");  // of the compiler too
    CHECK(result.exit_code == 0);
    CHECK(result.out.find("unmanaged") == std::string::npos);
    const auto last = result.out.substr(0, result.out.size() - (result.out.empty() ? 0 : 1));
    CHECK(last.substr(last.rfind('\n') + 1).starts_with("kept "));
    CHECK(last.ends_with(", 0 differences"));
    check_layout(folder);
    CHECK(found_by_check(folder, {original.url()}) == "");
}

void check_postgresql(const std::string& sql, const std::vector<std::string>& more = {}) {
    const TestDatabase original(TestDialect::postgresql);
    original.session_default("search_path = public");
    original.admin_shell(sql);
    const TestDatabase copy(TestDialect::postgresql);
    copy.session_default("search_path = public");
    run_round_trip(original, copy, more);
    CHECK(found_by_check(copy.directory() / "models", {copy.url()}) == "");
    CHECK(without_privileges(copy.dump()) == without_privileges(original.dump()));
}

void check_sqlite(const std::string& sql, const std::vector<std::string>& more = {}) {
    const TestDatabase original(TestDialect::sqlite);
    original.shell(sql);
    const TestDatabase copy(TestDialect::sqlite);
    run_round_trip(original, copy, more);
    CHECK(found_by_check(copy.directory() / "models", {copy.url()}) == "");
    CHECK(sqlite_objects(copy) == sqlite_objects(original));
    CHECK(sqlite_pragmas(copy) == sqlite_pragmas(original));
    const TestDatabase made(TestDialect::sqlite);
    CHECK(made_by_create_all(copy.directory() / "models", made.url()) == "");
    CHECK(sqlite_objects(made) == sqlite_objects(original));
}

}  // namespace

#define STRATA_MODELS_POSTGRESQL(NAME, FILE)                                                         \
    TEST_CASE(NAME " on PostgreSQL comes back through its models", "[models][corpus][postgresql]") { \
        STRATA_REQUIRE_SUPERUSER("creates extensions")                                               \
        STRATA_REQUIRE_CORPUS(file, "postgresql/" FILE);                                             \
        check_postgresql(text_of(*file));                                                            \
    }
STRATA_MODELS_POSTGRESQL("Chinook", "chinook.sql")
STRATA_MODELS_POSTGRESQL("Pagila", "pagila.sql")
STRATA_MODELS_POSTGRESQL("Panoptes", "panoptes.sql")
STRATA_MODELS_POSTGRESQL("Temporal", "temporal.sql")
STRATA_MODELS_POSTGRESQL("Temporal's visibility", "temporal_visibility.sql")

#define STRATA_MODELS_SQLITE(NAME, FILE)                                                     \
    TEST_CASE(NAME " on SQLite comes back through its models", "[models][corpus][sqlite]") { \
        STRATA_REQUIRE_CORPUS(file, "sqlite/" FILE);                                         \
        check_sqlite(text_of(*file));                                                        \
    }
STRATA_MODELS_SQLITE("Chinook", "chinook.sql")
STRATA_MODELS_SQLITE("Headscale", "headscale.sql")
STRATA_MODELS_SQLITE("Northwind", "northwind.sql")
STRATA_MODELS_SQLITE("Sakila", "sakila.sql")
STRATA_MODELS_SQLITE("Temporal", "temporal.sql")
STRATA_MODELS_SQLITE("Temporal's visibility", "temporal_visibility.sql")

TEST_CASE("one of everything on PostgreSQL comes back through its models", "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    check_postgresql(text_of(source_directory() / "tests/integration/round_trip/every_object_postgresql.sql"));
}
TEST_CASE("odd names, types and relations on PostgreSQL come back through their models", "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    check_postgresql(odd_names("odd_names_postgresql.sql"), {"--per-table", "--views", "--namespace", "odd::db"});
}
TEST_CASE("odd names, types and relations on SQLite come back through their models", "[models][sqlite]") {
    check_sqlite(odd_names("odd_names_sqlite.sql"), {"--views"});
}
TEST_CASE("whatever form SQLite takes comes back through its models", "[models][sqlite]") {
    check_sqlite(text_of(source_directory() / "tests/integration/round_trip/odd_tables_sqlite.sql"), {"--per-table"});
}

TEST_CASE("foreign keys to what does not exist come back through their models", "[models][sqlite][dangling]") {
    const auto sql = text_of(source_directory() / "tests/integration/round_trip/dangling_keys_sqlite.sql");
    check_sqlite(sql);
    check_sqlite(sql, {"--per-table", "--views"});
}

TEST_CASE("whatever form PostgreSQL takes comes back through its models", "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    check_postgresql(text_of(source_directory() / "tests/integration/round_trip/odd_tables_postgresql.sql"));
}

TEST_CASE("a database whose current schema is another one comes back through its models", "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    const TestDatabase original(TestDialect::postgresql);
    original.admin_shell("CREATE SCHEMA app; CREATE SCHEMA other");
    original.session_default("search_path = app, public");
    original.admin_shell(R"(
        CREATE TYPE app.mood AS ENUM ('sad'); CREATE TABLE app.users (id serial PRIMARY KEY, m app.mood);
        CREATE TABLE other.songs (id integer PRIMARY KEY, user_id integer REFERENCES app.users);
        CREATE TABLE public.users (id integer PRIMARY KEY, u integer REFERENCES app.users);
        CREATE VIEW app.v AS SELECT s.id FROM other.songs s JOIN app.users u ON u.id = s.user_id;
        CREATE DOMAIN public.code AS text;
        CREATE FUNCTION public.coded(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::code';
        CREATE TABLE app.coded (t text); CREATE INDEX by_code ON app.coded (coded(t));)");
    const TestDatabase copy(TestDialect::postgresql);
    run_round_trip(original, copy, {});
    CHECK(without_privileges(copy.dump()) == without_privileges(original.dump()));
}

TEST_CASE("a database without a schema in its search_path comes back", "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("drops the schema public")
    const TestDatabase original(TestDialect::postgresql);
    original.admin_shell(R"(
        DROP SCHEMA public; CREATE SCHEMA auth; CREATE TYPE auth.mood AS ENUM ('sad');
        CREATE TABLE auth.users (id serial PRIMARY KEY, m auth.mood NOT NULL DEFAULT 'sad');
        CREATE VIEW auth.moods AS SELECT m FROM auth.users;)");
    for (const auto& arguments : {std::vector<std::string>{"roundtrip", original.url()},
                                  std::vector<std::string>{"roundtrip", original.url(), "--schema", "auth"}}) {
        const auto result = run_strata(arguments);
        CHECK(result.err == "");
        CHECK(result.out == "kept 11 of 11 objects, 0 differences\n");
    }
    const TestDatabase copy(TestDialect::postgresql);
    copy.admin_shell("DROP SCHEMA public");
    copy.admin_shell(run_strata({"inspect", original.url(), "--sql"}).out);
    CHECK(copy.dump() == original.dump());
}

TEST_CASE("a view that SQLite cannot read keeps nothing from coming back", "[models][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE t (a INT); CREATE VIEW of_nothing AS SELECT * FROM gone; CREATE VIEW of_that AS SELECT * FROM "
        "of_nothing; CREATE VIEW of_t AS SELECT a FROM t");
    const fs::path folder = db.directory() / "models";
    const auto result = run_strata({"roundtrip", db.url(), "--views", "--out", folder.string()});
    CHECK(result.err == "");
    CHECK(result.out == "kept 4 of 4 objects, 0 differences\n");
    CHECK(text_of(folder / "models.hpp").find("STRATA_VIEW(OfT, of_t, a)") != std::string::npos);
}

TEST_CASE("the models of views are spread over the sources as those of tables are", "[models][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    std::string sql;
    for (int i = 0; i < 30; ++i) sql += "CREATE TABLE t" + std::to_string(i) + " (a INT);";
    for (int i = 0; i < 60; ++i) sql += "CREATE VIEW v" + std::to_string(i) + " AS SELECT a FROM t0;";
    db.shell(sql);
    const fs::path folder = db.directory() / "models";
    REQUIRE(run_strata({"models", db.url(), "--views", "--per-table", "--out", folder.string()}).exit_code == 0);
    std::size_t models = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".cpp") continue;
        const std::string text = text_of(entry.path());
        std::size_t included = 0;
        for (auto at = text.find("#include \"tables/"); at != std::string::npos;
             at = text.find("#include \"tables/", at + 1))
            ++included;
        CHECK(included <= 12);
        models += included;
    }
    CHECK(models == 90);
}

TEST_CASE("a name that is empty keeps nothing else from coming back", "[models][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell("CREATE TABLE t (a INT); CREATE TABLE \"\" (a INT); CREATE TABLE u (\"\" INT)");
    const auto result = run_strata({"roundtrip", db.url()});
    CHECK(result.exit_code == 1);
    CHECK(result.err == "");
    CHECK(result.out.find("unmanaged: table u: it has an empty name, or a column of it has\n") != std::string::npos);
    CHECK(result.out.ends_with("kept 1 of 3 objects, 2 differences\n"));
}

TEST_CASE("what belongs to a table and cannot be said is named", "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    const TestDatabase db(TestDialect::postgresql);
    db.session_default("search_path = public");
    db.admin_shell(R"(
        CREATE TABLE up (a int); CREATE TABLE down (b int) INHERITS (up); ALTER TABLE up ADD COLUMN late int;
        CREATE TABLE parts (a int, b int) PARTITION BY LIST (a); CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
        CREATE TABLE part_2 PARTITION OF parts FOR VALUES IN (2);
        ALTER TABLE ONLY parts ADD CONSTRAINT parts_key UNIQUE (a);
        CREATE UNIQUE INDEX parts_only ON ONLY parts (a, b); ALTER TABLE part_1 ADD CONSTRAINT part_1_key UNIQUE (a, b);
        ALTER INDEX parts_only ATTACH PARTITION part_1_key;)");
    const auto result = run_strata({"roundtrip", db.url()});
    CHECK(result.exit_code == 1);
    std::vector<std::string> unmanaged;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("unmanaged: ")) unmanaged.push_back(line.substr(11));
    CHECK(unmanaged == std::vector<std::string>{
                           "table down: the place of the column b, which stands before an inherited one",
                           "table parts: that not every partition has the index parts_key, which keeps a constraint",
                           "table part_1: that the index part_1_key, which keeps a constraint, is attached to "
                           "parts_only, which not every partition has",
                       });
}

TEST_CASE("what belongs to no table comes back: a schema's comment, a shell type, user mappings without their secrets",
          "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("makes wrappers, languages and subscriptions")
    const TestDatabase db(TestDialect::postgresql);
    db.session_default("search_path = public");
    db.admin_shell(R"(
        COMMENT ON SCHEMA public IS 'it''s ours'; CREATE TYPE shell; CREATE FOREIGN DATA WRAPPER dummy; CREATE SERVER far FOREIGN DATA WRAPPER dummy;
        CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user 'bob'); CREATE USER MAPPING FOR PUBLIC SERVER far;)");
    const auto kept = run_strata({"roundtrip", db.url()});
    INFO(kept.out << kept.err);
    CHECK(kept.exit_code == 0);
    CHECK(kept.out.find("unmanaged") == std::string::npos);
    const TestDatabase copy(TestDialect::postgresql);
    copy.admin_shell(run_strata({"inspect", db.url(), "--sql"}).out);
    CHECK(copy.dump() == db.dump());

    db.admin_shell(
        "ALTER USER MAPPING FOR PUBLIC SERVER far OPTIONS (ADD user 'eve', ADD password 'hush', ADD \"pass%word\" "
        "'hush')");
    db.admin_shell(
        "CREATE SUBSCRIPTION feed CONNECTION 'host=/nowhere password=hush' PUBLICATION p WITH (connect = false)");
    const auto secret = run_strata({"roundtrip", db.url(), "--out", (db.directory() / "out").string()});
    INFO(secret.out << secret.err);
    CHECK_THAT(
        secret.out,
        Contains("unmanaged: user mapping far for public: its options pass%word, password, which may be secret\n") &&
            Contains("unmanaged: subscription feed: it may hold a password\n") && !Contains("hush"));
    for (const auto& way : {"--sql", "--json"}) {
        const auto shown = run_strata({"inspect", db.url(), way});
        CHECK(shown.exit_code == 0);
        CHECK_THAT(shown.out, Contains("eve") && !Contains("hush"));
    }
    CHECK(run_process({"grep", "-r", "hush", (db.directory() / "out").string()}).exit_code == 1);
    db.admin_shell("ALTER SUBSCRIPTION feed SET (slot_name = NONE); DROP SUBSCRIPTION feed");
}

TEST_CASE("a script of strata diff changes what belongs to no table", "[models][diff_sql][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("makes wrappers")
    const TestDatabase db(TestDialect::postgresql);
    const TestDatabase wanted(TestDialect::postgresql);
    const std::string far = "CREATE FOREIGN DATA WRAPPER dummy; CREATE SERVER far FOREIGN DATA WRAPPER dummy;";
    db.admin_shell(far +
                   "CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user 'bob'); CREATE TYPE shell; CREATE "
                   "VIEW v AS SELECT 1 AS a");
    wanted.admin_shell(
        far +
        "CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user 'ada'); COMMENT ON SCHEMA public IS 'ours';"
        "CREATE VIEW v AS SELECT 1 AS a; COMMENT ON VIEW v IS 'one'");
    const auto there = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    CHECK_THAT(there.out, !Contains("DROP VIEW") && !Contains("SCHEMA IF NOT"));
    const auto back = run_strata({"diff", wanted.url(), db.url(), "--sql"});
    const auto before = db.dump();
    db.shell(there.out);
    CHECK(db.dump() == wanted.dump());
    db.shell(back.out);
    CHECK(db.dump() == before);
    // A password that is not read is not lost either.
    db.admin_shell("ALTER USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (ADD password 'hush')");
    const auto secret = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    CHECK_THROWS_WITH(db.shell(secret.out), Contains("it has options that may be secret"));
}

TEST_CASE("what cannot be created is named, and the rest is created", "[models][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    const TestDatabase db(TestDialect::postgresql);
    db.session_default("search_path = public");
    db.admin_shell(
        "CREATE TABLE kept (a integer); CREATE TYPE base; CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE "
        "internal IMMUTABLE STRICT AS 'int4in'; CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal "
        "IMMUTABLE STRICT AS 'int4out'; CREATE TYPE base (INPUT = base_in, OUTPUT = base_out, LIKE = integer); "
        "CREATE TABLE lost (a base)");
    const auto result = run_strata({"roundtrip", db.url()});
    CHECK(result.exit_code == 1);
    CHECK(result.out.find("unmanaged: type base: only its extension's code can make it\n") != std::string::npos);
    CHECK(result.out.find("by: CREATE TABLE \"lost\"") != std::string::npos);
    CHECK(result.out.find("only in the database: table public.lost\n") != std::string::npos);
    CHECK(result.out.find("only in the database: table public.kept") == std::string::npos);
}

TEST_CASE("what is lost is named and counted", "[models][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell("CREATE TABLE t (a INT CONSTRAINT odd DEFAULT 5, b INT); CREATE TABLE kept (a INT)");
    const fs::path folder = db.directory() / "models";
    const auto result = run_strata({"roundtrip", db.url(), "--out", folder.string()});
    CHECK(result.exit_code == 1);
    CHECK(result.err == "");
    CHECK(result.out.find("differs: table t\n") != std::string::npos);
    CHECK(result.out.find("unmanaged: table t: CONSTRAINT odd before DEFAULT on a\n") != std::string::npos);
    CHECK(result.out.ends_with("kept 1 of 2 objects, 1 differences\n"));
    CHECK(text_of(folder / "schema.cpp").find("// unmanaged: table t: CONSTRAINT odd before DEFAULT on a\n") !=
          std::string::npos);
}
