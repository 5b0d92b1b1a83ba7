#pragma once

#include <strata/dal/arguments.hpp>
#include <strata/dal/conflict.hpp>

#include <initializer_list>

namespace strata::dal {

namespace detail {

/// Iterates over a range; stores the current row if the range returns its rows by value.
template <class Range>
struct RangeWalk {
    using Iterator = decltype(std::begin(std::declval<const Range&>()));
    using Model = std::remove_cvref_t<decltype(*std::declval<Iterator&>())>;
    static constexpr bool made = !std::is_reference_v<decltype(*std::declval<Iterator&>())>;

    explicit RangeWalk(const Range& range) : at(std::begin(range)), end(std::end(range)) {}

    const void* operator()() {
        if (at == end) return nullptr;
        if constexpr (made) {
            row.emplace(*at);
            ++at;
            return &*row;
        } else {
            const Model& model = *at;
            ++at;
            return &model;
        }
    }

    Iterator at;
    decltype(std::end(std::declval<const Range&>())) end;
    std::conditional_t<made, std::optional<Model>, char> row{};
};

/// Whether these are columns of the model, that a row's values are written into.
template <class Model, class... C>
consteval bool check_named() {
    constexpr bool row = model<Model>;
    static_assert(!core::detail::operand<Model>,
                  "strata: update() takes a row: rows by a condition are db(songs.id == 5).update(...)");
    static_assert(row || core::detail::operand<Model>, "strata: no STRATA_MODEL describes this type");
    static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
    constexpr bool columns = (is_column_of<C, Model> && ...);
    static_assert(!row || columns, "strata: this takes a row and columns of its table: db.update(song, songs.title)");
    return row && columns;
}
/// Whether these are assignments of an insert.
template <class Source, class... A>
consteval bool check_inserted() {
    constexpr bool assignments = (core::assigns_to<A, Source> && ...);
    static_assert(assignments, "strata: insert_into() takes assignments to columns of that table");
    static_assert((core::assigns_within<A, Uses<>> && ...),
                  "strata: an insert reads no table: use insert_from(select(...), columns...)");
    return assignments;
}
template <class C, class Source>
consteval bool check_conflict() {
    constexpr bool conflict = requires { typename C::strata_conflict; };
    static_assert(conflict,
                  "strata: an upsert takes what to do: on_conflict(users.email).do_nothing() or do_update(...)");
    if constexpr (conflict) {
        constexpr bool mine =
            std::is_same_v<typename C::strata_conflict, Source> || std::is_void_v<typename C::strata_conflict>;
        static_assert(mine, "strata: the conflict is about another table");
        return mine;
    }
    return false;
}

/// Whether a query's elements can be written into columns.
template <class List, class Outer, class Columns>
inline constexpr bool fits_columns = false;
template <class I, class Outer, class C>
inline constexpr bool fits_column = false;
template <class T, class U, Nulls N, class Outer, class Source, class C>
inline constexpr bool fits_column<Item<T, U, N>, Outer, core::Column<Source, C>> =
    core::detail::assignable_values<typename core::detail::Bare<C>::type, T>() &&
    (core::detail::Bare<C>::nulls == Nulls::maybe || !ElementOf<Item<T, U, N>, Outer>::nullable);
template <class... I, class Outer, class... C>
    requires(sizeof...(I) == sizeof...(C))
inline constexpr bool fits_columns<Items<I...>, Outer, Items<C...>> = (fits_column<I, Outer, C> && ...);

/// Whether a query's rows can be inserted into these columns.
template <class Q, class C, class... Cs>
consteval bool check_insert_from() {
    constexpr bool columns = requires { typename C::source; } && (requires { typename Cs::source; } && ...);
    static_assert(columns, "strata: insert_from() takes a query and the columns that its elements are written into");
    if constexpr (columns) {
        using Into = typename C::source;
        constexpr bool mine = (std::is_same_v<typename Cs::source, Into> && ...) && !core::described_source<Into>;
        static_assert(mine, "strata: insert_from() writes into the columns of one table");
        static_assert(!core::is_view<Into>, "strata: this is a view, whose rows are only read");
        static_assert(std::is_same_v<typename Q::strata_correlated, Uses<>>,
                      "strata: a query with correlate() runs inside of another one only");
        constexpr bool fits = fits_columns<typename Q::strata_list, typename Q::strata_outer, Items<C, Cs...>>;
        static_assert(!mine || fits,
                      "strata: insert_from() needs a column for each selected expression, in order, of its kind, "
                      "that can be NULL where the expression can");
        return mine && fits;
    }
    return false;
}

}  // namespace detail

template <class List>
class ReturningInsert;

/// A row of get_or_create(), and whether it was made.
template <class Model>
struct Created {
    Model row;
    bool created;
};

/// The verbs of a Session that write more than a plain row or a set.
class WritingVerbs {
public:
    /// Inserts a query's rows, element by element into these columns, and returns how many:
    /// `db.insert_from(select(users.email, users.id).from(users), songs.title, songs.user_id)`.
    template <class Q, class C, class... Cs>
    std::int64_t insert_from(const Q& query, const C& column, const Cs&... more) const {
        return from_query(query, {core::Fragment(), {}, false}, column, more...);
    }
    /// The same with what to do where a row exists. Returns how many rows were inserted or updated.
    template <class Q, class K, class C, class... Cs>
    std::int64_t upsert_from(const Q& query, const K& conflict, const C& column, const Cs&... more) const {
        if constexpr (detail::check_conflict<K, typename C::source>())
            return from_query(query, conflict.strata_rules(), column, more...);
        return 0;
    }

