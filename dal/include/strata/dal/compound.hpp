#pragma once

#include <strata/dal/detail/keyset.hpp>
#include <strata/dal/detail/struct_rows.hpp>
#include <strata/dal/order.hpp>

namespace strata::dal {

namespace detail {

/// The value type in `in()` of a query that does not select exactly one expression.
struct NoSingleValue {};
template <class List>
struct SingleValue {
    using type = NoSingleValue;
};
template <class T, class U, Nulls N>
struct SingleValue<Items<Item<T, U, N>>> {
    using type = T;
};

template <class X>
struct ItemOf {
    using type = Item<bool, Uses<>, Nulls::never>;  // no element: select() reports it
};
template <operand X>
struct ItemOf<X> {
    using type = Item<typename X::strata_value, typename X::strata_uses, X::strata_nulls>;
};
template <table_handle X>
struct ItemOf<X> {
    using type = Whole<typename X::strata_source>;
};

template <class List>
struct ListUses;
template <class I>
struct ItemUses;
template <class T, class U, Nulls N>
struct ItemUses<Item<T, U, N>> {
    using type = U;
};
template <class Source>
struct ItemUses<Whole<Source>> {
    using type = Uses<typename OwnSource<Source>::type>;
};
template <class... I>
struct ListUses<Items<I...>> {
    using type = core::detail::MergedAll<typename ItemUses<I>::type...>;
};

/// Appends some of a query's columns, which are a whole row of a table.
void append_part(Fragment& fragment, const core::SourceInfo& source, int first, int count);

template <class X>
void append_item(Fragment& fragment, const X& item) {
    if constexpr (requires { typename X::strata_source::strata_part_of; }) {
        using Part = typename X::strata_source;
        append_part(fragment, core::source_info<Part>(), Part::strata_first,
                    core::table_info<ModelOf<Part>>().column_count);
    } else if constexpr (table_handle<X>) {
        fragment.push(Op::select_row, core::source_info<typename X::strata_source>());
    } else if constexpr (operand<X>) {
        item.strata_append(fragment);
        fragment.push(Op::select_item);
    }
}

[[nodiscard]] Fragment limited(Fragment fragment, Op op, std::int64_t rows);

/// The fragment, followed by the rows of a source that is a query.
template <class Table>
Fragment with_rows(Fragment fragment, const Table& table) {
    if constexpr (requires { table.strata_append_rows(fragment); }) table.strata_append_rows(fragment);
    return fragment;
}

}  // namespace detail

template <class List, class Tables, class Outer, class Correlated = Uses<>>
class Query;
template <class S, class Q>
class QueryInto;
template <class List, class Outer, class Correlated>
class Compound;

/// A column of a query's result, to order it by: nth<0>() is the first.
template <std::size_t I>
class Nth {
public:
    static constexpr std::size_t strata_position = I;
    [[nodiscard]] core::Order<Uses<>> asc() const { return {fragment(), 0}; }
    [[nodiscard]] core::Order<Uses<>> desc() const { return {fragment(), core::Order<Uses<>>::descending}; }
    void strata_append(core::Fragment& out) const { asc().strata_append(out); }

private:
    [[nodiscard]] static core::Fragment fragment() {
        core::Fragment fragment;
        fragment.push(core::Op::result_column, I);
        return fragment;
    }
};
template <std::size_t I>
[[nodiscard]] constexpr Nth<I> nth() {
    return {};
}

namespace detail {

[[nodiscard]] Fragment combined_queries(const Fragment& left, const Fragment& right, core::SetKind kind, bool all);

/// The elements of the rows of two queries, where they are alike.
template <class A, class OuterA, class B, class OuterB>
struct CommonItem {
    static constexpr bool alike = false;
    using type = A;
};
template <class T, class UA, Nulls NA, class OuterA, class UB, Nulls NB, class OuterB>
struct CommonItem<Item<T, UA, NA>, OuterA, Item<T, UB, NB>, OuterB> {
    static constexpr bool alike = true;
    static constexpr bool nullable =
        ElementOf<Item<T, UA, NA>, OuterA>::nullable || ElementOf<Item<T, UB, NB>, OuterB>::nullable;
    using type = Item<T, Uses<>, nullable ? Nulls::maybe : Nulls::never>;
};
template <class A, class OuterA, class B, class OuterB>
    requires std::is_same_v<typename ElementOf<Whole<A>, OuterA>::Model, typename ElementOf<Whole<B>, OuterB>::Model>
struct CommonItem<Whole<A>, OuterA, Whole<B>, OuterB> {
    static constexpr bool alike = ElementOf<Whole<A>, OuterA>::nullable == ElementOf<Whole<B>, OuterB>::nullable;
    using type = Whole<A>;
};
template <class A, class OuterA, class B, class OuterB>
struct CommonItems {
    static constexpr bool alike = false;
    using type = A;
};
template <class... A, class OuterA, class... B, class OuterB>
    requires(sizeof...(A) == sizeof...(B))
struct CommonItems<Items<A...>, OuterA, Items<B...>, OuterB> {
    static constexpr bool alike = (CommonItem<A, OuterA, B, OuterB>::alike && ...);
    using type = Items<typename CommonItem<A, OuterA, B, OuterB>::type...>;
};

/// What can be done with any query of this kind of rows.
template <class Self, class List, class Outer, class Correlated>
class Combinable {  // NOLINT(bugprone-crtp-constructor-accessibility)
public:
    using strata_list = List;
    using strata_outer = Outer;
    using strata_query = typename SingleValue<List>::type;
    using strata_correlated = Correlated;
    using strata_row = RowOf<List, Outer>;

