#pragma once

#include <strata/dal/compound.hpp>

#include <string>
#include <tuple>
#include <utility>

namespace strata::dal {

namespace detail {

/// Throws UsageError for a regular expression that is not in the subset that both databases read alike.
void check_regex(std::string_view pattern);

/// Collects the elements of a list of rows as one JSON array.
class RowList {
public:
    void begin_row();
    void add(const core::TypeInfo& type, const void* object);
    void end_row();
    void finish(Fragment& fragment, bool negated);

private:
    std::string rows_ = "[";
    std::string row_;
    bool missing_ = false;  // a NULL is equal to nothing
};

template <class T, class X>
void add_to_row(RowList& list, const X& value) {
    if constexpr (core::detail::is_optional<X>) {
        if (value) {
            add_to_row<T>(list, *value);
        } else {
            list.add(core::type_of<X>::info, &value);
        }
    } else if constexpr (core::detail::number<T> && core::detail::number<X>) {
        list.add(core::type_of<X>::info, &value);
    } else {
        const T converted(value);
        list.add(core::type_of<T>::info, &converted);
    }
}

}  // namespace detail

template <class... X>
class RowValue;

namespace detail {

/// Whether a query selects what a row of these operands can be equal to.
template <class List, class... X>
struct SelectsRow : std::false_type {};
template <class... T, class... U, Nulls... N, class... X>
    requires(sizeof...(T) == sizeof...(X))
struct SelectsRow<Items<Item<T, U, N>...>, X...>
    : std::bool_constant<(core::detail::comparable_values<core::detail::ValueOf<X>, T>() && ...)> {};

/// The column whose form a value takes that is compared with this operand.
template <class V, class X>
core::ForColumn column_for(const X& other) {
    if constexpr (operand<X> && !operand<V>) {
        if constexpr (core::detail::has_column_form<typename X::strata_value> || core::detail::has_column_form<V>)
            return other.strata_for_column();
    }
    return {};
}

/// The first operand of two elements decides as what the other one is bound.
template <class L, class R>
struct RowElement {
    using type = std::conditional_t<operand<L>, core::detail::ValueOf<L>, core::detail::ValueOf<R>>;
    static constexpr bool comparable = operand<L> ? core::detail::comparable<core::detail::ValueOf<L>, R>
                                                  : operand<R> && core::detail::comparable<core::detail::ValueOf<R>, L>;
};

}  // namespace detail

/// A row value: `row(songs.plays, songs.id) > row(10, 7)` compares the first elements, and where they are equal the
/// second ones.
template <class... X>
class RowValue {
public:
    using strata_uses = detail::UsesOfAll<X...>;
    static constexpr Nulls strata_nulls = core::detail::max_nulls(Nulls::never, core::detail::nulls_of<X>...);

    explicit RowValue(const X&... elements) : elements_(elements...) {}

    /// Equal to one of a range of tuples, of which one with std::nullopt in it matches nothing, or to a row of a query
    /// that selects as many expressions.
    template <class Range>
    [[nodiscard]] auto in(const Range& rows) const {
        return list(rows, false);
    }
    template <class Range>
    [[nodiscard]] auto not_in(const Range& rows) const {
        return list(rows, true);
    }