    /// Inserts a row, or does what the conflict says where one with its key exists. Returns the row as it is stored
    /// then; std::nullopt where nothing was written: by do_nothing(), or since the update's condition does not hold.
    /// A generated key is written where it is part of the conflict's key. Throws UniqueViolation when the row that
    /// exists is not among those that the filters of this Database let it change.
    template <class Model, class K>
    std::optional<Model> upsert(Model row, const K& conflict) const {
        static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        std::optional<Model> result;
        if constexpr (detail::model<Model> && detail::check_conflict<K, Model>()) {
            if (backend_->upsert(detail::plan_of<Model>(), &row, conflict.strata_rules())) result = std::move(row);
        }
        return result;
    }
    /// The same, and whether the row was inserted and not updated. On SQLite it may be two statements in a transaction:
    /// nobody else writes between them. On PostgreSQL the table is not a partitioned one.
    template <class Model, class K>
    std::optional<Created<Model>> upsert_created(Model row, const K& conflict) const {
        static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        std::optional<Created<Model>> result;
        if constexpr (detail::model<Model> && detail::check_conflict<K, Model>()) {
            bool created = false;
            if (backend_->upsert(detail::plan_of<Model>(), &row, conflict.strata_rules(), &created))
                result.emplace(std::move(row), created);
        }
        return result;
    }
    /// The same of what is assigned.
    template <class Table, class K, class... A>
    std::optional<typename Table::strata_model> upsert_into(const Table& table, const K& conflict,
                                                            const A&... assignments) const;
    /// The same for many rows, in a pipeline on PostgreSQL. All or none; returns how many rows were
    /// inserted or updated. Rows of the range with the same key are written in their order.
    template <class Range, class K>
    std::int64_t upsert_many(const Range& rows, const K& conflict) const;

