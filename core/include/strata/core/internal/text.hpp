#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Basic functions on text for every module. They are independent of the locale.
namespace strata::core::internal {

/// An ASCII letter in lower case; any other character as it is.
[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] inline std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = lower(c);
    return result;
}

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const char letter = lower(c);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}
/// Appends a byte as two lower-case digits.
inline void append_hex(std::string& out, char byte) {
    constexpr char digits[] = "0123456789abcdef";
    const auto bits = static_cast<unsigned char>(byte);
    out += digits[bits >> 4U];
    out += digits[bits & 15U];
}

/// The length in bytes of the UTF-8 character at the front, or 0 when the bytes are not one: overlong forms, surrogates
/// and code points past U+10FFFF are not. https://datatracker.ietf.org/doc/html/rfc3629#section-4
[[nodiscard]] constexpr std::size_t utf8_length(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    if (text.empty()) return 0;
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return text.size() >= 2 && continues(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (text.size() < 3 || !continues(1) || !continues(2)) return 0;
        if (first == 0xE0 && byte(1) < 0xA0) return 0;
        if (first == 0xED && byte(1) >= 0xA0) return 0;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (text.size() < 4 || !continues(1) || !continues(2) || !continues(3)) return 0;
        if (first == 0xF0 && byte(1) < 0x90) return 0;
        if (first == 0xF4 && byte(1) >= 0x90) return 0;
        return 4;
    }
    return 0;
}

/// The number of characters of valid UTF-8.
[[nodiscard]] constexpr std::int64_t characters(std::string_view text) noexcept {
    std::int64_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
}

}  // namespace strata::core::internal
