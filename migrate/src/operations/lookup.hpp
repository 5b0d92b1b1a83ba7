#pragma once

#include "operations/identifiers.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <string>

/// Finds in a state what an operation speaks of, and what depends on a column. Functions that need something throw
/// MigrationError where it is missing or in the way.
namespace strata::migrate {

[[noreturn]] inline void refuse(const std::string& what) { throw MigrationError(what); }

/// For a state that is read and one that is changed.
template <class State>
[[nodiscard]] auto& table_in(State& state, const schema::QualifiedName& name) {
    auto* table = state.find(name);
    if (table == nullptr) refuse("there is no table " + name);
    return *table;
}
template <class Table>
[[nodiscard]] auto& column_in(Table& table, const std::string& name) {
    auto* column = table.find_column(name);
    if (column == nullptr) refuse("table " + table.name + " has no column " + name);
    return *column;
}

/// Whether an expression or the predicate of an index, or of an exclude constraint, mentions the column.
template <class Indexed>
[[nodiscard]] bool mentions_in_expression(const Indexed& index, const std::string& column) {
    return mentions(index.where, column) ||
           std::any_of(index.elements.begin(), index.elements.end(),
                       [&](const schema::IndexElement& element) { return mentions(element.expression, column); });
}
/// The same, or the column is in it by itself.
template <class Indexed>
[[nodiscard]] bool uses(const Indexed& index, const std::string& column) {
    return mentions_in_expression(index, column) || core::internal::contains(index.include, column) ||
           std::any_of(index.elements.begin(), index.elements.end(),
                       [&](const schema::IndexElement& element) { return element.column == column; });
}
/// Whether the constraint's index holds the column, as its key or besides.
template <class Key>
[[nodiscard]] bool holds(const Key& key, const std::string& column) {
    return core::internal::contains(key.columns, column) || core::internal::contains(key.include, column);
}

/// No foreign key of another table may refer to the table, or to the column when one is given. A key of the table
/// itself that has the column goes with it.
void need_unreferred(const schema::MetaData& state, const schema::QualifiedName& table, const std::string* column);
/// No other column of the table may be computed from the column.
void need_not_computed_from(const schema::Table& table, const std::string& column);

/// The check's name, or the one by which it is known without one.
[[nodiscard]] inline std::string known_name(const schema::QualifiedName& table, const schema::CheckConstraint& check) {
    return check.name.empty() ? schema::unnamed_check_name(table.name, check.expression) : check.name;
}
/// The check of that name among a table's, or the end.
template <class Checks>
[[nodiscard]] auto find_check(Checks& checks, const schema::QualifiedName& table, const std::string& name) {
    return std::find_if(checks.begin(), checks.end(),
                        [&](const auto& check) { return known_name(table, check) == name; });
}

/// Whether the table has a constraint of any kind of this name.
[[nodiscard]] bool has_constraint(const schema::Table& table, const std::string& name);

/// Whether the operation may find its work done (if_exists, if_not_exists), so that the database decides what it does.
[[nodiscard]] bool is_conditional(const Operation& operation);
/// Whether it is conditional and its work is done in this state.
[[nodiscard]] bool is_done(const schema::MetaData& state, const Operation& operation);

/// Whether a column of the state has this enum type. A type that no operation created comes and goes with its columns.
[[nodiscard]] bool is_type_of_column(const schema::MetaData& state, const schema::ObjectRef& object);

}  // namespace strata::migrate
