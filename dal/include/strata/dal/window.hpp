#pragma once

#include <strata/dal/order.hpp>

namespace strata::dal {

/// An end of a window's frame without a distance.
enum class FrameEdge : std::uint8_t { unbounded_preceding, preceding, current_row, following, unbounded_following };
inline constexpr FrameEdge unbounded_preceding = FrameEdge::unbounded_preceding;
inline constexpr FrameEdge current_row = FrameEdge::current_row;
inline constexpr FrameEdge unbounded_following = FrameEdge::unbounded_following;

/// Rows of a frame that are left out of it.
enum class Exclude : std::uint8_t { nothing, the_row, group, ties };

namespace detail {

enum class FrameUnits : std::uint8_t { rows, range, groups };

/// The bits of Op::window_frame's number.
struct FrameBits {
    FrameUnits units;
    FrameEdge from;
    FrameEdge to;
    Exclude exclude;

    [[nodiscard]] constexpr unsigned pack() const {
        return static_cast<unsigned>(units) | static_cast<unsigned>(from) << 2U | static_cast<unsigned>(to) << 5U |
               static_cast<unsigned>(exclude) << 8U;
    }
    [[nodiscard]] static constexpr FrameBits unpack(unsigned bits) {
        return {static_cast<FrameUnits>(bits & 3U), static_cast<FrameEdge>(bits >> 2U & 7U),
                static_cast<FrameEdge>(bits >> 5U & 7U), static_cast<Exclude>(bits >> 8U & 3U)};
    }
};

}  // namespace detail

/// An end of a window's frame: `dal::preceding(3)`, `dal::current_row`, `dal::unbounded_following`.
class FrameEnd {
public:
    FrameEnd(FrameEdge edge) : edge_(edge) {}  // NOLINT(google-explicit-constructor): dal::current_row is one
    FrameEnd(FrameEdge edge, core::Fragment&& distance);

    [[nodiscard]] FrameEdge edge() const noexcept { return edge_; }
    [[nodiscard]] const core::Fragment& distance() const noexcept { return distance_; }

private:
    FrameEdge edge_;
    core::Fragment distance_;
};

namespace detail {

template <class V>
FrameEnd frame_end(FrameEdge edge, const V& distance) {
    static_assert(is_number<V>, "strata: a frame ends a number of rows, groups or units away");
    core::Fragment fragment;
    if constexpr (is_number<V>) core::detail::append_operand<V>(fragment, distance);
    return {edge, std::move(fragment)};
}

/// What a window consists of, without types.
class WindowParts {
protected:
    void add(const Fragment& expression);
    void add_order(const Fragment& order);
    void add_frame(FrameUnits units, const FrameEnd& from, const FrameEnd& to, Exclude exclude);
    [[nodiscard]] Fragment over(const Fragment& function, const core::TypeInfo& type) const;

    Fragment parts_;
    std::size_t count_ = 0;
    std::size_t order_ = 0;  // entries of its order
    bool framed_ = false;
};

}  // namespace detail

/// So many rows, groups or units before the current row. Throws UsageError for a negative number.
template <class V>
[[nodiscard]] FrameEnd preceding(const V& distance) {
    return detail::frame_end(FrameEdge::preceding, distance);
}
template <class V>
[[nodiscard]] FrameEnd following(const V& distance) {
    return detail::frame_end(FrameEdge::following, distance);
}

/// The rows that a function is computed over: `dal::partition_by(songs.user_id).order_by(songs.plays.desc())`. Without
/// a frame it is the rows up to the current one and its peers if there is an order, and all rows otherwise.
template <class U>
class Window : protected detail::WindowParts {
public:
    Window() = default;
    explicit Window(const detail::WindowParts& parts) : WindowParts(parts) {}

