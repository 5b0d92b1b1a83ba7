#pragma once

#include <strata/core/rules.hpp>
#include <strata/dal/detail/fields.hpp>

namespace strata::dal {

namespace detail {
/// `rows`: whether rules about whole rows are checked, too, which needs every member.
void check_value(const FieldType& type, const void* value, const std::string& path, Violations& found,
                 bool rows = true);
}  // namespace detail

/// All that the facts and rules of a model refuse in a row, or in a described struct with members of models, and in one
/// that names the model whose rules hold for it (`using Model = User;`). Empty: nothing.
template <class T>
[[nodiscard]] Violations validate(const T& value) {
    static_assert(detail::structured<T>,
                  "strata: validate() takes a model, a described struct (BOOST_DESCRIBE_STRUCT) or a vector of these");
    Violations found;
    if constexpr (detail::structured<T>) detail::check_value(detail::FieldOf<T>::type, &value, {}, found);
    return found;
}

/// The same; throws ValidationError where anything is refused.
template <class T>
void require_valid(const T& value) {
    Violations found = validate(value);
    if (!found.empty()) throw ValidationError(std::move(found));
}

}  // namespace strata::dal
