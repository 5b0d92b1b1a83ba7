#pragma once

#include <strata/dal/detail/function.hpp>
#include <strata/dal/detail/raw_text.hpp>

#include <string>
#include <string_view>

namespace strata::dal {

/// SQL that was put together at run time. Nothing of it may come from outside of the program.
struct UncheckedText {
    std::string text;
};
[[nodiscard]] inline UncheckedText unchecked(std::string text) { return {std::move(text)}; }

/// The text of a raw expression: a literal with one ? for each of its values, checked by the compiler.
template <std::size_t Values>
class RawText {
public:
    template <std::size_t Size>
    consteval RawText(const char (&literal)[Size]) : text_(literal, Size - 1) {
        detail::check_raw_text(text_, Values);
    }
    [[nodiscard]] constexpr std::string_view view() const { return text_; }

private:
    std::string_view text_;
};

/// A text for each database.
template <std::size_t Values>
struct RawTexts {
    RawText<Values> sqlite;
    RawText<Values> postgresql;
};

/// The name of a function, with its schema if it has one: a literal of letters, digits and underscores.
class FunctionName {
public:
    template <std::size_t Size>
    consteval FunctionName(const char (&literal)[Size]) : name_(literal, Size - 1) {
        if (!detail::is_function_name(name_)) detail::function_name_is_not_an_identifier();
    }
    [[nodiscard]] constexpr std::string_view view() const { return name_; }

private:
    std::string_view name_;
};

namespace detail {

void push_raw(Fragment& fragment, const core::TypeInfo& type, std::size_t values, std::string_view sqlite,
              std::string_view postgresql = {});
/// Throws UsageError for what the compiler refuses of a literal.
void push_unchecked(Fragment& fragment, const core::TypeInfo& type, std::size_t values, std::string_view text);
void push_function(Fragment& fragment, const core::TypeInfo& type, std::size_t values, std::string_view name);

template <class X>
inline constexpr Nulls missing_nulls = operand<X> ? Nulls::outer : Nulls::never;

/// An expression of the type that the caller states: NULL at any time for a std::optional, else only where a table of
/// its columns is missing in an outer join.
template <class T, class... A>
using Stated = core::Expr<typename core::detail::Bare<T>::type, UsesOfAll<A...>,
                          core::detail::is_optional<T> ? Nulls::maybe
                                                       : core::detail::max_nulls(Nulls::never, missing_nulls<A>...)>;

template <class T, class... A>
Fragment arguments_of(const A&... arguments) {
    static_assert(core::column_type<T>, "strata: no column holds the type that this expression is said to have");
    static_assert((function_argument<A> && ...), "strata: an argument is a column, an expression or a value");
    Fragment fragment;
    (append_argument(fragment, arguments), ...);
    return fragment;
}

}  // namespace detail

/// An expression in the database's own words: `raw<bool>("attrs->>'color' = ?", color)`. Its type is what the caller
/// states; std::optional for one that can be NULL. Each ? is a value, which is bound, or an operand:
/// `raw<std::int64_t>("octet_length(?)", songs.title)`; ?? is a question mark. The text is written in parentheses.
/// Tables that its text reads in queries of its own are not filtered, so that a filtered database refuses such a text.
template <class T, class... A>
[[nodiscard]] auto raw(RawText<sizeof...(A)> text, const A&... arguments) {
    core::Fragment fragment = detail::arguments_of<T>(arguments...);
    detail::push_raw(fragment, core::type_of<T>::info, sizeof...(A), text.view());
    return detail::Stated<T, A...>{{}, std::move(fragment)};
}
/// The same with a text for each database: `raw<bool>({.sqlite = "...", .postgresql = "..."}, value)`.
template <class T, class... A>
[[nodiscard]] auto raw(RawTexts<sizeof...(A)> texts, const A&... arguments) {
    core::Fragment fragment = detail::arguments_of<T>(arguments...);
    detail::push_raw(fragment, core::type_of<T>::info, sizeof...(A), texts.sqlite.view(), texts.postgresql.view());
    return detail::Stated<T, A...>{{}, std::move(fragment)};
}
/// The same with a text made at run time: `raw<bool>(unchecked(text), value)`. Throws UsageError for what the compiler
/// refuses of a literal.
template <class T, class... A>
[[nodiscard]] auto raw(const UncheckedText& text, const A&... arguments) {
    core::Fragment fragment = detail::arguments_of<T>(arguments...);
    detail::push_unchecked(fragment, core::type_of<T>::info, sizeof...(A), text.text);
    return detail::Stated<T, A...>{{}, std::move(fragment)};
}
template <class T, class Text, class... A>
    requires(!std::is_array_v<Text> && std::is_convertible_v<const Text&, std::string_view>)
[[nodiscard]] detail::Stated<T, A...> raw(const Text&, const A&...) {
    static_assert(!sizeof(Text),
                  "strata: raw() takes a literal, whose values are given beside it as ?; or unchecked(text)");
    return {};
}

/// A call of any function of the database: `function<std::int64_t>("my_function", songs.plays, 3)`. Its type is what
/// the caller states, as that of raw(). A name with capital letters is quoted.
template <class T, class... A>
[[nodiscard]] auto function(FunctionName name, const A&... arguments) {
    core::Fragment fragment = detail::arguments_of<T>(arguments...);
    detail::push_function(fragment, core::type_of<T>::info, sizeof...(A), name.view());
    return detail::Stated<T, A...>{{}, std::move(fragment)};
}

}  // namespace strata::dal

namespace strata {
using dal::raw;
using dal::unchecked;
}  // namespace strata
