// Databases of SQLite that other programs have written: dates, times and UUIDs in forms that Strata does not write.

#include "migrate_revisions.hpp"
#include "strata_program.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/model.hpp>
#include <strata/dal.hpp>
#include <strata/schema/table.hpp>

#include <fstream>

using namespace strata::test;
using Catch::Matchers::Contains;

namespace {

/// As psql and sqlite3 take it: the part of a note after the words that introduce it.
std::string updates_in(const std::string& output) {
    std::string sql;
    std::istringstream lines(output);
    const std::string mark = "mend them by: ";
    for (std::string line; std::getline(lines, line);)
        if (const auto at = line.find(mark); at != std::string::npos) sql += line.substr(at + mark.size()) + "\n";
    return sql;
}

}  // namespace

namespace stored_forms_taken_in {
struct Event {
    std::int64_t id{};
    strata::Timestamp at{};
};
STRATA_MODEL(Event, events, id, at)
STRATA_FACTS(events, server_default(events.at, sql("CURRENT_TIMESTAMP")))
}  // namespace stored_forms_taken_in

namespace stored_forms_mended {
struct Event {
    std::int64_t id{};
    strata::Timestamp at{};
};
STRATA_MODEL(Event, events, id, at)
STRATA_FACTS(events, server_default(events.at, now()))
}  // namespace stored_forms_mended

TEST_CASE("check names a column whose rows and default have another form, and what it says makes queries find them",
          "[models][migrate][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE events (id INTEGER CONSTRAINT pk_events PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT "
        "CURRENT_TIMESTAMP); INSERT INTO events (at) VALUES ('2024-05-01 10:00:00'), ('2024-05-01T10:00:00')");
    using strata::schema::table;
    const History history;
    auto config =
        strata::migrate::ToolConfig{[] { return strata::schema::MetaData{table(stored_forms_taken_in::events)}; },
                                    history.revisions(), (db.directory() / "migrations").string()};
    const auto first = run_tool({"tool", "check", "--url", db.url()}, config);
    INFO(first.out << first.err);
    CHECK(first.code == 0);
    CHECK_THAT(first.out, Contains("Note: table events: column at: its default CURRENT_TIMESTAMP writes timestamps in "
                                   "another form than YYYY-MM-DD HH:MM:SS.ffffff") &&
                              Contains("rows have timestamps in another form") &&
                              Contains("UPDATE \"events\" SET \"at\" = "));
    db.shell(updates_in(first.out));
    CHECK(db.shell("SELECT at FROM events") == "2024-05-01 10:00:00.000000\n2024-05-01 10:00:00.000000");
    const auto mended = run_tool({"tool", "check", "--url", db.url()}, config);
    CHECK_THAT(mended.out, Contains("its default CURRENT_TIMESTAMP") && !Contains("UPDATE"));

    // A model with now() changes the default, and the note is gone.
    std::filesystem::create_directory(config.directory);
    REQUIRE(run_tool({"tool", "baseline", "--url", db.url()}, config).code == 0);
    auto revisions = load_revisions(config.directory);
    config = {[] { return strata::schema::MetaData{table(stored_forms_mended::events)}; }, revisions, config.directory};
    revisions.push_back(&load_revision(write_migration(db, config)));
    config.revisions = revisions;
    CHECK(run_tool({"tool", "upgrade", "--url", db.url()}, config).code == 0);
    const auto last = run_tool({"tool", "check", "--url", db.url()}, config);
    CHECK(last.code == 0);
    CHECK_THAT(last.out, !Contains("Note:"));
    db.shell("INSERT INTO events DEFAULT VALUES");
    CHECK(db.shell("SELECT length(at) FROM events ORDER BY id DESC LIMIT 1") == "26");
    db.shell("DELETE FROM events WHERE at > '2024-05-02'");
    using stored_forms_mended::events;
    const auto dal = strata::dal::connect(db.url());
    const auto at = strata::Timestamp::parse("2024-05-01 10:00:00");
    CHECK(dal(events.at == at).count() == 2);
    CHECK(dal(events.at >= at).count() == 2);
    CHECK(dal(events.at < strata::Timestamp::parse("2024-05-01 11:00:00")).count() == 2);
}

