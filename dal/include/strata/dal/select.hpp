#pragma once

#include <strata/dal/clauses.hpp>
#include <strata/dal/compound.hpp>

namespace strata::dal {

/// A SELECT: its select list, its tables, and those of them that can be missing from a row. It owns the values that it
/// binds and does not run by itself: pass it to `db.all`, `db.first` or `db.one`. Copyable; distinct objects are thread
/// safe.
template <class List, class Tables, class Outer, class Correlated>
class Query : public detail::Combinable<Query<List, Tables, Outer, Correlated>, List, Outer, Correlated> {
    using Base = detail::Combinable<Query, List, Outer, Correlated>;
    using Base::fragment_;

public:
    using Base::Base;
    using typename Base::strata_row;

    template <class Table>
    [[nodiscard]] auto from(const Table& table) const {
        static_assert(std::is_same_v<Tables, Uses<>>, "strata: a query has one from(); add further tables with join()");
        using Needs = detail::NeedsOf<Table>;
        static_assert(!detail::lateral_table<Table> ||
                          (!std::is_same_v<Needs, Uses<>> && core::detail::subset<Needs, Correlated>),
                      "strata: a lateral query is joined to the tables that it names");
        using Source = typename Table::strata_source;
        return with_source<Uses<Source>, Outer>(detail::with_rows(fragment_, table), core::Op::from,
                                                core::source_info<Source>());
    }
    /// Only rows that have a partner.
    template <class Table, class C>
    [[nodiscard]] auto join(const Table& table, const C& condition) const {
        return joined<typename Table::strata_source, Outer>(table, condition, core::JoinKind::inner);
    }
    /// All rows; in rows without a partner the table's columns are std::nullopt, and optional in the result's type.
    template <class Table, class C>
    [[nodiscard]] auto left_join(const Table& table, const C& condition) const {
        using Source = typename Table::strata_source;
        return joined<Source, core::detail::Merged<Outer, Uses<Source>>>(table, condition, core::JoinKind::left);
    }
    /// All rows of the new table; in rows without a partner the columns of the tables before are std::nullopt.
    template <class Table, class C>
    [[nodiscard]] auto right_join(const Table& table, const C& condition) const {
        return joined<typename Table::strata_source, core::detail::Merged<Outer, Tables>>(table, condition,
                                                                                          core::JoinKind::right);
    }
    /// All rows of both sides.
    template <class Table, class C>
    [[nodiscard]] auto full_join(const Table& table, const C& condition) const {
        using Source = typename Table::strata_source;
        return joined<Source, core::detail::MergedAll<Outer, Tables, Uses<Source>>>(table, condition,
                                                                                    core::JoinKind::full);
    }
    /// The rows of a dal::lateral, which says in itself which ones they are, for each row.
    template <detail::lateral_table Table>
    [[nodiscard]] auto join(const Table& table) const {
        return join(table, detail::Always());
    }
    template <detail::lateral_table Table>
    [[nodiscard]] auto left_join(const Table& table) const {
        return left_join(table, detail::Always());
    }
    /// Every row with every row.
    template <class Table>
    [[nodiscard]] auto cross_join(const Table& table) const {
        using Source = typename Table::strata_source;
        static_assert(!core::detail::contains<Tables, Source>,
                      "strata: this table stands in the query already: give it an alias");
        static_assert(core::detail::subset<detail::NeedsOf<Table>, Visible>,
                      "strata: this lateral query names a column of a table that is not in the query before it");
        return with_source<core::detail::Merged<Tables, Uses<Source>>, Outer>(
            detail::with_rows(fragment_, table), core::Op::join, core::source_info<Source>(), core::JoinKind::cross);
    }
    /// Lets the conditions that follow use columns of a table of the enclosing query, for `in()` and `exists()`.
    template <class Table>
    [[nodiscard]] auto correlate(const Table&) const {
        using Source = typename Table::strata_source;
        static_assert(!core::detail::contains<Tables, Source>,
                      "strata: this table stands in the query itself: give it an alias there");
        return Query<List, Tables, Outer, core::detail::Merged<Correlated, Uses<Source>>>(core::Fragment(fragment_));
    }

