#pragma once

#include <strata/core/result.hpp>
#include <strata/dal/detail/backend.hpp>
#include <strata/dal/select.hpp>

#include <optional>
#include <string>
#include <vector>

namespace strata::dal {

class Batch;

namespace detail {

/// The operations of a Set that do not depend on its types.
class SetBase {
public:
    /// The number of rows; order, limit and offset matter only if there is a limit or an offset.
    [[nodiscard]] std::int64_t count() const;
    /// Whether the set has a row.
    [[nodiscard]] bool exists() const;
    [[nodiscard]] Result<std::int64_t> try_count() const;
    [[nodiscard]] Result<bool> try_exists() const;

protected:
    friend class dal::Batch;

    SetBase(BackendPtr backend, Fragment&& fragment, const core::SourceInfo& source) noexcept;

    /// At most this many rows; 0 is all.
    [[nodiscard]] Request rows(std::uint32_t limit) const;
    [[nodiscard]] Request request(Verb verb) const { return {fragment_, verb, source_}; }
    void add_limit(Op op, std::int64_t rows);
    /// The tokens of a change of the rows. Throws UsageError where they are others than are meant.
    [[nodiscard]] Fragment changing(Fragment&& assignments, Verb verb) const;
    /// Changes the rows and returns how many there were. Throws UsageError where they are others than are meant.
    std::int64_t change(Fragment&& assignments, Verb verb) const;
    /// The same with the tokens of what is returned.
    void fetch_changed(Fragment&& assignments, Verb verb, const Fragment& items, const RowLayout& layout,
                       Target target) const;
    void add(const Fragment& clauses) { fragment_.append(clauses); }

    BackendPtr backend_;
    Fragment fragment_;
    const core::SourceInfo* source_;
    bool limited_ = false;
    bool everything_ = false;  // every row is meant: dal::all()
};

/// Throws UsageError where a set's change would not be of the rows that are meant.
void check_change(const Fragment& fragment, bool limited, bool everything, Verb changing);

/// Checks that this is a condition on the rows of one table.
template <class X>
consteval void check_condition_on_table() {
    static_assert(core::detail::condition<X>, "strata: this is not a condition: compare it with something");
    static_assert(!std::is_same_v<core::detail::UsesOf<X>, Uses<>>,
                  "strata: this condition names no column of a table");
    static_assert(OneSource<core::detail::UsesOf<X>>::value,
                  "strata: this condition names columns of several tables: use select().from().join()");
}

/// The tokens of assignments.
template <class... A>
Fragment all_assignments(const A&... assignments) {
    Fragment all;
    (all.append(assignments.strata_fragment), ...);
    return all;
}

/// The checks of update() that depend on types.
template <class Source, class Visible, class... A>
consteval bool check_assignments() {
    constexpr bool table = !core::described_source<Source>;
    static_assert(table, "strata: update the table itself, not an alias of it");
    static_assert(!core::is_view<ModelOf<Source>>, "strata: this is a view, whose rows are only read");
    static_assert(sizeof...(A) > 0, "strata: update() needs an assignment: songs.title = \"Aria\"");
    constexpr bool assignments = (core::assigns_to<A, Source> && ...);
    static_assert(!table || assignments, "strata: update() takes assignments to columns of this table");
    static_assert(
        (core::assigns_within<A, Visible> && ...),
        "strata: this assignment reads another table: db(songs).from(users, songs.user_id == users.id).update(...)");
    return assignments;
}

}  // namespace detail

template <class Source, class List>
class ReturningSet;
template <class Source, class Tables>
class JoinedSet;

/// The rows of one table for which a condition holds: `db(songs.status == Status::done)`, or all of them: `db(songs)`,
/// or `db(dal::all(songs))` where they are changed. It stores no rows: each verb runs one statement. Copyable; as
/// thread safe as the object that it came from, which it keeps alive (a set of a transaction that has ended throws
/// UsageError).
template <class Source>
class Set : public detail::SetBase {
public:
    using Model = detail::ModelOf<Source>;

    Set(const detail::BackendPtr& backend, core::Fragment&& fragment, bool everything = false)
        : SetBase(backend, std::move(fragment), core::source_info<Source>()) {
        everything_ = everything;
    }

