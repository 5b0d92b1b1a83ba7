#include "text.hpp"

#include <strata/core/types.hpp>

#include <algorithm>
#include <cstdlib>

namespace strata {

namespace {

using Coefficient = Decimal::Coefficient;
__extension__ using Unsigned = unsigned __int128;

constexpr int max_digits = 38;

constexpr Unsigned power_of_ten(int exponent) {
    Unsigned power = 1;
    for (int i = 0; i < exponent; ++i) power *= 10;
    return power;
}
constexpr Unsigned limit = power_of_ten(max_digits);

[[noreturn]] void too_large() { core::detail::fail_value("22003", "the decimal needs more than 38 digits"); }

Unsigned magnitude(Coefficient value) {
    return value < 0 ? Unsigned{0} - static_cast<Unsigned>(value) : static_cast<Unsigned>(value);
}
Coefficient with_sign(Unsigned value, bool negative) {
    if (value >= limit) too_large();
    return negative ? -static_cast<Coefficient>(value) : static_cast<Coefficient>(value);
}
Coefficient scaled_up(Coefficient value, int by) {
    Unsigned size = magnitude(value);
    for (int i = 0; i < by; ++i) {
        if (size >= limit / 10) too_large();
        size *= 10;
    }
    return with_sign(size, value < 0);
}

std::string digits_of(Unsigned value) {
    char text[40];
    char* at = text + sizeof text;
    do {
        *--at = static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    } while (value != 0);
    return {at, text + sizeof text};
}

}  // namespace

Decimal::Decimal(Coefficient coefficient, int scale) : coefficient_(coefficient), scale_(scale) {
    if (magnitude(coefficient) >= limit) too_large();
    if (scale < 0 || scale > max_digits)
        core::detail::fail_value("22003", "a decimal has 0 to 38 digits after its point");
}

Decimal Decimal::parse(std::string_view text) {
    const auto bad = [] { core::detail::fail_value("22P02", "the text is not a decimal number"); };
    std::size_t at = 0;
    const bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    Unsigned value = 0;
    int scale = 0;
    int zeros = 0;  // after the point, not yet followed by another digit
    bool point = false;
    bool any = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9') break;
        any = true;
        if (point && c == '0') {
            ++zeros;  // kept for printing when they fit, dropped when they do not
            continue;
        }
        for (int shift = point ? zeros + 1 : 1; shift > 0; --shift) {
            if (value >= limit / 10) too_large();
            value *= 10;
        }
        value += static_cast<unsigned>(c - '0');
        if (value >= limit) too_large();
        if (point) scale += zeros + 1;
        zeros = 0;
    }
    if (!any) bad();
    for (; zeros > 0 && scale < max_digits && value < limit / 10; --zeros, ++scale) value *= 10;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        const std::string exponent_text(text.substr(at + 1));
        char* end = nullptr;
        const long exponent = std::strtol(exponent_text.c_str(), &end, 10);
        if (exponent_text.empty() || *end != '\0') bad();
        if (exponent > 2L * max_digits || exponent < -4L * max_digits) too_large();
        scale -= static_cast<int>(exponent);
        at = text.size();
    }
    if (at != text.size()) bad();
    Coefficient coefficient = with_sign(value, negative);
    if (scale < 0) {
        coefficient = scaled_up(coefficient, -scale);
        scale = 0;
    }
    while (scale > max_digits && coefficient % 10 == 0) {
        coefficient /= 10;
        --scale;
    }
    if (scale > max_digits) too_large();
    return {coefficient, scale};
}

std::string Decimal::to_string() const {
    std::string digits = digits_of(magnitude(coefficient_));
    if (scale_ > 0) {
        const auto scale = static_cast<std::size_t>(scale_);
        if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
        digits.insert(digits.size() - scale, 1, '.');
    }
    if (coefficient_ < 0) digits.insert(0, 1, '-');
    return digits;
}

double Decimal::to_double() const { return std::strtod(to_string().c_str(), nullptr); }

int Decimal::integral_digits() const noexcept {
    int digits = 0;
    for (Unsigned size = magnitude(coefficient_); size != 0; size /= 10) ++digits;
    return digits > scale_ ? digits - scale_ : 0;
}

Decimal Decimal::rounded(int scale) const {
    if (scale >= scale_) return {scaled_up(coefficient_, scale - scale_), scale};
    const int drop = scale_ - scale;
    if (drop > max_digits) return {0, scale};
    const Unsigned unit = power_of_ten(drop);
    const Unsigned size = magnitude(coefficient_);
    const Unsigned kept = size / unit + (size % unit >= unit - size % unit ? 1U : 0U);
    return {with_sign(kept, coefficient_ < 0), scale};
}

Decimal Decimal::normalized() const noexcept {
    Decimal shorter = *this;
    while (shorter.scale_ > 0 && shorter.coefficient_ % 10 == 0) {
        shorter.coefficient_ /= 10;
        --shorter.scale_;
    }
    return shorter;
}

Decimal operator+(const Decimal& left, const Decimal& right) {
    const int scale = std::max(left.scale_, right.scale_);
    const Coefficient sum =
        scaled_up(left.coefficient_, scale - left.scale_) + scaled_up(right.coefficient_, scale - right.scale_);
    return {with_sign(magnitude(sum), sum < 0), scale};
}

Decimal operator-(const Decimal& left, const Decimal& right) {
    return left + Decimal(-right.coefficient_, right.scale_);
}

Decimal operator*(const Decimal& left, const Decimal& right) {
    Coefficient product = 0;
    if (__builtin_mul_overflow(left.coefficient_, right.coefficient_, &product)) too_large();
    int scale = left.scale_ + right.scale_;
    while (scale > max_digits && product % 10 == 0) {
        product /= 10;
        --scale;
    }
    if (scale > max_digits) too_large();
    return {with_sign(magnitude(product), product < 0), scale};
}

std::strong_ordering operator<=>(const Decimal& left, const Decimal& right) {
    const auto sign = [](Coefficient value) { return value < 0 ? -1 : value > 0 ? 1 : 0; };
    if (const auto by_sign = sign(left.coefficient_) <=> sign(right.coefficient_); by_sign != 0) return by_sign;
    const bool negative = left.coefficient_ < 0;
    // Integral parts first, then the fractions padded to one length: no product can overflow.
    const auto split = [](const Decimal& value) {
        const Unsigned unit = power_of_ten(value.scale_);
        const Unsigned size = magnitude(value.coefficient_);
        return std::pair{size / unit, digits_of(size % unit)};
    };
    auto [left_whole, left_rest] = split(left);
    auto [right_whole, right_rest] = split(right);
    std::strong_ordering order = left_whole <=> right_whole;
    if (order == 0) {
        const auto pad = [](std::string& digits, int scale) {
            const auto width = static_cast<std::size_t>(scale);
            if (scale == 0) digits.clear();
            if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
            digits.resize(max_digits, '0');
        };
        pad(left_rest, left.scale_);
        pad(right_rest, right.scale_);
        order = left_rest.compare(right_rest) <=> 0;
    }
    return negative ? 0 <=> order : order;
}

}  // namespace strata
