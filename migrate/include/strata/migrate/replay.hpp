#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <vector>

namespace strata::migrate {

/// Carries the operation out on the vocabulary, without a database. Throws MigrationError when it does not fit the
/// state: a table or column that is not there, a name that is there already, a table or column that a foreign key still
/// refers to. Dropping a column drops its keys, indexes and the checks that name it; renaming one renames it in all of
/// them. Execute, BulkInsert and Run leave the state as it is.
void apply(schema::MetaData& state, const Operation& operation);

/// What takes the operation back, given the state before it. Nothing for Execute, BulkInsert and Run.
[[nodiscard]] std::vector<Operation> reverse(const Operation& operation, const schema::MetaData& before);

/// The operations that take the whole list back, last first.
[[nodiscard]] std::vector<Operation> reverse_all(const std::vector<Operation>& operations, schema::MetaData before);

}  // namespace strata::migrate
