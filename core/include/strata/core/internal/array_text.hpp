#pragma once

#include <strata/core/detail/function_ref.hpp>

#include <string>
#include <string_view>

/// PostgreSQL's text of an array of one dimension: `{"a","1",NULL}`, element by element.
/// https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO
namespace strata::core::internal {

/// Appends an element, in quotes and with a comma before all but the first, to a text that began with `{`.
void append_array_element(std::string& braces, std::string_view element);
void append_array_null(std::string& braces);

/// Calls `visit` with each element, null for NULL. Returns false, perhaps after some calls, when the text is not an
/// array of one dimension whose lower bound is 1.
[[nodiscard]] bool read_array_elements(std::string_view braces,
                                       detail::FunctionRef<void(const std::string* element)> visit);

}  // namespace strata::core::internal
