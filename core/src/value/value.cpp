#include "connection/driver.hpp"
#include "text.hpp"

#include <strata/core/internal/text.hpp>
#include <strata/core/value.hpp>

#include <cmath>
#include <cstring>

namespace strata::core {

Value Value::real(double value) {
    if (std::isnan(value)) detail::fail_value("22003", "NaN is not a value that both databases keep");
    Value real;
    real.kind_ = Kind::real;
    real.payload_.floating = value;
    return real;
}

bool Value::borrows() const noexcept {
    switch (kind_) {
        case Kind::text:
        case Kind::bytes:
        case Kind::numeric:
        case Kind::uuid:
        case Kind::json:
        case Kind::array:
            return true;
        case Kind::null:
        case Kind::boolean:
        case Kind::integer:
        case Kind::real:
        case Kind::date:
        case Kind::time:
        case Kind::timestamp:
        case Kind::timestamptz:
            return false;
    }
    return false;
}

namespace detail {

namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

/// Sets one of the high bits if one of eight bytes is 0 or not ASCII; the other bits mean nothing.
std::uint64_t marks(const unsigned char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    return (word - 0x0101010101010101ULL) | word;
}

/// The fast check, which suffices for most texts: ASCII without a NUL.
bool is_plain(const unsigned char* bytes, std::size_t size) {
    if (size < 8) {
        for (std::size_t i = 0; i < size; ++i) {
            if (bytes[i] == 0 || bytes[i] >= 0x80) return false;
        }
        return true;
    }
    std::uint64_t found = marks(bytes + size - 8);  // overlaps the bytes before when the size is not a multiple of 8
    for (std::size_t i = 0; i + 8 < size; i += 8) found |= marks(bytes + i);
    return (found & high_bits) == 0;
}

}  // namespace

TextFault text_fault(std::string_view text) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (is_plain(bytes, text.size())) return TextFault::none;
    for (std::size_t i = 0; i < text.size();) {
        if (text.size() - i >= 8 && (marks(bytes + i) & high_bits) == 0) {
            i += 8;
            continue;
        }
        if (bytes[i] == 0) return TextFault::nul;
        if (bytes[i] < 0x80) {
            ++i;
            continue;
        }
        const std::size_t length = internal::utf8_length(text.substr(i));
        if (length == 0) return TextFault::not_utf8;
        i += length;
    }
    return TextFault::none;
}

void check_text(std::string_view text) {
    if (is_plain(reinterpret_cast<const unsigned char*>(text.data()), text.size())) return;
    switch (text_fault(text)) {
        case TextFault::none:
            return;
        case TextFault::nul:
            fail_value("22021", "text with a NUL character cannot be stored; use bytes");
        case TextFault::not_utf8:
            fail_value("22021", "text that is not valid UTF-8 cannot be stored; use bytes");
    }
}

void check_json(std::string_view text) {
    check_text(text);
    for (auto at = text.find("\\u0000"); at != std::string_view::npos; at = text.find("\\u0000", at + 1)) {
        std::size_t slashes = 1;  // an even number of backslashes is text that only looks like the escape
        while (slashes <= at && text[at - slashes] == '\\') ++slashes;
        if (slashes % 2 == 1) fail_value("22021", "text with a NUL character cannot be stored; use bytes");
    }
}

}  // namespace detail
}  // namespace strata::core
