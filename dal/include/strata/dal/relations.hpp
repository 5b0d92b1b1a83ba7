#pragma once

#include <strata/dal/detail/relation_columns.hpp>
#include <strata/dal/session.hpp>

#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace strata::dal {

/// Several columns as a key: `dal::has_many(dal::columns(orders.shop, orders.number), dal::columns(lines.shop,
/// lines.order_number))`.
template <class Source, class T, class... Sources, class... U>
[[nodiscard]] constexpr detail::ColumnGroup<Source, T, U...> columns(const core::Column<Source, T>& first,
                                                                     const core::Column<Sources, U>&... more) {
    static_assert((std::is_same_v<Source, Sources> && ...), "strata: columns() takes columns of one table");
    static_assert(sizeof...(U) < detail::relation_width, "strata: columns() takes at most 8 columns");
    if constexpr (sizeof...(U) < detail::relation_width)
        return {{1 + static_cast<int>(sizeof...(U)), {first.strata_index(), more.strata_index()...}}};
}

template <class Parent, class Source, bool one, class Visible, class... Nested>
class LoadedRelation;

/// Which rows of a table belong to a row: `dal::has_many(users.id, songs.user_id)`. A constant; each clause makes a
/// dal::LoadedRelation of it. `Parent`: the model of the rows; void: any, whose facts decide. `Source`: the related
/// table or its alias. `Visible`: the tables that clauses can name.
template <class Parent, class Source, bool one, class Visible = Uses<Source>>
class Relation {
public:
    using strata_parent = Parent;
    using strata_model = detail::ModelOf<Source>;
    /// What a row of the result has for it.
    using strata_result = std::conditional_t<one, std::optional<strata_model>, std::vector<strata_model>>;

    constexpr explicit Relation(const detail::RelationInfo& info) : info_(info) {}

    /// Only related rows for which a condition holds. When it is called again, both must hold.
    template <class C>
    [[nodiscard]] auto where(const C& condition) const {
        return loaded().where(condition);
    }
    /// The order of the related rows of each row. In a relation to one row, the first of them is that row.
    template <class... X>
    [[nodiscard]] auto order_by(const X&... entries) const {
        return loaded().order_by(entries...);
    }
    /// At most so many rows for each row, and not so many first ones. Throws UsageError for a negative number.
    [[nodiscard]] auto limit(std::int64_t rows) const { return loaded().limit(rows); }
    [[nodiscard]] auto offset(std::int64_t rows) const { return loaded().offset(rows); }
    /// Relations of the related rows, which are loaded as well.
    template <class... R>
    [[nodiscard]] auto with(const R&... relations) const {
        return loaded().with(relations...);
    }

    [[nodiscard]] constexpr const detail::RelationInfo& strata_info() const { return info_; }
    [[nodiscard]] static constexpr const detail::RelationClauses* strata_clauses() { return nullptr; }
    [[nodiscard]] static constexpr std::tuple<> strata_nested() { return {}; }

private:
    [[nodiscard]] LoadedRelation<Parent, Source, one, Visible> loaded() const {
        return LoadedRelation<Parent, Source, one, Visible>(info_, {}, {});
    }

    detail::RelationInfo info_;
};

template <class X>
concept any_relation = requires { typename X::strata_parent; };

namespace detail {

/// Whether these relations are of rows of the model; each mistake is reported.
template <class Model, class... R>
consteval bool check_relations() {
    constexpr bool relations = (any_relation<R> && ...);
    static_assert(relations, "strata: this is not a relation: dal::has_many(users.id, songs.user_id)");
    if constexpr (relations) {
        constexpr bool own =
            ((std::is_void_v<typename R::strata_parent> || std::is_same_v<typename R::strata_parent, Model>) && ...);
        static_assert(own, "strata: this relation is of the rows of another table");
        return own;
    } else {
        return false;
    }
}

/// A row with what was loaded for it.
template <class Model, class... R>
struct RowWith {
    using type = std::tuple<Model, typename R::strata_result...>;
};
template <class Model>
struct RowWith<Model> {
    using type = Model;
};

}  // namespace detail

