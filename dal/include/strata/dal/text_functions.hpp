#pragma once

#include <strata/dal/detail/function.hpp>

namespace strata::dal {

namespace detail {

/// Throws UsageError for 0.
void check_part(std::int64_t part);

}  // namespace detail

// Functions of text. What an argument is NULL for is NULL.

#define STRATA_DETAIL_TRIM(NAME, FUNCTION)                                                                           \
    template <operand X>                                                                                             \
    [[nodiscard]] auto NAME(const X& text) {                                                                         \
        static_assert(detail::is_text_argument<X>, "strata: " #NAME "() takes text");                                \
        return detail::call<std::string>(detail::Function::FUNCTION, text);                                          \
    }                                                                                                                \
    template <operand X, class C>                                                                                    \
    [[nodiscard]] auto NAME(const X& text, const C& characters) {                                                    \
        static_assert(detail::is_text_argument<X> && detail::is_text_argument<C>, "strata: " #NAME "() takes text"); \
        return detail::call<std::string>(detail::Function::FUNCTION, text, characters);                              \
    }
/// Without spaces, or any of the characters given, at the ends.
STRATA_DETAIL_TRIM(trim, trim)
STRATA_DETAIL_TRIM(ltrim, trim_left)
STRATA_DETAIL_TRIM(rtrim, trim_right)
#undef STRATA_DETAIL_TRIM

/// Every occurrence of a text replaced by another one.
template <operand X, class From, class To>
[[nodiscard]] auto replace(const X& text, const From& from, const To& to) {
    static_assert(detail::is_text_argument<X> && detail::is_text_argument<From> && detail::is_text_argument<To>,
                  "strata: replace() takes three texts");
    return detail::call<std::string>(detail::Function::replace, text, from, to);
}
/// Where a text begins in another one, in characters from 1; 0 where it is not.
template <operand X, class Y>
[[nodiscard]] auto position(const X& text, const Y& part) {
    static_assert(detail::is_text_argument<X> && detail::is_text_argument<Y>, "strata: position() takes two texts");
    return detail::call<std::int64_t>(detail::Function::position, text, part);
}
/// The first characters; none for a negative number.
template <operand X, class N>
[[nodiscard]] auto left(const X& text, const N& characters) {
    static_assert(detail::is_text_argument<X> && detail::is_integer_argument<N>,
                  "strata: left() takes a text and a number of characters");
    return detail::call<std::string>(detail::Function::left, text, characters);
}
/// The last characters; none for a negative number.
template <operand X, class N>
[[nodiscard]] auto right(const X& text, const N& characters) {
    static_assert(detail::is_text_argument<X> && detail::is_integer_argument<N>,
                  "strata: right() takes a text and a number of characters");
    return detail::call<std::string>(detail::Function::right, text, characters);
}
/// Filled up to so many characters at the left, or cut to them at the right.
template <operand X, class N>
[[nodiscard]] auto lpad(const X& text, const N& characters, std::string_view fill = " ") {
    static_assert(detail::is_text_argument<X> && detail::is_integer_argument<N>,
                  "strata: lpad() takes a text, a number of characters and what fills");
    return detail::call<std::string>(detail::Function::pad_left, text, characters, fill);
}
/// Filled up to so many characters at the right, or cut to them there.
template <operand X, class N>
[[nodiscard]] auto rpad(const X& text, const N& characters, std::string_view fill = " ") {
    static_assert(detail::is_text_argument<X> && detail::is_integer_argument<N>,
                  "strata: rpad() takes a text, a number of characters and what fills");
    return detail::call<std::string>(detail::Function::pad_right, text, characters, fill);
}
template <operand X>
[[nodiscard]] auto reverse(const X& text) {
    static_assert(detail::is_text_argument<X>, "strata: reverse() takes text");
    return detail::call<std::string>(detail::Function::reverse, text);
}
/// So many times; an empty text for a negative number.
template <operand X, class N>
[[nodiscard]] auto repeat(const X& text, const N& times) {
    static_assert(detail::is_text_argument<X> && detail::is_integer_argument<N>,
                  "strata: repeat() takes a text and a number");
    return detail::call<std::string>(detail::Function::repeat, text, times);
}
/// The texts that are not NULL, with a separator between them; never NULL itself.
template <class... X>
[[nodiscard]] auto concat_ws(std::string_view separator, const X&... texts) {
    static_assert((detail::is_text_argument<X> && ...), "strata: concat_ws() takes texts: cast what is not");
    core::Fragment fragment =
        detail::call<std::string>(detail::Function::concat_ws, separator, texts...).strata_fragment;
    return core::Expr<std::string, detail::UsesOfAll<X...>, Nulls::never>{{}, std::move(fragment)};
}
/// One of the parts between a delimiter: 1 is the first, -1 the last; empty where there is none. Throws UsageError for
/// 0.
template <operand X>
[[nodiscard]] auto split_part(const X& text, std::string_view delimiter, std::int64_t part) {
    static_assert(detail::is_text_argument<X>, "strata: split_part() takes text");
    detail::check_part(part);
    return detail::call<std::string>(detail::Function::split_part, text, delimiter, part);
}
/// The length in bytes of UTF-8.
template <operand X>
[[nodiscard]] auto octet_length(const X& text) {
    static_assert(detail::is_text_argument<X>, "strata: octet_length() takes text");
    return detail::call<std::int64_t>(detail::Function::octet_length, text);
}

}  // namespace strata::dal