    explicit Combinable(core::Fragment&& fragment) noexcept : fragment_(std::move(fragment)) {}

    /// Throws UsageError for a negative number.
    [[nodiscard]] Self limit(std::int64_t rows) const { return Self(limited(fragment_, core::Op::limit, rows)); }
    [[nodiscard]] Self offset(std::int64_t rows) const { return Self(limited(fragment_, core::Op::offset, rows)); }
    /// Defines a query before the statement, under its name: `select(...).with(recent).from(recent)`. Those that it
    /// uses are given first.
    template <class Named>
    [[nodiscard]] Self with(const Named& named) const {
        core::Fragment next = fragment_;
        named.strata_define(next);
        return Self(std::move(next));
    }
    /// Returns rows as a described struct (BOOST_DESCRIBE_STRUCT), whose members take the elements in order.
    template <class S>
    [[nodiscard]] auto into() const {
        static_assert(described<S>,
                      "strata: into() needs a described struct: BOOST_DESCRIBE_STRUCT(Report, (), (...))");
        if constexpr (described<S>) {
            static_assert(FitsStruct<S, List, Outer>::value,
                          "strata: the struct's members do not take the selected elements: as many, in order, of their "
                          "kinds, std::optional where NULL can come");
        }
        return QueryInto<S, Self>(static_cast<const Self&>(*this));
    }

    /// The rows of both queries, equal ones once.
    template <class Other>
    [[nodiscard]] auto union_distinct(const Other& other) const {
        return combine(other, core::SetKind::unite, false);
    }
    /// The rows of both queries.
    template <class Other>
    [[nodiscard]] auto union_all(const Other& other) const {
        return combine(other, core::SetKind::unite, true);
    }
    /// The rows that are in both, once.
    template <class Other>
    [[nodiscard]] auto intersect(const Other& other) const {
        return combine(other, core::SetKind::intersect, false);
    }
    /// The rows that are in both, as often as in the one that has fewer of them.
    template <class Other>
    [[nodiscard]] auto intersect_all(const Other& other) const {
        return combine(other, core::SetKind::intersect, true);
    }
    /// The rows that are not in the other, once.
    template <class Other>
    [[nodiscard]] auto except(const Other& other) const {
        return combine(other, core::SetKind::except, false);
    }
    /// The rows without as many of their kind as are in the other.
    template <class Other>
    [[nodiscard]] auto except_all(const Other& other) const {
        return combine(other, core::SetKind::except, true);
    }

    void strata_append_query(core::Fragment& fragment) const {
        fragment.push(core::Op::query_begin);
        fragment.append(static_cast<const Self&>(*this).strata_fragment());
        fragment.push(core::Op::query_end);
    }

protected:
    template <class... X>
    Self ordered(const X&... entries) const {
        core::Fragment next = fragment_;
        (append_order(next, entries), ...);
        return Self(std::move(next));
    }

    core::Fragment fragment_;

private:
    template <class Other>
    auto combine(const Other& other, core::SetKind kind, bool all) const {
        using Common = CommonItems<List, Outer, typename Other::strata_list, typename Other::strata_outer>;
        static_assert(Common::alike, "strata: both queries must select as many elements, in order, of the same kinds");
        return Compound<typename Common::type, Outer,
                        core::detail::Merged<Correlated, typename Other::strata_correlated>>(
            combined_queries(static_cast<const Self&>(*this).strata_fragment(), other.strata_fragment(), kind, all));
    }
};

}  // namespace detail

/// A query whose rows are of type S.
template <class S, class Q>
class QueryInto {
public:
    using strata_query = detail::NoSingleValue;
    using strata_correlated = typename Q::strata_correlated;
    using strata_row = detail::StructRow<S>;

    explicit QueryInto(Q query) : query_(std::move(query)) {}
    [[nodiscard]] const core::Fragment& strata_fragment() const { return query_.strata_fragment(); }

    /// As a query's.
    [[nodiscard]] QueryInto after(const S& row) const { return paged(row, false); }
    [[nodiscard]] QueryInto before(const S& row) const { return paged(row, true); }

private:
    [[nodiscard]] QueryInto paged(const S& row, bool before) const {
        return QueryInto(Q(detail::keyset(query_.strata_fragment(), strata_row::layout, &row, before)));
    }

    Q query_;
};

/// The rows of two queries together. It can be ordered by its columns and limited, combined with further queries, and
/// used wherever a query can.
template <class List, class Outer, class Correlated>
class Compound : public detail::Combinable<Compound<List, Outer, Correlated>, List, Outer, Correlated> {
public:
    using detail::Combinable<Compound, List, Outer, Correlated>::Combinable;

    /// Columns of the result: `order_by(nth<0>(), nth<1>().desc())`.
    template <class... X>
    [[nodiscard]] Compound order_by(const X&... entries) const {
        static_assert((core::detail::subset<typename detail::OrderUses<X>::type, Uses<>> && ...),
                      "strata: the rows of two queries are ordered by their columns: nth<0>(), nth<0>().desc()");
        return this->ordered(entries...);
    }

    [[nodiscard]] const core::Fragment& strata_fragment() const { return this->fragment_; }
};

}  // namespace strata::dal

namespace strata {
using dal::nth;
}
