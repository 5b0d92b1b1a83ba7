// Measures create_all, and a check that finds no difference, beside the database's own shell and bare catalogue
// queries:
//   strata_bench_reflect URL TABLES REPETITIONS
// The database must be empty, and keeps the tables. Prints one line of JSON; the seconds are medians.

#include "chain.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace strata;

/// What any tool must read to know the tables: each query set-based, its rows fetched and dropped.
const char* const sqlite_queries[] = {
    "SELECT type, name, tbl_name, sql FROM sqlite_schema",
    "SELECT m.name, x.* FROM sqlite_schema m, pragma_table_xinfo(m.name) x WHERE m.type = 'table'",
    "SELECT m.name, l.*, x.* FROM sqlite_schema m, pragma_index_list(m.name) l, pragma_index_xinfo(l.name) x "
    "WHERE m.type = 'table'",
    "SELECT m.name, f.* FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
};
const char* const postgresql_queries[] = {
    "SELECT c.oid, n.nspname, c.relname, c.relkind, obj_description(c.oid, 'pg_class') FROM pg_class c JOIN "
    "pg_namespace "
    "n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema()",
    "SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, "
    "pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum) FROM pg_class c JOIN pg_attribute a ON "
    "a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE c.relkind IN "
    "('r', 'p') AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped",
    "SELECT k.conrelid, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = "
    "k.conrelid WHERE c.relnamespace = current_schema()::regnamespace",
    "SELECT i.indrelid, i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid "
    "= i.indrelid WHERE c.relnamespace = current_schema()::regnamespace",
};

void run_bare(Connection& connection, std::span<const char* const> queries) {
    for (const char* sql : queries) {
        core::Cursor cursor = connection.query(sql);
        while (cursor.next()) {
        }
    }
}

double seconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// What `check` does, without reading revisions.
void check(const Engine& engine, const schema::MetaData& models) {
    const auto connection = engine.connect();
    const schema::MetaData database = schema::reflect(*connection);
    const auto comparer = schema::expression_comparer(*connection);
    const auto operations =
        migrate::compare_metadata(database, models, schema::ddl_compiler(connection->dialect()), *comparer);
    if (!operations.empty()) throw Error("the check found a difference where there is none");
}

void measure(const std::string& url, int tables, int repetitions) {
    const Engine engine(url);
    const schema::MetaData models = bench::chain_of_tables(tables);
    const double create_all = seconds([&] { schema::create_all(models, engine); });
    const bool sqlite = engine.connect()->dialect().name() == "sqlite";
    const std::span<const char* const> queries =
        sqlite ? std::span<const char* const>(sqlite_queries) : std::span<const char* const>(postgresql_queries);
    std::vector<double> bare;
    std::vector<double> ours;
    for (int i = 0; i < repetitions; ++i) {  // in turns, so that noise hits both
        bare.push_back(seconds([&] { run_bare(*engine.connect(), queries); }));
        ours.push_back(seconds([&] { check(engine, models); }));
    }
    std::cout << "{\"tables\":" << tables << ",\"create_all_seconds\":" << create_all
              << ",\"catalogue_seconds\":" << median(bare) << ",\"check_seconds\":" << median(ours) << "}\n";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: strata_bench_reflect URL TABLES REPETITIONS\n";
        return 2;
    }
    try {
        measure(argv[1], std::stoi(argv[2]), std::stoi(argv[3]));
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "strata_bench_reflect: " << error.what() << '\n';
        return 2;
    }
}
