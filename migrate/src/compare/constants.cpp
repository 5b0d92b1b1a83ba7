#include "constants.hpp"

#include <strata/core/internal/text.hpp>
#include <strata/core/internal/type_kinds.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace strata::migrate::detail {
namespace {

using core::ServerDefault;
using core::TypeKind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A decimal number as its digits, without zeros at either end, and the place of its point.
struct Decimal {
    bool negative = false;
    std::string digits;
    int point = 0;  ///< the value is 0.DIGITS times ten to this power
    bool operator==(const Decimal&) const = default;
};

std::optional<Decimal> decimal_of(std::string_view text) {
    Decimal number;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        number.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    bool after_point = false;
    std::size_t at = 0;
    for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !after_point)); ++at) {
        if (text[at] == '.') {
            after_point = true;
            continue;
        }
        number.digits += text[at];
        if (!after_point) ++number.point;
    }
    if (number.digits.empty()) return std::nullopt;
    if (at < text.size()) {
        if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
        auto exponent_text = text.substr(at + 1);
        if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
        int exponent = 0;
        const char* const end = exponent_text.data() + exponent_text.size();
        const auto [rest, error] = std::from_chars(exponent_text.data(), end, exponent);
        if (error != std::errc() || rest != end || exponent > 10000 || exponent < -10000) return std::nullopt;
        number.point += exponent;
    }
    const auto zeros = std::min(number.digits.find_first_not_of('0'), number.digits.size());
    number.digits.erase(0, zeros);
    number.point -= static_cast<int>(zeros);
    while (number.digits.ends_with('0')) number.digits.pop_back();
    if (number.digits.empty()) return Decimal{};
    return number;
}

/// Of a constant, or of SQL that is a number alone.
std::optional<Decimal> number_of(const ServerDefault& value) {
    if (value.kind == ServerDefault::Kind::now || !value.per_dialect.empty()) return std::nullopt;
    const auto text = core::internal::lower(value.text);
    return decimal_of(text == "true" ? "1" : text == "false" ? "0" : text);
}

bool same_json(const std::string& left, const std::string& right) {
    boost::json::error_code error;
    const auto first = boost::json::parse(left, error);
    if (error) return false;
    const auto second = boost::json::parse(right, error);
    return !error && first == second;
}

}  // namespace

bool same_constant(const schema::Type& type, const ServerDefault& left, const ServerDefault& right) {
    const auto is_literal = [](const ServerDefault& value) { return value.kind == ServerDefault::Kind::literal; };
    if (!type.generic()) return false;
    if (type.kind == TypeKind::json) return is_literal(left) && is_literal(right) && same_json(left.text, right.text);
    if (!core::internal::is_number(type.kind)) return false;
    const auto number = number_of(left);
    return number && number == number_of(right);
}

}  // namespace strata::migrate::detail
