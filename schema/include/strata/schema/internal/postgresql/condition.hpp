#pragma once

#include <strata/schema/metadata.hpp>

#include <string>

/// Statements that run only where the database has or lacks something, which it looks up as they run.
/// https://www.postgresql.org/docs/15/sql-do.html
namespace strata::schema::postgresql::statements {

// Conditions.
[[nodiscard]] std::string has_relation(const QualifiedName& name);
[[nodiscard]] std::string lacks_relation(const QualifiedName& name);
[[nodiscard]] std::string has_column(const QualifiedName& table, const std::string& column);
[[nodiscard]] std::string lacks_column(const QualifiedName& table, const std::string& column);
[[nodiscard]] std::string has_constraint(const QualifiedName& table, const std::string& name);

/// A statement as a line of a block.
[[nodiscard]] std::string in_block(const std::string& sql);
/// The block that runs such lines where the condition is true.
[[nodiscard]] std::string block_if(const std::string& condition, const std::string& lines);

}  // namespace strata::schema::postgresql::statements
