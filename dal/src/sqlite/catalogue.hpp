#pragma once

#include "../detail/query_compiler.hpp"

namespace strata::dal::detail::sqlite {

[[nodiscard]] std::vector<StoredColumn> stored_columns(core::Connection& connection, const core::QualifiedName& table);
[[nodiscard]] bool fits(const core::TypeInfo& type, const core::ColumnFacts& facts, const StoredColumn& column);

}  // namespace strata::dal::detail::sqlite
