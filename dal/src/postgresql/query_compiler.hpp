#pragma once

#include "../detail/query_compiler.hpp"

namespace strata::dal::detail::postgresql {

const QueryCompiler& compiler();

}  // namespace strata::dal::detail::postgresql
