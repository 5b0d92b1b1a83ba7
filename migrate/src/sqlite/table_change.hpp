#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>

#include <optional>
#include <string>
#include <vector>

namespace strata::migrate::sqlite {

/// Consecutive changes of one table that ALTER TABLE alone cannot make.
struct TableChange {
    std::string table;
    std::vector<Operation> operations;
    /// The table by its history before and after the operations; nothing when only the database knows it.
    std::optional<schema::Table> before;
    std::optional<schema::Table> after;
};

/// Makes the changes inside the open transaction, with foreign keys off: by ALTER TABLE where SQLite takes that and
/// does the same, else by a rebuild (https://sqlite.org/lang_altertable.html#otheralter) that keeps rows with their
/// rowids, clauses, indexes, triggers and views. Throws MigrationError with nothing to clean up but the transaction.
void change_table(core::Connection& connection, const TableChange& change);

/// DROP TABLE that deletes no other table's rows and is refused while something still needs the table. Referring tables
/// in `doomed` are dropped by the same revision.
void drop_table(core::Connection& connection, const std::string& table, const std::vector<std::string>& doomed);

/// RENAME TO and RENAME COLUMN. Views and triggers that do not name the table stay as they are, also broken ones.
void rename_table(core::Connection& connection, const RenameTable& operation);
void rename_column(core::Connection& connection, const RenameColumn& operation);

/// Whether ALTER TABLE ADD COLUMN takes the column whatever rows there are.
[[nodiscard]] bool plain_addition(const schema::Column& column);

}  // namespace strata::migrate::sqlite