    /// Appends the row, whose values are bound as the elements of another one are.
    template <class... Y>
    void strata_append_as(core::Fragment& fragment, const RowValue<Y...>& other) const {
        append_as(fragment, other, std::index_sequence_for<X...>());
        fragment.push(core::Op::row, sizeof...(X));
    }

private:
    template <class Q>
        requires requires { typename Q::strata_list; }
    auto list(const Q& query, bool negated) const {
        static_assert((operand<X> && ...), "strata: in() takes a row of columns and expressions");
        static_assert(detail::SelectsRow<typename Q::strata_list, X...>::value,
                      "strata: in() takes a query that selects as many expressions as the row has, of their kinds");
        core::Fragment fragment;
        strata_append_as(fragment, *this);
        query.strata_append_query(fragment);
        fragment.push(core::Op::in_query, 0, negated ? 1 : 0);
        return core::Expr<bool, core::detail::Merged<strata_uses, typename Q::strata_correlated>, Nulls::maybe>{
            {}, std::move(fragment)};
    }
    template <class Range>
    auto list(const Range& rows, bool negated) const {
        static_assert((operand<X> && ...), "strata: in() takes a row of columns and expressions");
        static_assert(!(std::is_same_v<core::detail::ValueOf<X>, Bytes> || ...),
                      "strata: in() takes no row with bytes");
        using Row = std::remove_cvref_t<decltype(*std::begin(rows))>;
        static_assert(std::tuple_size_v<Row> == sizeof...(X),
                      "strata: in() takes tuples of as many elements as the row");
        core::Fragment fragment;
        strata_append_as(fragment, *this);
        detail::RowList list;
        for (const Row& row : rows) {
            list.begin_row();
            std::apply(
                [&](const auto&... element) {
                    static_assert(
                        (core::detail::comparable<core::detail::ValueOf<X>, std::remove_cvref_t<decltype(element)>> &&
                         ...),
                        "strata: in() takes tuples of the row's own kinds");
                    (detail::add_to_row<core::detail::ValueOf<X>>(list, element), ...);
                },
                row);
            list.end_row();
        }
        list.finish(fragment, negated);
        return core::Expr<bool, strata_uses, strata_nulls>{{}, std::move(fragment)};
    }

    template <class...>
    friend class RowValue;
    template <class... Y, std::size_t... I>
    void append_as(core::Fragment& fragment, const RowValue<Y...>& other, std::index_sequence<I...>) const {
        (core::detail::append_operand<typename detail::RowElement<X, Y>::type>(
             fragment, std::get<I>(elements_), detail::column_for<X>(std::get<I>(other.elements_))),
         ...);
    }

