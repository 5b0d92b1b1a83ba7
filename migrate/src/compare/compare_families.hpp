#pragma once

#include "compare_table.hpp"

#include <map>
#include <vector>

namespace strata::migrate::detail {

using TableDifferences = std::map<schema::QualifiedName, TableDifference>;

/// Leaves out of the differences of partitions and of tables that inherit what the database does by itself when it
/// changes the tables that they come from, and adds what it does too much. `order` has those tables first.
void settle_columns(TableDifferences& differences, const std::vector<schema::QualifiedName>& order);
/// The same for indexes and constraints. A partition's part of one cannot be dropped alone, so the whole is made again
/// where a part shall be another.
void settle_pieces(TableDifferences& differences, const std::vector<schema::QualifiedName>& order);

/// Whether the table is or was a partition, or has partitions: what is added to it has to be added to its partitions
/// first, so that the database takes that in instead of making it under a name of its own.
[[nodiscard]] bool is_in_partition_tree(const TableDifference& difference);

}  // namespace strata::migrate::detail
