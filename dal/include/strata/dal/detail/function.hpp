#pragma once

#include <strata/core/column.hpp>

#include <cstdint>

namespace strata::dal {

using core::Nulls;
using core::Uses;
using core::detail::operand;

namespace detail {

using core::Fragment;
using core::Op;

/// The functions that each database's compiler has a text for.
enum class Function : std::uint8_t {
    // Text.
    trim,
    trim_left,
    trim_right,
    replace,
    position,
    left,
    right,
    pad_left,
    pad_right,
    reverse,
    repeat,
    concat_ws,
    split_part,
    octet_length,
    matches,
    matches_folded,
    regex_replace,
    // Choice.
    null_if,
    greatest,
    least,
    // Numbers.
    round,
    ceiling,
    floor,
    truncate,
    power,
    square_root,
    exponential,
    logarithm,
    sign,
    random,
    // Times; what is about an instant is in UTC.
    now,
    today,
    truncate_date,
    truncate_timestamp,
    truncate_instant,
    add_to_date,
    add_to_timestamp,
    add_to_instant,
    days_between,
    microseconds_between,
    date_part,
    instant_part,
    epoch,
    format_time,
    format_instant,
    // Aggregates of which each value matters.
    string_agg,
    array_agg,
    json_agg,
    json_object_agg,
    // Other aggregates.
    bool_and,
    bool_or,
    stddev,
    variance,
    // JSON.
    json_get,
    json_text,
    json_integer,
    json_real,
    json_decimal,
    json_boolean,
    json_exists,
    json_is_null,
    json_type,
    json_contains,
    json_set,
    json_remove,
    json_merge,
    json_array_length,
    json_object,
    // Arrays.
    array_contains,
    array_contained,
    array_overlaps,
    array_any,
    array_all,
    array_concat,
    array_remove,
    array_length,
    array_element,
    // Full text.
    text_matches,
    text_rank,
    text_headline,
    fts_matches,
    fts_rank,
};
inline constexpr std::size_t function_count = static_cast<std::size_t>(Function::fts_rank) + 1;
static_assert(function_count <= 256, "a token has a byte for it");

/// The type as which a bare value is bound where nothing else says it.
template <class X>
using ArgumentType =
    std::conditional_t<core::detail::integer<core::detail::ValueOf<X>>, std::int64_t, core::detail::ValueOf<X>>;
/// What can be an argument: an operand, a value, or std::nullopt.
template <class X>
concept function_argument = operand<X> || std::is_same_v<X, std::nullopt_t> || core::column_type<ArgumentType<X>>;

/// Appends an operand, or binds a value as its own type.
template <class X>
void append_argument(Fragment& fragment, const X& argument) {
    if constexpr (function_argument<X>) core::detail::append_operand<ArgumentType<X>>(fragment, argument);
}

template <class... X>
using UsesOfAll = core::detail::MergedAll<Uses<>, core::detail::UsesOf<X>...>;

/// A call of a function of ours whose result is NULL when an argument is, or more often.
template <class T, Nulls Least = Nulls::never, class... X>
auto call(Function function, const X&... arguments) {
    Fragment fragment;
    (append_argument(fragment, arguments), ...);
    fragment.push(Op::function, core::type_of<T>::info, sizeof...(X), static_cast<unsigned>(function));
    return core::Expr<T, UsesOfAll<X...>, core::detail::max_nulls(Least, core::detail::nulls_of<X>...)>{
        {}, std::move(fragment)};
}

template <class X, class T>
inline constexpr bool argument_is = std::is_same_v<core::detail::ValueOf<X>, T>;
template <class X>
inline constexpr bool is_text_argument = argument_is<X, std::string>;
template <class X>
inline constexpr bool is_integer_argument = core::detail::integer<core::detail::ValueOf<X>>;

}  // namespace detail
}  // namespace strata::dal