/// A relation with what to load of it: `songs_of.where(songs.active).order_by(songs.title).limit(3).with(tags_of)`. It
/// owns the values that it binds. Copyable; distinct objects are thread safe.
template <class Parent, class Source, bool one, class Visible, class... Nested>
class LoadedRelation {
public:
    using strata_parent = Parent;
    using strata_model = detail::ModelOf<Source>;
    using strata_row = typename detail::RowWith<strata_model, Nested...>::type;
    using strata_result = std::conditional_t<one, std::optional<strata_row>, std::vector<strata_row>>;

    LoadedRelation(const detail::RelationInfo& info, detail::RelationClauses clauses, std::tuple<Nested...> nested)
        : info_(info), clauses_(std::move(clauses)), nested_(std::move(nested)) {}

    template <class C>
    [[nodiscard]] LoadedRelation where(const C& condition) const {
        constexpr bool is_condition = core::detail::condition<C>;
        static_assert(is_condition, "strata: this is not a condition: compare it with something");
        LoadedRelation next = *this;
        if constexpr (is_condition) {
            static_assert(core::detail::subset<core::detail::UsesOf<C>, Visible>,
                          "strata: this condition names a column of a table that the relation does not load");
            condition.strata_append(next.clauses_.conditions);
            next.clauses_.conditions.push(core::Op::where);
        }
        return next;
    }
    template <class... X>
    [[nodiscard]] LoadedRelation order_by(const X&... entries) const {
        static_assert((core::detail::subset<typename detail::OrderUses<X>::type, Visible> && ...),
                      "strata: order_by() names a column of a table that the relation does not load");
        LoadedRelation next = *this;
        (detail::append_order(next.clauses_.order, entries), ...);
        return next;
    }
    [[nodiscard]] LoadedRelation limit(std::int64_t rows) const {
        static_assert(!one, "strata: this relation is to one row, and has no limit()");
        LoadedRelation next = *this;
        next.clauses_.set_limit(rows);
        return next;
    }
    [[nodiscard]] LoadedRelation offset(std::int64_t rows) const {
        static_assert(!one, "strata: this relation is to one row, and has no offset()");
        LoadedRelation next = *this;
        next.clauses_.set_offset(rows);
        return next;
    }
    template <class... R>
    [[nodiscard]] auto with(const R&... relations) const {
        if constexpr (detail::check_relations<strata_model, R...>()) {
            return LoadedRelation<Parent, Source, one, Visible, Nested..., R...>(
                info_, clauses_, std::tuple_cat(nested_, std::tuple<R...>(relations...)));
        } else {
            return *this;
        }
    }

    [[nodiscard]] const detail::RelationInfo& strata_info() const { return info_; }
    [[nodiscard]] const detail::RelationClauses* strata_clauses() const { return &clauses_; }
    [[nodiscard]] const std::tuple<Nested...>& strata_nested() const { return nested_; }

private:
    detail::RelationInfo info_;
    detail::RelationClauses clauses_;
    std::tuple<Nested...> nested_;
};

namespace detail {

/// The declared relation between two tables without a link.
template <bool one, class Own, class Matched>
constexpr auto declared(const Own& own, const Matched& matched) {
    using Source = typename KeyColumns<Matched>::source;
    if constexpr (check_sides<Own, Matched>()) {
        return Relation<ModelOf<typename KeyColumns<Own>::source>, Source, one>(
            RelationInfo{.related = &core::source_info<Source>(),
                         .one = one,
                         .own = KeyColumns<Own>::positions(own),
                         .matched = KeyColumns<Matched>::positions(matched)});
    } else {
        return 0;
    }
}

/// What children() and parent() take: columns that refer to the other side, or the table whose one reference does.
template <class X>
struct Referring {
    static constexpr bool value = KeyColumns<X>::value;
    using source = typename KeyColumns<X>::source;
    static constexpr RelationColumns positions(const X& columns) { return KeyColumns<X>::positions(columns); }
};
template <table_handle X>
struct Referring<X> {
    static constexpr bool value = true;
    using source = typename X::strata_source;
    static constexpr RelationColumns positions(const X&) { return {}; }
};

}  // namespace detail