    std::tuple<X...> elements_;
};

template <class... X>
[[nodiscard]] RowValue<std::decay_t<const X>...> row(const X&... elements) {
    static_assert(sizeof...(X) > 1, "strata: row() takes at least two elements");
    return RowValue<std::decay_t<const X>...>(elements...);
}

namespace detail {

template <class... L, class... R>
auto compared_rows(const RowValue<L...>& left, const RowValue<R...>& right, Op op) {
    static_assert(sizeof...(L) == sizeof...(R), "strata: these two rows do not have as many elements as each other");
    Fragment fragment;
    if constexpr (sizeof...(L) == sizeof...(R)) {
        static_assert((RowElement<L, R>::comparable && ...),
                      "strata: the elements of these two rows cannot be compared: one of each pair is a column or an "
                      "expression, and both are of one kind");
        if constexpr ((RowElement<L, R>::comparable && ...)) {
            left.strata_append_as(fragment, right);
            right.strata_append_as(fragment, left);
        }
    }
    fragment.push(op);
    using Left = RowValue<L...>;
    using Right = RowValue<R...>;
    return core::Expr<bool, core::detail::Merged<typename Left::strata_uses, typename Right::strata_uses>,
                      core::detail::max_nulls(Left::strata_nulls, Right::strata_nulls)>{{}, std::move(fragment)};
}

}  // namespace detail

#define STRATA_DETAIL_ROWS(OPERATOR, OP)                                                            \
    template <class... L, class... R>                                                               \
    [[nodiscard]] auto operator OPERATOR(const RowValue<L...>& left, const RowValue<R...>& right) { \
        return detail::compared_rows(left, right, core::Op::OP);                                    \
    }
STRATA_DETAIL_ROWS(==, equal)
STRATA_DETAIL_ROWS(!=, not_equal)
STRATA_DETAIL_ROWS(<, less)
STRATA_DETAIL_ROWS(<=, less_equal)
STRATA_DETAIL_ROWS(>, greater)
STRATA_DETAIL_ROWS(>=, greater_equal)
#undef STRATA_DETAIL_ROWS

/// Whether a text has a part that matches a regular expression of the subset in docs/expressions.md. Throws UsageError
/// for another one.
template <operand X>
[[nodiscard]] auto matches(const X& text, std::string_view pattern) {
    static_assert(detail::is_text_argument<X>, "strata: only text is matched with a regular expression");
    detail::check_regex(pattern);
    return detail::call<bool>(detail::Function::matches, text, pattern);
}
/// The same without regard to case.
template <operand X>
[[nodiscard]] auto matches_ignoring_case(const X& text, std::string_view pattern) {
    static_assert(detail::is_text_argument<X>, "strata: only text is matched with a regular expression");
    detail::check_regex(pattern);
    return detail::call<bool>(detail::Function::matches_folded, text, pattern);
}
/// Every match of a regular expression replaced by a text, in which nothing has a special meaning.
template <operand X>
[[nodiscard]] auto regex_replace(const X& text, std::string_view pattern, std::string_view replacement) {
    static_assert(detail::is_text_argument<X>, "strata: only text is matched with a regular expression");
    detail::check_regex(pattern);
    return detail::call<std::string>(detail::Function::regex_replace, text, pattern, replacement);
}

/// NULL where both are equal, else the first.
template <operand X, class Y>
[[nodiscard]] auto nullif(const X& value, const Y& other) {
    using T = typename X::strata_value;
    static_assert(core::detail::comparable<T, Y>, "strata: nullif() takes two values of one kind");
    core::Fragment fragment;
    value.strata_append(fragment);
    core::detail::append_operand<T>(fragment, other, detail::column_for<Y>(value));
    fragment.push(core::Op::function, core::type_of<T>::info, 2, static_cast<unsigned>(detail::Function::null_if));
    return core::Expr<T, detail::UsesOfAll<X, Y>, Nulls::maybe>{{}, std::move(fragment)};
}

namespace detail {

constexpr Nulls least_nulls(Nulls first, auto... rest) {
    ((first = rest < first ? rest : first), ...);
    return first;
}

template <class X, class... More>
auto extreme(Function function, const X& first, const More&... more) {
    using T = typename X::strata_value;
    static_assert(sizeof...(More) > 0, "strata: greatest() and least() take at least two arguments");
    static_assert((core::detail::comparable<T, More> && ...),
                  "strata: greatest() and least() take arguments of one kind");
    Fragment fragment;
    first.strata_append(fragment);
    (core::detail::append_operand<T>(fragment, more), ...);
    fragment.push(Op::function, core::type_of<T>::info, sizeof...(More) + 1, static_cast<unsigned>(function));
    return core::Expr<T, UsesOfAll<X, More...>,
                      least_nulls(core::detail::nulls_of<X>, core::detail::nulls_of<More>...)>{{}, std::move(fragment)};
}

}  // namespace detail

/// The greatest of its arguments that are not NULL; NULL when all are. Of an enum the highest rank.
template <operand X, class... More>
[[nodiscard]] auto greatest(const X& first, const More&... more) {
    return detail::extreme(detail::Function::greatest, first, more...);
}
template <operand X, class... More>
[[nodiscard]] auto least(const X& first, const More&... more) {
    return detail::extreme(detail::Function::least, first, more...);
}

// Optional filters.

/// A value that may be absent. A comparison with an absent one holds always, as an empty field of a search form does:
/// `songs.user_id == maybe(owner)`.
template <class V>
struct Maybe {
    std::optional<V> value;
};
template <class V>
[[nodiscard]] Maybe<V> maybe(std::optional<V> value) {
    return {std::move(value)};
}

namespace detail {

template <class L>
using Optional = core::Expr<bool, typename L::strata_uses, L::strata_nulls>;

inline Fragment holds_always() {
    Fragment fragment;
    fragment.push(Op::truth);
    return fragment;
}

}  // namespace detail

#define STRATA_DETAIL_MAYBE(OPERATOR)                                                            \
    template <operand L, class V>                                                                \
    [[nodiscard]] detail::Optional<L> operator OPERATOR(const L & left, const Maybe<V>& right) { \
        if (right.value) return left OPERATOR * right.value;                                     \
        return {{}, detail::holds_always()};                                                     \
    }
STRATA_DETAIL_MAYBE(==)
STRATA_DETAIL_MAYBE(!=)
STRATA_DETAIL_MAYBE(<)
STRATA_DETAIL_MAYBE(<=)
STRATA_DETAIL_MAYBE(>)
STRATA_DETAIL_MAYBE(>=)
#undef STRATA_DETAIL_MAYBE

/// A condition on a value that may be absent: `when_given(text, [](const auto& t) { return songs.title.contains(t); })`
/// holds always when it is.
template <class V, class Make>
[[nodiscard]] auto when_given(const std::optional<V>& value, const Make& make) -> decltype(make(*value)) {
    if (value) return make(*value);
    return {{}, detail::holds_always()};
}

}  // namespace strata::dal

namespace strata {
using dal::maybe;
}
