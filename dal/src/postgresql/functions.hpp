#pragma once

#include <strata/dal/detail/function.hpp>

#include <string_view>

namespace strata::dal::detail::postgresql {

/// A function's text on PostgreSQL: QueryCompiler::text_of.
[[nodiscard]] std::string_view function_text(Function function);

}  // namespace strata::dal::detail::postgresql
