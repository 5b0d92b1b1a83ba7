#pragma once

#include <strata/dal/compound.hpp>

namespace strata::dal {

namespace detail {

/// The fragment without its last operation.
[[nodiscard]] Fragment reopened(const Fragment& fragment);
/// The fragment of a collecting aggregate that takes each value once.
[[nodiscard]] Fragment collected_once(const Fragment& fragment);
/// Adds an order that has been appended to it: repeats the last operation of `before` with more operands.
void close(Fragment& fragment, const Fragment& before, const core::TypeInfo& type, std::size_t more);

template <class X>
void append_collect_order(Fragment& fragment, const X& entry) {
    if constexpr (requires { typename X::strata_order; }) {
        entry.strata_append(fragment, Op::aggregate_order);
    } else {
        entry.strata_append(fragment);
        fragment.push(Op::aggregate_order);
    }
}
}  // namespace detail

/// An aggregate of which the order of its values matters. Without order_by() that is any, and with distinct() that of
/// the values.
template <class T, class U>
class Collected : public core::Expr<T, U, Nulls::maybe> {
public:
    /// Expressions (ascending), or their asc() and desc().
    template <class... X>
    [[nodiscard]] auto order_by(const X&... entries) const {
        core::Fragment fragment = detail::reopened(this->strata_fragment);
        (detail::append_collect_order(fragment, entries), ...);
        detail::close(fragment, this->strata_fragment, core::type_of<T>::info, sizeof...(X));
        using All = core::detail::MergedAll<U, typename detail::OrderUses<X>::type...>;
        return Collected<T, All>{core::Expr<T, All, Nulls::maybe>{{}, std::move(fragment)}};
    }
    /// Each value once. PostgreSQL then takes no other order than that of the values.
    [[nodiscard]] Collected distinct() const {
        return {core::Expr<T, U, Nulls::maybe>{{}, detail::collected_once(this->strata_fragment)}};
    }
    /// Of the rows for which the condition holds.
    template <operand C>
    [[nodiscard]] auto filter(const C& condition) const {
        return Aggregate<T, U, Nulls::maybe>{*this}.filter(condition);
    }
};

namespace detail {

template <class T, class... X>
auto collect(Function function, const X&... arguments) {
    Fragment fragment;
    fragment.push(Op::constant, 0);
    (append_argument(fragment, arguments), ...);
    fragment.push(Op::function, core::type_of<T>::info, sizeof...(X) + 1, static_cast<unsigned>(function));
    return Collected<T, UsesOfAll<X...>>{core::Expr<T, UsesOfAll<X...>, Nulls::maybe>{{}, std::move(fragment)}};
}

/// What both databases write into a JSON document alike.
template <class T>
inline constexpr bool is_json_value =
    core::detail::integer<T> || std::is_same_v<T, double> || std::is_same_v<T, bool> ||
    std::is_same_v<T, std::string> || std::is_same_v<T, Json> || std::is_enum_v<T>;

/// An element of array_agg: of a bool std::optional, since std::vector<bool> has no addresses of its elements.
template <class X>
using Collectable =
    std::conditional_t<X::strata_nulls == Nulls::maybe || std::is_same_v<typename X::strata_value, bool>,
                       std::optional<typename X::strata_value>, typename X::strata_value>;

}  // namespace detail

/// The texts that are not NULL, joined: `string_agg(songs.title, ", ").order_by(songs.title)`. NULL over no rows.
template <operand X>
[[nodiscard]] auto string_agg(const X& text, std::string_view separator) {
    static_assert(detail::is_text_argument<X>, "strata: string_agg() takes text: cast what is not");
    return detail::collect<std::string>(detail::Function::string_agg, text, separator);
}
/// The values as a std::vector, NULLs too: of std::optional where there can be any. NULL over no rows.
template <operand X>
[[nodiscard]] auto array_agg(const X& value) {
    static_assert(core::type_of<typename X::strata_value>::kind != core::TypeKind::array,
                  "strata: array_agg() takes no arrays, since an array of arrays has no column type");
    return detail::collect<std::vector<detail::Collectable<X>>>(detail::Function::array_agg, value);
}
/// The values as a JSON array, NULLs too. NULL over no rows.
template <operand X>
[[nodiscard]] auto json_agg(const X& value) {
    static_assert(detail::is_json_value<typename X::strata_value>,
                  "strata: json_agg() takes text, numbers, booleans, enums and Json: cast what is not");
    return detail::collect<Json>(detail::Function::json_agg, value);
}
/// A JSON object of keys, which are text and not NULL, and values. NULL over no rows.
template <operand K, operand X>
[[nodiscard]] auto json_object_agg(const K& key, const X& value) {
    static_assert(detail::is_text_argument<K>, "strata: the keys of json_object_agg() are text");
    static_assert(detail::is_json_value<typename X::strata_value>,
                  "strata: json_object_agg() takes text, numbers, booleans, enums and Json: cast what is not");
    return detail::collect<Json>(detail::Function::json_object_agg, key, value);
}

#define STRATA_DETAIL_AGGREGATE(NAME, T, CHECK, MESSAGE)                   \
    template <operand X>                                                   \
    [[nodiscard]] auto NAME(const X& value) {                              \
        static_assert(CHECK, MESSAGE);                                     \
        return Aggregate<T, typename X::strata_uses, Nulls::maybe>{        \
            detail::call<T, Nulls::maybe>(detail::Function::NAME, value)}; \
    }
/// Whether a condition holds for all rows, and for one of them; NULLs do not count. NULL over no rows.
STRATA_DETAIL_AGGREGATE(bool_and, bool, core::detail::condition<X>, "strata: bool_and() takes a condition")
STRATA_DETAIL_AGGREGATE(bool_or, bool, core::detail::condition<X>, "strata: bool_or() takes a condition")
/// The standard deviation and the variance of a sample, as doubles. NULL over fewer than two rows.
STRATA_DETAIL_AGGREGATE(stddev, double, detail::is_number<typename X::strata_value>, "strata: stddev() takes a number")
STRATA_DETAIL_AGGREGATE(variance, double, detail::is_number<typename X::strata_value>,
                        "strata: variance() takes a number")
#undef STRATA_DETAIL_AGGREGATE

}  // namespace strata::dal