/// The rows of another table that refer to a row: `constexpr auto songs_of = dal::has_many(users.id, songs.user_id);`
template <class Own, class Matched>
[[nodiscard]] constexpr auto has_many(const Own& own, const Matched& matched) {
    return detail::declared<false>(own, matched);
}
/// The same where there is at most one such row, or the first in an order is meant:
/// `dal::has_one(users.id, songs.user_id).order_by(songs.created_at.desc())`. Several rows without an order are a
/// UsageError.
template <class Own, class Matched>
[[nodiscard]] constexpr auto has_one(const Own& own, const Matched& matched) {
    return detail::declared<true>(own, matched);
}
/// The row that a row refers to: `dal::belongs_to(songs.user_id, users.id)`.
template <class Own, class Matched>
[[nodiscard]] constexpr auto belongs_to(const Own& own, const Matched& matched) {
    return detail::declared<true>(own, matched);
}
/// The rows of another table that a link table connects with a row:
/// `dal::many_to_many(songs.id, song_tags.song_id, song_tags.tag_id, tags.id)`. Its clauses can name the link's
/// columns.
template <class Own, class Matched, class Onward, class Reached>
[[nodiscard]] constexpr auto many_to_many(const Own& own, const Matched& matched, const Onward& onward,
                                          const Reached& reached) {
    if constexpr (detail::check_sides<Own, Matched>() && detail::check_sides<Onward, Reached>()) {
        using Link = typename detail::KeyColumns<Matched>::source;
        using Source = typename detail::KeyColumns<Reached>::source;
        constexpr bool one_link = std::is_same_v<Link, typename detail::KeyColumns<Onward>::source>;
        static_assert(one_link,
                      "strata: the second and the third argument of many_to_many() are columns of one table, the link");
        static_assert(!one_link || !std::is_same_v<Link, Source>,
                      "strata: the link is the related table itself: give one of them an alias");
        return Relation<detail::ModelOf<typename detail::KeyColumns<Own>::source>, Source, false, Uses<Source, Link>>(
            detail::RelationInfo{.related = &core::source_info<Source>(),
                                 .link = &core::source_info<Link>(),
                                 .own = detail::KeyColumns<Own>::positions(own),
                                 .matched = detail::KeyColumns<Matched>::positions(matched),
                                 .onward = detail::KeyColumns<Onward>::positions(onward),
                                 .reached = detail::KeyColumns<Reached>::positions(reached)});
    } else {
        return 0;
    }
}

/// has_many() by the references() in the facts of the related model, from columns of it, or from the only reference of
/// a table: `dal::children(songs.user_id)`, `dal::children(songs)`. A reference that the facts do not state is a
/// UsageError when the rows are loaded.
template <class X>
[[nodiscard]] constexpr auto children(const X& referring) {
    constexpr bool ok = detail::Referring<X>::value;
    static_assert(ok, "strata: children() takes a column that refers to the rows, or its table");
    if constexpr (ok) {
        using Source = typename detail::Referring<X>::source;
        return Relation<void, Source, false>(
            detail::RelationInfo{.related = &core::source_info<Source>(),
                                 .facts = detail::RelationFacts::of_related,
                                 .matched = detail::Referring<X>::positions(referring)});
    }
}
/// belongs_to() by the references() in the facts of the rows' own model: `dal::parent(songs.user_id, users)`, or
/// `dal::parent(songs, users)` where it is the only one.
template <class X, detail::table_handle Table>
[[nodiscard]] constexpr auto parent(const X& referring, const Table&) {
    constexpr bool ok = detail::Referring<X>::value;
    static_assert(ok, "strata: parent() takes a column that refers to the table, or its own table");
    if constexpr (ok) {
        using Source = typename Table::strata_source;
        return Relation<detail::ModelOf<typename detail::Referring<X>::source>, Source, true>(
            detail::RelationInfo{.related = &core::source_info<Source>(),
                                 .facts = detail::RelationFacts::of_rows,
                                 .one = true,
                                 .own = detail::Referring<X>::positions(referring)});
    }
}
/// many_to_many() by the references() in the facts of the link table's model: `dal::through(song_tags, tags)`.
template <detail::table_handle LinkTable, detail::table_handle Table>
[[nodiscard]] constexpr auto through(const LinkTable&, const Table&) {
    using Link = typename LinkTable::strata_source;
    using Source = typename Table::strata_source;
    static_assert(!std::is_same_v<Link, Source>,
                  "strata: the link is the related table itself: give one of them an alias");
    return Relation<void, Source, false, Uses<Source, Link>>(
        detail::RelationInfo{.related = &core::source_info<Source>(),
                             .link = &core::source_info<Link>(),
                             .facts = detail::RelationFacts::of_link});
}

}  // namespace strata::dal

#include <strata/dal/detail/load_related.hpp>
