#include "support/corpus.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace strata::schema;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace {

void load(TestDatabase& db, const std::filesystem::path& file) {
    const std::ifstream stream(file);
    std::ostringstream text;
    if (db.is_sqlite()) text << "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;\n";  // a commit per row otherwise
    text << stream.rdbuf();
    db.admin_shell(text.str());
}

MetaData reflected(const TestDatabase& db) {
    const strata::core::Engine engine(db.url());
    return reflect(*engine.connect());
}

struct Counts {
    std::size_t tables = 0;
    std::size_t columns = 0;
    std::size_t generated = 0;
    std::size_t defaults = 0;
    std::size_t not_null = 0;
    std::size_t primary_keys = 0;
    std::size_t uniques = 0;
    std::size_t foreign_keys = 0;
    std::size_t checks = 0;
    std::size_t indexes = 0;  ///< with those that are only listed
    std::size_t triggers = 0;
    std::size_t views = 0;
};

std::size_t noted(const std::vector<std::string>& notes, const std::string& prefix) {
    return static_cast<std::size_t>(
        std::count_if(notes.begin(), notes.end(), [&](const std::string& note) { return note.starts_with(prefix); }));
}

Counts counts_of(const MetaData& metadata) {
    Counts counts;
    counts.tables = metadata.tables.size();
    for (const Table& table : metadata.tables) {
        counts.columns += table.columns.size();
        for (const Column& column : table.columns) {
            counts.generated += column.computed ? 1U : 0U;
            counts.defaults += column.server_default ? 1U : 0U;
            counts.not_null += column.nullable ? 0U : 1U;
        }
        counts.primary_keys += table.primary_key ? 1U : 0U;
        counts.uniques += table.uniques.size();
        counts.foreign_keys += table.foreign_keys.size();
        counts.checks += table.checks.size();
        counts.indexes += table.indexes.size() + noted(table.not_compared, "index ");
        counts.triggers += noted(table.not_compared, "trigger ");
    }
    counts.triggers += noted(metadata.not_compared, "trigger ");
    counts.views = noted(metadata.not_compared, "view ") + noted(metadata.not_compared, "materialized view ");
    return counts;
}

std::size_t number(const TestDatabase& db, const std::string& sql) { return std::stoul(db.shell(sql)); }

