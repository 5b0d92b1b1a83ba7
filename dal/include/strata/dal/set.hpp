#pragma once

#include <strata/dal/detail/backend.hpp>
#include <strata/dal/select.hpp>

#include <optional>
#include <string>
#include <vector>

namespace strata::dal {

namespace detail {

/// The operations of a Set that do not depend on its types.
class SetBase {
public:
    /// The number of rows; order, limit and offset matter only if there is a limit or an offset.
    [[nodiscard]] std::int64_t count() const;
    /// Whether the set has a row.
    [[nodiscard]] bool exists() const;

protected:
    SetBase(BackendPtr backend, Fragment&& fragment, const core::SourceInfo& source) noexcept;

    /// At most this many rows; 0 is all.
    [[nodiscard]] Request rows(std::uint32_t limit) const;
    void add_limit(Op op, std::int64_t rows);
    /// Throws UsageError where a change of the set would be one of other rows than are meant.
    void check_change(const char* verb) const;

    BackendPtr backend_;
    Fragment fragment_;
    const core::SourceInfo* source_;
    bool limited_ = false;
};

}  // namespace detail

/// The rows of one table for which a condition holds: `db(songs.status == Status::done)`, or all of them: `db(songs)`.
/// It stores no rows: each verb runs one statement. Copyable; as thread safe as the object that it came from, which it
/// keeps alive (a set of a transaction that has ended throws UsageError).
template <class Source>
class Set : public detail::SetBase {
public:
    using Model = detail::ModelOf<Source>;

    Set(const detail::BackendPtr& backend, core::Fragment&& fragment)
        : SetBase(backend, std::move(fragment), core::source_info<Source>()) {}

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
        return detail::only(detail::fetch_all<Model>(*backend_, rows(2), Row::layout), core::table_info<Model>().name);
    }

    /// Writes the assignments into every row of the set, along with what the model's facts set on every update. Returns
    /// the number of rows. Throws UsageError on a set with a limit, or with a condition that was never given a value.
    template <class... A>
    std::int64_t update(const A&... assignments) const {  // NOLINT(modernize-use-nodiscard)
        static_assert(!core::described_source<Source>, "strata: update the table itself, not an alias of it");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        static_assert(sizeof...(A) > 0, "strata: update() needs an assignment: songs.title = \"Aria\"");
        static_assert(core::described_source<Source> || (std::is_same_v<A, core::Assignment<Source>> && ...),
                      "strata: update() takes assignments to columns of this table");
        check_change("update");
        if constexpr ((std::is_same_v<A, core::Assignment<Source>> && ...)) {
            core::Fragment whole;
            (whole.append(assignments.strata_fragment), ...);
            whole.append(fragment_);
            return backend_->change({whole, detail::Verb::update, source_});
        } else {
            return 0;
        }
    }
    /// Deletes the set's rows and returns how many there were. Throws UsageError as update() does.
    std::int64_t remove() const {  // NOLINT(modernize-use-nodiscard)
        static_assert(!core::described_source<Source>, "strata: remove from the table itself, not from an alias of it");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        check_change("remove");
        return backend_->change({fragment_, detail::Verb::remove, source_});
    }

    /// The SELECT that all() runs, with placeholders.
    [[nodiscard]] std::string sql() const { return backend_->sql(rows(0)); }

    /// The database's plan for all(), one line for each of its steps. See Session::explain().
    [[nodiscard]] std::string explain(const ExplainOptions& options = {}) const {
        return backend_->explain(rows(0), options);
    }

private:
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

}  // namespace strata::dal
