#include "support/corpus.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/schema/reflection.hpp>

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
    std::size_t modules = 0;  ///< virtual tables
    std::size_t columns = 0;
    std::size_t generated = 0;
    std::size_t defaults = 0;
    std::size_t not_null = 0;
    std::size_t primary_keys = 0;
    std::size_t uniques = 0;
    std::size_t foreign_keys = 0;
    std::size_t checks = 0;
    std::size_t indexes = 0;
    std::size_t triggers = 0;
    std::size_t views = 0;
};

Counts counts_of(const MetaData& metadata) {
    Counts counts;
    for (const Table& table : metadata.tables) {
        ++(table.module.empty() ? counts.tables : counts.modules);
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
        counts.indexes += table.indexes.size();
    }
    for (const Object& object : metadata.objects)
        ++(object.ref.kind == ObjectKind::trigger ? counts.triggers : counts.views);
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
    CHECK(counts.modules ==
          number(db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'"));
    CHECK(metadata.unmanaged.empty());
    for (const Table& table : metadata.tables) CHECK(table.unmanaged.empty());
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
