#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate {

/// The text as a C++ string literal that compiles to exactly these bytes, with no warning: quotes, backslashes, control
/// characters, trigraphs, invalid UTF-8 and bidirectional controls are escaped. A text with NUL becomes a std::string
/// expression. Several lines become one literal per line, each on a line of its own behind `indent` blanks.
[[nodiscard]] std::string cpp_literal(std::string_view text, std::size_t indent = 0);
/// `{"a", "b"}`
[[nodiscard]] std::string cpp_list(const std::vector<std::string>& texts);

}  // namespace strata::migrate
