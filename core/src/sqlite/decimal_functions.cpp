#include "functions.hpp"

#include <algorithm>

namespace strata::core::sqlite {

std::optional<Decimal> decimal_of(sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER:
            return sqlite3_value_int64(value);
        case SQLITE_FLOAT: {
            char text[40];
            sqlite3_snprintf(sizeof text, text, "%!.15g", sqlite3_value_double(value));
            return Decimal::parse(text);
        }
        case SQLITE_TEXT:
            return Decimal::parse(text_of(value));
        default:
            return std::nullopt;
    }
}

bool fits(const Decimal& value, int scale) { return value.integral_digits() + scale < 38; }

namespace {

/// strata_decimal(value, scale): the value as a text with so many digits after its point, where they fit.
void decimal(sqlite3_context* context, int, sqlite3_value** arguments) {
    const int scale = std::clamp(sqlite3_value_int(arguments[1]), 0, 38);
    if (const std::optional<Decimal> value = decimal_of(arguments[0]))
        return_text(context, (fits(*value, scale) ? value->rounded(scale) : *value).to_string());
}

/// strata_scale(value): the digits after the point of a bound decimal.
void scale(sqlite3_context* context, int, sqlite3_value** arguments) {
    if (const std::optional<Decimal> value = decimal_of(arguments[0])) sqlite3_result_int(context, value->scale());
}

}  // namespace

Functions decimal_functions() {
    static constexpr Function functions[] = {
        {"strata_decimal", 2, strict<decimal>},
        {"strata_scale", 1, strict<scale>},
    };
    return functions;
}

}  // namespace strata::core::sqlite
