#pragma once

#include <strata/core/detail/operand.hpp>
#include <strata/core/fragment.hpp>

#include <initializer_list>
#include <utility>

namespace strata::core {

template <class T, class U, Nulls N>
class Expr;
template <class U>
class Order;
template <class Source, class T>
class Column;

/// The named operations of a column or an expression; its operators are declared below.
template <class Self, class T, class U, Nulls N>
class Operand {  // NOLINT(bugprone-crtp-constructor-accessibility): what derives from it is an aggregate
public:
    using strata_value = T;
    using strata_uses = U;
    static constexpr Nulls strata_nulls = N;

    [[nodiscard]] Expr<bool, U, Nulls::never> is_null() const { return wrap<Nulls::never>(begin(), Op::is_null); }
    [[nodiscard]] Expr<bool, U, Nulls::never> is_not_null() const {
        return wrap<Nulls::never>(begin(), Op::is_not_null);
    }

    /// Equal, where NULL is equal to NULL; never NULL itself.
    template <class X>
    [[nodiscard]] auto is_not_distinct_from(const X& other) const {
        return null_safe(other, Op::is_not_distinct);
    }
    template <class X>
    [[nodiscard]] auto is_distinct_from(const X& other) const {
        return null_safe(other, Op::is_distinct);
    }

    /// Matches a pattern of % (any text) and _ (one character), case-sensitively; \ takes the next character as it is.
    [[nodiscard]] Expr<bool, U, N> like(std::string_view pattern) const {
        return match(pattern, Op::like, Form::pattern);
    }
    /// The same without regard to case (on SQLite only that of ASCII letters).
    [[nodiscard]] Expr<bool, U, N> ilike(std::string_view pattern) const {
        return match(pattern, Op::like_folded, Form::pattern);
    }
    /// Case-sensitive; % and _ mean themselves.
    [[nodiscard]] Expr<bool, U, N> starts_with(std::string_view text) const {
        return match(text, Op::like, Form::prefix);
    }
    [[nodiscard]] Expr<bool, U, N> ends_with(std::string_view text) const {
        return match(text, Op::like, Form::suffix);
    }
    [[nodiscard]] Expr<bool, U, N> contains(std::string_view text) const { return match(text, Op::like, Form::infix); }

    /// Both ends are included.
    template <class Low, class High>
    [[nodiscard]] auto between(const Low& low, const High& high) const {
        static_assert(detail::comparable<T, Low> && detail::comparable<T, High>,
                      "strata: between() takes two values of the column's own kind");
        Fragment fragment = begin();
        ForColumn column;
        if constexpr (detail::has_column_form<T> || detail::has_column_form<Low> || detail::has_column_form<High>)
            column = static_cast<const Self&>(*this).strata_for_column();
        detail::append_operand<T>(fragment, low, column);
        detail::append_operand<T>(fragment, high, column);
        using Used = detail::Merged<detail::Merged<U, detail::UsesOf<Low>>, detail::UsesOf<High>>;
        return Expr<bool, Used, detail::max_nulls(N, detail::nulls_of<Low>, detail::nulls_of<High>)>{
            {}, detail::finished(std::move(fragment), Op::between)};
    }

    /// Equal to an element of a list, which may be empty; a std::nullopt in it matches nothing.
    template <class V = T>
    [[nodiscard]] Expr<bool, U, N> in(std::initializer_list<V> values) const {
        return list(values, false);
    }
    template <class V = T>
    [[nodiscard]] Expr<bool, U, N> not_in(std::initializer_list<V> values) const {
        return list(values, true);
    }
    /// Equal to one of a range of values, or of the rows of a query that selects one expression.
    template <class Range>
    [[nodiscard]] auto in(const Range& values) const {
        return list(values, false);
    }
    /// As in SQL, a NULL among a query's rows makes this unknown for every row.
    template <class Range>
    [[nodiscard]] auto not_in(const Range& values) const {
        return list(values, true);
    }

