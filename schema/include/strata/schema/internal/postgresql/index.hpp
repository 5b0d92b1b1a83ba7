#pragma once

#include <strata/schema/internal/statements.hpp>
#include <strata/schema/metadata.hpp>

#include <cstddef>
#include <string>

/// Indexes. https://www.postgresql.org/docs/15/sql-alterindex.html
namespace strata::schema::postgresql::statements {

using namespace schema::statements;

/// Of an expression of the index; the first element is 1.
[[nodiscard]] std::string set_statistics_of_element(const QualifiedName& index, std::size_t element, int target);
[[nodiscard]] std::string rename_index(const QualifiedName& from, const std::string& to);
/// Attaches a partition's index to that of the partitioned table.
[[nodiscard]] std::string attach_index(const QualifiedName& whole, const QualifiedName& part);

}  // namespace strata::schema::postgresql::statements
