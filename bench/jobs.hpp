#pragma once

#include "item.hpp"

#include <strata/dal.hpp>

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

namespace bench {

/// The same jobs for a database: once with the bare driver doing it well, once with Strata.
struct BareDriver {
    std::function<void()> clear;                     ///< empties the table
    std::function<void(std::vector<Item>&)> insert;  ///< one by one in a transaction, keys read back into the rows
    std::function<void(const std::vector<Item>&)> insert_many;  ///< its fastest way
    std::function<std::vector<Item>()> select_all;              ///< into structs
    std::function<Item(std::int64_t)> by_key;                   ///< a prepared statement, run again
    std::function<void(const std::vector<Item>&)> update_many;  ///< by key, all columns, in a transaction
};

void register_jobs(const std::string& database, std::int64_t rows, const BareDriver& bare,
                   const strata::dal::Database& db);

/// Registers the jobs of each database. The objects live until the program ends.
void register_sqlite(const std::string& path);
void register_postgresql(const std::string& url);

}  // namespace bench
