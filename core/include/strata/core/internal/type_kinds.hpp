#pragma once

#include <strata/core/value.hpp>

/// What kinds of types have in common.
namespace strata::core::internal {

/// The decimal digits of the longest value of an integer type; 0 for another type.
[[nodiscard]] constexpr int integer_digits(TypeKind kind) noexcept {
    switch (kind) {
        case TypeKind::small_integer:
            return 5;
        case TypeKind::integer:
            return 10;
        case TypeKind::big_integer:
            return 19;
        case TypeKind::boolean:
        case TypeKind::real:
        case TypeKind::double_precision:
        case TypeKind::text:
        case TypeKind::bytes:
        case TypeKind::numeric:
        case TypeKind::date:
        case TypeKind::time:
        case TypeKind::timestamp:
        case TypeKind::timestamptz:
        case TypeKind::uuid:
        case TypeKind::json:
        case TypeKind::array:
        case TypeKind::enumeration:
            break;
    }
    return 0;
}
[[nodiscard]] constexpr bool is_integer(TypeKind kind) noexcept { return integer_digits(kind) > 0; }
[[nodiscard]] constexpr bool is_float(TypeKind kind) noexcept {
    return kind == TypeKind::real || kind == TypeKind::double_precision;
}
[[nodiscard]] constexpr bool is_number(TypeKind kind) noexcept {
    return is_integer(kind) || is_float(kind) || kind == TypeKind::numeric;
}
/// Whether the type is a date with a time of day.
[[nodiscard]] constexpr bool is_timestamp(TypeKind kind) noexcept {
    return kind == TypeKind::timestamp || kind == TypeKind::timestamptz;
}

}  // namespace strata::core::internal
