#pragma once

#include "support/database.hpp"

#include <strata/core/connection.hpp>
#include <strata/migrate/compiler.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// What the tests of autogenerate and of table changes share: a schema to change, and what differs
/// from it.
namespace strata::test {

using migrate::run_operations;

/// Makes the tables of the metadata, as create_all would.
void create_tables(core::Connection& connection, const schema::MetaData& metadata);

/// The operations that make the live database what the models say.
[[nodiscard]] std::vector<migrate::Operation> differences(core::Connection& connection, const schema::MetaData& models);
/// The same where a history has made so much of the database, and all else is not ours.
[[nodiscard]] std::vector<migrate::Operation> own_differences(core::Connection& connection,
                                                              const schema::MetaData& models,
                                                              schema::MetaData history = {});

/// One line per operation, as `check` lists them.
[[nodiscard]] std::vector<std::string> described(const std::vector<migrate::Operation>& operations);

/// Users with songs, tags of songs and an album: a key of each kind, checks, indexes of all kinds, an enum, defaults.
[[nodiscard]] schema::MetaData music();
/// A few rows for each of its tables, in SQL that both databases take.
extern const char* const music_rows;
/// What the shell prints for all rows of the columns, in order.
[[nodiscard]] std::string rows_of(const TestDatabase& db, const std::string& table, const std::string& columns);

}  // namespace strata::test
