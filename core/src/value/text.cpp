#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>

#include <charconv>
#include <cmath>
#include <limits>

namespace strata::core::detail {

using internal::append_hex;
using internal::hex_value;

void fail_value(const char* code, const std::string& message) {
    ErrorDetails details;
    details.code = code;
    throw ValueError(message, std::move(details));
}

void append_integer(std::string& out, std::int64_t value) {
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    out.append(text, end);
}

void append_real(std::string& out, double value) {
    if (std::isinf(value)) {
        out += value > 0 ? "Infinity" : "-Infinity";
        return;
    }
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    out.append(text, end);
}

void append_quoted(std::string& out, std::string_view text) {
    out += '\'';
    for (const char c : text) {
        if (c == '\'') out += c;
        out += c;
    }
    out += '\'';
}

void append_canonical(std::string& out, const Value& value) {
    using Kind = Value::Kind;
    switch (value.kind()) {
        case Kind::null:
            break;
        case Kind::boolean:
            out += value.number() != 0 ? "true" : "false";
            break;
        case Kind::integer:
            append_integer(out, value.number());
            break;
        case Kind::real:
            append_real(out, value.floating());
            break;
        case Kind::date:
            append_date(out, value.number());
            break;
        case Kind::time:
            append_time(out, value.number());
            break;
        case Kind::timestamp:
            append_timestamp(out, value.number());
            break;
        case Kind::timestamptz:
            append_timestamp(out, value.number());
            out += "+00";
            break;
        case Kind::uuid:
            append_uuid(out, value.chars());
            break;
        case Kind::bytes:
            out += "\\x";
            for (const char c : value.chars()) append_hex(out, c);
            break;
        case Kind::text:
        case Kind::numeric:
        case Kind::json:
        case Kind::array:
            out += value.chars();
            break;
    }
}

bool parse_boolean(std::string_view text) {
    if (text == "t" || text == "true" || text == "1") return true;
    if (text == "f" || text == "false" || text == "0") return false;
    fail_value("22P02", "the text is not a boolean");
}

std::int64_t parse_integer(std::string_view text) {
    constexpr std::size_t always_fit = 18;  // digits; without a look at the range it takes half the time
    const bool negative = text.starts_with('-');
    const std::string_view digits = negative ? text.substr(1) : text;
    if (!digits.empty() && digits.size() <= always_fit) [[likely]] {
        std::int64_t number = 0;
        const auto* at = digits.begin();
        for (; at != digits.end() && *at >= '0' && *at <= '9'; ++at) number = number * 10 + (*at - '0');
        if (at == digits.end()) return negative ? -number : number;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) fail_value("22003", "the number lies outside of 64 bits");
    if (error != std::errc() || end != text.data() + text.size()) fail_value("22P02", "the text is not an integer");
    return value;
}

double parse_real(std::string_view text) {
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) fail_value("22003", "the number lies outside of a double");
    if (error != std::errc() || end != text.data() + text.size()) fail_value("22P02", "the text is not a number");
    return value;
}

std::string parse_hex_bytes(std::string_view text) {
    if (!text.starts_with("\\x") || text.size() % 2 != 0)
        fail_value("22P02", "the text holds no bytes (\\x and hexadecimal digits)");
    std::string bytes;
    bytes.reserve(text.size() / 2 - 1);
    for (std::size_t i = 2; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) fail_value("22P02", "the text holds no bytes (\\x and hexadecimal digits)");
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            append_hex(out, c);
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace strata::core::detail
