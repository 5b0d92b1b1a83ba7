#include "strata/schema/seed_rows.hpp"

#include <algorithm>

namespace strata::schema {

core::Value Literal::value() const {
    using core::Value;
    switch (kind) {
        case Value::Kind::null:
            return Value::null();
        case Value::Kind::boolean:
            return Value::boolean(number != 0);
        case Value::Kind::integer:
            return Value::integer(number);
        case Value::Kind::real:
            return Value::real(floating);
        case Value::Kind::text:
        case Value::Kind::bytes:
        case Value::Kind::numeric:
        case Value::Kind::date:
        case Value::Kind::time:
        case Value::Kind::timestamp:
        case Value::Kind::timestamptz:
        case Value::Kind::uuid:
        case Value::Kind::json:
        case Value::Kind::array:
            break;
    }
    return Value::text(chars);
}

std::vector<Literal> SeedRows::values(const std::vector<Literal>& row,
                                      const std::vector<std::string>& of_columns) const {
    std::vector<Literal> list;
    list.reserve(of_columns.size());
    for (const auto& name : of_columns) {
        const auto at = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) - columns.begin());
        list.push_back(at < row.size() ? row[at] : Literal());
    }
    return list;
}

const std::vector<Literal>* SeedRows::find(const std::vector<Literal>& key_values) const {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return key_of(row) == key_values; });
    return found == rows.end() ? nullptr : &*found;
}

}  // namespace strata::schema
