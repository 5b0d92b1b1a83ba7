#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/schema/version_tables.hpp>

#include <string>
#include <vector>

/// The table that records a database's revisions: one row per branch.
namespace strata::migrate {

struct Versions {
    bool table_exists = false;
    RevisionIds ids;  ///< sorted
};

/// The version table in the schema that was the connection's current one on construction. Its SQL qualifies the name,
/// so that a revision that changes the search_path has no effect on it, and a table of that name in another schema is
/// never taken for it.
class VersionTable {
public:
    /// Asks the connection for its current schema, unless a schema is given; throws UsageError when there is none.
    VersionTable(core::Connection& connection, const schema::VersionTables& tables);

    /// Reads the rows; does not create the table.
    [[nodiscard]] Versions read(core::Connection& connection) const;
    /// Reads inside a transaction that may write; creates the table when it does not exist.
    [[nodiscard]] RevisionIds read_or_make(core::Connection& connection) const;
    /// Changes the rows from one set of ids to another. Throws MigrationError when a row is not the one that was read.
    void write(core::Connection& connection, const RevisionIds& from, const RevisionIds& to) const;

private:
    std::string schema_;
    std::string table_;
    std::string name_;  // quoted and qualified
};

// For a script that runs elsewhere, where the current schema is not known: the table's name is qualified only where a
// schema is given.
[[nodiscard]] std::string create_version_table_sql(const core::Dialect& dialect, const schema::VersionTables& tables);
/// The statements of VersionTable::write() with the ids as literals.
[[nodiscard]] std::vector<std::string> version_statements(const core::Dialect& dialect,
                                                          const schema::VersionTables& tables, const RevisionIds& from,
                                                          const RevisionIds& to);

}  // namespace strata::migrate