    template <class... X>
    [[nodiscard]] auto partition_by(const X&... expressions) const {
        static_assert((operand<X> && ...), "strata: partition_by() takes columns and expressions");
        Window<core::detail::MergedAll<U, core::detail::UsesOf<X>...>> next(*this);
        (next.add_operand(expressions), ...);
        return next;
    }
    template <class... X>
    [[nodiscard]] auto order_by(const X&... entries) const {
        Window<core::detail::MergedAll<U, typename detail::OrderUses<X>::type...>> next(*this);
        (next.add_entry(entries), ...);
        return next;
    }
    /// The frame in rows. Throws UsageError when it ends before it starts.
    [[nodiscard]] Window rows(const FrameEnd& from, const FrameEnd& to, Exclude exclude = Exclude::nothing) const {
        return framed(detail::FrameUnits::rows, from, to, exclude);
    }
    /// The frame in units of the one expression that the window is ordered by.
    [[nodiscard]] Window range(const FrameEnd& from, const FrameEnd& to, Exclude exclude = Exclude::nothing) const {
        return framed(detail::FrameUnits::range, from, to, exclude);
    }
    /// The frame in groups of rows that are equal in the window's order.
    [[nodiscard]] Window groups(const FrameEnd& from, const FrameEnd& to, Exclude exclude = Exclude::nothing) const {
        return framed(detail::FrameUnits::groups, from, to, exclude);
    }

    template <class T, class Used, Nulls N>
    [[nodiscard]] auto strata_over(const core::Fragment& function) const {
        return core::Expr<T, core::detail::Merged<Used, U>, N>{{}, this->over(function, core::type_of<T>::info)};
    }

private:
    template <class>
    friend class Window;

