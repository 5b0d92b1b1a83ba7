#pragma once

#include <strata/core/value.hpp>

#include <string>
#include <string_view>

/// The texts of values that other modules write, too.
namespace strata::core::detail {

/// Any value but null, without quotes, in its canonical form; bytes as `\x` and hexadecimal digits.
void append_canonical(std::string& out, const Value& value);
/// The text in quotes, as JSON has it.
void append_json_string(std::string& out, std::string_view text);
/// `{"a","1",NULL}` from the text of a JSON array.
[[nodiscard]] std::string json_array_to_braces(std::string_view json);

}  // namespace strata::core::detail
