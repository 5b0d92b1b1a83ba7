#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata::schema::internal {

/// The text as a C++ string literal that compiles, without a warning, to exactly these bytes: quotes, backslashes,
/// control characters, trigraphs, invalid UTF-8 and bidirectional controls are escaped. A text that contains NUL
/// becomes a std::string expression. Text of several lines becomes one literal per line, each on its own line, indented
/// by `indent` blanks.
[[nodiscard]] std::string cpp_literal(std::string_view text, std::size_t indent = 0);
/// `{"a", "b"}`
[[nodiscard]] std::string cpp_list(const std::vector<std::string>& texts);

}  // namespace strata::schema::internal
