#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Small pieces of text that several files need.
namespace strata::migrate {

/// `a, b, c`
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator = ", ");
/// The text, printable, with every run of white space as one blank, cut with "..." past `longest` bytes (0: never),
/// never inside a character.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t longest = 0);
/// The text with control characters as `\x1b`: what a database or a file holds must not command the terminal.
[[nodiscard]] std::string printable(std::string_view text);
/// SQL of either database with each literal text as `'...'`, for messages.
[[nodiscard]] std::string without_literals(std::string_view sql);
[[nodiscard]] std::string trimmed(std::string_view text);
/// What the exception that is being handled says, in one line; callbacks of the user's may throw anything.
[[nodiscard]] std::string thrown();

}  // namespace strata::migrate
