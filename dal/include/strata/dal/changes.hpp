#pragma once

#include <strata/dal/set.hpp>

namespace strata::dal {

/// A set whose update() and remove() return the changed rows, or elements of them, as a select() of these gives them.
/// The rows come in no particular order.
template <class Source, class List>
class ReturningSet : public detail::SetBase {
public:
    using Row = detail::RowOf<List, Uses<>>;

    ReturningSet(const SetBase& set, core::Fragment&& items) : SetBase(set), items_(std::move(items)) {}

    template <class... A>
    std::vector<typename Row::type> update(const A&... assignments) const {  // NOLINT(modernize-use-nodiscard)
        core::Fragment whole;
        if constexpr (detail::check_assignments<Source, Uses<Source>, A...>())
            (whole.append(assignments.strata_fragment), ...);
        return changed(std::move(whole), detail::Verb::update);
    }
    std::vector<typename Row::type> remove() const {  // NOLINT(modernize-use-nodiscard)
        return changed({}, detail::Verb::remove);
    }

protected:
    std::vector<typename Row::type> changed(core::Fragment&& assignments, detail::Verb verb) const {
        std::vector<detail::Stored<typename Row::type>> rows;
        fetch_changed(std::move(assignments), verb, items_, Row::layout, detail::AppendTo{rows});
        return detail::plain<typename Row::type>(std::move(rows));
    }

private:
    core::Fragment items_;
};

namespace detail {

/// The elements that a statement about a table's rows returns.
template <class Source, class... X>
auto returned_items(const X&... elements) {
    static_assert(!core::described_source<Source>, "strata: change the table itself, not an alias of it");
    static_assert(!core::is_view<ModelOf<Source>>, "strata: this is a view, whose rows are only read");
    static_assert(sizeof...(X) > 0, "strata: returning() needs something to return: songs, or songs.id");
    constexpr bool selectable = ((operand<X> || table_handle<X>) && ...);
    static_assert(selectable, "strata: returning() takes columns, expressions and the table");
    static_assert(
        !selectable || core::detail::subset<typename ListUses<Items<typename ItemOf<X>::type...>>::type, Uses<Source>>,
        "strata: returning() takes what the changed table has");
    Fragment items;
    (append_item(items, elements), ...);
    return items;
}

}  // namespace detail

/// A set with further tables that its update reads.
template <class Source, class Tables>
class JoinedSet : public detail::SetBase {
public:
    explicit JoinedSet(const SetBase& set) : SetBase(set) {}

    template <class Table, class C>
    [[nodiscard]] auto from(const Table& table, const C& condition) const {
        return joined(*this, table, condition);
    }
    /// The rows for which this condition holds, too.
    template <class C>
    [[nodiscard]] JoinedSet where(const C& condition) const {
        static_assert(core::detail::condition<C>, "strata: this is not a condition: compare it with something");
        static_assert(core::detail::subset<core::detail::UsesOf<C>, Tables>,
                      "strata: this condition names a column of a table that is not in the update: add it with from()");
        JoinedSet narrowed = *this;
        condition.strata_append(narrowed.fragment_);
        narrowed.fragment_.push(core::Op::where);
        return narrowed;
    }
    template <class... A>
    std::int64_t update(const A&... assignments) const {  // NOLINT(modernize-use-nodiscard)
        core::Fragment whole;
        if constexpr (detail::check_assignments<Source, Tables, A...>())
            (whole.append(assignments.strata_fragment), ...);
        return change(std::move(whole), detail::Verb::update);
    }

    template <class Table, class C>
    [[nodiscard]] static auto joined(const SetBase& set, const Table& table, const C& condition) {
        using Other = typename Table::strata_source;
        using All = core::detail::Merged<Tables, Uses<Other>>;
        static_assert(!core::detail::contains<Tables, Other>,
                      "strata: this table is in the update already: give it an alias");
        static_assert(core::detail::condition<C>, "strata: from() takes a table and the condition that joins it");
        static_assert(core::detail::subset<core::detail::UsesOf<C>, All>,
                      "strata: this condition names a column of a table that is not in the update: add it with from()");
        JoinedSet<Source, All> next(set);
        core::Fragment clause = detail::with_rows(core::Fragment(), table);
        clause.push(core::Op::join, core::source_info<Other>(), 0, static_cast<unsigned>(core::JoinKind::cross));
        condition.strata_append(clause);
        clause.push(core::Op::where);
        next.add(clause);
        return next;
    }
    using SetBase::add;
};

template <class Source>
template <class... X>
auto Set<Source>::returning(const X&... elements) const {
    return ReturningSet<Source, detail::Items<typename detail::ItemOf<X>::type...>>(
        *this, detail::returned_items<Source>(elements...));
}

template <class Source>
template <class Table, class C>
auto Set<Source>::from(const Table& table, const C& condition) const {
    return JoinedSet<Source, Uses<Source>>::joined(*this, table, condition);
}

/// Assignments that are collected at run time, for update() and insert_into():
/// `dal::Assignments<Song> changes; if (title) changes.set(songs.title = *title); db(songs.id == 7).update(changes);`
template <class Source>
class Assignments {
public:
    using strata_source = Source;
    using strata_reads = Uses<>;

    template <class A>
    Assignments& set(const A& assignment) {
        static_assert(core::assigns_to<A, Source>, "strata: set() takes an assignment to a column of this table");
        static_assert(core::assigns_within<A, Uses<Source>>, "strata: this assignment reads another table");
        if constexpr (core::assigns_to<A, Source>) strata_fragment.append(assignment.strata_fragment);
        return *this;
    }
    /// Whether nothing is assigned: update() then throws UsageError, and insert_into() leaves every column to the
    /// database.
    [[nodiscard]] bool empty() const noexcept { return strata_fragment.tokens().empty(); }

    core::Fragment strata_fragment;
};

}  // namespace strata::dal
