#pragma once

#include <strata/dal/functions.hpp>

namespace strata::dal {

/// What a locking query does about rows that others have locked, instead of waiting: fails, or leaves them out.
enum class LockWait : std::uint8_t { nowait = core::lock_nowait, skip_locked = core::lock_skip };
inline constexpr LockWait nowait = LockWait::nowait;
inline constexpr LockWait skip_locked = LockWait::skip_locked;

/// The tables whose rows a query locks: `for_update(dal::of(songs))`.
template <class... Sources>
struct LockedTables {};
template <class... Table>
    requires requires { typename LockedTables<typename Table::strata_source...>; }
[[nodiscard]] constexpr auto of(const Table&...) {
    return LockedTables<typename Table::strata_source...>{};
}

namespace detail {

/// Appends the clauses that lock rows: one for all tables, or one for each.
template <class... Sources>
void append_locks(Fragment& fragment, unsigned flags, LockedTables<Sources...> /*tables*/) {
    if constexpr (sizeof...(Sources) == 0) {
        fragment.push(Op::lock, 0, flags);
    } else {
        (fragment.push(Op::lock, core::source_info<Sources>(), 0, flags), ...);
    }
}
template <class... Sources>
void append_locks(Fragment& fragment, unsigned flags, LockedTables<Sources...> tables, LockWait wait) {
    append_locks(fragment, flags | static_cast<unsigned>(wait), tables);
}
template <class... Sources>
void append_locks(Fragment& fragment, unsigned flags, LockWait wait, LockedTables<Sources...> tables) {
    append_locks(fragment, flags, tables, wait);
}
inline void append_locks(Fragment& fragment, unsigned flags, LockWait wait) {
    append_locks(fragment, flags | static_cast<unsigned>(wait), LockedTables<>());
}
inline void append_locks(Fragment& fragment, unsigned flags) { append_locks(fragment, flags, LockedTables<>()); }

/// A condition that holds always.
struct Always {
    using strata_value = bool;
    using strata_uses = Uses<>;
    static constexpr Nulls strata_nulls = Nulls::never;
    static void strata_append(Fragment& fragment) { fragment.push(Op::truth); }
};

/// A query that is joined for each row of the tables before it.
template <class Table>
concept lateral_table = requires { typename Table::strata_lateral; };
template <class Table>
struct Needs {
    using type = Uses<>;
};
template <lateral_table Table>
struct Needs<Table> {
    using type = typename Table::strata_lateral;
};
/// The tables that a source refers to by itself.
template <class Table>
using NeedsOf = typename Needs<Table>::type;

template <class X>
struct LockUses {
    using type = Uses<>;
};
template <class... Sources>
struct LockUses<LockedTables<Sources...>> {
    using type = Uses<Sources...>;
};
template <class... L>
inline constexpr bool lock_options =
    requires(Fragment& fragment, const L&... options) { append_locks(fragment, 0U, options...); };

/// A form of grouping that makes rows of more than one kind, in which what is not grouped by is NULL.
template <class U>
struct GroupingForm {
    using strata_uses = U;
    using strata_value = void;
    static constexpr Nulls strata_nulls = Nulls::never;
    Fragment strata_fragment;
    void strata_append(Fragment& fragment) const { fragment.append(strata_fragment); }
};
template <class X>
inline constexpr bool is_grouping_form = false;
template <class U>
inline constexpr bool is_grouping_form<GroupingForm<U>> = true;

template <class... X>
auto grouping_form(core::GroupingForm form, const X&... parts) {
    static_assert((operand<X> && ...), "strata: a query is grouped by columns, expressions and sets of them");
    GroupingForm<core::detail::MergedAll<Uses<>, core::detail::UsesOf<X>...>> made;
    (parts.strata_append(made.strata_fragment), ...);
    made.strata_fragment.push(Op::grouping_form, sizeof...(X), static_cast<unsigned>(form));
    return made;
}

}  // namespace detail

/// Forms of grouping of PostgreSQL's, in group_by(): by all of them, then without the last one, and so on to none; by
/// each combination of them; by each of these sets: `grouping_sets(dal::grouping_set(a, b), dal::grouping_set())`.
template <class... X>
[[nodiscard]] auto rollup(const X&... expressions) {
    return detail::grouping_form(core::GroupingForm::rollup, expressions...);
}
template <class... X>
[[nodiscard]] auto cube(const X&... expressions) {
    return detail::grouping_form(core::GroupingForm::cube, expressions...);
}
template <class... X>
[[nodiscard]] auto grouping_set(const X&... expressions) {
    return detail::grouping_form(core::GroupingForm::set, expressions...);
}
template <class... X>
[[nodiscard]] auto grouping_sets(const X&... sets) {
    static_assert((detail::is_grouping_form<X> && ...),
                  "strata: grouping_sets() takes grouping_set(...), rollup() and cube()");
    return detail::grouping_form(core::GroupingForm::sets, sets...);
}
/// 0 where the row is grouped by the expression, 1 where it is not. Of several expressions the last is the lowest bit.
template <operand... X>
[[nodiscard]] auto grouping(const X&... expressions) {
    static_assert(sizeof...(X) > 0, "strata: grouping() takes what the query is grouped by");
    core::Fragment fragment;
    (expressions.strata_append(fragment), ...);
    fragment.push(core::Op::grouping, core::type_of<std::int64_t>::info, sizeof...(X));
    return core::Expr<std::int64_t, core::detail::MergedAll<Uses<>, typename X::strata_uses...>, Nulls::never>{
        {}, std::move(fragment)};
}

}  // namespace strata::dal
