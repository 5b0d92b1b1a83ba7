#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/migrate/plan.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// Rows that the models list, as revisions change them.
namespace strata::migrate {

/// Gives the state the rows that the operation leaves; other rows of the table stay.
void change_rows(schema::MetaData& state, const ChangeRows& operation);

// What other operations do to the rows of a state.
void rename_column_of_rows(schema::MetaData& state, const RenameColumn& operation);
void drop_column_of_rows(schema::MetaData& state, const DropColumn& operation);

/// DELETE, INSERT and UPDATE statements, in this order. A row that is there already is given its values.
[[nodiscard]] std::vector<Statement> compile_changed_rows(const ChangeRows& operation, const schema::Table& table,
                                                          const schema::DdlCompiler& ddl);

/// What turns the rows of `database` into those of the models, in the two places where it runs: rows that go, which
/// have the old columns, before the tables are changed, and the others after that.
struct RowChanges {
    std::vector<Operation> before_tables;
    std::vector<Operation> after_tables;
};
[[nodiscard]] RowChanges compare_rows(const schema::MetaData& database, const schema::MetaData& models);

}  // namespace strata::migrate