    /// Writes the rows by their keys, whole or only the named columns, in a pipeline on PostgreSQL; all or
    /// none. Returns how many. Throws NotFound for the first row that does not exist, StaleRow for the first whose
    /// version is another. It does not read back what the database makes.
    template <class Range, class... C>
    std::int64_t update_many(const Range& rows, const C&... columns) const;
    /// Writes the columns that differ between two states of a row, and returns it as it is then; nothing is written
    /// when none differs. Throws UsageError when their keys differ.
    template <class Model>
    Model update_changed(const Model& before, Model after) const {
        static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        if constexpr (detail::model<Model>) backend_->update_changed(detail::plan_of<Model>(), &before, &after);
        return after;
    }
    /// Updates the row with this row's key, or inserts it with that key when there is none; a generated key that is 0
    /// makes a new one. Returns the row as it is stored. Callers that race are safe.
    template <class Model>
    Model save(Model row) const {
        static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        if constexpr (detail::model<Model>) backend_->save(detail::plan_of<Model>(), &row);
        return row;
    }
    /// The row that has this row's values in these columns, which a unique constraint has; the row itself is inserted
    /// when there is none. Callers that race get the same row.
    /// `auto [user, created] = db.get_or_create(User{.email = "ada"}, users.email);`
    template <class Model, class C, class... Cs>
    Created<Model> get_or_create(Model row, const C& column, const Cs&... more) const {
        bool created = false;
        if constexpr (detail::check_named<Model, C, Cs...>()) {
            const int columns[] = {column.strata_index(), more.strata_index()...};
            created = backend_->get_or_create(detail::plan_of<Model>(), &row, columns);
        }
        return {std::move(row), created};
    }
    /// Removes every row of a table at once and lets generated keys start at 1 again. On PostgreSQL the role must own
    /// the table, and no other table may refer to it. Throws UsageError under a filter.
    template <detail::table_handle Table>
    void truncate(const Table&) const {
        static_assert(!core::described_source<typename Table::strata_source>,
                      "strata: truncate the table itself, not an alias of it");
        static_assert(!core::is_view<typename Table::strata_model>, "strata: this is a view, whose rows are only read");
        backend_->truncate(detail::plan_of<typename Table::strata_model>());
    }
    /// The inserts that follow return these elements of each row, as a select() gives them:
    /// `db.returning(songs.id, songs.created_at).insert_many(rows)`.
    template <class X, class... Xs>
    [[nodiscard]] auto returning(const X& element, const Xs&... more) const;

protected:
    explicit WritingVerbs(detail::BackendPtr backend) noexcept : backend_(std::move(backend)) {}

    void update_columns(const detail::RowPlan& plan, void* row, std::initializer_list<int> columns) const {
        backend_->update_columns(plan, row, {columns.begin(), columns.size()});
    }

    detail::BackendPtr backend_;

private:
    template <class Q, class C, class... Cs>
    std::int64_t from_query(const Q& query, const detail::ConflictRules& conflict, const C& column,
                            const Cs&... more) const {
        if constexpr (detail::check_insert_from<Q, C, Cs...>()) {
            core::Fragment fragment;
            query.strata_append_query(fragment);
            const int indices[] = {column.strata_index(), more.strata_index()...};
            return backend_->insert_from(detail::plan_of<typename C::source>(), std::move(fragment), indices, conflict);
        }
        return 0;
    }
};

/// Inserts that return elements of their rows.
template <class List>
class ReturningInsert {
public:
    using Row = detail::RowOf<List, Uses<>>;
    using Result = typename Row::type;

    ReturningInsert(detail::BackendPtr backend, core::Fragment&& items)
        : backend_(std::move(backend)), items_(std::move(items)) {}

