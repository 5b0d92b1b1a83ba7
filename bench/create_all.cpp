#include "core_jobs.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/schema/column.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/schema.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace bench {

namespace {

using strata::schema::MetaData;

/// Tables of 17 columns.
MetaData many_tables(int count) {
    namespace schema = strata::schema;
    MetaData metadata;
    for (int i = 0; i < count; ++i) {
        schema::Table table;
        table.name = "table_" + std::to_string(i);
        table.columns.push_back(schema::column("id", schema::BigInteger{}).identity());
        for (int c = 1; c <= 8; ++c) {
            table.columns.push_back(schema::column("text_" + std::to_string(c), schema::String{100}).nullable());
            table.columns.push_back(schema::column("number_" + std::to_string(c), schema::BigInteger{}));
        }
        table.primary_key = schema::PrimaryKey{"pk_" + table.name, {"id"}};
        metadata.tables.push_back(std::move(table));
    }
    return metadata;
}

void write_script(const std::filesystem::path& file, const MetaData& metadata, const strata::core::Dialect& dialect,
                  bool with_transaction) {
    std::ofstream script(file);
    if (with_transaction) script << "BEGIN;\n";
    for (const std::string& sql : strata::schema::create_all_sql(metadata, dialect)) script << sql << ";\n";
    if (with_transaction) script << "COMMIT;\n";
}

void shell(const std::string& command) {
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

constexpr struct {
    int tables;
    int repetitions;
} sizes[] = {{1000, 5}, {4000, 3}};

}  // namespace

void register_create_all_sqlite(const std::string& folder) {
    for (const auto& size : sizes) {
        const auto metadata = std::make_shared<MetaData>(many_tables(size.tables));
        const std::string file = folder + "/create_all.db";
        const std::string script = folder + "/create_all_" + std::to_string(size.tables) + ".sql";
        write_script(script, *metadata, strata::core::dialect_for("sqlite"), true);
        const auto prepare = [file] {
            for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
            shell("sqlite3 '" + file + "' 'PRAGMA journal_mode = WAL' > /dev/null");  // for both sides
        };
        const std::string job = "sqlite/create_all " + std::to_string(size.tables) + " tables/";
        add_job(
            job + "bare", size.tables, prepare, [=] { shell("sqlite3 -bail '" + file + "' < '" + script + "'"); },
            size.repetitions);
        add_job(
            job + "strata", size.tables, prepare,
            [=] { strata::schema::create_all(*metadata, strata::Engine("sqlite:////" + file.substr(1))); },
            size.repetitions);
    }
}

void register_create_all_postgresql(const std::string& url) {
    strata::Url made = strata::Url::parse(url);
    made.database = "strata_bench_tables";
    for (const auto& size : sizes) {
        const auto metadata = std::make_shared<MetaData>(many_tables(size.tables));
        const auto script =
            std::filesystem::temp_directory_path() / ("strata_create_all_" + std::to_string(size.tables) + ".sql");
        write_script(script, *metadata, strata::core::dialect_for("postgresql"), false);
        const auto prepare = [url] {
            strata::Connection connection(strata::Url::parse(url));
            connection.execute("DROP DATABASE IF EXISTS strata_bench_tables WITH (FORCE)");
            connection.execute("CREATE DATABASE strata_bench_tables");
        };
        const std::string job = "postgresql/create_all " + std::to_string(size.tables) + " tables/";
        add_job(
            job + "bare", size.tables, prepare,
            [=] {
                shell("psql -X -q -1 -v ON_ERROR_STOP=1 -d '" + made.to_string() + "' -f '" + script.string() +
                      "' > /dev/null");
            },
            size.repetitions);
        add_job(
            job + "strata", size.tables, prepare, [=] { strata::schema::create_all(*metadata, strata::Engine(made)); },
            size.repetitions);
    }
}

}  // namespace bench
