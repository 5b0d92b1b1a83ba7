#pragma once

#include <strata/dal/detail/fields.hpp>

#include <string>

namespace strata::dal {

namespace detail {
std::string json_schema(const FieldType& type);
}

/// The JSON Schema (https://json-schema.org/draft/2020-12) of what from_json<T>() takes, with the facts and rules of
/// models in it. Custom rules, and the ranges of dates and times, have no word there.
template <class T>
[[nodiscard]] std::string json_schema() {
    static_assert(
        detail::structured<T>,
        "strata: json_schema() takes a model, a described struct (BOOST_DESCRIBE_STRUCT) or a vector of these");
    if constexpr (detail::structured<T>) {
        return detail::json_schema(detail::FieldOf<T>::type);
    } else {
        return {};
    }
}

}  // namespace strata::dal
