#pragma once

#include <strata/core/fragment.hpp>

#include <string>
#include <string_view>

namespace strata::dal::detail {

/// A pattern for LIKE with \ as its escape: text that a prefix, suffix or infix search looks for is escaped, a pattern
/// is checked. Throws UsageError for a pattern that ends in its escape.
[[nodiscard]] std::string like_pattern(std::string_view text, core::Form form);
/// The same for SQLite's GLOB, which is case-sensitive and can use an index.
/// https://www.sqlite.org/lang_expr.html#glob
[[nodiscard]] std::string glob_pattern(std::string_view text, core::Form form);

/// A JSON path as the array of its steps, as PostgreSQL takes it.
[[nodiscard]] std::string path_array(std::string_view path);
/// A format of times as that of to_char().
[[nodiscard]] std::string to_char_format(std::string_view format);

}  // namespace strata::dal::detail
