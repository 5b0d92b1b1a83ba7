#pragma once

#include <strata/core/server_default.hpp>
#include <strata/schema/type.hpp>

namespace strata::migrate::detail {

/// Whether two defaults are constants of the same value in a column of the type: 1.0 and 1 as numbers, `[]` and `[ ]`
/// as JSON. False where one of them is not a constant, or the type compares its values as they are written.
[[nodiscard]] bool same_constant(const schema::Type& type, const core::ServerDefault& left,
                                 const core::ServerDefault& right);

}  // namespace strata::migrate::detail
