#pragma once

#include <strata/dal/detail/function.hpp>

namespace strata::dal {

/// The type of a condition on these tables, for a condition that is built step by step:
/// `dal::Condition<Song> wanted = songs.id > 0; if (owner) wanted = wanted && songs.user_id == *owner;`
template <class... Sources>
using Condition = core::Expr<bool, Uses<Sources...>, Nulls::maybe>;

namespace detail {

template <class X>
using ValueOf = core::detail::ValueOf<X>;

/// Appends one operand and one operation.
template <class T, Nulls N, class X>
auto apply(const X& operand, Op op, std::size_t number = 0, unsigned flags = 0) {
    Fragment fragment;
    operand.strata_append(fragment);
    fragment.push(op, core::type_of<T>::info, number, flags);
    return core::Expr<T, typename X::strata_uses, N>{{}, std::move(fragment)};
}

template <class T>
inline constexpr bool is_number = core::detail::number<T> || std::is_same_v<T, Decimal>;
template <class T>
inline constexpr bool is_text = std::is_same_v<T, std::string>;

/// The result type of a sum: exact for integers and Decimal.
template <class T>
using Sum = std::conditional_t<std::is_floating_point_v<T>, double, Decimal>;

void check_substring(std::int64_t from, std::int64_t length);

constexpr Nulls least(Nulls a, Nulls b) { return a < b ? a : b; }

}  // namespace detail

/// An aggregate, which can take some of the rows only: `count().filter(songs.active)`.
template <class T, class U, Nulls N>
class Aggregate : public core::Expr<T, U, N> {
public:
    /// Of the rows for which the condition holds.
    template <operand C>
    [[nodiscard]] auto filter(const C& condition) const {
        static_assert(core::detail::condition<C>, "strata: filter() takes a condition");
        core::Fragment fragment = this->strata_fragment;
        condition.strata_append(fragment);
        fragment.push(core::Op::filter, core::type_of<T>::info);
        return core::Expr<T, core::detail::Merged<U, core::detail::UsesOf<C>>, N>{{}, std::move(fragment)};
    }
    /// Of each value once.
    [[nodiscard]] Aggregate distinct() const {
        static_assert(!std::is_same_v<U, Uses<>>, "strata: count() counts rows; count(a).distinct() counts values");
        Aggregate once = *this;
        once.strata_fragment.flag(core::aggregate_distinct);
        return once;
    }
};

namespace detail {

template <class T, Nulls N, class X>
Aggregate<T, typename X::strata_uses, N> aggregate(const X& operand, Op op) {
    return {apply<T, N>(operand, op)};
}

}  // namespace detail

// Aggregates. Over no rows count is 0 and the others are NULL, so all except count are optional in a result.

/// count(*)
[[nodiscard]] inline Aggregate<std::int64_t, Uses<>, Nulls::never> count() {
    core::Fragment fragment;
    fragment.push(core::Op::count_all, core::type_of<std::int64_t>::info);
    return {core::Expr<std::int64_t, Uses<>, Nulls::never>{{}, std::move(fragment)}};
}
/// Rows where the operand is not NULL.
template <operand X>
[[nodiscard]] auto count(const X& operand) {
    return detail::aggregate<std::int64_t, Nulls::never>(operand, core::Op::count);
}
template <operand X>
[[nodiscard]] auto count_distinct(const X& operand) {
    return detail::aggregate<std::int64_t, Nulls::never>(operand, core::Op::count_distinct);
}
/// The sum: Decimal for integers and Decimal, double for floating point. On SQLite a sum of integers past 64 bits is an
/// error.
template <operand X>
[[nodiscard]] auto sum(const X& operand) {
    using T = typename X::strata_value;
    static_assert(detail::is_number<T>, "strata: sum() takes a number");
    return detail::aggregate<detail::Sum<T>, Nulls::maybe>(operand, core::Op::sum);
}
/// The average: a double, on both databases and for every numeric type.
template <operand X>
[[nodiscard]] auto avg(const X& operand) {
    static_assert(detail::is_number<typename X::strata_value>, "strata: avg() takes a number");
    return detail::aggregate<double, Nulls::maybe>(operand, core::Op::average);
}
/// The smallest value; of an enum the lowest rank.
template <operand X>
[[nodiscard]] auto min(const X& operand) {
    return detail::aggregate<typename X::strata_value, Nulls::maybe>(operand, core::Op::minimum);
}
template <operand X>
[[nodiscard]] auto max(const X& operand) {
    return detail::aggregate<typename X::strata_value, Nulls::maybe>(operand, core::Op::maximum);
}

// Functions of one row.

/// On SQLite only ASCII letters change.
template <operand X>
[[nodiscard]] auto lower(const X& operand) {
    static_assert(detail::is_text<typename X::strata_value>, "strata: lower() takes text");
    return detail::apply<std::string, X::strata_nulls>(operand, core::Op::lower);
}
/// On SQLite only ASCII letters change.
template <operand X>
[[nodiscard]] auto upper(const X& operand) {
    static_assert(detail::is_text<typename X::strata_value>, "strata: upper() takes text");
    return detail::apply<std::string, X::strata_nulls>(operand, core::Op::upper);
}
/// The length in characters.
template <operand X>
[[nodiscard]] auto length(const X& operand) {
    static_assert(detail::is_text<typename X::strata_value>, "strata: length() takes text");
    return detail::apply<std::int64_t, X::strata_nulls>(operand, core::Op::length);
}
template <operand X>
[[nodiscard]] auto abs(const X& operand) {
    static_assert(detail::is_number<typename X::strata_value>, "strata: abs() takes a number");
    return detail::apply<typename X::strata_value, X::strata_nulls>(operand, core::Op::absolute);
}
/// `length` characters from the given position (the first is 1). Throws UsageError for a position before 1 or a
/// negative length.
template <operand X>
[[nodiscard]] auto substring(const X& operand, std::int64_t from, std::int64_t length) {
    static_assert(detail::is_text<typename X::strata_value>, "strata: substring() takes text");
    detail::check_substring(from, length);
    core::Fragment fragment;
    operand.strata_append(fragment);
    fragment.bind(from);
    fragment.bind(length);
    fragment.push(core::Op::substring, core::type_of<std::string>::info);
    return core::Expr<std::string, typename X::strata_uses, X::strata_nulls>{{}, std::move(fragment)};
}

namespace detail {

/// Appends a value; a missing one is a NULL of the type.
template <class T, class V>
void append_typed(Fragment& fragment, const V& value) {
    if constexpr (core::detail::is_optional<V>) {
        if (!value) {
            fragment.push(Op::null, core::type_of<T>::info, 0, core::null_typed);
            return;
        }
    }
    core::detail::append_operand<T>(fragment, value);
}

}  // namespace detail

/// A value as an expression, such as what a query selects: a number, a text, a boolean, a date or a time.
template <class V>
[[nodiscard]] auto value(const V& constant) {
    using T = std::conditional_t<core::detail::integer<detail::ValueOf<V>>, std::int64_t, detail::ValueOf<V>>;
    static_assert(core::column_type<T> && !std::is_enum_v<T> && !core::detail::operand<V>,
                  "strata: value() takes a number, a text, a boolean, a date or a time");
    core::Fragment fragment;
    detail::append_typed<T>(fragment, constant);
    return core::Expr<T, Uses<>, core::detail::nulls_of<V>>{{}, std::move(fragment)};
}

namespace detail {

/// Whether cast() turns one into the other.
template <class From, class To>
constexpr bool can_cast() {
    if constexpr (std::is_same_v<To, Date>) {
        return std::is_same_v<From, Timestamp> || std::is_same_v<From, TimestampTz>;
    } else if constexpr (std::is_enum_v<From>) {
        return is_text<To>;
    } else {
        return (is_text<To> || is_number<To>) && (is_text<From> || is_number<From>);
    }
}

}  // namespace detail

/// CAST between text, integers, doubles and Decimal, as the database does it; of an enum to the text of its label, and
/// of a timestamp to its Date (an instant's in UTC).
template <class T, operand X>
[[nodiscard]] auto cast(const X& operand) {
    static_assert(detail::can_cast<typename X::strata_value, T>(),
                  "strata: cast() turns text and numbers into each other, an enum into text, a timestamp into a Date");
    return detail::apply<T, X::strata_nulls>(operand, core::Op::cast);
}

/// A part of a date, a time or a timestamp (an instant in UTC); seconds are whole.
#define STRATA_DETAIL_FIELD(FIELD, OTHER, KINDS)                                                                  \
    template <operand X>                                                                                          \
    [[nodiscard]] auto FIELD(const X& operand) {                                                                  \
        using T = typename X::strata_value;                                                                       \
        static_assert(std::is_same_v<T, OTHER> || std::is_same_v<T, Timestamp> || std::is_same_v<T, TimestampTz>, \
                      "strata: " #FIELD "() takes a " KINDS);                                                     \
        constexpr unsigned flags = std::is_same_v<T, TimestampTz> ? core::extract_instant                         \
                                   : std::is_same_v<T, Time>      ? core::extract_time                            \
                                                                  : 0;                                                 \
        return detail::apply<std::int64_t, X::strata_nulls>(operand, core::Op::extract,                           \
                                                            static_cast<std::size_t>(core::Field::FIELD), flags); \
    }
STRATA_DETAIL_FIELD(year, Date, "date or a timestamp")
STRATA_DETAIL_FIELD(month, Date, "date or a timestamp")
STRATA_DETAIL_FIELD(day, Date, "date or a timestamp")
STRATA_DETAIL_FIELD(hour, Time, "time or a timestamp")
STRATA_DETAIL_FIELD(minute, Time, "time or a timestamp")
STRATA_DETAIL_FIELD(second, Time, "time or a timestamp")
#undef STRATA_DETAIL_FIELD

/// The first of its arguments that is not NULL: `coalesce(users.phone, "none")`.
template <operand X, class... More>
[[nodiscard]] auto coalesce(const X& first, const More&... more) {
    using T = typename X::strata_value;
    static_assert(sizeof...(More) > 0, "strata: coalesce() takes at least two arguments");
    static_assert((core::detail::comparable<T, More> && ...), "strata: coalesce() takes arguments of one kind");
    core::Fragment fragment;
    first.strata_append(fragment);
    (core::detail::append_operand<T>(fragment, more), ...);
    fragment.push(core::Op::coalesce, core::type_of<T>::info, sizeof...(More) + 1);
    constexpr Nulls lowest = [] {
        Nulls nulls = X::strata_nulls;
        ((nulls = detail::least(nulls, core::detail::nulls_of<More>)), ...);
        return nulls;
    }();
    using All = core::detail::MergedAll<typename X::strata_uses, core::detail::UsesOf<More>...>;
    return core::Expr<T, All, lowest>{{}, std::move(fragment)};
}

namespace detail {

/// The kind of a CASE by its first value.
template <class V>
struct Branch {
    static_assert(!std::is_same_v<V, std::nullopt_t>, "strata: the first value of a case gives its kind: not nullopt");
    using type = std::conditional_t<std::is_same_v<V, std::nullopt_t>, std::int64_t, ValueOf<V>>;
};
template <class V>
using BranchValue = typename Branch<V>::type;

}  // namespace detail

/// A CASE under construction: `case_when(songs.plays > 10, "many").when(songs.plays > 1, "few").otherwise("none")`. The
/// first condition that holds decides; values are of one kind.
template <class T, class U, Nulls N>
class Case {
public:
    Case(core::Fragment&& fragment, std::size_t operands) noexcept
        : fragment_(std::move(fragment)), operands_(operands) {}

    template <operand C, class V>
    [[nodiscard]] auto when(const C& condition, const V& value) const {
        static_assert(core::detail::condition<C>, "strata: a branch of a case starts with a condition");
        static_assert(core::detail::equatable<T, V>, "strata: all branches of a case must be of one kind");
        core::Fragment fragment = fragment_;
        condition.strata_append(fragment);
        core::detail::append_operand<T>(fragment, value);
        using All = core::detail::MergedAll<U, core::detail::UsesOf<C>, core::detail::UsesOf<V>>;
        return Case<T, All, core::detail::max_nulls(N, core::detail::nulls_of<V>)>(std::move(fragment), operands_ + 2);
    }
    /// The value where no condition holds.
    template <class V>
    [[nodiscard]] auto otherwise(const V& value) const {
        static_assert(core::detail::equatable<T, V>, "strata: all branches of a case must be of one kind");
        core::Fragment fragment = fragment_;
        core::detail::append_operand<T>(fragment, value);
        fragment.push(core::Op::when, core::type_of<T>::info, operands_ + 1);
        return core::Expr<T, core::detail::Merged<U, core::detail::UsesOf<V>>,
                          core::detail::max_nulls(N, core::detail::nulls_of<V>)>{{}, std::move(fragment)};
    }
    /// NULL where no condition holds.
    [[nodiscard]] core::Expr<T, U, Nulls::maybe> end() const {
        core::Fragment fragment = fragment_;
        fragment.push(core::Op::when, core::type_of<T>::info, operands_);
        return core::Expr<T, U, Nulls::maybe>{{}, std::move(fragment)};
    }

private:
    core::Fragment fragment_;
    std::size_t operands_;
};

/// Starts a CASE; its kind is that of the first value.
template <operand C, class V>
[[nodiscard]] auto case_when(const C& condition, const V& value) {
    static_assert(core::detail::condition<C>, "strata: a branch of a case starts with a condition");
    using T = detail::BranchValue<V>;
    core::Fragment fragment;
    condition.strata_append(fragment);
    core::detail::append_operand<T>(fragment, value);
    using All = core::detail::Merged<core::detail::UsesOf<C>, core::detail::UsesOf<V>>;
    return Case<T, All, core::detail::nulls_of<V>>(std::move(fragment), 2);
}

/// CASE WHEN condition THEN yes ELSE no END.
template <operand C, class Yes, class No>
[[nodiscard]] auto when(const C& condition, const Yes& yes, const No& no) {
    static_assert(core::detail::condition<C>, "strata: when() starts with a condition");
    using T = detail::BranchValue<std::conditional_t<std::is_same_v<Yes, std::nullopt_t>, No, Yes>>;
    static_assert(core::detail::equatable<T, Yes> && core::detail::equatable<T, No>,
                  "strata: both branches of when() must be of one kind");
    core::Fragment fragment;
    condition.strata_append(fragment);
    core::detail::append_operand<T>(fragment, yes);
    core::detail::append_operand<T>(fragment, no);
    fragment.push(core::Op::when, core::type_of<T>::info, 3);
    using All = core::detail::MergedAll<typename C::strata_uses, core::detail::UsesOf<Yes>, core::detail::UsesOf<No>>;
    return core::Expr<T, All, core::detail::max_nulls(core::detail::nulls_of<Yes>, core::detail::nulls_of<No>)>{
        {}, std::move(fragment)};
}

}  // namespace strata::dal
