#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/version_tables.hpp>

#include <string>
#include <string_view>

/// Where the tables of migrations are, on a connection and in a script.
namespace strata::migrate {

/// Throws UsageError for names that the database cannot have: empty or too long ones, and a schema where it has none.
void check_version_tables(const core::Dialect& dialect, const schema::VersionTables& tables);

/// The schema of the tables: the given one, else the connection's current one. Throws UsageError for one that does not
/// exist.
[[nodiscard]] std::string schema_of(core::Connection& connection, const schema::VersionTables& tables);

/// Quoted, and qualified where a schema is given: for a script that runs elsewhere.
[[nodiscard]] std::string script_name(const core::Dialect& dialect, const schema::VersionTables& tables,
                                      std::string_view name);

/// `strata_version`, with its schema where one is given; for messages.
[[nodiscard]] std::string version_table_text(const schema::VersionTables& tables);

/// Removes the tables of migrations from what the connection's database has.
void leave_out(schema::MetaData& live, core::Connection& connection, const schema::VersionTables& tables);

}  // namespace strata::migrate
