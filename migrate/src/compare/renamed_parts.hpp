#pragma once

#include "compare_families.hpp"

#include <strata/migrate/operation.hpp>

#include <vector>

namespace strata::migrate::detail {

/// RenameIndex and RenameConstraint operations in an order in which each name is free when it is given. Names that go
/// round in a circle, two that are swapped say, go by way of another name.
[[nodiscard]] std::vector<Operation> in_free_order(std::vector<Operation> renames);

/// Takes out of the differences what must happen before any table gets something: the drops and the renames of indexes
/// whose names go to other tables, since the indexes of a schema share their names. `created` are the new tables.
[[nodiscard]] std::vector<Operation> take_moving_names(TableDifferences& differences,
                                                       const std::vector<schema::QualifiedName>& order,
                                                       const std::vector<const schema::Table*>& created);

/// The names that a table gives to indexes, and to constraints that are implemented by an index.
[[nodiscard]] std::vector<schema::QualifiedName> index_names(const schema::Table& table);

}  // namespace strata::migrate::detail
