#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <vector>

namespace strata::migrate {

/// Carries out the operation on the vocabulary, without a database. Throws MigrationError when it does not fit the
/// state: a table or column does not exist, a name exists already, a foreign key still refers to the table or column.
/// Dropping a column drops its keys, indexes and the checks that name it; renaming one renames it in all of them.
/// Execute does what it declares; BulkInsert, Fill and Run leave the state unchanged.
void apply(schema::MetaData& state, const Operation& operation);

/// The operations that undo the operation, given the state before it. Empty for what works on rows:
/// Execute, BulkInsert, Fill and Run.
[[nodiscard]] std::vector<Operation> reverse(const Operation& operation, const schema::MetaData& before);

/// The operations that undo the whole list, last first.
[[nodiscard]] std::vector<Operation> reverse_all(const std::vector<Operation>& operations, schema::MetaData before);

}  // namespace strata::migrate