TEST_CASE("every form that SQLite's own functions read is mended to the digit, and no other is touched",
          "[models][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        R"(CREATE TABLE t (id INTEGER PRIMARY KEY, at TIMESTAMP, tz TIMESTAMPTZ, d DATE, "time ""x" TIME, u CHAR(36), b TEXT);
        INSERT INTO t (at) VALUES ('2024-05-01'), ('2024-05-01T10:00'), ('2024-05-01 10:00:00.5'), ('2024-05-01T10:00:00.1234567Z'),
            ('2024-05-01 10:00:00.999999'), (1714557600), ('2024-02-30 10:00:00'), ('2024-05-01 10:00:00+02:00'), ('yesterday');
        INSERT INTO t (tz) VALUES ('2024-05-01T00:00:00.999999+02:00'), ('2024-05-01 10:00:00-01:30'), ('2024-05-01T10:00:00Z');
        INSERT INTO t (d) VALUES ('2024-05-01T00:00:00.000Z'), ('2024-05-01 10:00:00'), ('2024-05-01');
        INSERT INTO t ("time ""x") VALUES ('10:00'), ('10:00:00.5'), ('23:59:59.123456'), ('25:00'), ('10:00Z');
        INSERT INTO t (u) VALUES ('ABCDEF00-1234-1234-1234-ABCDEF001234'), ('abcdef0012341234abcdef0012341234'), ('abcdef00-1234-1234-1234-abcdef001234');
        INSERT INTO t (b) VALUES ('2024-05-01T10:00');)");
    const auto before = db.shell("SELECT count(*) FROM t");
    const auto written = run_strata({"models", db.url(), "--out", (db.directory() / "out").string()});
    INFO(written.out << written.err);
    REQUIRE(written.exit_code == 0);
    CHECK_THAT(written.out, Contains("note: table t: column at: rows have timestamps") && Contains("column tz:") &&
                                Contains("column d:") && Contains("column time \"x:") && Contains("column u:") &&
                                !Contains("column b:") && Contains("only the program knows"));
    db.shell(updates_in(written.out));
    CHECK(db.shell("SELECT at FROM t WHERE at IS NOT NULL ORDER BY id") ==
          "2024-05-01 00:00:00.000000\n2024-05-01 10:00:00.000000\n2024-05-01 10:00:00.500000\n2024-05-01 "
          "10:00:00.123456\n2024-05-01 10:00:00.999999\n1714557600\n2024-02-30 10:00:00\n2024-05-01 "
          "10:00:00+02:00\nyesterday");
    CHECK(db.shell("SELECT tz FROM t WHERE tz IS NOT NULL ORDER BY id") ==
          "2024-04-30 22:00:00.999999\n2024-05-01 11:30:00.000000\n2024-05-01 10:00:00.000000");
    CHECK(db.shell("SELECT d FROM t WHERE d IS NOT NULL ORDER BY id") == "2024-05-01\n2024-05-01 10:00:00\n2024-05-01");
    CHECK(db.shell("SELECT \"time \"\"x\" FROM t WHERE \"time \"\"x\" IS NOT NULL ORDER BY id") ==
          "10:00:00.000000\n10:00:00.500000\n23:59:59.123456\n25:00\n10:00Z");
    CHECK(
        db.shell("SELECT u FROM t WHERE u IS NOT NULL ORDER BY id") ==
        "abcdef00-1234-1234-1234-abcdef001234\nabcdef0012341234abcdef0012341234\nabcdef00-1234-1234-1234-abcdef001234");
    CHECK(db.shell("SELECT count(*) FROM t") == before);
    // What is left cannot be mended, and the generated files do not depend on the rows.
    const auto again = run_strata({"models", db.url(), "--out", (db.directory() / "out").string()});
    CHECK_THAT(again.out, Contains("only the program knows") && !Contains("UPDATE"));
}

TEST_CASE("values that Strata writes are in its form", "[models][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TIMESTAMP DEFAULT (strftime('%Y-%m-%d %H:%M:%f000','now')), b DATE "
        "DEFAULT CURRENT_DATE, c TIME DEFAULT '10:00:00.000000', d TIMESTAMP DEFAULT (unknown_to_us()), e DATE); "
        "INSERT "
        "INTO t (d) VALUES (NULL)");
    const auto written = run_strata({"models", db.url(), "--out", (db.directory() / "out").string()});
    CHECK(written.exit_code == 0);
    CHECK_THAT(written.out, !Contains("note:"));
}
