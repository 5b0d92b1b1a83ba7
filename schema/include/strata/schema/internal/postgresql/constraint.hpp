#pragma once

#include <strata/schema/ddl.hpp>
#include <strata/schema/metadata.hpp>

#include <string>

/// Constraints; their own text is constraint_sql, since both databases write it in the same way.
namespace strata::schema::postgresql::statements {

// Actions of ALTER TABLE.
template <class Constraint>
[[nodiscard]] std::string add_constraint(const core::Dialect& dialect, const Constraint& constraint) {
    return "ADD " + constraint_sql(dialect, constraint);
}
[[nodiscard]] std::string drop_constraint(const std::string& name);
[[nodiscard]] std::string validate_constraint(const std::string& name);
[[nodiscard]] std::string rename_constraint(const std::string& from, const std::string& to);

/// An empty text removes the comment.
[[nodiscard]] std::string comment_on_constraint(const QualifiedName& table, const std::string& name,
                                                const std::string& text);

}  // namespace strata::schema::postgresql::statements
