#pragma once

#include <strata/dal/json_functions.hpp>
#include <strata/dal/named_query.hpp>

namespace strata::dal {

namespace detail {

/// A JSON document as the rows of a source.
[[nodiscard]] Fragment json_rows_of(Fragment&& document, core::RowsFunction function);

template <class U, Nulls M>
auto document_of(const JsonPlace<U, M>& place) {
    return place.template as<Json>();
}
template <class X>
const X& document_of(const X& value) {
    return value;
}

template <Name N, class First, class Second, class X>
auto json_rows(const X& document, core::RowsFunction function) {
    constexpr bool json = argument_is<X, Json>;
    static_assert(json, "strata: this takes a column or an expression of Json, or a Json value");
    using List = Items<Item<First, Uses<>, Nulls::never>, Item<Second, Uses<>, Nulls::never>>;
    core::Fragment fragment;
    if constexpr (json) core::detail::append_operand<Json>(fragment, document);
    fragment = json_rows_of(std::move(fragment), function);
    if constexpr (!operand<X>) {
        return QueryTable<core::SourceKind::derived, N, List, Uses<>>(fragment);
    } else {
        return LateralTable<N, List, Uses<>, core::detail::UsesOf<X>>(fragment);
    }
}

}  // namespace detail

/// The elements of a JSON array as a table of two columns, the value (Json) and its position from 1. Of a column it is
/// joined for each row, or comes after correlate() in a query inside of another:
///     const auto tags = dal::json_elements<"tags">(dal::json(items.attrs).at("tags"));
///     const auto [tag, position] = tags.columns();
///     select(items.name, dal::json(tag).as<std::string>()).from(items).join(tags)
/// What is not an array has no rows.
template <detail::Name N, class X>
[[nodiscard]] auto json_elements(const X& document) {
    return detail::json_rows<N, Json, std::int64_t>(detail::document_of(document), core::RowsFunction::json_elements);
}
/// The members of a JSON object as a table of two columns, the key and the value (Json), in no particular order. What
/// is not an object has no rows.
template <detail::Name N, class X>
[[nodiscard]] auto json_each(const X& document) {
    return detail::json_rows<N, std::string, Json>(detail::document_of(document), core::RowsFunction::json_members);
}

}  // namespace strata::dal
