#pragma once

#include <strata/core/dialect.hpp>
#include <strata/core/qualified_name.hpp>

#include <string>

/// What the statements of every kind are written with.
namespace strata::schema::sqlite {

[[nodiscard]] inline const core::Dialect& sqlite_dialect() {
    static const core::Dialect& dialect = core::dialect_for("sqlite");
    return dialect;
}
[[nodiscard]] inline std::string quoted(const core::QualifiedName& name) { return sqlite_dialect().quoted(name); }

}  // namespace strata::schema::sqlite
