#pragma once

#include "../detail/query_compiler.hpp"

namespace strata::dal::detail::sqlite {

const QueryCompiler& compiler();

}  // namespace strata::dal::detail::sqlite
