#pragma once

#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// Enum types that columns share. PostgreSQL can add a label to a type, but cannot remove one nor use a new one in the
/// same transaction, so a change of labels creates a new type:
/// https://www.postgresql.org/docs/current/sql-altertype.html
namespace strata::migrate::postgresql {

/// The statements to run before a column can have the type. If existing columns use the type's name with other labels,
/// their type is renamed first, until they are altered too.
[[nodiscard]] std::vector<std::string> ensure_type(const schema::Type& column_type, const schema::MetaData& state);

/// The enum type of this name that a column has, or null.
[[nodiscard]] const schema::Type* enum_type_of_column(const schema::QualifiedName& name, const schema::MetaData& state);

/// The statements that bring a type's labels to `after` without a new type. Throws MigrationError where a label would
/// go or change its place.
[[nodiscard]] std::vector<std::string> add_labels(const schema::ObjectRef& type, const std::vector<std::string>& before,
                                                  const std::vector<std::string>& after);

/// DROP TYPE when no column of `state` uses the type.
[[nodiscard]] std::vector<std::string> drop_unused_type(const schema::Type& column_type, const schema::MetaData& state);

/// Whether columns use the type's name with other labels.
[[nodiscard]] bool has_other_labels(const schema::Type& column_type, const schema::MetaData& state);

/// Throws MigrationError when columns use one type name with different labels.
void check_labels(const schema::MetaData& state);

}  // namespace strata::migrate::postgresql
