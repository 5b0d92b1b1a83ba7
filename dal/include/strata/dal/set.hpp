#pragma once

#include <strata/dal/detail/backend.hpp>
#include <strata/dal/select.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata::dal {

namespace detail {

/// What a Set does without knowing its types.
class SetBase {
public:
    /// Rows of the set; order, limit and offset count only where there is a limit or an offset.
    [[nodiscard]] std::int64_t count() const;
    /// Whether there is a row.
    [[nodiscard]] bool exists() const;

protected:
    SetBase(std::shared_ptr<Backend> backend, Fragment&& fragment, core::Token count_token,
            core::Token exists_token) noexcept
        : backend_(std::move(backend)), fragment_(std::move(fragment)), count_(count_token), exists_(exists_token) {}

    void add_limit(Op op, std::int64_t rows);
    void refuse_limit(const char* verb) const;

    std::shared_ptr<Backend> backend_;
    Fragment fragment_;
    core::Token count_;
    core::Token exists_;
    bool limited_ = false;
};

}  // namespace detail

/// The rows of one table that a condition holds for: `db(songs.status == Status::done)`, or all of them: `db(songs)`.
/// It holds no rows: each verb runs one statement. Copyable; as thread safe as what it came from, which it keeps alive
/// (a set of a transaction that has ended throws UsageError).
template <class Source>
class Set : public detail::SetBase {
public:
    using Model = detail::ModelOf<Source>;

    Set(std::shared_ptr<detail::Backend> backend, core::Fragment&& fragment)
        : SetBase(std::move(backend), std::move(fragment),
                  detail::table_token<Source>(core::Op::count_of, core::Op::count_of_alias),
                  detail::table_token<Source>(core::Op::exists_in, core::Op::exists_in_alias)) {}

    /// Rows for which this holds, too.
    template <class C>
    [[nodiscard]] Set where(const C& condition) const {
        static_assert(core::detail::condition<C>, "strata: this is no condition: compare it with something");
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

    [[nodiscard]] std::vector<Model> all() const {
        return detail::collect<Model>(
            [&](const detail::Target& target) { backend_->fetch({fragment_, rows_token(0)}, layout(), target); });
    }
    /// The first row, if there is one.
    [[nodiscard]] std::optional<Model> first() const {
        return detail::collect_first<Model>(
            [&](const detail::Target& target) { backend_->fetch({fragment_, rows_token(1)}, layout(), target); });
    }
    /// The only row. Throws NotFound when there is none, UsageError when there are several.
    [[nodiscard]] Model one() const {
        std::vector<Model> rows = detail::collect<Model>(
            [&](const detail::Target& target) { backend_->fetch({fragment_, rows_token(2)}, layout(), target); });
        if (rows.empty()) detail::fail_not_found(core::table_info<Model>().name);
        if (rows.size() > 1) detail::fail_several(core::table_info<Model>().name);
        return std::move(rows.front());
    }

    /// Writes the assignments into every row of the set, and what the model's facts say every update writes. Returns
    /// how many rows there were. Throws UsageError on a set with a limit.
    template <class... A>
    std::int64_t update(const A&... assignments) const {  // NOLINT(modernize-use-nodiscard)
        static_assert(!core::aliased<Source>, "strata: update the table itself, not an alias of it");
        static_assert(sizeof...(A) > 0, "strata: update() needs an assignment: songs.title = \"Aria\"");
        static_assert(core::aliased<Source> || (std::is_same_v<A, core::Assignment<Source>> && ...),
                      "strata: update() takes assignments to columns of this table");
        refuse_limit("update");
        if constexpr ((std::is_same_v<A, core::Assignment<Source>> && ...)) {
            core::Fragment whole;
            (whole.append(assignments.strata_fragment()), ...);
            whole.append(fragment_);
            return backend_->change({whole, {core::Op::update, 0, 0, &core::table_info<Model>()}});
        } else {
            return 0;
        }
    }
    /// Deletes the set's rows and returns how many there were. Throws UsageError on a set with a limit.
    std::int64_t remove() const {  // NOLINT(modernize-use-nodiscard)
        static_assert(!core::aliased<Source>, "strata: remove from the table itself, not from an alias of it");
        refuse_limit("remove");
        return backend_->change({fragment_, {core::Op::remove, 0, 0, &core::table_info<Model>()}});
    }

    /// The SELECT that all() runs, with placeholders.
    [[nodiscard]] std::string sql() const { return backend_->sql({fragment_, rows_token(0)}); }

private:
    /// At most so many rows; 0 is all.
    static core::Token rows_token(std::uint32_t most) {
        core::Token token = detail::table_token<Source>(core::Op::rows_of, core::Op::rows_of_alias);
        token.number = most;
        return token;
    }
    static const detail::RowLayout& layout() {
        return detail::RowOf<detail::Items<detail::Whole<Source>>, Uses<>>::layout;
    }
};

}  // namespace strata::dal
