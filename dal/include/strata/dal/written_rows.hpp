#pragma once

#include <strata/dal/changes.hpp>
#include <strata/dal/named_query.hpp>
#include <strata/dal/writes.hpp>

#include <span>

namespace strata::dal {

/// A query that consists of the rows that it writes: what returning() names of them. A select, or an insert_from, takes
/// them by a dal::cte. PostgreSQL's alone. It owns the values that it binds; copyable; distinct objects are thread
/// safe.
template <class List>
class WrittenRows {
public:
    explicit WrittenRows(core::Fragment&& fragment) : fragment_(std::move(fragment)) {}
    [[nodiscard]] const core::Fragment& strata_written() const { return fragment_; }

private:
    core::Fragment fragment_;
};

/// A change of a table's rows that is part of another statement.
template <class Source>
class Written {
public:
    explicit Written(core::Fragment&& fragment) : fragment_(std::move(fragment)) {}

    /// What the statement around reads of each row: columns, expressions, or the table, which is whole rows.
    template <class... X>
    [[nodiscard]] auto returning(const X&... elements) const {
        core::Fragment whole = fragment_;
        whole.append(detail::returned_items<Source>(elements...));
        return WrittenRows<detail::Items<typename detail::ItemOf<X>::type...>>(std::move(whole));
    }

private:
    core::Fragment fragment_;
};

namespace detail {

/// The tokens of a change of the rows for which the conditions hold. Throws UsageError as a set does.
[[nodiscard]] Fragment changed_rows(const core::SourceInfo& table, core::Writing kind, const Fragment& assignments,
                                    const Fragment& conditions, bool everything);
/// The tokens that write a query's rows into columns.
[[nodiscard]] Fragment assigned_from(const core::SourceInfo& table, const Fragment& query,
                                     std::span<const int> columns);
[[nodiscard]] Fragment inserted_row(const core::SourceInfo& table, const Fragment& assignments);
[[nodiscard]] Fragment inserted_rows(const core::SourceInfo& table, const Fragment& query,
                                     std::span<const int> columns);

/// The rows that are changed: those of a condition on one table, or all().
template <class X>
struct RowsToChange {
    static constexpr bool all = requires { typename X::strata_all; };
    static consteval auto source() {
        if constexpr (all) {
            return std::type_identity<typename X::strata_all>();
        } else if constexpr (table_handle<X>) {
            static_assert(!table_handle<X>, "strata: this changes every row of the table: say dal::all(songs)");
            return std::type_identity<typename X::strata_source>();
        } else {
            check_condition_on_table<X>();
            return std::type_identity<typename OneSource<core::detail::UsesOf<X>>::type>();
        }
    }
    using Source = typename decltype(source())::type;

    static Fragment tokens(const X& rows, core::Writing kind, const Fragment& assignments) {
        Fragment conditions;
        if constexpr (core::detail::condition<X>) {
            rows.strata_append(conditions);
            conditions.push(Op::where);
        }
        return changed_rows(core::source_info<Source>(), kind, assignments, conditions, all);
    }
};

}  // namespace detail

/// The rows for which a condition holds, or all of them (dal::all), which are removed as the statement around runs:
///     const auto gone = dal::cte<"gone">(dal::removed(songs.plays == 0).returning(songs));
///     db.insert_from(select(gone.id, gone.title).with(gone).from(gone), archive.song, archive.title);
/// All parts of such a statement see the tables as they were before it: only what is returned tells what was written.
template <class X>
[[nodiscard]] auto removed(const X& rows) {
    using Rows = detail::RowsToChange<X>;
    return Written<typename Rows::Source>(Rows::tokens(rows, core::Writing::remove, {}));
}
/// The same, of rows that are updated: `dal::updated(songs.plays == 0, songs.active = false).returning(songs.id)`. What
/// is returned is what was written.
template <class X, class... A>
[[nodiscard]] auto updated(const X& rows, const A&... assignments) {
    using Rows = detail::RowsToChange<X>;
    using Source = typename Rows::Source;
    core::Fragment fragment;
    if constexpr (detail::check_assignments<Source, Uses<Source>, A...>())
        fragment = Rows::tokens(rows, core::Writing::update, detail::all_assignments(assignments...));
    return Written<Source>(std::move(fragment));
}
/// A row of what is assigned: `dal::inserted(users, users.email = "ada@example.org").returning(users.id)`. It writes no
/// generated key.
template <detail::table_handle Table, class... A>
[[nodiscard]] auto inserted(const Table&, const A&... assignments) {
    using Source = typename Table::strata_source;
    core::Fragment fragment;
    if constexpr (detail::check_inserted<Source, A...>())
        fragment = detail::inserted_row(core::source_info<Source>(), detail::all_assignments(assignments...));
    return Written<Source>(std::move(fragment));
}
/// A query's rows, element by element into these columns. The query may read another one that writes.
template <class Q, class C, class... Cs>
[[nodiscard]] auto inserted_from(const Q& query, const C& column, const Cs&... more) {
    core::Fragment fragment;
    if constexpr (detail::check_insert_from<Q, C, Cs...>()) {
        core::Fragment rows;
        query.strata_append_query(rows);
        const int indices[] = {column.strata_index(), more.strata_index()...};
        fragment = detail::inserted_rows(core::source_info<typename C::source>(), rows, indices);
    }
    return Written<typename C::source>(std::move(fragment));
}

/// The rows that are written, for with() of a select or of the query of insert_from().
template <detail::Name N, class List>
[[nodiscard]] auto cte(const WrittenRows<List>& rows) {
    return detail::QueryTable<core::SourceKind::named_query, N, List, Uses<>>(rows.strata_written());
}
template <detail::Name N, class List>
auto derived(const WrittenRows<List>&) {
    static_assert(std::is_void_v<List>, "strata: rows that are written are given by with(): make them a dal::cte");
}

}  // namespace strata::dal
