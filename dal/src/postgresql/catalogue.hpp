#pragma once

#include "../detail/query_compiler.hpp"

namespace strata::dal::detail::postgresql {

[[nodiscard]] std::vector<StoredColumn> stored_columns(core::Connection& connection, const core::QualifiedName& table);
[[nodiscard]] bool fits(const core::TypeInfo& type, const StoredColumn& column);

}  // namespace strata::dal::detail::postgresql
