#include "detail/json_tree.hpp"

#include <strata/core/internal/value_text.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>

namespace strata::dal::detail {

namespace {

/// The same limit as that of a column's document.
constexpr std::size_t deepest = 1000;

/// Builds the tree from what the parser reads.
class TreeHandler {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    using Text = boost::json::string_view;
    using Code = boost::json::error_code;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return open(JsonNode::Kind::object); }
    bool on_object_end(std::size_t, Code&) { return close(); }
    bool on_array_begin(Code&) { return open(JsonNode::Kind::array); }
    bool on_array_end(std::size_t, Code&) { return close(); }
    bool on_key_part(Text part, std::size_t, Code&) { return add(name_, part); }
    bool on_key(Text part, std::size_t, Code&) { return add(name_, part); }
    bool on_string_part(Text part, std::size_t, Code&) { return add(text_, part); }
    bool on_string(Text part, std::size_t, Code&) {
        add(text_, part);
        return leaf(JsonNode::Kind::string);
    }
    bool on_number_part(Text part, Code&) { return add(text_, part); }
    bool on_int64(std::int64_t, Text part, Code&) { return number(part); }
    bool on_uint64(std::uint64_t, Text part, Code&) { return number(part); }
    bool on_double(double, Text part, Code&) { return number(part); }
    bool on_bool(bool value, Code&) {
        text_ = value ? "true" : "false";
        return leaf(JsonNode::Kind::boolean);
    }
    bool on_null(Code&) { return leaf(JsonNode::Kind::null); }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }

    JsonNode root;

private:
    static bool add(std::string& to, Text part) {
        to.append(part.data(), part.size());
        return true;
    }
    bool number(Text part) {
        add(text_, part);
        return leaf(JsonNode::Kind::number);
    }
    /// The node of the next value. A parent's vector does not move while its child is open.
    JsonNode& next(JsonNode::Kind kind) {
        JsonNode& node = open_.empty() ? root : open_.back()->children.emplace_back();
        node.kind = kind;
        node.name = std::move(name_);
        name_.clear();
        return node;
    }
    bool open(JsonNode::Kind kind) {
        open_.push_back(&next(kind));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool leaf(JsonNode::Kind kind) {
        next(kind).text = std::move(text_);
        text_.clear();
        return true;
    }

    std::vector<JsonNode*> open_;
    std::string name_;
    std::string text_;
};

std::string position(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<JsonNode> parse_json_tree(std::string_view text, Violations& found) {
    boost::json::parse_options options;
    options.max_depth = deepest;
    boost::json::basic_parser<TreeHandler> parser(options);
    boost::json::error_code error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (!error && read == text.size()) return std::move(parser.handler().root);
    if (error == boost::json::error::too_deep) {
        found.push_back({"", "json", "must have at most " + std::to_string(deepest) + " levels of arrays and objects"});
    } else if (error == boost::json::error::incomplete || text.empty()) {
        found.push_back({"", "json", "must be one JSON document, and it ends before that does"});
    } else {
        found.push_back({"", "json", "must be one JSON document; the fault is at " + position(text, read)});
    }
    return std::nullopt;
}

void append_document(std::string& out, const JsonNode& node) {
    switch (node.kind) {
        case JsonNode::Kind::null:
            out += "null";
            break;
        case JsonNode::Kind::boolean:
        case JsonNode::Kind::number:
            out += node.text;
            break;
        case JsonNode::Kind::string:
            core::detail::append_json_string(out, node.text);
            break;
        case JsonNode::Kind::array:
        case JsonNode::Kind::object: {
            const bool object = node.kind == JsonNode::Kind::object;
            out += object ? '{' : '[';
            for (std::size_t i = 0; i < node.children.size(); ++i) {
                if (i > 0) out += ',';
                if (object) {
                    core::detail::append_json_string(out, node.children[i].name);
                    out += ':';
                }
                append_document(out, node.children[i]);
            }
            out += object ? '}' : ']';
            break;
        }
    }
}

// https://datatracker.ietf.org/doc/html/rfc4648#section-4
std::string to_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = bits << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out += i + k <= bytes.size() ? base64_digits[bits >> (18 - 6 * k) & 63U] : '=';
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    std::string bytes;
    std::uint32_t bits = 0;
    std::size_t count = 0;
    for (const char c : text) {
        const auto digit = base64_digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 255U);
        }
    }
    if ((bits & ((1U << count) - 1U)) != 0) return std::nullopt;  // bits that belong to no byte
    return bytes;
}

}  // namespace strata::dal::detail
