#pragma once

#include <strata/core/value.hpp>

#include <string>
#include <string_view>

/// Texts of values as arrays and JSON documents hold them, for every module.
namespace strata::core::internal {

/// Appends an element of a JSON array: a string in canonical form, or a bare integer, boolean or null.
void append_array_item(std::string& json, const Value& value);
/// `"text"` with its escapes.
void append_json_string(std::string& out, std::string_view text);

/// A finite number. Throws ValueError for another one, which JSON does not have.
void append_json_number(std::string& out, double number);

}  // namespace strata::core::internal