    template <class Table, class... A>
    Result insert_into(const Table&, const A&... assignments) const {
        using Source = typename Table::strata_source;
        std::vector<detail::Stored<Result>> rows;
        if constexpr (check<typename Table::strata_model>() && detail::check_inserted<Source, A...>()) {
            core::Fragment fragment;
            (fragment.append(assignments.strata_fragment), ...);
            fragment.append(items_);
            backend_->insert_values({fragment, detail::Verb::insert_values, &core::source_info<Source>()},
                                    detail::plan_of<typename Table::strata_model>(), Row::layout,
                                    detail::AppendTo{rows});
        }
        return std::move(detail::plain<Result>(std::move(rows)).front());
    }
    template <class Model>
    Result insert(const Model& row) const {
        return std::move(insert_many(std::initializer_list<Model>{row}).front());
    }
    /// All or none, in the order given.
    template <class Range>
    std::vector<Result> insert_many(const Range& rows) const {
        return write<Range>(rows, {core::Fragment(), {}, false});
    }
    /// The rows that were inserted or updated, in the order given; those of which nothing was written are left out.
    template <class Range, class K>
    std::vector<Result> upsert_many(const Range& rows, const K& conflict) const {
        if constexpr (detail::check_conflict<K, typename detail::RangeWalk<Range>::Model>())
            return write<Range>(rows, conflict.strata_rules());
        return {};
    }

private:
    template <class Model>
    static consteval bool check() {
        static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        static_assert(core::detail::subset<typename detail::ListUses<List>::type, Uses<Model>>,
                      "strata: returning() takes what the table has that is written");
        return detail::model<Model>;
    }
    template <class Range>
    std::vector<Result> write(const Range& rows, const detail::ConflictRules& conflict) const {
        using Walk = detail::RangeWalk<Range>;
        std::vector<detail::Stored<Result>> result;
        if constexpr (check<typename Walk::Model>()) {
            Walk walk(rows);
            backend_->write_many(detail::plan_of<typename Walk::Model>(), walk, conflict, items_, Row::layout,
                                 detail::AppendTo{result});
        }
        return detail::plain<Result>(std::move(result));
    }

    detail::BackendPtr backend_;
    core::Fragment items_;
};

template <class X, class... Xs>
auto WritingVerbs::returning(const X& element, const Xs&... more) const {
    constexpr bool selectable =
        ((operand<X> || detail::table_handle<X>) && ... && (operand<Xs> || detail::table_handle<Xs>));
    static_assert(selectable, "strata: returning() takes columns, expressions and the table");
    core::Fragment items;
    detail::append_item(items, element);
    (detail::append_item(items, more), ...);
    return ReturningInsert<detail::Items<typename detail::ItemOf<X>::type, typename detail::ItemOf<Xs>::type...>>(
        backend_, std::move(items));
}

template <class Table, class K, class... A>
std::optional<typename Table::strata_model> WritingVerbs::upsert_into(const Table&, const K& conflict,
                                                                      const A&... assignments) const {
    using Source = typename Table::strata_source;
    using Model = typename Table::strata_model;
    static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
    std::optional<Model> row;
    if constexpr (detail::check_conflict<K, Source>() && detail::check_inserted<Source, A...>()) {
        core::Fragment fragment;
        (fragment.append(assignments.strata_fragment), ...);
        backend_->upsert_values(detail::plan_of<Model>(), fragment, conflict.strata_rules(),
                                detail::RowOf<detail::Items<detail::Whole<Source>>, Uses<>>::layout,
                                detail::EmplaceIn{row});
    }
    return row;
}

template <class Range, class K>
std::int64_t WritingVerbs::upsert_many(const Range& rows, const K& conflict) const {
    using Walk = detail::RangeWalk<Range>;
    static_assert(detail::model<typename Walk::Model>, "strata: no STRATA_MODEL describes this type");
    static_assert(!core::is_view<typename Walk::Model>, "strata: this is a view, whose rows are only read");
    if constexpr (detail::model<typename Walk::Model> && detail::check_conflict<K, typename Walk::Model>()) {
        Walk walk(rows);
        return backend_->upsert_many(detail::plan_of<typename Walk::Model>(), walk, conflict.strata_rules());
    }
    return 0;
}

template <class Range, class... C>
std::int64_t WritingVerbs::update_many(const Range& rows, const C&... columns) const {
    using Walk = detail::RangeWalk<Range>;
    if constexpr (detail::check_named<typename Walk::Model, C...>()) {
        Walk walk(rows);
        const int indices[] = {columns.strata_index()..., 0};
        return backend_->update_many(detail::plan_of<typename Walk::Model>(), walk, {indices, sizeof...(C)});
    }
    return 0;
}

}  // namespace strata::dal

namespace strata {
using dal::on_conflict;
}  // namespace strata
