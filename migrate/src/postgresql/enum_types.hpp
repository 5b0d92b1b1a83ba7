#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// Enum types that columns share. PostgreSQL can add a label to a type, which can be used when its transaction is over;
/// where a label goes or moves, a new type is created: https://www.postgresql.org/docs/current/sql-altertype.html
namespace strata::migrate::postgresql {

/// The statements to run before a column can have the type. If existing columns use the type's name with other labels,
/// their type is renamed first, until they are altered too.
[[nodiscard]] std::vector<std::string> ensure_type(const schema::Type& column_type, const schema::MetaData& state);

/// Whether all that differs are labels that `after` has beside the ones of `before`.
[[nodiscard]] bool only_adds_labels(const schema::Type& before, const schema::Type& after);

/// Whether the operation may need a label that another one adds to an enum type. Where that is not known, it may.
[[nodiscard]] bool may_use_label(const Operation& operation, const std::string& label);

/// The enum type of this name that a column has, or null.
[[nodiscard]] const schema::Type* enum_type_of_column(const schema::QualifiedName& name, const schema::MetaData& state);

/// The statements that bring a type's labels to `after` without a new type. Throws MigrationError where a label would
/// go or change its place.
[[nodiscard]] std::vector<std::string> add_labels(const schema::ObjectRef& type, const std::vector<std::string>& before,
                                                  const std::vector<std::string>& after);

/// DROP TYPE when no column of `state` uses the type.
[[nodiscard]] std::vector<std::string> drop_unused_type(const schema::Type& column_type, const schema::MetaData& state);

/// Whether a column has the type with just these labels.
[[nodiscard]] bool has_labels(const schema::Type& type, const schema::MetaData& state);

/// Whether columns use the type's name with other labels.
[[nodiscard]] bool has_other_labels(const schema::Type& column_type, const schema::MetaData& state);

/// Throws MigrationError when columns use one type name with different labels.
void check_labels(const schema::MetaData& state);

}  // namespace strata::migrate::postgresql
