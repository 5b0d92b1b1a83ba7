#pragma once

#include <strata/core/codec.hpp>
#include <strata/core/violation.hpp>

#include <string>
#include <string_view>

/// Values that are read from text of other programs.
namespace strata::dal::detail {

/// Reads a value's canonical text into an object of the type; adds a violation where it is none.
void read_cell(const core::TypeInfo& type, std::string_view text, void* object, const std::string& path,
               Violations& found);
/// The same without a violation.
[[nodiscard]] bool can_read(const core::TypeInfo& type, std::string_view text, void* object);
/// What is wrong with a text that is not a value of the type: it is out of the type's range, or no such value at all.
[[nodiscard]] Violation cell_fault(const core::TypeInfo& type, const std::string& path, bool out_of_range);

/// `\x` and hexadecimal digits.
[[nodiscard]] std::string hex_bytes(std::string_view bytes);

}  // namespace strata::dal::detail
