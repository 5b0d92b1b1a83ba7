#pragma once

#include <strata/schema/metadata.hpp>

#include <string>

/// Constraints as SQLite's CREATE TABLE has them. What only orders or places PostgreSQL's storage is left out; what
/// SQLite lacks and what would change the meaning throws UsageError.
namespace strata::schema::detail::sqlite {

/// PRIMARY KEY, with AUTOINCREMENT where the table's column says so.
[[nodiscard]] std::string constraint_text(const Table& table, const PrimaryKey& key);
[[nodiscard]] std::string constraint_text(const Table& table, const UniqueConstraint& unique);
[[nodiscard]] std::string constraint_text(const Table& table, const ForeignKey& key);
[[nodiscard]] std::string constraint_text(const Table& table, const CheckConstraint& check);

}  // namespace strata::schema::detail::sqlite
