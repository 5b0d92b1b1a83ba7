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

/// The version table of the schema that was the connection's current one when this was made. Its SQL names the schema,
/// so that neither a revision that changes the search_path nor a table of that name in another schema is taken for it.
class VersionTable {
public:
    /// Asks the connection for its current schema; throws UsageError where there is none.
    explicit VersionTable(core::Connection& connection);

    /// Reads the rows; makes nothing.
    [[nodiscard]] Versions read(core::Connection& connection) const;
    /// The same inside a transaction that may write: makes the table where there is none.
    [[nodiscard]] RevisionIds read_or_make(core::Connection& connection) const;
    /// Turns the rows into others. Throws MigrationError when a row is not what was read.
    void write(core::Connection& connection, const RevisionIds& from, const RevisionIds& to) const;

private:
    std::string schema_;
    std::string name_;  // quoted, with its schema
};

// For a script that is run elsewhere, where the current schema is not known: the table's name is not qualified.
[[nodiscard]] std::string create_version_table_sql(const core::Dialect& dialect);
/// The statements of VersionTable::write() with the ids as literals.
[[nodiscard]] std::vector<std::string> version_statements(const core::Dialect& dialect, const RevisionIds& from,
                                                          const RevisionIds& to);

}  // namespace strata::migrate