    /// The rows for which this condition holds, too.
    template <class C>
    [[nodiscard]] Set where(const C& condition) const {
        static_assert(core::detail::condition<C>, "strata: this is not a condition: compare it with something");
        static_assert(core::detail::subset<core::detail::UsesOf<C>, Uses<Source>>,
                      "strata: this condition names a column of another table: use select().from().join()");
        Set narrowed = *this;
        condition.strata_append(narrowed.fragment_);
        narrowed.fragment_.push(core::Op::where);
        return narrowed;
    }
    /// Expressions (ascending), or their asc() and desc().
    template <class... X>
    [[nodiscard]] Set order_by(const X&... entries) const {
        static_assert((core::detail::subset<typename detail::OrderUses<X>::type, Uses<Source>> && ...),
                      "strata: order_by() names a column of another table");
        Set ordered = *this;
        (detail::append_order(ordered.fragment_, entries), ...);
        return ordered;
    }
    /// Throws UsageError for a negative number.
    [[nodiscard]] Set limit(std::int64_t rows) const {
        Set limited = *this;
        limited.add_limit(core::Op::limit, rows);
        return limited;
    }
    [[nodiscard]] Set offset(std::int64_t rows) const {
        Set moved = *this;
        moved.add_limit(core::Op::offset, rows);
        return moved;
    }

    /// The rows that come after this one in the set's order, which is one of its columns; with a limit the next page.
    /// Throws UsageError for an order by anything else.
    [[nodiscard]] Set after(const Model& row) const { return paged(row, false); }
    /// The rows that come before it, in the set's order; with a limit the last ones of them.
    [[nodiscard]] Set before(const Model& row) const { return paged(row, true); }
    /// Locks the rows until the transaction ends, so that nobody else changes them: `for_update(dal::skip_locked)`.
    /// Outside of a transaction it is a UsageError.
    template <class... L>
    [[nodiscard]] Set for_update(const L&... options) const {
        return locked(0, options...);
    }
    /// Locks the rows so that nobody else changes them, while others can lock them so, too.
    template <class... L>
    [[nodiscard]] Set for_share(const L&... options) const {
        return locked(core::lock_share, options...);
    }

    [[nodiscard]] std::vector<Model> all() const { return detail::fetch_all<Model>(*backend_, rows(0), Row::layout); }
    /// The first row, if there is one.
    [[nodiscard]] std::optional<Model> first() const {
        return detail::fetch_first<Model>(*backend_, rows(1), Row::layout);
    }
    /// The only row. Throws NotFound when there is none, UsageError when there are several.
    [[nodiscard]] Model one() const {
        return detail::fetch_only<Model>(*backend_, rows(2), Row::layout, core::table_info<Model>().name);
    }

    /// The rows one at a time, in constant memory.
    [[nodiscard]] Stream<Model> stream() const { return Stream<Model>(backend_->stream(rows(0), Row::layout)); }

    /// Writes the assignments into every row of the set, along with what the model's facts set on every update. Returns
    /// the number of rows. Throws UsageError on a set with a limit, or with a condition that was never given a value.
    template <class... A>
    std::int64_t update(const A&... assignments) const {  // NOLINT(modernize-use-nodiscard)
        if constexpr (detail::check_assignments<Source, Uses<Source>, A...>()) {
            return change(detail::all_assignments(assignments...), detail::Verb::update);
        } else {
            return 0;
        }
    }
    /// Deletes the set's rows and returns how many there were. Throws UsageError as update() does.
    std::int64_t remove() const {  // NOLINT(modernize-use-nodiscard)
        static_assert(!core::described_source<Source>, "strata: remove from the table itself, not from an alias of it");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        return change({}, detail::Verb::remove);
    }
    /// update() and remove() then return the changed rows instead of their number, or what is named of them:
    /// `db(songs.plays == 0).returning(songs.id, songs.title).remove()`. An update returns what it has written.
    template <class... X>
    [[nodiscard]] auto returning(const X&... elements) const;
    /// Adds a table that update() reads: `db(songs.active).from(users, songs.user_id == users.id).update(songs.title =
    /// users.email)`. A row that has several partners takes the value of any of them.
    template <class Table, class C>
    [[nodiscard]] auto from(const Table& table, const C& condition) const;