void check_sqlite(const std::string& name) {
    STRATA_REQUIRE_CORPUS(file, "sqlite/" + name + ".sql");
    TestDatabase db(TestDialect::sqlite);
    load(db, *file);
    const MetaData metadata = reflected(db);
    const Counts counts = counts_of(metadata);
    const std::string tables =
        "(SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite~_%' "
        "ESCAPE '~') t";
    const std::string columns = tables + ", pragma_table_xinfo(t.name) x";
    CHECK(counts.tables == number(db, "SELECT count(*) FROM " + tables));
    CHECK(counts.columns == number(db, "SELECT count(*) FROM " + columns));
    CHECK(counts.generated == number(db, "SELECT count(*) FROM " + columns + " WHERE x.hidden IN (2, 3)"));
    CHECK(counts.defaults == number(db, "SELECT count(*) FROM " + columns + " WHERE upper(x.dflt_value) <> 'NULL'"));
    // A rowid alias is never NULL, whatever is declared.
    CHECK(counts.not_null == number(db, "SELECT count(*) FROM " + columns +
                                            " WHERE x.\"notnull\" OR (x.pk AND upper(x.type) = 'INTEGER' AND "
                                            "(SELECT count(*) FROM pragma_table_info(t.name) y WHERE y.pk) = 1)"));
    CHECK(counts.primary_keys == number(db, "SELECT count(*) FROM " + columns + " WHERE x.pk = 1"));
    CHECK(counts.uniques ==
          number(db, "SELECT count(*) FROM " + tables + ", pragma_index_list(t.name) i WHERE i.origin = 'u'"));
    CHECK(counts.indexes ==
          number(db, "SELECT count(*) FROM " + tables + ", pragma_index_list(t.name) i WHERE i.origin = 'c'"));
    CHECK(counts.foreign_keys ==
          number(db, "SELECT count(*) FROM " + tables + ", pragma_foreign_key_list(t.name) f WHERE f.seq = 0"));
    CHECK(counts.triggers == number(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"));
    CHECK(counts.views == number(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'view'"));
    CHECK(noted(metadata.not_compared, "virtual table ") + noted(metadata.not_compared, "shadow table ") ==
          number(db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow')"));
    // What is in the SQL is in the vocabulary or in the notes.
    const auto words = [&](const char* word, const char* note) {
        std::size_t found = 0;
        for (const Table& table : metadata.tables) found += noted(table.not_compared, note);
        CHECK((found > 0) ==
              (number(db, std::string("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%") +
                              word + "%' AND name IN (SELECT name FROM pragma_table_list WHERE type = 'table')") > 0));
    };
    words("AUTOINCREMENT", "AUTOINCREMENT");
    words("COLLATE", "COLLATE");
    words("ON CONFLICT", "ON CONFLICT");
    words("WITHOUT ROWID", "WITHOUT ROWID");
}

void check_postgresql(const std::string& name) {
    STRATA_REQUIRE_CORPUS(file, "postgresql/" + name + ".sql");
    TestDatabase db(TestDialect::postgresql);
    db.session_default("search_path = public");
    load(db, *file);
    const MetaData metadata = reflected(db);
    const Counts counts = counts_of(metadata);
    const std::string tables =
        "(SELECT c.* FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND "
        "d.deptype = 'e')) t";
    const std::string columns =
        tables + " JOIN pg_attribute a ON a.attrelid = t.oid AND attnum > 0 AND NOT attisdropped";
    const std::string constraints = tables + " JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = ";
    CHECK(counts.tables == number(db, "SELECT count(*) FROM " + tables));
    CHECK(counts.columns == number(db, "SELECT count(*) FROM " + columns));
    CHECK(counts.generated == number(db, "SELECT count(*) FROM " + columns + " WHERE attgenerated <> ''"));
    // DEFAULT NULL::type is not a default.
    CHECK(counts.defaults ==
          number(db, "SELECT count(*) FROM " + columns +
                         " JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = attnum WHERE attgenerated = '' "
                         "AND pg_get_expr(adbin, adrelid) NOT LIKE 'NULL::%'"));
    CHECK(counts.not_null == number(db, "SELECT count(*) FROM " + columns + " WHERE attnotnull"));
    CHECK(counts.primary_keys == number(db, "SELECT count(*) FROM " + constraints + "'p'"));
    CHECK(counts.uniques == number(db, "SELECT count(*) FROM " + constraints + "'u'"));
    CHECK(counts.foreign_keys == number(db, "SELECT count(*) FROM " + constraints + "'f'"));
    CHECK(counts.checks == number(db, "SELECT count(*) FROM " + constraints + "'c'"));
    CHECK(counts.indexes ==
          number(db, "SELECT count(*) FROM " + tables +
                         " JOIN pg_index i ON i.indrelid = t.oid LEFT JOIN pg_constraint c ON c.conindid = "
                         "i.indexrelid AND c.conrelid = t.oid AND c.contype IN ('p', 'u', 'x') WHERE c.oid IS NULL"));
    CHECK(counts.triggers ==
          number(db,
                 "SELECT count(*) FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE NOT tgisinternal AND "
                 "NOT c.relispartition AND c.relnamespace = 'public'::regnamespace"));
    CHECK(counts.views ==
          number(db,
                 "SELECT count(*) FROM pg_class c WHERE relkind IN ('v', 'm') AND relnamespace = "
                 "'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND "
                 "d.deptype = 'e')"));
    CHECK(noted(metadata.not_compared, "partition ") ==
          number(db,
                 "SELECT count(*) FROM pg_class WHERE relispartition AND relkind IN ('r', 'p') AND relnamespace = "
                 "'public'::regnamespace"));
    CHECK(noted(metadata.not_compared, "domain ") ==
          number(db, "SELECT count(*) FROM pg_type WHERE typtype = 'd' AND typnamespace = 'public'::regnamespace"));
    std::size_t not_valid = 0;
    for (const Table& table : metadata.tables) not_valid += noted(table.not_compared, "NOT VALID of ");
    CHECK(not_valid == number(db, "SELECT count(*) FROM " + tables +
                                      " JOIN pg_constraint c ON c.conrelid = t.oid AND NOT c.convalidated"));
}

}  // namespace

TEST_CASE("Chinook on SQLite is read whole", "[schema][corpus][sqlite]") { check_sqlite("chinook"); }
TEST_CASE("Headscale on SQLite is read whole", "[schema][corpus][sqlite]") { check_sqlite("headscale"); }
TEST_CASE("Northwind on SQLite is read whole", "[schema][corpus][sqlite]") { check_sqlite("northwind"); }
TEST_CASE("Sakila on SQLite is read whole", "[schema][corpus][sqlite]") { check_sqlite("sakila"); }
TEST_CASE("Temporal on SQLite is read whole", "[schema][corpus][sqlite]") { check_sqlite("temporal"); }
TEST_CASE("Temporal's visibility on SQLite is read whole", "[schema][corpus][sqlite]") {
    check_sqlite("temporal_visibility");
}
TEST_CASE("Chinook on PostgreSQL is read whole", "[schema][corpus][postgresql]") { check_postgresql("chinook"); }
TEST_CASE("Pagila on PostgreSQL is read whole", "[schema][corpus][postgresql]") { check_postgresql("pagila"); }
TEST_CASE("Panoptes on PostgreSQL is read whole", "[schema][corpus][postgresql]") { check_postgresql("panoptes"); }
TEST_CASE("Temporal on PostgreSQL is read whole", "[schema][corpus][postgresql]") { check_postgresql("temporal"); }
TEST_CASE("Temporal's visibility on PostgreSQL is read whole", "[schema][corpus][postgresql]") {
    check_postgresql("temporal_visibility");
}
