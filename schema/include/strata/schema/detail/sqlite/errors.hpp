#pragma once

#include <strata/core/error.hpp>

namespace strata::schema::detail::sqlite {

/// Whether SQLite refused a statement for what it says or what it refers to (SQLITE_ERROR), rather than for a lock, the
/// disk or the rows: only then the schema is the cause. https://sqlite.org/rescode.html#error
[[nodiscard]] bool is_about_schema(const Error& error);

}  // namespace strata::schema::detail::sqlite
