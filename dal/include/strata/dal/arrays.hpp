#pragma once

#include <strata/dal/detail/function.hpp>

#include <utility>
#include <vector>

namespace strata::dal {

namespace detail {

template <class T>
struct ElementOfArray {
    using type = void;
};
template <class E>
struct ElementOfArray<std::vector<E>> {
    using type = E;
};
template <>
struct ElementOfArray<Bytes> {
    using type = void;
};
template <class X>
using ArrayElement = typename ElementOfArray<core::detail::ValueOf<X>>::type;
template <class X>
inline constexpr bool is_array = !std::is_void_v<ArrayElement<X>>;
/// An element, or int after a mistake.
template <class X>
using ElementOr = std::conditional_t<is_array<X>, ArrayElement<X>, int>;
/// An element without its optional.
template <class X>
using BareElement = typename core::detail::Bare<ElementOr<X>>::type;

/// An array of one value. Throws ValueError for a number that an element cannot hold.
template <class X, class V>
std::vector<ElementOr<X>> one_element(const V& value) {
    static_assert(is_array<X>, "strata: this is not an array");
    static_assert(!is_array<X> || core::detail::comparable<BareElement<X>, V> ||
                      (core::detail::is_optional<ElementOr<X>> && std::is_same_v<V, std::nullopt_t>),
                  "strata: this value is not of the kind of the array's elements");
    std::vector<ElementOr<X>> one;
    if constexpr (is_array<X> && core::detail::integer<BareElement<X>> && core::detail::integer<V>) {
        if (!std::in_range<BareElement<X>>(value)) core::detail::fail_range();
        one.push_back(static_cast<BareElement<X>>(value));
    } else if constexpr (is_array<X> && std::is_constructible_v<ElementOr<X>, const V&>) {
        one.push_back(ElementOr<X>(value));
    }
    return one;
}

}  // namespace detail

// Arrays of columns. SQLite keeps them as JSON text; what is said of them here is the same on both databases.

#define STRATA_DETAIL_ARRAYS(NAME, T)                                                                            \
    template <operand X>                                                                                         \
    [[nodiscard]] auto NAME(const X& array, const std::vector<detail::ElementOr<X>>& values) {                   \
        static_assert(detail::is_array<X>, "strata: " #NAME "() takes an array");                                \
        return detail::call<T>(detail::Function::NAME, array, values);                                           \
    }                                                                                                            \
    template <operand X, operand Y>                                                                              \
    [[nodiscard]] auto NAME(const X& array, const Y& other) {                                                    \
        static_assert(detail::is_array<X> && std::is_same_v<core::detail::ValueOf<X>, core::detail::ValueOf<Y>>, \
                      "strata: " #NAME "() takes two arrays of one kind");                                       \
        return detail::call<T>(detail::Function::NAME, array, other);                                            \
    }
/// Whether each of the other elements is in the array. A NULL among them is in none.
STRATA_DETAIL_ARRAYS(array_contains, bool)
/// Whether each element is in the other array.
STRATA_DETAIL_ARRAYS(array_contained, bool)
/// Whether both have an element in common.
STRATA_DETAIL_ARRAYS(array_overlaps, bool)
/// The elements of both, one array after the other; NULL counts as an empty one.
STRATA_DETAIL_ARRAYS(array_concat, core::detail::ValueOf<X>)
#undef STRATA_DETAIL_ARRAYS

/// Whether the element is in the array.
template <operand X, class V>
[[nodiscard]] auto array_has(const X& array, const V& element) {
    return detail::call<bool>(detail::Function::array_contains, array, detail::one_element<X>(element));
}
/// The array with one more element at its end.
template <operand X, class V>
[[nodiscard]] auto array_append(const X& array, const V& element) {
    return detail::call<core::detail::ValueOf<X>>(detail::Function::array_concat, array,
                                                  detail::one_element<X>(element));
}
/// The array with one more element at its start.
template <class V, operand X>
[[nodiscard]] auto array_prepend(const V& element, const X& array) {
    return detail::call<core::detail::ValueOf<X>>(detail::Function::array_concat, detail::one_element<X>(element),
                                                  array);
}
/// The array without all elements that are equal to this one.
template <operand X, class V>
[[nodiscard]] auto array_remove(const X& array, const V& element) {
    return detail::call<core::detail::ValueOf<X>>(detail::Function::array_remove, array,
                                                  detail::one_element<X>(element));
}
/// How many elements the array has.
template <operand X>
[[nodiscard]] auto array_length(const X& array) {
    static_assert(detail::is_array<X>, "strata: array_length() takes an array");
    return detail::call<std::int64_t>(detail::Function::array_length, array);
}
/// The element at a position, of which 0 is the first; NULL where there is none.
template <operand X, class I>
[[nodiscard]] auto array_element(const X& array, const I& position) {
    static_assert(detail::is_array<X> && detail::is_integer_argument<I>,
                  "strata: array_element() takes an array and a position");
    return detail::call<detail::BareElement<X>, Nulls::maybe>(detail::Function::array_element, array, position);
}

/// One element of an array, or each of them, to be compared: `any(songs.tags) == "rock"`. As in SQL the comparison is
/// NULL where a NULL among the elements leaves it open.
template <class X, bool All>
struct Elements {
    const X& array;

    template <class V>
    friend auto operator==(const Elements& elements, const V& value) {
        static_assert(detail::is_array<X> && core::detail::comparable<detail::BareElement<X>, V>,
                      "strata: any() and all() take an array and compare its elements with a value of their kind");
        core::Fragment fragment;
        elements.array.strata_append(fragment);
        core::detail::append_operand<detail::BareElement<X>>(fragment, value);
        fragment.push(core::Op::function, core::type_of<bool>::info, 2,
                      static_cast<unsigned>(All ? detail::Function::array_all : detail::Function::array_any));
        return core::Expr<bool, detail::UsesOfAll<X, V>, Nulls::maybe>{{}, std::move(fragment)};
    }
};
template <operand X>
[[nodiscard]] Elements<X, false> any(const X& array) {
    return {array};
}
template <operand X>
[[nodiscard]] Elements<X, true> all(const X& array) {
    return {array};
}

}  // namespace strata::dal
