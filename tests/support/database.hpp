#pragma once

#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace strata::test {

enum class TestDialect { sqlite, postgresql };

/// What tests on PostgreSQL run in, chosen for the whole process by STRATA_TEST_SURROUNDING; tools/with_postgres.sh
/// says what each is. `foreign`: a role that owns schema "app" and little else, with odd settings, on a server that
/// speaks German. `pooled`: url() goes through PgBouncer.
enum class Surrounding { plain, foreign, pooled };
[[nodiscard]] Surrounding surrounding();

/// A fresh, empty database of one test's own, removed at the end even where connections are left open.
/// It is made, read and dropped with the command line clients (sqlite3, psql, pg_dump), never with Strata.
/// PostgreSQL: a database on the surrounding's server; where that has none the constructor throws.
class TestDatabase {
public:
    explicit TestDatabase(TestDialect dialect);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    /// What an application would connect to.
    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] TestDialect dialect() const { return dialect_; }
    /// "sqlite" or "postgresql".
    [[nodiscard]] std::string_view dialect_name() const;
    [[nodiscard]] bool is_sqlite() const { return dialect_ == TestDialect::sqlite; }
    [[nodiscard]] bool is_postgresql() const { return dialect_ == TestDialect::postgresql; }
    /// The schema that tables are made in: "main", "public", or "app" in the foreign surrounding.
    [[nodiscard]] std::string_view schema() const;
    /// A folder of the test's own; SQLite's file is in it.
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

    /// What the database's own shell prints for the SQL: no header, columns parted by "|", NULL as nothing, one row per
    /// line, no newline after the last; PostgreSQL's times in UTC. It runs as the role of url(). Throws
    /// std::runtime_error with what the shell says when a statement fails.
    std::string shell(std::string_view sql) const;  // NOLINT(modernize-use-nodiscard): often run for its effect
    /// The same as superuser, for what an application may not do; ask for it where it is needed and nowhere else.
    std::string admin_shell(std::string_view sql) const;  // NOLINT(modernize-use-nodiscard): often run for its effect
    /// Gives the sessions that url() opens from now on a setting, `timezone = 'Asia/Kolkata'` say. PostgreSQL only.
    void session_default(std::string_view setting) const;
    /// Drops all that the schema holds. PostgreSQL only.
    void clear() const;
    /// The schema as text, the same for equal schemas: sqlite_schema's rows, or pg_dump --schema-only without its
    /// noise.
    [[nodiscard]] std::string dump() const;

private:
    TestDialect dialect_;
    TemporaryDirectory directory_;
    std::string name_;  // this and the next two: PostgreSQL only
    std::string admin_url_;
    std::string shell_url_;
    std::string url_;
};

}  // namespace strata::test

/// Ends the test with a warning, seen in the output, where a pooler shares the server's sessions and REASON forbids
/// that.
#define STRATA_NOT_POOLED(REASON)                                               \
    if (::strata::test::surrounding() == ::strata::test::Surrounding::pooled) { \
        WARN("not run: behind a pooler " REASON);                               \
        return;                                                                 \
    }

/// Ends the test with a warning where the surrounding's role is not a superuser; only a superuser DOES what the test
/// needs.
#define STRATA_REQUIRE_SUPERUSER(DOES)                                           \
    if (::strata::test::surrounding() == ::strata::test::Surrounding::foreign) { \
        WARN("not run: only a superuser " DOES);                                 \
        return;                                                                  \
    }

/// One body, two test cases: "NAME (sqlite)" tagged [sqlite] and "NAME (postgresql)" tagged [postgresql]. The body sees
/// `strata::test::TestDatabase& db`, a fresh one for each run, each section too.
#define STRATA_DB_TEST(NAME, TAGS) STRATA_DB_TEST_AT(NAME, TAGS, __LINE__)
#define STRATA_DB_TEST_AT(NAME, TAGS, LINE) STRATA_DB_TEST_NAMED(NAME, TAGS, LINE)
#define STRATA_DB_TEST_NAMED(NAME, TAGS, LINE) STRATA_DB_TEST_CASES(NAME, TAGS, strata_db_test_##LINE)
#define STRATA_DB_TEST_CASES(NAME, TAGS, BODY)                                    \
    static void BODY(::strata::test::TestDatabase& db);                           \
    TEST_CASE(NAME " (sqlite)", TAGS "[sqlite]") {                                \
        ::strata::test::TestDatabase db(::strata::test::TestDialect::sqlite);     \
        BODY(db);                                                                 \
    }                                                                             \
    TEST_CASE(NAME " (postgresql)", TAGS "[postgresql]") {                        \
        ::strata::test::TestDatabase db(::strata::test::TestDialect::postgresql); \
        BODY(db);                                                                 \
    }                                                                             \
    static void BODY([[maybe_unused]] ::strata::test::TestDatabase& db)
