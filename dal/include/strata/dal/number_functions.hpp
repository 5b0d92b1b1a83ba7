#pragma once

#include <strata/dal/functions.hpp>

namespace strata::dal {

namespace detail {

/// Throws UsageError for a number of digits outside of 0 to 15.
void check_digits(std::int64_t digits);

template <class X>
inline constexpr bool is_fractional =
    std::is_floating_point_v<core::detail::ValueOf<X>> || std::is_same_v<core::detail::ValueOf<X>, Decimal>;
template <class X>
using Rounded = std::conditional_t<std::is_same_v<core::detail::ValueOf<X>, Decimal>, Decimal, double>;

}  // namespace detail

// Functions of numbers. What an argument is NULL for is NULL, and so is what has no value: the root of a negative
// number, a logarithm of one that is not positive, zero to a negative power.

/// Rounded to so many digits after the point, halves away from zero.
template <operand X>
[[nodiscard]] auto round(const X& number, std::int64_t digits = 0) {
    static_assert(detail::is_fractional<X>, "strata: round() takes a double or a Decimal");
    detail::check_digits(digits);
    return detail::call<detail::Rounded<X>>(detail::Function::round, number, digits);
}

#define STRATA_DETAIL_ROUND(NAME, FUNCTION)                                                         \
    template <operand X>                                                                            \
    [[nodiscard]] auto NAME(const X& number) {                                                      \
        static_assert(detail::is_fractional<X>, "strata: " #NAME "() takes a double or a Decimal"); \
        return detail::call<detail::Rounded<X>>(detail::Function::FUNCTION, number);                \
    }
STRATA_DETAIL_ROUND(ceil, ceiling)
STRATA_DETAIL_ROUND(floor, floor)
/// Without the digits after the point.
STRATA_DETAIL_ROUND(trunc, truncate)
#undef STRATA_DETAIL_ROUND

/// A power as a double.
template <operand X, class Y>
[[nodiscard]] auto power(const X& base, const Y& exponent) {
    static_assert(detail::is_number<core::detail::ValueOf<X>> && detail::is_number<core::detail::ValueOf<Y>>,
                  "strata: power() takes two numbers");
    return detail::call<double, Nulls::maybe>(detail::Function::power, base, exponent);
}

#define STRATA_DETAIL_DOUBLE(NAME, FUNCTION, LEAST)                                                       \
    template <operand X>                                                                                  \
    [[nodiscard]] auto NAME(const X& number) {                                                            \
        static_assert(detail::is_number<core::detail::ValueOf<X>>, "strata: " #NAME "() takes a number"); \
        return detail::call<double, Nulls::LEAST>(detail::Function::FUNCTION, number);                    \
    }
STRATA_DETAIL_DOUBLE(sqrt, square_root, maybe)
STRATA_DETAIL_DOUBLE(exp, exponential, never)
/// The natural logarithm.
STRATA_DETAIL_DOUBLE(ln, logarithm, maybe)
#undef STRATA_DETAIL_DOUBLE

/// -1, 0 or 1.
template <operand X>
[[nodiscard]] auto sign(const X& number) {
    static_assert(detail::is_number<core::detail::ValueOf<X>>, "strata: sign() takes a number");
    return detail::call<std::int64_t>(detail::Function::sign, number);
}
/// A double from 0 up to but not 1, another one for each row.
[[nodiscard]] inline auto random() { return detail::call<double>(detail::Function::random); }

}  // namespace strata::dal
