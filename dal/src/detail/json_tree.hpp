#pragma once

#include <strata/core/violation.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::dal::detail {

/// A JSON document whose numbers are still text, since a double does not hold every one of them.
struct JsonNode {
    enum class Kind : unsigned char { null, boolean, number, string, array, object };
    Kind kind = Kind::null;
    std::string name;  ///< of a member of an object
    std::string text;  ///< of a number or a string; true or false
    std::vector<JsonNode> children{};
};

/// Nothing, and a violation, where the text is not one JSON document.
[[nodiscard]] std::optional<JsonNode> parse_json_tree(std::string_view text, Violations& found);
/// Appends the document as JSON.
void append_document(std::string& out, const JsonNode& node);

[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing where the text is not base64 with its padding.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace strata::dal::detail
