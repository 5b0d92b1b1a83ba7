#pragma once

#include <strata/schema/internal/statements.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// Columns. https://www.postgresql.org/docs/15/sql-altertable.html
namespace strata::schema::postgresql::statements {

using namespace schema::statements;

/// Name, type and all that CREATE TABLE and ADD COLUMN say of a column.
[[nodiscard]] std::string column_definition(const Table& table, const Column& column);
/// What follows the type.
[[nodiscard]] std::string column_options(const Table& table, const Column& column);
/// The default of a column, as SQL. Throws UsageError when it is empty or has nothing for this database.
[[nodiscard]] std::string default_sql(const QualifiedName& table, const std::string& column,
                                      const ServerDefault& value);

// Actions of ALTER TABLE.
/// `using_expression` converts the old values; empty: PostgreSQL's own assignment cast does.
[[nodiscard]] std::string set_type(const std::string& column, const Type& type, const QualifiedName& collation,
                                   const std::string& using_expression = {});
[[nodiscard]] std::string set_default(const QualifiedName& table, const std::string& column,
                                      const ServerDefault& value);
[[nodiscard]] std::string drop_default(const std::string& column);
[[nodiscard]] std::string set_nullable(const std::string& column, bool nullable);
[[nodiscard]] std::string drop_expression(const std::string& column);
/// An empty storage is the usual one of the type.
[[nodiscard]] std::string set_storage(const std::string& column, const std::string& storage, const Type& type);
/// An empty method is the server's own.
[[nodiscard]] std::string set_compression(const std::string& column, const std::string& method);
[[nodiscard]] std::string set_statistics(const std::string& column, int target);
/// When the table is created, and for a table that is there.
[[nodiscard]] std::string set_options_of_new(const std::string& column, const std::vector<std::string>& options);
[[nodiscard]] std::string set_options(const std::string& column, const std::vector<std::string>& options);
[[nodiscard]] std::string reset_options(const std::string& column, const std::vector<std::string>& options);

/// An empty text removes the comment.
[[nodiscard]] std::string comment_on_column(const QualifiedName& table, const std::string& column,
                                            const std::string& text);

}  // namespace strata::schema::postgresql::statements
