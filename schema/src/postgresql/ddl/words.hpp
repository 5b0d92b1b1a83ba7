#pragma once

#include <strata/core/dialect.hpp>
#include <strata/core/qualified_name.hpp>
#include <strata/core/value.hpp>

#include <string>

/// What the statements of every kind are written with.
namespace strata::schema::postgresql {

[[nodiscard]] inline const core::Dialect& postgresql_dialect() {
    static const core::Dialect& dialect = core::dialect_for("postgresql");
    return dialect;
}
[[nodiscard]] inline std::string quoted(const core::QualifiedName& name) { return postgresql_dialect().quoted(name); }
[[nodiscard]] inline std::string literal(const std::string& text) {
    std::string sql;
    postgresql_dialect().literal(sql, core::Value::text(text));
    return sql;
}
/// COMMENT ON; an empty text removes the comment.
[[nodiscard]] inline std::string comment_sql(const std::string& on, const std::string& text) {
    return "COMMENT ON " + on + " IS " + (text.empty() ? "NULL" : literal(text));
}

}  // namespace strata::schema::postgresql
