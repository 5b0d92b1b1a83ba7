#pragma once

#include <strata/schema/metadata.hpp>

#include <string>

/// Enum types. https://www.postgresql.org/docs/15/sql-altertype.html
namespace strata::schema::postgresql::statements {

[[nodiscard]] std::string create_enum_type(const Type& type);
[[nodiscard]] std::string drop_type(const QualifiedName& name);
[[nodiscard]] std::string rename_type(const QualifiedName& from, const std::string& to);
[[nodiscard]] std::string rename_label(const QualifiedName& type, const std::string& from, const std::string& to);
/// The same, and nothing where the label has the new name already.
[[nodiscard]] std::string rename_label_once(const QualifiedName& type, const std::string& from, const std::string& to);
/// Adds the label before another one, or as the last one.
[[nodiscard]] std::string add_label(const QualifiedName& type, const std::string& label, const std::string* before);

}  // namespace strata::schema::postgresql::statements