    /// The condition for rows. When it is called again, both conditions must hold.
    template <class C>
    [[nodiscard]] Query where(const C& condition) const {
        return filtered(condition, core::Op::where);
    }
    /// Expressions, or on PostgreSQL rollup(), cube() and grouping_sets(), after which columns are optional.
    template <class... X>
    [[nodiscard]] auto group_by(const X&... expressions) const {
        static_assert((core::detail::subset<core::detail::UsesOf<X>, Visible> && ...),
                      "strata: group_by() names a column of a table that is not in the query");
        core::Fragment next = fragment_;
        ((expressions.strata_append(next), next.push(core::Op::group_by)), ...);
        constexpr bool forms = (detail::is_grouping_form<X> || ...);
        using NewOuter = std::conditional_t<forms, core::detail::Merged<Outer, Tables>, Outer>;
        return Query<List, Tables, NewOuter, Correlated>(std::move(next));
    }
    template <class C>
    [[nodiscard]] Query having(const C& condition) const {
        return filtered(condition, core::Op::having);
    }
    /// Expressions (ascending), or their asc() and desc().
    template <class... X>
    [[nodiscard]] Query order_by(const X&... entries) const {
        static_assert((core::detail::subset<typename detail::OrderUses<X>::type, Visible> && ...),
                      "strata: order_by() names a column of a table that is not in the query");
        return this->ordered(entries...);
    }
    [[nodiscard]] Query distinct() const {
        return Query(core::detail::finished(core::Fragment(fragment_), core::Op::distinct));
    }
    /// The first row of each value of the expressions, by which the query's order begins. PostgreSQL's alone.
    template <class... X>
    [[nodiscard]] Query distinct_on(const X&... expressions) const {
        static_assert((operand<X> && ...), "strata: distinct_on() takes columns and expressions");
        static_assert((core::detail::subset<core::detail::UsesOf<X>, Visible> && ...),
                      "strata: distinct_on() names a column of a table that is not in the query");
        core::Fragment next = fragment_;
        ((expressions.strata_append(next), next.push(core::Op::distinct_on)), ...);
        return Query(std::move(next));
    }
    /// The rows that come after this row of the query in its order, which holds all that the order names; with a limit
    /// the next page. Throws UsageError when the row does not hold it.
    template <class Row>
    [[nodiscard]] Query after(const Row& row) const {
        return paged(row, false);
    }
    /// The rows that come before it, in the query's order; with a limit the last ones of them.
    template <class Row>
    [[nodiscard]] Query before(const Row& row) const {
        return paged(row, true);
    }
    /// Locks the rows until the transaction ends, so that nobody else changes them: `for_update(dal::skip_locked)`,
    /// `for_update(dal::of(songs), dal::nowait)`. Outside of a transaction it is a UsageError.
    template <class... L>
    [[nodiscard]] Query for_update(const L&... options) const {
        return locked(0, options...);
    }
    /// Locks the rows so that nobody else changes them, while others can lock them so, too.
    template <class... L>
    [[nodiscard]] Query for_share(const L&... options) const {
        return locked(core::lock_share, options...);
    }

    [[nodiscard]] const core::Fragment& strata_fragment() const {
        static_assert(!std::is_same_v<Tables, Uses<>> || std::is_same_v<typename detail::ListUses<List>::type, Uses<>>,
                      "strata: this query has no from()");
        static_assert(
            std::is_same_v<Tables, Uses<>> || core::detail::subset<typename detail::ListUses<List>::type, Visible>,
            "strata: select() names a column of a table that is not in the query: add it with from() or join()");
        return fragment_;
    }

private:
    using Visible = core::detail::Merged<Tables, Correlated>;

