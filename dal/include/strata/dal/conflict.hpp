#pragma once

#include <strata/dal/set.hpp>

namespace strata::dal {

/// What an upsert does where a row with the same key exists: made by on_conflict(). Copyable; distinct objects are
/// thread safe.
template <class Source>
class Conflict {
public:
    using strata_conflict = Source;

    Conflict(core::Fragment&& rules, bool updates) : rules_(std::move(rules)), updates_(updates) {}

    /// Changes a row that exists only where this condition holds for it; it may name `dal::excluded(songs)`, too.
    template <class C>
    [[nodiscard]] Conflict where(const C& condition) const {
        static_assert(core::detail::condition<C>, "strata: this is not a condition: compare it with something");
        static_assert(core::detail::subset<core::detail::UsesOf<C>, Visible>,
                      "strata: the condition of do_update() names the table's columns, and dal::excluded() of it");
        Conflict narrowed = *this;
        condition.strata_append(narrowed.condition_);
        narrowed.condition_.push(core::Op::conflict_where);
        return narrowed;
    }

    [[nodiscard]] detail::ConflictRules strata_rules() const { return {rules_, condition_, updates_}; }

private:
    using Visible = Uses<Source, detail::Aliased<Source, "excluded">>;

    core::Fragment rules_;
    core::Fragment condition_;
    bool updates_;
};

namespace detail {

/// Ends the tokens of a conflict's action.
Fragment finished_conflict(const Fragment& target, core::ConflictAction action, const Fragment& assignments);
/// Throws UsageError for a condition with values, which no partial index is found by.
Fragment index_condition(Fragment&& condition);

template <class Source, class Model>
void append_conflict_update(Fragment& out, const core::Column<Source, Model>& column) {
    const auto index = static_cast<std::size_t>(column.strata_index());
    out.push(Op::column, core::source_info<Aliased<Source, "excluded">>(), index);
    out.push(Op::assign, core::source_info<Source>(), index);
}
template <class A>
    requires core::is_assignment<A>
void append_conflict_update(Fragment& out, const A& assignment) {
    out.append(assignment.strata_fragment);
}

template <class X, class Source>
inline constexpr bool is_column_of = false;
template <class T, class Source>
inline constexpr bool is_column_of<core::Column<Source, T>, Source> = true;

}  // namespace detail

/// The key of a conflict; the database needs a primary key or a unique constraint or index of these columns.
template <class Source>
class ConflictTarget {
public:
    explicit ConflictTarget(core::Fragment&& target) : target_(std::move(target)) {}

    /// The condition of the unique index, where it is partial. It has no values: `songs.deleted_at.is_null()`, or a
    /// column that is a boolean.
    template <class C>
    [[nodiscard]] ConflictTarget where(const C& condition) const {
        static_assert(core::detail::condition<C>, "strata: this is not a condition: compare it with something");
        static_assert(core::detail::subset<core::detail::UsesOf<C>, Uses<Source>>,
                      "strata: the condition of an index names columns of its table");
        ConflictTarget partial = *this;
        core::Fragment index;
        condition.strata_append(index);
        partial.target_.append(detail::index_condition(std::move(index)));
        return partial;
    }
    /// Leaves the row that exists as it is.
    [[nodiscard]] Conflict<Source> do_nothing() const {
        return Conflict<Source>(detail::finished_conflict(target_, core::ConflictAction::nothing, {}), false);
    }
    /// Changes the row that exists: a column takes the value that was to be inserted, an assignment says another,
    /// which can name both the row that exists and `dal::excluded(songs)`, the one that was to be inserted. With
    /// nothing, every column that the insert writes, but for the keys, takes its value. What the model's facts set on
    /// every update is set here too.
    template <class... X>
    [[nodiscard]] Conflict<Source> do_update(const X&... what) const {
        using Visible = Uses<Source, detail::Aliased<Source, "excluded">>;
        constexpr bool mine = ((core::assigns_to<X, Source> || detail::is_column_of<X, Source>) && ...);
        static_assert(mine, "strata: do_update() takes columns of the table and assignments to them");
        static_assert((core::assigns_within<X, Visible> && ...),
                      "strata: an assignment of do_update() reads the table, and dal::excluded() of it");
        core::Fragment assignments;
        if constexpr (mine) (detail::append_conflict_update(assignments, what), ...);
        return Conflict<Source>(
            detail::finished_conflict(
                target_, sizeof...(X) == 0 ? core::ConflictAction::update_written : core::ConflictAction::update,
                assignments),
            true);
    }

private:
    core::Fragment target_;
};

/// An upsert that leaves alone whatever row is in its way.
class AnyConflictRule {
public:
    using strata_conflict = void;
    explicit AnyConflictRule(core::Fragment&& rules) : rules_(std::move(rules)) {}
    [[nodiscard]] detail::ConflictRules strata_rules() const { return {rules_, {}, false}; }

private:
    core::Fragment rules_;
};

/// A conflict with any key of the table, for do_nothing() only.
class AnyConflict {
public:
    [[nodiscard]] static AnyConflictRule do_nothing() {
        return AnyConflictRule(detail::finished_conflict({}, core::ConflictAction::nothing, {}));
    }
    template <class... X>
    static AnyConflictRule do_update(const X&...) {
        static_assert(sizeof...(X) > sizeof...(X),
                      "strata: do_update() needs the key: on_conflict(users.email).do_update(...)");
        return do_nothing();
    }
};

/// What an upsert does where a row with these columns' values exists:
/// `on_conflict(users.email).do_nothing()`, `on_conflict(songs.id).do_update(songs.plays = songs.plays + 1)`.
template <class C, class... Cs>
[[nodiscard]] auto on_conflict(const C& column, const Cs&... more) {
    static_assert(
        requires { typename C::source; } && (requires { typename Cs::source; } && ...),
        "strata: on_conflict() takes the columns of a key");
    using Source = typename C::source;
    static_assert((std::is_same_v<typename Cs::source, Source> && ...), "strata: a key is of one table");
    core::Fragment target;
    const auto append = [&](const auto& one) {
        one.strata_append(target);
        target.push(core::Op::conflict_target);
    };
    append(column);
    (append(more), ...);
    return ConflictTarget<Source>(std::move(target));
}
[[nodiscard]] inline AnyConflict on_conflict() { return {}; }

/// The row that was to be inserted, in an update on conflict: `songs.plays = songs.plays + dal::excluded(songs).plays`.
template <detail::table_handle Table>
[[nodiscard]] constexpr auto excluded(const Table&) {
    return detail::AliasTable<Table, "excluded">{};
}

}  // namespace strata::dal
