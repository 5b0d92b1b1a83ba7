#pragma once

#include <strata/schema/internal/statements.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// Tables and their options. https://www.postgresql.org/docs/15/sql-createtable.html,
/// https://www.postgresql.org/docs/15/sql-altertable.html
namespace strata::schema::postgresql::statements {

using namespace schema::statements;

/// The constraints that CREATE TABLE says itself, besides the primary key and EXCLUDE.
struct InlineConstraints {
    std::vector<const UniqueConstraint*> uniques;
    std::vector<const CheckConstraint*> checks;
    std::vector<const ForeignKey*> foreign_keys;
};
[[nodiscard]] std::string create_table(const Table& table, const InlineConstraints& constraints);

// Actions of ALTER TABLE. An empty text is the server's own choice.
[[nodiscard]] std::string set_unlogged(bool yes);
[[nodiscard]] std::string inherit(const QualifiedName& parent);
[[nodiscard]] std::string no_inherit(const QualifiedName& parent);
[[nodiscard]] std::string attach_partition(const QualifiedName& partition, const std::string& bound);
[[nodiscard]] std::string detach_partition(const QualifiedName& partition);
[[nodiscard]] std::string set_type_of_table(const QualifiedName& composite_type);
[[nodiscard]] std::string set_parameters(const std::vector<std::string>& parameters);
[[nodiscard]] std::string reset_parameters(const std::vector<std::string>& parameters);
[[nodiscard]] std::string set_tablespace(const std::string& tablespace);
[[nodiscard]] std::string set_access_method(const std::string& method);
[[nodiscard]] std::string set_replica_identity(const std::string& identity);
/// By an index, or by that of a constraint.
[[nodiscard]] std::string cluster_on(const std::string& index);
[[nodiscard]] std::string set_without_cluster();
[[nodiscard]] std::string set_row_security(bool yes);
[[nodiscard]] std::string force_row_security(bool yes);

}  // namespace strata::schema::postgresql::statements