    template <class NewTables, class NewOuter>
    static Query<List, NewTables, NewOuter, Correlated> with_source(core::Fragment next, core::Op op,
                                                                    const core::SourceInfo& source,
                                                                    core::JoinKind kind = core::JoinKind::inner) {
        next.push(op, source, 0, static_cast<unsigned>(kind));
        return Query<List, NewTables, NewOuter, Correlated>(std::move(next));
    }
    template <class Source, class NewOuter, class Table, class C>
    auto joined(const Table& table, const C& condition, core::JoinKind kind) const {
        static_assert(!core::detail::contains<Tables, Source>,
                      "strata: this table stands in the query already: give it an alias");
        static_assert(core::detail::subset<detail::NeedsOf<Table>, Visible>,
                      "strata: this lateral query names a column of a table that is not in the query before it");
        static_assert(core::detail::condition<C>, "strata: join() takes a condition");
        static_assert(core::detail::subset<core::detail::UsesOf<C>, core::detail::Merged<Visible, Uses<Source>>>,
                      "strata: this condition names a column of a table that is not in the query yet");
        core::Fragment next = detail::with_rows(fragment_, table);
        condition.strata_append(next);
        return with_source<core::detail::Merged<Tables, Uses<Source>>, NewOuter>(std::move(next), core::Op::join,
                                                                                 core::source_info<Source>(), kind);
    }
    template <class Row>
    Query paged(const Row& row, bool before) const {
        constexpr bool fits = std::is_same_v<Row, typename strata_row::type>;
        static_assert(fits, "strata: after() and before() take a row of the query itself");
        if constexpr (fits) return Query(detail::keyset(fragment_, strata_row::layout, &row, before));
    }
    template <class... L>
    Query locked(unsigned flags, const L&... options) const {
        static_assert(detail::lock_options<L...>,
                      "strata: for_update() and for_share() take dal::of(...), dal::nowait or dal::skip_locked");
        static_assert((core::detail::subset<typename detail::LockUses<L>::type, Tables> && ...),
                      "strata: of() names a table that is not in the query");
        core::Fragment next = fragment_;
        if constexpr (detail::lock_options<L...>) detail::append_locks(next, flags, options...);
        return Query(std::move(next));
    }
    template <class C>
    Query filtered(const C& condition, core::Op op) const {
        static_assert(core::detail::condition<C>, "strata: this is not a condition: compare it with something");
        static_assert(
            core::detail::subset<core::detail::UsesOf<C>, Visible>,
            "strata: this condition names a column of a table that is not in the query: add it with join() first, or "
            "with correlate() where it is of the query around");
        core::Fragment next = fragment_;
        if constexpr (core::detail::condition<C>) {
            condition.strata_append(next);
            next.push(op);
        }
        return Query(std::move(next));
    }
};

/// Starts a query: `select(users.email, dal::count(songs.id)).from(users)`. An element is a column, an expression, or a
/// table, which gives whole rows.
template <class... X>
[[nodiscard]] auto select(const X&... elements) {
    static_assert(sizeof...(X) > 0, "strata: select() needs something to select");
    static_assert(((operand<X> || detail::table_handle<X>) && ...),
                  "strata: select() takes columns, expressions and tables; the value of a query is dal::scalar(query)");
    core::Fragment fragment;
    (detail::append_item(fragment, elements), ...);
    return Query<detail::Items<typename detail::ItemOf<X>::type...>, Uses<>, Uses<>>(std::move(fragment));
}

/// Whether the query has a row, as a condition in another query.
template <class Q>
    requires requires { typename Q::strata_list; }
[[nodiscard]] core::Expr<bool, typename Q::strata_correlated, Nulls::never> exists(const Q& query) {
    core::Fragment fragment;
    query.strata_append_query(fragment);
    fragment.push(core::Op::exists);
    return core::Expr<bool, typename Q::strata_correlated, Nulls::never>{{}, std::move(fragment)};
}

/// The value of a query that selects one expression, as a value in another query: NULL when it has no row. With several
/// rows PostgreSQL gives an error and SQLite the first: limit(1), or an aggregate.
template <class Q>
    requires requires { typename Q::strata_list; }
[[nodiscard]] auto scalar(const Q& query) {
    using T = typename Q::strata_query;
    constexpr bool single = !std::is_same_v<T, detail::NoSingleValue>;
    static_assert(single, "strata: scalar() takes a query that selects one expression");
    core::Fragment fragment;
    query.strata_append_query(fragment);
    return core::Expr<std::conditional_t<single, T, std::int64_t>, typename Q::strata_correlated, Nulls::maybe>{
        {}, std::move(fragment)};
}

}  // namespace strata::dal

namespace strata {
using dal::select;
}
