#pragma once

#include <strata/core/expression.hpp>

// The operators of columns and expressions. Each takes one of our operands on its left, and in a mirrored form on its
// right. An operator still returns its proper type for operands that cannot be compared, so that a mistake gives one
// message.
namespace strata::core {

namespace detail {

/// The condition that compares an L with an R. A value on the right adds neither tables nor NULLs.
template <class L, class R, bool = operand<R>>
struct ConditionOf {
    using type = Expr<bool, typename L::strata_uses, L::strata_nulls>;
};
template <class L, class R>
struct ConditionOf<L, R, true> {
    using type = Expr<bool, Merged<typename L::strata_uses, typename R::strata_uses>,
                      max_nulls(L::strata_nulls, R::strata_nulls)>;
};
template <class L, class R>
using Condition = typename ConditionOf<L, R>::type;

/// Binds or appends the right operand, as a T; the left one's tokens are there already.
template <class T, class R>
Fragment compared(Fragment&& fragment, const R& right, Op op, ForColumn column) {
    append_operand<T>(fragment, right, column);
    fragment.push(op);
    return std::move(fragment);
}

/// Equal or not equal; a missing value compares with NULL.
template <class T, class R>
Fragment equated(Fragment&& fragment, const R& right, Op op, Op op_null, ForColumn column) {
    if constexpr (std::is_same_v<R, std::nullopt_t>) {
        return finished(std::move(fragment), op_null);
    } else if constexpr (is_optional<R>) {
        return right ? equated<T>(std::move(fragment), *right, op, op_null, column)
                     : finished(std::move(fragment), op_null);
    } else {
        return compared<T>(std::move(fragment), right, op, column);
    }
}

template <class X>
inline constexpr bool condition = std::is_same_v<ValueOf<X>, bool>;

/// The result type of arithmetic on values; void when the types have none.
template <class A, class B>
constexpr auto arithmetic() {
    if constexpr (integer<A> && integer<B>) {
        return std::type_identity<std::int64_t>();
    } else if constexpr (number<A> && number<B>) {
        return std::type_identity<double>();
    } else if constexpr ((std::is_same_v<A, Decimal> && (std::is_same_v<B, Decimal> || integer<B>)) ||
                         (std::is_same_v<B, Decimal> && integer<A>)) {
        return std::type_identity<Decimal>();
    } else {
        return std::type_identity<void>();
    }
}
template <class L, class R>
using Arithmetic = typename decltype(arithmetic<ValueOf<L>, ValueOf<R>>())::type;
/// The result type, a proper one even after a mistake.
template <class L, class R>
using ArithmeticOr = std::conditional_t<std::is_void_v<Arithmetic<L, R>>, std::int64_t, Arithmetic<L, R>>;

template <class T, class L, class R, Nulls Least = Nulls::never>
using Combined = Expr<T, Merged<UsesOf<L>, UsesOf<R>>, max_nulls(Least, nulls_of<L>, nulls_of<R>)>;

/// Appends two operands, one of which may be a value, and then the operation.
template <class T, class L, class R>
Fragment combined(const L& left, const R& right, Op op) {
    Fragment fragment;
    if constexpr (operand<L>) {
        left.strata_append(fragment);
        append_operand<ValueOf<L>>(fragment, right);
    } else {
        append_operand<ValueOf<R>>(fragment, left);
        right.strata_append(fragment);
    }
    fragment.push(op, type_of<T>::info);
    return fragment;
}

}  // namespace detail

#define STRATA_DETAIL_COMPARE(OPERATOR, OP, MIRRORED, CAN, BUILD)                                              \
    template <class L, class R>                                                                                \
        requires detail::operand<L>                                                                            \
    [[nodiscard]] auto operator OPERATOR(const L& left, const R& right) {                                      \
        static_assert(                                                                                         \
            detail::CAN<typename L::strata_value, R>,                                                          \
            "strata: these two cannot be compared: text with text, numbers with numbers, else the same type"); \
        Fragment fragment;                                                                                     \
        left.strata_append(fragment);                                                                          \
        ForColumn column;                                                                                      \
        if constexpr (detail::has_column_form<typename L::strata_value> || detail::has_column_form<R>)         \
            column = left.strata_for_column();                                                                 \
        return detail::Condition<L, R>{{}, BUILD};                                                             \
    }                                                                                                          \
    template <class L, class R>                                                                                \
        requires(!detail::operand<L> && detail::operand<R>)                                                    \
    [[nodiscard]] auto operator OPERATOR(const L& left, const R& right) {                                      \
        return right MIRRORED left;                                                                            \
    }
STRATA_DETAIL_COMPARE(==, equal, ==, equatable,
                      detail::equated<typename L::strata_value>(std::move(fragment), right, Op::equal, Op::is_null,
                                                                column))
STRATA_DETAIL_COMPARE(!=, not_equal, !=, equatable,
                      detail::equated<typename L::strata_value>(std::move(fragment), right, Op::not_equal,
                                                                Op::is_not_null, column))
STRATA_DETAIL_COMPARE(<, less, >, comparable,
                      detail::compared<typename L::strata_value>(std::move(fragment), right, Op::less, column))
STRATA_DETAIL_COMPARE(<=, less_equal, >=, comparable,
                      detail::compared<typename L::strata_value>(std::move(fragment), right, Op::less_equal, column))
STRATA_DETAIL_COMPARE(>, greater, <, comparable,
                      detail::compared<typename L::strata_value>(std::move(fragment), right, Op::greater, column))
STRATA_DETAIL_COMPARE(>=, greater_equal, <=, comparable,
                      detail::compared<typename L::strata_value>(std::move(fragment), right, Op::greater_equal, column))
#undef STRATA_DETAIL_COMPARE

// Arithmetic as both databases do it: integers stay integers; / and % by zero give NULL.
#define STRATA_DETAIL_ARITHMETIC(OPERATOR, OP, LEAST)                                                           \
    template <class L, class R>                                                                                 \
        requires(detail::operand<L> || detail::operand<R>)                                                      \
    [[nodiscard]] auto operator OPERATOR(const L& left, const R& right) {                                       \
        static_assert(                                                                                          \
            !std::is_void_v<detail::Arithmetic<L, R>>,                                                          \
            "strata: no arithmetic between these two: numbers with numbers, Decimal with Decimal or integers"); \
        using T = detail::ArithmeticOr<L, R>;                                                                   \
        return detail::Combined<T, L, R, Nulls::LEAST>{{}, detail::combined<T>(left, right, Op::OP)};           \
    }
STRATA_DETAIL_ARITHMETIC(-, subtract, never)
STRATA_DETAIL_ARITHMETIC(*, multiply, never)
STRATA_DETAIL_ARITHMETIC(/, divide, maybe)
#undef STRATA_DETAIL_ARITHMETIC

/// Adds numbers, or joins texts.
template <class L, class R>
    requires(detail::operand<L> || detail::operand<R>)
[[nodiscard]] auto operator+(const L& left, const R& right) {
    constexpr bool texts =
        std::is_same_v<detail::ValueOf<L>, std::string> && std::is_same_v<detail::ValueOf<R>, std::string>;
    static_assert(texts || !std::is_void_v<detail::Arithmetic<L, R>>,
                  "strata: + adds numbers, or Decimal and integers, or joins texts");
    using T = std::conditional_t<texts, std::string, detail::ArithmeticOr<L, R>>;
    return detail::Combined<T, L, R>{{}, detail::combined<T>(left, right, texts ? Op::concatenate : Op::add)};
}

/// The remainder of integers, with the sign of the dividend.
template <class L, class R>
    requires(detail::operand<L> || detail::operand<R>)
[[nodiscard]] auto operator%(const L& left, const R& right) {
    static_assert(detail::integer<detail::ValueOf<L>> && detail::integer<detail::ValueOf<R>>,
                  "strata: % takes two integers");
    return detail::Combined<std::int64_t, L, R, Nulls::maybe>{{},
                                                              detail::combined<std::int64_t>(left, right, Op::modulo)};
}

template <class X>
    requires detail::operand<X>
[[nodiscard]] auto operator-(const X& operand) {
    using T = typename X::strata_value;
    static_assert(detail::number<T> || std::is_same_v<T, Decimal>, "strata: - takes a number");
    Fragment fragment;
    operand.strata_append(fragment);
    return Expr<T, typename X::strata_uses, X::strata_nulls>{
        {}, detail::finished(std::move(fragment), Op::negate, type_of<T>::info)};
}

#define STRATA_DETAIL_LOGIC(OPERATOR, OP)                                                                          \
    template <class L, class R>                                                                                    \
        requires(detail::operand<L> && detail::operand<R>)                                                         \
    [[nodiscard]] auto operator OPERATOR(L left, const R& right) {                                                 \
        static_assert(detail::condition<L> && detail::condition<R>, "strata: " #OPERATOR " joins two conditions"); \
        Fragment fragment;                                                                                         \
        if constexpr (requires { left.strata_fragment; }) {                                                        \
            fragment = std::move(left.strata_fragment);                                                            \
            if (fragment.tokens().empty()) fragment.push(Op::truth);                                               \
        } else {                                                                                                   \
            left.strata_append(fragment);                                                                          \
        }                                                                                                          \
        right.strata_append(fragment);                                                                             \
        fragment.push(Op::OP);                                                                                     \
        return detail::Condition<L, R>{{}, std::move(fragment)};                                                   \
    }
STRATA_DETAIL_LOGIC(&&, logical_and)
STRATA_DETAIL_LOGIC(||, logical_or)
#undef STRATA_DETAIL_LOGIC

template <class X>
    requires detail::operand<X>
[[nodiscard]] Expr<bool, typename X::strata_uses, X::strata_nulls> operator!(const X& condition) {
    static_assert(detail::condition<X>, "strata: ! takes a condition");
    Fragment fragment;
    condition.strata_append(fragment);
    return Expr<bool, typename X::strata_uses, X::strata_nulls>{{},
                                                                detail::finished(std::move(fragment), Op::logical_not)};
}

}  // namespace strata::core
