#pragma once

#include <strata/core/value.hpp>

/// The forms in which SQLite stores values: one contract for the layers that declare, convert and compare columns. A
/// change here changes the meaning of existing files.
/// https://www.sqlite.org/datatype3.html
namespace strata::core::sqlite {

enum class Storage : unsigned char {
    integer,         ///< a boolean is 0 or 1
    real,            ///< as a double
    number,          ///< NUMERIC affinity: an integer where the decimal is whole, else a double
    text,            ///< as given: text, an enum's label, JSON, an array as JSON
    decimal_text,    ///< the decimal's digits, with as many after the point as its column has
    canonical_text,  ///< dates, times, timestamps and UUIDs as PostgreSQL prints them
    instant_text,    ///< the same in UTC, without an offset
    blob,
};

/// The number of decimal digits that every double holds exactly: decimals up to it are stored as numbers, wider ones as
/// text.
inline constexpr int exact_digits = 15;

/// `precision` is a decimal's number of digits; 0 is unlimited.
[[nodiscard]] constexpr Storage stored_as(TypeKind kind, int precision = 0) noexcept {
    switch (kind) {
        case TypeKind::boolean:
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return Storage::integer;
        case TypeKind::real:
        case TypeKind::double_precision:
            return Storage::real;
        case TypeKind::numeric:
            return precision > 0 && precision <= exact_digits ? Storage::number : Storage::decimal_text;
        case TypeKind::text:
        case TypeKind::json:
        case TypeKind::array:
        case TypeKind::enumeration:
            return Storage::text;
        case TypeKind::date:
        case TypeKind::time:
        case TypeKind::timestamp:
        case TypeKind::uuid:
            return Storage::canonical_text;
        case TypeKind::timestamptz:
            return Storage::instant_text;
        case TypeKind::bytes:
            return Storage::blob;
    }
    return Storage::text;
}

}  // namespace strata::core::sqlite
