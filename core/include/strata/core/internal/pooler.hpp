#pragma once

#include <strata/core/connection.hpp>

namespace strata::core::detail {

/// Whether a pooler stands between us and the server: PostgreSQL's session is another one than the one that the
/// connection was told when it was opened. False on SQLite.
[[nodiscard]] bool has_pooler(Connection& connection);

}  // namespace strata::core::detail
