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
/// Drops an index that a concurrent attempt has left unfinished; a valid one stays.
[[nodiscard]] std::string drop_invalid_index(const QualifiedName& index);
/// The CREATE INDEX or DROP INDEX that keeps no writers out, does nothing where its work is done, and cannot run in a
/// transaction. Any other statement stays as it is.
/// https://www.postgresql.org/docs/15/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
[[nodiscard]] std::string concurrently(std::string sql);
/// Attaches a partition's index to that of the partitioned table.
[[nodiscard]] std::string attach_index(const QualifiedName& whole, const QualifiedName& part);

}  // namespace strata::schema::postgresql::statements