    // The same, with errors as values: see TryVerbs.

    [[nodiscard]] Result<std::vector<Model>> try_all() const {
        std::vector<Model> found;
        return core::detail::attempted([&] { backend_->fetch(rows(0), Row::layout, detail::AppendTo{found}); },
                                       [&] { return std::move(found); });
    }
    [[nodiscard]] Result<std::optional<Model>> try_first() const {
        std::optional<Model> found;
        return core::detail::attempted([&] { backend_->fetch(rows(1), Row::layout, detail::EmplaceIn{found}); },
                                       [&] { return std::move(found); });
    }
    [[nodiscard]] Result<Model> try_one() const {
        detail::EmplaceOnly<Model> only;
        return core::detail::attempted(
            [&] {
                backend_->fetch(rows(2), Row::layout, only);
                detail::check_only(only.rows, core::table_info<Model>().name);
            },
            [&] { return std::move(*only.row); });
    }
    template <class... A>
    Result<std::int64_t> try_update(const A&... assignments) const {
        return core::detail::attempted([&] { return update(assignments...); });
    }
    Result<std::int64_t> try_remove() const {
        return core::detail::attempted([&] { return remove(); });
    }

    /// The SELECT that all() runs, with placeholders.
    [[nodiscard]] std::string sql() const { return backend_->sql(rows(0)); }

    /// The database's plan for all(), one line for each of its steps. See Session::explain().
    [[nodiscard]] std::string explain(const ExplainOptions& options = {}) const {
        return backend_->explain(rows(0), options);
    }

private:
    friend class Batch;
    using Row = detail::RowOf<detail::Items<detail::Whole<Source>>, Uses<>>;

    [[nodiscard]] Set paged(const Model& row, bool before) const {
        Set page = *this;
        page.fragment_ = detail::keyset(fragment_, Row::layout, &row, before);
        return page;
    }
    template <class... L>
    [[nodiscard]] Set locked(unsigned flags, const L&... options) const {
        static_assert(detail::lock_options<L...>,
                      "strata: for_update() and for_share() take dal::of(...), dal::nowait or dal::skip_locked");
        static_assert((core::detail::subset<typename detail::LockUses<L>::type, Uses<Source>> && ...),
                      "strata: of() names a table that is not in the query");
        Set next = *this;
        if constexpr (detail::lock_options<L...>) detail::append_locks(next.fragment_, flags, options...);
        return next;
    }
};

namespace detail {

/// Every row of a table, said in so many words.
template <class Source>
struct AllRows {
    using strata_all = Source;
};

/// `db(songs)`: its rows are read as those of any set. A change must say that it means all of them.
template <class Source>
class TableSet : public Set<Source> {
    static constexpr bool refused = !core::described_source<Source> && !core::is_view<ModelOf<Source>>;

public:
    using Set<Source>::Set;

    template <class... A>
    std::int64_t update(const A&... assignments) const {  // NOLINT(modernize-use-nodiscard)
        static_assert(!refused, "strata: this changes every row of the table: say db(dal::all(songs)).update(...)");
        return refused ? 0 : Set<Source>::update(assignments...);
    }
    std::int64_t remove() const {  // NOLINT(modernize-use-nodiscard)
        static_assert(!refused, "strata: this removes every row of the table: say db(dal::all(songs)).remove()");
        return refused ? 0 : Set<Source>::remove();
    }
    template <class... A>
    Result<std::int64_t> try_update(const A&... assignments) const {
        return core::detail::attempted([&] { return update(assignments...); });
    }
    Result<std::int64_t> try_remove() const {
        return core::detail::attempted([&] { return remove(); });
    }
    template <class... X>
    [[nodiscard]] auto returning(const X&... elements) const {
        static_assert(!refused, "strata: this changes every row of the table: say db(dal::all(songs)).returning(...)");
        return Set<Source>::returning(elements...);
    }
};

}  // namespace detail

/// Every row of a table, for a set that is changed: `db(dal::all(songs)).remove()`.
template <detail::table_handle Table>
[[nodiscard]] constexpr detail::AllRows<typename Table::strata_source> all(const Table&) {
    return {};
}

}  // namespace strata::dal
