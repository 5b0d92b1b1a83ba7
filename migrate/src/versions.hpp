#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/graph.hpp>

#include <string>
#include <vector>

/// The table that says where a database is: one row per branch.
namespace strata::migrate {

struct Versions {
    bool table_exists = false;
    RevisionIds ids;  ///< sorted
};

/// Reads the table; makes nothing. Not inside a transaction: PostgreSQL would refuse to go on where there is no table.
[[nodiscard]] Versions read_versions(core::Connection& connection);
/// The same inside a transaction that may write: makes the table when it did not stand before.
[[nodiscard]] RevisionIds reread_versions(core::Connection& connection, bool table_exists);
/// Turns the rows into others. Throws MigrationError when a row is not what was read.
void write_versions(core::Connection& connection, const RevisionIds& from, const RevisionIds& to);

[[nodiscard]] std::string create_version_table_sql(const core::Dialect& dialect);
/// The statements of write_versions with the ids as literals, for a script.
[[nodiscard]] std::vector<std::string> version_statements(const core::Dialect& dialect, const RevisionIds& from,
                                                          const RevisionIds& to);

}  // namespace strata::migrate
