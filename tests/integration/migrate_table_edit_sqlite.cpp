// An edit of a stored CREATE TABLE loses none of its clauses, and makes each change of them.

#include "sqlite/table_edit.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/reflection.hpp>

#include <functional>

using namespace strata;
using test::TestDatabase;
using test::TestDialect;

namespace {

constexpr const char* stored = "CREATE TABLE t (a TEXT)";

schema::Table table_of(const std::string& sql) {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(sql);
    return schema::reflect(*core::Engine(db.url()).connect()).tables.at(0);
}

/// What the table is after the edit, which SQLite has to take.
schema::Table edited(const std::string& sql, const std::function<void(schema::Table&)>& change,
                     const std::vector<std::string>& replaced = {}) {
    const auto before = table_of(sql);
    auto after = before;
    change(after);
    const auto text =
        migrate::sqlite::edit_table(sql, before, after, replaced, schema::ddl_compiler(core::dialect_for("sqlite")));
    INFO(text);
    const auto read = table_of(text);
    CHECK(read == after);
    return read;
}

}  // namespace

TEST_CASE("a change of one clause of a SQLite table keeps all others", "[rebuild][sqlite]") {
    using schema::Table;
    const std::string columns = std::string(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT CONSTRAINT "
        "filled NOT NULL ON CONFLICT FAIL COLLATE NOCASE, b INT REFERENCES t (id) "
        "DEFERRABLE INITIALLY DEFERRED, c INT AS (b * 2) VIRTUAL, d TEXT, UNIQUE (a "
        "COLLATE RTRIM DESC) ON CONFLICT IGNORE, CHECK (b > 0)) STRICT");
    edited(columns, [](Table& t) { t.columns.pop_back(); }, {"d"});
    edited(columns, [](Table& t) { t.columns[1].collation = "RTRIM"; });
    edited(columns, [](Table& t) { t.columns[1].collation = {}; });
    edited(columns, [](Table& t) { t.columns[4].collation = "BINARY"; });
    edited(columns, [](Table& t) { t.columns[1].not_null_name = "other"; });
    edited(columns, [](Table& t) { t.columns[1].on_conflict.clear(); });
    edited(columns, [](Table& t) { t.columns[4].nullable = false, t.columns[4].on_conflict = "ABORT"; });
    edited(columns, [](Table& t) { t.strict = false; });
    edited(columns, [](Table& t) { t.foreign_keys[0].deferrable = schema::Deferrable::no; });
    edited(columns, [](Table& t) { t.foreign_keys[0].match = schema::Match::full; });
    edited(columns, [](Table& t) { t.uniques[0].order.clear(); });
    edited(columns, [](Table& t) { t.uniques[0].on_conflict = "REPLACE"; });
    edited(columns, [](Table& t) { t.columns[0].identity = schema::Numbering::automatic; });
    edited(columns, [](Table& t) { t.primary_key->on_conflict = "FAIL"; });
    edited(columns, [](Table& t) { t.columns[3].computed_virtual = false; });
    edited("CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INT)", [](Table& t) { t.without_rowid = true; });
    edited("CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INT) WITHOUT ROWID",
           [](Table& t) { t.strict = true, t.without_rowid = false; });
    edited("CREATE TABLE t (id INTEGER PRIMARY KEY, b INT)",
           [](Table& t) { t.columns[0].identity = schema::Numbering::autoincrement; });
}

TEST_CASE("a check that is written with one SQLite column and is about others stays when its column goes",
          "[rebuild][sqlite]") {
    const std::string sql =
        "CREATE TABLE t (a INT CHECK (a > 0) CHECK (b > 0)CONSTRAINT small CHECK(c<9), b INT, "
        "c INT CHECK (length('a') = 1) /* of a */)";
    const auto without_a = [](schema::Table& t) {
        t.columns.erase(t.columns.begin());
        t.checks.erase(t.checks.begin());
        std::rotate(t.checks.begin(), t.checks.end() - 1, t.checks.end());  // that of c is now the first
    };
    CHECK(edited(sql, without_a).checks.size() == 3);
    const auto without_c = [](schema::Table& t) {
        t.columns.pop_back();
        std::erase_if(t.checks, [](const auto& check) { return check.name == "small"; });
    };
    CHECK(edited(sql, without_c).checks.size() == 3);
}

TEST_CASE("a foreign key keeps its time of checking when the SQLite column that says it goes", "[rebuild][sqlite]") {
    const std::string sql =
        "CREATE TABLE t (a INT REFERENCES t (b), b INT UNIQUE, c INT REFERENCES t (b), d INT DEFERRABLE INITIALLY "
        "DEFERRED)";
    CHECK(edited(sql, [](schema::Table& t) { t.columns.pop_back(); }).foreign_keys.back().deferrable ==
          schema::Deferrable::initially_deferred);
    edited("CREATE TABLE t (a INT REFERENCES t (b) CONSTRAINT d DEFERRABLE INITIALLY DEFERRED, b INT UNIQUE, c INT)",
           [](schema::Table& t) { t.columns.pop_back(), t.unmanaged.clear(); });
    CHECK(edited(sql, [](schema::Table& t) { t.foreign_keys.pop_back(); }).foreign_keys.back().deferrable ==
          schema::Deferrable::no);
}

TEST_CASE("of two clauses of one kind the one that SQLite takes is changed", "[rebuild][sqlite]") {
    const std::string sql =
        "CREATE TABLE t (a TEXT COLLATE NOCASE NOT NULL COLLATE RTRIM DEFAULT 'x' NOT NULL ON CONFLICT FAIL DEFAULT "
        "'y')";
    CHECK(edited(sql, [](schema::Table& t) { t.columns[0].collation = {}; }).columns[0].on_conflict == "FAIL");
    edited(sql, [](schema::Table& t) { t.columns[0].collation = "NOCASE"; });
    edited(sql, [](schema::Table& t) { t.columns[0].nullable = true, t.columns[0].on_conflict.clear(); });
    edited(sql, [](schema::Table& t) { t.columns[0].server_default.reset(); });
    const auto keyed = table_of(
        "CREATE TABLE t (a TEXT COLLATE RTRIM COLLATE NOCASE, b TEXT REFERENCES t, PRIMARY KEY (a COLLATE NOCASE))");
    CHECK(keyed.foreign_keys.at(0).referred_columns == std::vector<std::string>{"a"});
}

TEST_CASE("a virtual table is not edited", "[rebuild][sqlite]") {
    const auto before = table_of(stored);
    auto after = before;
    after.module = "fts5(a)";
    CHECK_THROWS_AS(
        migrate::sqlite::edit_table(stored, before, after, {}, schema::ddl_compiler(core::dialect_for("sqlite"))),
        MigrationError);
}
