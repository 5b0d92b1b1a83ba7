#pragma once

#include "journal.hpp"

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
    /// The table before and after the operations, by the history; std::nullopt when only the database knows it.
    std::optional<schema::Table> before;
    std::optional<schema::Table> after;
};

/// Writes the statements of the changes, which run inside a transaction with foreign keys off. Uses ALTER TABLE where
/// SQLite accepts it with the same result, else a rebuild (https://sqlite.org/lang_altertable.html#otheralter) that
/// keeps rows with their rowids, clauses, indexes, triggers and views. Throws MigrationError.
void change_table(Journal& journal, const TableChange& change);

/// Whether there is a table of this name.
[[nodiscard]] bool has_table(core::Connection& connection, const std::string& table);

/// Drops the table without deleting rows of other tables; refused while something still needs the table. `doomed` are
/// the referring tables that the same revision drops.
void drop_table(Journal& journal, const std::string& table, const std::vector<std::string>& doomed);

/// RENAME TO and RENAME COLUMN. Views and triggers that do not name the table keep their text, even broken ones.
void rename_table(Journal& journal, const RenameTable& operation);
void rename_column(Journal& journal, const RenameColumn& operation);

/// Whether ALTER TABLE ADD COLUMN accepts the column whatever rows exist.
[[nodiscard]] bool plain_addition(const schema::Column& column);

}  // namespace strata::migrate::sqlite
