#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Helpers for text that several files use.
namespace strata::migrate {

/// `a, b, c`
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator = ", ");
/// The text, printable, with every run of white space as one blank. Text longer than `longest` bytes (0: no limit) is
/// truncated with "...", never inside a character.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t longest = 0);
/// The text with control characters as `\x1b`, so that text from a database or a file cannot control the terminal.
[[nodiscard]] std::string printable(std::string_view text);
/// The SQL with every string literal as `'...'`, for messages. Accepts the SQL of either database.
[[nodiscard]] std::string without_literals(std::string_view sql);
[[nodiscard]] std::string trimmed(std::string_view text);
/// The text of the exception that is being handled, in one line; a user's callback may throw anything. Call it only
/// inside a catch block.
[[nodiscard]] std::string current_exception_text();

}  // namespace strata::migrate
