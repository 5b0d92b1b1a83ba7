#pragma once

#include <strata/core/fragment.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

// The type queries of the typed front end. They are variable templates and aliases only, since every query pays for
// each.
namespace strata::core {

/// The tables that an expression refers to.
template <class... Sources>
struct Uses {};

/// When an expression is NULL: never, only where its table is the missing side of an outer join, or at any time.
enum class Nulls : unsigned char { never, outer, maybe };

namespace detail {

template <class List, class X>
inline constexpr bool contains = false;
template <class... S, class X>
inline constexpr bool contains<Uses<S...>, X> = (std::is_same_v<S, X> || ...);

template <class Part, class List>
inline constexpr bool subset = false;
template <class... S, class List>
inline constexpr bool subset<Uses<S...>, List> = (contains<List, S> && ...);

template <class A, class B>
struct Merge;
template <class A>
struct Merge<A, Uses<>> {
    using type = A;
};
template <class... A, class B, class... Rest>
struct Merge<Uses<A...>, Uses<B, Rest...>>
    : Merge<std::conditional_t<contains<Uses<A...>, B>, Uses<A...>, Uses<A..., B>>, Uses<Rest...>> {};
template <class A, class B>
using Merged = typename Merge<A, B>::type;

template <class First, class... Rest>
struct MergeAll {
    using type = First;
};
template <class First, class Second, class... Rest>
struct MergeAll<First, Second, Rest...> : MergeAll<Merged<First, Second>, Rest...> {};
template <class... U>
using MergedAll = typename MergeAll<U...>::type;

template <class... N>
constexpr Nulls max_nulls(Nulls first, N... rest) {
    ((first = rest > first ? rest : first), ...);
    return first;
}

/// A column or an expression.
template <class X>
concept operand = requires { typename X::strata_uses; };

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
struct Bare {
    using type = T;
    static constexpr Nulls nulls = Nulls::outer;
};
template <class T>
struct Bare<std::optional<T>> {
    using type = T;
    static constexpr Nulls nulls = Nulls::maybe;
};

/// The type that X has next to a column: the value type of an operand, text for everything that views as text, else X.
template <class X>
struct StandIn {
    using type = std::conditional_t<std::is_convertible_v<const X&, std::string_view>, std::string, X>;
    using uses = Uses<>;
    static constexpr Nulls nulls = Nulls::never;
};
template <class X>
    requires std::is_arithmetic_v<X>
struct StandIn<X> {
    using type = X;
    using uses = Uses<>;
    static constexpr Nulls nulls = Nulls::never;
};
template <operand X>
struct StandIn<X> {
    using type = typename X::strata_value;
    using uses = typename X::strata_uses;
    static constexpr Nulls nulls = X::strata_nulls;
};
template <class X>
struct StandIn<std::optional<X>> : StandIn<X> {
    static constexpr Nulls nulls = Nulls::maybe;
};
template <>
struct StandIn<std::nullopt_t> {
    using type = std::nullopt_t;
    using uses = Uses<>;
    static constexpr Nulls nulls = Nulls::maybe;
};
template <class X>
using ValueOf = typename StandIn<X>::type;
template <class X>
using UsesOf = typename StandIn<X>::uses;
template <class X>
inline constexpr Nulls nulls_of = StandIn<X>::nulls;

template <class T>
inline constexpr bool integer =
    std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> && !std::is_same_v<T, wchar_t> &&
    !std::is_same_v<T, char8_t> && !std::is_same_v<T, char16_t> && !std::is_same_v<T, char32_t>;
template <class T>
inline constexpr bool number = integer<T> || std::is_floating_point_v<T>;

/// Whether a bare value V converts into T as a person would expect (a time_point into TimestampTz).
template <class T, class V>
constexpr bool converts() {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::string>) {
        return false;
    } else {
        return std::is_convertible_v<const V&, T>;
    }
}

template <class T, class V>
constexpr bool comparable_values() {
    if constexpr (std::is_same_v<T, V> || (number<T> && number<V>)) {
        return true;
    } else if constexpr (std::is_same_v<T, Decimal>) {
        return integer<V>;
    } else if constexpr (std::is_same_v<V, Decimal>) {
        return integer<T>;
    } else {
        return converts<T, V>();
    }
}
/// Whether an X (an operand or a value) can be compared with a T.
template <class T, class X>
inline constexpr bool comparable = comparable_values<T, ValueOf<X>>();
/// The same, and std::nullopt is allowed: it asks for NULL.
template <class T, class X>
inline constexpr bool equatable = comparable<T, X> || std::is_same_v<X, std::nullopt_t>;

template <class T, class X>
constexpr bool assignable_values() {
    using V = ValueOf<X>;
    if constexpr (std::is_same_v<V, std::nullopt_t>) {
        return true;
    } else if constexpr (integer<T>) {
        return integer<V>;
    } else {
        return comparable_values<T, V>();
    }
}

/// Appends the operand, or binds the value as a T, in the form that a column gives it.
template <class T, class X>
void append_operand(Fragment& fragment, const X& operand_or_value, ForColumn column = {}) {
    if constexpr (operand<X>) {
        operand_or_value.strata_append(fragment);
    } else if constexpr (!equatable<T, X>) {
        // the caller's static_assert reports it
    } else if constexpr (std::is_same_v<X, std::nullopt_t>) {
        fragment.push(Op::null);
    } else if constexpr (is_optional<X>) {
        if (operand_or_value) {
            append_operand<T>(fragment, *operand_or_value, column);
        } else {
            fragment.push(Op::null);
        }
    } else if constexpr (std::is_same_v<T, std::string>) {
        fragment.bind(std::string_view(operand_or_value), column);
    } else if constexpr (number<T> && integer<X>) {
        if (!std::in_range<std::int64_t>(operand_or_value)) fail_range();
        fragment.bind(static_cast<std::int64_t>(operand_or_value), column);
    } else if constexpr (number<T> && std::is_floating_point_v<X>) {
        fragment.bind(static_cast<double>(operand_or_value), column);
    } else if constexpr (std::is_same_v<T, X> || std::is_same_v<X, Decimal>) {
        fragment.bind(type_of<X>::info, &operand_or_value, column);
    } else {
        const T value(operand_or_value);
        fragment.bind(type_of<T>::info, &value, column);
    }
}

/// A value whose text a column gives a form: it has the column's digits after the point.
template <class X>
inline constexpr bool has_column_form = false;
template <>
inline constexpr bool has_column_form<Decimal> = true;
template <class X>
inline constexpr bool has_column_form<std::optional<X>> = has_column_form<X>;

/// The type as which the elements of a list are bound.
template <class T, class X>
using Listed = std::conditional_t<number<T> && number<ValueOf<X>>, ValueOf<X>, T>;

template <class T, class X>
void add_to_list(InList& list, const X& value) {
    if constexpr (is_optional<X>) {
        if (value) add_to_list<T>(list, *value);
    } else if constexpr (std::is_same_v<T, X>) {
        list.add(&value);
    } else {
        const T converted(value);
        list.add(&converted);
    }
}

inline Fragment finished(Fragment&& fragment, Op op) {
    fragment.push(op);
    return std::move(fragment);
}
inline Fragment finished(Fragment&& fragment, Op op, const TypeInfo& type) {
    fragment.push(op, type);
    return std::move(fragment);
}

}  // namespace detail
}  // namespace strata::core