    /// Ascending, NULLs last unless said otherwise; an enum by the rank of its enumerators.
    [[nodiscard]] Order<U> asc() const { return Order<U>(begin(), 0); }
    /// Descending, NULLs first unless said otherwise.
    [[nodiscard]] Order<U> desc() const { return Order<U>(begin(), Order<U>::descending); }

private:
    [[nodiscard]] Fragment begin() const {
        Fragment fragment;
        static_cast<const Self&>(*this).strata_append(fragment);
        return fragment;
    }
    template <class X>
    [[nodiscard]] auto null_safe(const X& other, Op op) const {
        static_assert(detail::equatable<T, X>,
                      "strata: these two cannot be compared: text with text, numbers with numbers, else the same type");
        Fragment fragment = begin();
        ForColumn column;
        if constexpr (detail::has_column_form<T> || detail::has_column_form<X>)
            column = static_cast<const Self&>(*this).strata_for_column();
        detail::append_operand<T>(fragment, other, column);
        return Expr<bool, detail::Merged<U, detail::UsesOf<X>>, Nulls::never>{
            {}, detail::finished(std::move(fragment), op)};
    }
    template <Nulls Result>
    [[nodiscard]] static Expr<bool, U, Result> wrap(Fragment&& fragment, Op op) {
        return Expr<bool, U, Result>{{}, detail::finished(std::move(fragment), op)};
    }
    [[nodiscard]] Expr<bool, U, N> match(std::string_view text, Op op, Form form) const {
        static_assert(std::is_same_v<T, std::string>, "strata: only text can be matched with a pattern");
        Fragment fragment = begin();
        fragment.bind_pattern(text, form, op == Op::like_folded);
        return wrap<N>(std::move(fragment), op);
    }
    template <class Range>
    [[nodiscard]] auto list(const Range& values, bool negated) const {
        Fragment fragment = begin();
        if constexpr (requires { typename Range::strata_query; }) {
            static_assert(detail::comparable<T, typename Range::strata_query>,
                          "strata: in() needs a query that selects one expression of the column's own kind");
            values.strata_append_query(fragment);
            fragment.push(Op::in_query, 0, negated ? 1 : 0);
            return Expr<bool, detail::Merged<U, typename Range::strata_correlated>, Nulls::maybe>{{},
                                                                                                  std::move(fragment)};
        } else {
            using Element = std::remove_cvref_t<decltype(*std::begin(values))>;
            static_assert(detail::comparable<T, Element>, "strata: in() needs values of the column's own kind");
            if constexpr (detail::comparable<T, Element>) {
                ForColumn column;
                if constexpr (detail::has_column_form<detail::Listed<T, Element>>)
                    column = static_cast<const Self&>(*this).strata_for_column();
                detail::InList list(fragment, type_of<detail::Listed<T, Element>>::info, column);
                for (const auto& value : values) detail::add_to_list<detail::Listed<T, Element>>(list, value);
                list.finish(negated);
            }
            return Expr<bool, U, N>{{}, std::move(fragment)};
        }
    }
};

/// An expression: its type carries the kind of value, the tables it refers to and whether it can be NULL; its
/// operations are a Fragment. It owns the values that it binds.
template <class T, class U, Nulls N>
class Expr : public Operand<Expr<T, U, N>, T, U, N> {
public:
    Fragment strata_fragment;

    /// Converts to an expression that names more tables or is NULL more often, so that a condition can be kept in a
    /// variable:
    /// `dal::Condition<Song> wanted = songs.id > 0; wanted = wanted && songs.user_id.is_null();`
    template <class V, Nulls M>
        requires(N <= M)
    operator Expr<T, V, M>() const {
        static_assert(detail::subset<U, V>,
                      "strata: this expression needs a table that the variable's type does not name");
        return Expr<T, V, M>{{}, strata_fragment};
    }

    /// An aggregate or a function of a window over the rows of its window:
    /// `dal::sum(songs.plays).over(dal::partition_by(songs.user_id))`. Throws UsageError for any other expression.
    template <class Window>
    [[nodiscard]] auto over(const Window& window) const {
        return window.template strata_over<T, U, N>(strata_fragment);
    }

    /// Narrows or widens a condition that is kept in a variable: `wanted &= songs.active == true`.
    template <class C>
    Expr& operator&=(const C& condition) {
        return *this = Expr(std::move(*this) && condition);
    }
    template <class C>
    Expr& operator|=(const C& condition) {
        return *this = Expr(std::move(*this) || condition);
    }

    STRATA_DETAIL_INLINE void strata_append(Fragment& fragment) const {
        if constexpr (std::is_same_v<T, bool>) {
            fragment.append_condition(strata_fragment);
        } else {
            fragment.append(strata_fragment);
        }
    }
    [[nodiscard]] static ForColumn strata_for_column() { return {}; }
};

/// One entry of ORDER BY.
template <class U>
class Order {
public:
    using strata_order = U;
    static constexpr std::uint8_t descending = 1;
    static constexpr std::uint8_t first = 2;
    static constexpr std::uint8_t last = 4;

    Order(Fragment fragment, std::uint8_t flags) : fragment_(std::move(fragment)), flags_(flags) {}
    [[nodiscard]] Order nulls_first() const {
        return Order(fragment_, static_cast<std::uint8_t>((flags_ & descending) | first));
    }
    [[nodiscard]] Order nulls_last() const {
        return Order(fragment_, static_cast<std::uint8_t>((flags_ & descending) | last));
    }

    void strata_append(Fragment& fragment, Op op = Op::order_by) const {
        fragment.append(fragment_);
        fragment.push(op, 0, flags_);
    }

private:
    Fragment fragment_;
    std::uint8_t flags_;
};

/// `songs.title = "Aria"`: what an update or an insert writes. `U`: the tables that its value reads.
template <class Source, class U = Uses<>>
struct Assignment {
    using strata_source = Source;
    using strata_reads = U;
    Fragment strata_fragment;
};
template <class X>
inline constexpr bool is_assignment = requires { typename X::strata_reads; };
/// Whether an X is an assignment, or a list of them, to columns of the source.
template <class X, class Source>
inline constexpr bool assigns_to = false;
template <class X, class Source>
    requires is_assignment<X>
inline constexpr bool assigns_to<X, Source> = std::is_same_v<typename X::strata_source, Source>;
/// Whether the value of an assignment reads no other tables than these; true for what is not an assignment.
template <class X, class Visible>
inline constexpr bool assigns_within = true;
template <class X, class Visible>
    requires is_assignment<X>
inline constexpr bool assigns_within<X, Visible> = detail::subset<typename X::strata_reads, Visible>;

}  // namespace strata::core

#include <strata/core/detail/operators.hpp>
