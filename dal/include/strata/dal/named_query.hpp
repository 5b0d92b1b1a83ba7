#pragma once

#include <strata/dal/select.hpp>

#include <tuple>

namespace strata::dal {

namespace detail {

/// A query as a source of rows: its name, and what it selects.
template <core::SourceKind Kind, Name N, class List, class Outer>
struct QuerySource {
    static constexpr core::SourceInfo strata_source_info{Kind, nullptr, N.text};
};

template <class Source, class List, class Outer>
struct QueryColumns;
template <class Source, class... I, class Outer>
struct QueryColumns<Source, Items<I...>, Outer> {
    using Types = std::tuple<core::Column<Source, typename ElementOf<I, Outer>::type>...>;

    template <std::size_t... P>
    static constexpr Types make(std::index_sequence<P...>) {
        return {core::Column<Source, typename ElementOf<I, Outer>::type>(static_cast<int>(P))...};
    }
    static constexpr Types all() { return make(std::index_sequence_for<I...>()); }
};

template <class I>
inline constexpr bool is_expression = true;
template <class Source>
inline constexpr bool is_expression<Whole<Source>> = false;
template <class List>
inline constexpr bool are_expressions = false;
template <class... I>
inline constexpr bool are_expressions<Items<I...>> = (is_expression<I> && ...);

/// A query that other queries take rows from. It owns the values that it binds.
template <core::SourceKind Kind, Name N, class List, class Outer>
class QueryTable {
public:
    using strata_source = QuerySource<Kind, N, List, Outer>;

    explicit QueryTable(const core::Fragment& query, bool recursive = false) : query_(query), recursive_(recursive) {}

    /// The columns, in the order of the select list: `const auto [email, songs] = per_user.columns();`
    [[nodiscard]] static constexpr auto columns() { return QueryColumns<strata_source, List, Outer>::all(); }
    template <std::size_t I>
    [[nodiscard]] static constexpr auto column() {
        return std::get<I>(columns());
    }

    void strata_append_rows(core::Fragment& fragment) const
        requires(Kind == core::SourceKind::derived)
    {
        append_query(fragment);
    }
    void strata_define(core::Fragment& fragment) const
        requires(Kind == core::SourceKind::named_query)
    {
        append_query(fragment);
        fragment.push(core::Op::with, core::source_info<strata_source>(), 0, recursive_ ? 1 : 0);
    }

private:
    void append_query(core::Fragment& fragment) const {
        fragment.push(core::Op::query_begin);
        fragment.append(query_);
        fragment.push(core::Op::query_end);
    }

    core::Fragment query_;
    bool recursive_;
};

template <class T>
void append_value(core::Fragment& fragment, const T& value) {
    using Bare = typename core::detail::Bare<T>::type;
    static_assert(core::column_type<Bare> && !std::is_enum_v<Bare>,
                  "strata: values() takes numbers, texts, booleans, dates and times, and std::optional of these");
    core::detail::append_operand<Bare>(fragment, value);
}

[[noreturn]] void fail_no_values();

/// How an element of a vector becomes a row.
template <class Row>
struct ValuesOf : ValuesOf<std::tuple<Row>> {
    static void append(core::Fragment& fragment, const Row& row) {
        append_value(fragment, row);
        fragment.push(core::Op::values_row, 1);
    }
};
template <class... T>
struct ValuesOf<std::tuple<T...>> {
    using List = Items<Item<typename core::detail::Bare<T>::type, Uses<>,
                            core::detail::is_optional<T> ? Nulls::maybe : Nulls::never>...>;
    static void append(core::Fragment& fragment, const std::tuple<T...>& row) {
        std::apply([&](const T&... value) { (append_value(fragment, value), ...); }, row);
        fragment.push(core::Op::values_row, sizeof...(T));
    }
};

template <core::SourceKind Kind, Name N, class Q>
[[nodiscard]] auto query_table(const Q& query, bool recursive = false) {
    using List = typename Q::strata_list;
    static_assert(are_expressions<List>, "strata: a query that others take rows from selects columns, not tables");
    static_assert(std::is_same_v<typename Q::strata_correlated, Uses<>>,
                  "strata: a query that others take rows from cannot name their columns");
    return QueryTable<Kind, N, List, typename Q::strata_outer>(query.strata_fragment(), recursive);
}

}  // namespace detail

/// A query as a table: `const auto best = dal::derived<"best">(select(...)...); select(...).from(best)`. It is written
/// where it is used.
template <detail::Name N, class Q>
[[nodiscard]] auto derived(const Q& query) {
    return detail::query_table<core::SourceKind::derived, N>(query);
}

/// Rows of given values as a table: `dal::values<"wanted">(std::vector<std::tuple<std::int64_t, std::string>>{...})`,
/// or a vector of single values. Each number of rows is a statement of its own to the database: for many single values
/// use in(), for many rows insert_many. Throws UsageError for no rows.
template <detail::Name N, class Row>
[[nodiscard]] auto values(const std::vector<Row>& rows) {
    using Values = detail::ValuesOf<Row>;
    core::Fragment fragment;
    if (rows.empty()) detail::fail_no_values();
    for (const Row& row : rows) Values::append(fragment, row);
    return detail::QueryTable<core::SourceKind::derived, N, typename Values::List, Uses<>>(fragment);
}

/// A query that is defined before the statement and used in it by its name, as often as needed (a common table
/// expression): `const auto best = dal::cte<"best">(select(...)...); select(...).with(best).from(best)`.
template <detail::Name N, class Q>
[[nodiscard]] auto cte(const Q& query) {
    return detail::query_table<core::SourceKind::named_query, N>(query);
}

/// A query that refers to its own rows, and runs until a step gives no more. `step` makes the query of the next rows
/// from the rows before:
///     dal::recursive<"below">(select(people.id).from(people).where(people.id == 1), [](const auto& below) {
///         return select(people.id).from(people).join(below, people.father_id == below.template column<0>()); });
template <detail::Name N, class Q, class Step>
[[nodiscard]] auto recursive(const Q& first, const Step& step) {
    const auto rows = detail::query_table<core::SourceKind::named_query, N>(first);
    const auto all = first.union_all(step(rows));
    using All = std::remove_const_t<decltype(all)>;
    static_assert(std::is_same_v<typename All::strata_row::type, typename Q::strata_row::type>,
                  "strata: the further rows can be NULL where the first ones cannot");
    return std::remove_const_t<decltype(rows)>(all.strata_fragment(), true);
}

}  // namespace strata::dal
