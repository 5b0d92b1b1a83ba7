#pragma once

#include "operations/unread.hpp"

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/reflection.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Labels of enum types that get another name: in the type, in the columns that have it, and in the SQL about them.
namespace strata::migrate {

/// The labels of an enum type that a column has or that stands alone; null where the state has no such type.
[[nodiscard]] const std::vector<std::string>* labels_of(const schema::MetaData& state,
                                                        const schema::QualifiedName& type);

/// The names of the enum types that columns have, each once, in the order of the tables.
[[nodiscard]] std::vector<schema::QualifiedName> enum_types_of_columns(const schema::MetaData& state);

/// Gives the enum types of columns the names that they have in `known`, where the database keeps none (SQLite).
void name_enum_types(schema::MetaData& database, const schema::MetaData& known);

/// Renames a label in a state. Throws MigrationError where the type lacks the old label or has the new one. An
/// expression with the label that names other columns too is marked as unread, since it may mean another thing there.
void rename_label(schema::MetaData& state, const RenameEnumLabel& operation, Unread& unread);

/// The renaming for a database that keeps an enum's labels in a check of each column: its rows and its SQL are changed
/// table by table.
[[nodiscard]] std::vector<Operation> label_parts(const RenameEnumLabel& operation, const schema::MetaData& state);

/// Compares expressions that already have the new labels on a database that still has the old ones.
[[nodiscard]] std::unique_ptr<schema::ExpressionComparer> comparer_before_renames(
    schema::ExpressionComparer& comparer, const std::vector<Operation>& renames);

}  // namespace strata::migrate