    template <class X>
    void add_operand(const X& expression) {
        core::Fragment fragment;
        expression.strata_append(fragment);
        this->add(fragment);
    }
    template <class X>
    void add_entry(const X& entry) {
        core::Fragment fragment;
        detail::append_order(fragment, entry);
        this->add_order(fragment);
    }
    [[nodiscard]] Window framed(detail::FrameUnits units, const FrameEnd& from, const FrameEnd& to,
                                Exclude exclude) const {
        Window next = *this;
        next.add_frame(units, from, to, exclude);
        return next;
    }
};

/// All rows.
[[nodiscard]] inline Window<Uses<>> window() { return {}; }
template <class... X>
[[nodiscard]] auto partition_by(const X&... expressions) {
    return window().partition_by(expressions...);
}
/// The order of a window; a query has its own order_by().
template <class... X>
[[nodiscard]] auto window_order(const X&... entries) {
    return window().order_by(entries...);
}

/// A function that needs a window: `dal::row_number().over(...)`.
template <class T, class U, Nulls N>
class WindowCall {
public:
    explicit WindowCall(core::Fragment&& fragment) : fragment_(std::move(fragment)) {}
    template <class W>
    [[nodiscard]] auto over(const W& window) const {
        return window.template strata_over<T, U, N>(fragment_);
    }

private:
    core::Fragment fragment_;
};

namespace detail {

[[nodiscard]] Fragment window_call(core::WindowFunction function, const core::TypeInfo& type);
/// Appends a number of rows, and throws UsageError when it is less than `least`.
void bind_rows(Fragment& fragment, std::int64_t rows, std::int64_t least, const char* function);

template <class T>
WindowCall<T, Uses<>, Nulls::never> numbering(core::WindowFunction function) {
    return WindowCall<T, Uses<>, Nulls::never>(window_call(function, core::type_of<T>::info));
}
template <class T, class U, Nulls N>
auto finished_call(Fragment&& fragment, core::WindowFunction function, std::size_t operands) {
    fragment.push(Op::window_call, core::type_of<T>::info, operands, static_cast<unsigned>(function));
    return WindowCall<T, U, N>(std::move(fragment));
}
template <class X>
auto value_call(const X& operand, core::WindowFunction function) {
    Fragment fragment;
    operand.strata_append(fragment);
    return finished_call<typename X::strata_value, typename X::strata_uses, Nulls::maybe>(std::move(fragment), function,
                                                                                          1);
}
template <class X>
auto shifted(const X& operand, std::int64_t rows, core::WindowFunction function) {
    Fragment fragment;
    operand.strata_append(fragment);
    bind_rows(fragment, rows, 0, "lag() and lead()");
    return finished_call<typename X::strata_value, typename X::strata_uses, Nulls::maybe>(std::move(fragment), function,
                                                                                          2);
}
template <class X, class D>
auto shifted(const X& operand, std::int64_t rows, const D& otherwise, core::WindowFunction function) {
    using T = typename X::strata_value;
    static_assert(core::detail::comparable<T, D>, "strata: lag() and lead() take another value of the same kind");
    Fragment fragment;
    operand.strata_append(fragment);
    bind_rows(fragment, rows, 0, "lag() and lead()");
    core::detail::append_operand<T>(fragment, otherwise);
    return finished_call<T, core::detail::Merged<typename X::strata_uses, core::detail::UsesOf<D>>,
                         core::detail::max_nulls(X::strata_nulls, core::detail::nulls_of<D>)>(std::move(fragment),
                                                                                              function, 3);
}

}  // namespace detail

/// The row's number in its window's order, from 1.
[[nodiscard]] inline auto row_number() { return detail::numbering<std::int64_t>(core::WindowFunction::row_number); }
/// The number of the first row that is equal in the window's order.
[[nodiscard]] inline auto rank() { return detail::numbering<std::int64_t>(core::WindowFunction::rank); }
/// The number of the group of rows that are equal in the window's order.
[[nodiscard]] inline auto dense_rank() { return detail::numbering<std::int64_t>(core::WindowFunction::dense_rank); }
/// rank() from 0 for the first row to 1 for the last.
[[nodiscard]] inline auto percent_rank() { return detail::numbering<double>(core::WindowFunction::percent_rank); }
/// The part of the rows that are before the row or equal to it.
[[nodiscard]] inline auto cume_dist() { return detail::numbering<double>(core::WindowFunction::cume_dist); }
/// Which of so many parts, as equal in size as can be, the row is in. Throws UsageError for less than one part.
[[nodiscard]] inline auto ntile(std::int64_t parts) {
    core::Fragment fragment;
    detail::bind_rows(fragment, parts, 1, "ntile()");
    return detail::finished_call<std::int64_t, Uses<>, Nulls::never>(std::move(fragment), core::WindowFunction::ntile,
                                                                     1);
}
/// The expression in the row that comes so many rows before; NULL, or another value, where there is none.
template <operand X>
[[nodiscard]] auto lag(const X& operand, std::int64_t rows = 1) {
    return detail::shifted(operand, rows, core::WindowFunction::lag);
}
template <operand X, class D>
[[nodiscard]] auto lag(const X& operand, std::int64_t rows, const D& otherwise) {
    return detail::shifted(operand, rows, otherwise, core::WindowFunction::lag);
}
/// The expression in the row that comes so many rows after.
template <operand X>
[[nodiscard]] auto lead(const X& operand, std::int64_t rows = 1) {
    return detail::shifted(operand, rows, core::WindowFunction::lead);
}
template <operand X, class D>
[[nodiscard]] auto lead(const X& operand, std::int64_t rows, const D& otherwise) {
    return detail::shifted(operand, rows, otherwise, core::WindowFunction::lead);
}
/// The expression in the frame's first row, its last one, and the one with this number from 1.
template <operand X>
[[nodiscard]] auto first_value(const X& operand) {
    return detail::value_call(operand, core::WindowFunction::first_value);
}
template <operand X>
[[nodiscard]] auto last_value(const X& operand) {
    return detail::value_call(operand, core::WindowFunction::last_value);
}
template <operand X>
[[nodiscard]] auto nth_value(const X& operand, std::int64_t number) {
    core::Fragment fragment;
    operand.strata_append(fragment);
    detail::bind_rows(fragment, number, 1, "nth_value()");
    return detail::finished_call<typename X::strata_value, typename X::strata_uses, Nulls::maybe>(
        std::move(fragment), core::WindowFunction::nth_value, 2);
}

}  // namespace strata::dal
