#pragma once

#include <strata/dal/select.hpp>

#include <tuple>

namespace strata::dal {

namespace detail {

template <class I>
inline constexpr bool is_expression = true;
template <class Source>
inline constexpr bool is_expression<Whole<Source>> = false;
/// Whether each row has each table whose whole rows are selected.
template <class List, class Outer>
inline constexpr bool are_there = false;
template <class... I, class Outer>
inline constexpr bool are_there<Items<I...>, Outer> = ((is_expression<I> || !ElementOf<I, Outer>::nullable) && ...);

/// The one table whose whole rows a query selects; no table: it selects something else.
template <class List>
struct OneModel {};
template <class Source>
struct OneModel<Items<Whole<Source>>> {
    using strata_model = ModelOf<Source>;
    static constexpr int strata_first = 0;
};

/// A query as a source of rows: its name, and what it selects.
template <core::SourceKind Kind, Name N, class List, class Outer>
struct QuerySource : OneModel<List> {
    using strata_part_of = QuerySource;
    static constexpr core::SourceInfo strata_source_info{Kind, nullptr, N.text};
};
/// The same query under another name.
template <class Of, Name N, class List>
struct RenamedSource : OneModel<List> {
    using strata_part_of = RenamedSource;
    static constexpr core::SourceInfo strata_source_info{core::SourceKind::named_query, nullptr, N.text,
                                                         &Of::strata_source_info};
};

/// The columns of a model among those of a query.
template <class Source, class Model, int First>
using ModelColumns = typename decltype(strata_table_info(
    static_cast<const Model*>(nullptr)))::parts::template strata_handles<Source, First>;

/// A whole row among the columns of a query.
template <class Source, class Model, int First>
struct PartSource {
    using strata_model = Model;
    using strata_part_of = Source;
    static constexpr int strata_first = First;
    static constexpr const core::SourceInfo& strata_source_info = Source::strata_source_info;
};
template <class Source, class Model, int First>
struct PartTable : ModelColumns<Source, Model, First> {
    using strata_model = Model;
    using strata_source = PartSource<Source, Model, First>;
};

/// An element of a query's select list as its column, or the columns of a whole row.
template <class Source, class I, class Outer, int First>
struct PartOf {
    using type = core::Column<Source, typename ElementOf<I, Outer>::type>;
    static constexpr int width = 1;
    static constexpr type make() { return type(First); }
};
template <class Source, class S, class Outer, int First>
struct PartOf<Source, Whole<S>, Outer, First> {
    using type = PartTable<Source, ModelOf<S>, First>;
    static constexpr int width = core::table_info<ModelOf<S>>().column_count;
    static constexpr type make() { return {}; }
};

template <class Source, class Outer, int First, class... I>
constexpr auto parts_of() {
    if constexpr (sizeof...(I) == 0) {
        return std::tuple<>();
    } else {
        return []<class Head, class... Rest>(Items<Head, Rest...>*) {
            using Part = PartOf<Source, Head, Outer, First>;
            return std::tuple_cat(std::tuple<typename Part::type>(Part::make()),
                                  parts_of<Source, Outer, First + Part::width, Rest...>());
        }(static_cast<Items<I...>*>(nullptr));
    }
}

template <class Source, class List, class Outer>
struct QueryColumns;
template <class Source, class... I, class Outer>
struct QueryColumns<Source, Items<I...>, Outer> {
    template <std::size_t... P>
    static constexpr auto make(std::index_sequence<P...>) {
        return std::tuple<core::Column<Source, typename ElementOf<I, Outer>::type>...>{
            core::Column<Source, typename ElementOf<I, Outer>::type>(static_cast<int>(P))...};
    }
    static constexpr auto all() {
        if constexpr ((is_expression<I> && ...)) {
            return make(std::index_sequence_for<I...>());
        } else {
            return parts_of<Source, Outer, 0, I...>();
        }
    }
};

struct NoColumns {};
template <class Source>
struct HandlesOf {
    using type = NoColumns;
};
template <class Source>
    requires requires { typename Source::strata_model; }
struct HandlesOf<Source> {
    using type = ModelColumns<Source, typename Source::strata_model, 0>;
};
template <class Source>
struct ModelBase {};
template <class Source>
    requires requires { typename Source::strata_model; }
struct ModelBase<Source> {
    using strata_model = typename Source::strata_model;
};

/// The columns of a source that is a query. One that selects the whole rows of one table has that table's columns:
/// `best.title`.
template <class Source, class List, class Outer>
class QueryRows : public HandlesOf<Source>::type, public ModelBase<Source> {
public:
    using strata_source = Source;
    using strata_query_table = void;

    /// The columns, in the order of the select list, with the columns of a table that is in it whole:
    /// `const auto [song, rank] = ranked.columns();`
    [[nodiscard]] static constexpr auto columns() { return QueryColumns<Source, List, Outer>::all(); }
    template <std::size_t I>
    [[nodiscard]] static constexpr auto column() {
        return std::get<I>(columns());
    }
};

/// A query that other queries take rows from. It owns the values that it binds.
template <core::SourceKind Kind, Name N, class List, class Outer>
class QueryTable : public QueryRows<QuerySource<Kind, N, List, Outer>, List, Outer> {
public:
    using Source = QuerySource<Kind, N, List, Outer>;

    explicit QueryTable(const core::Fragment& query, bool recursive = false) : query_(query), recursive_(recursive) {}

    void strata_append_rows(core::Fragment& fragment) const
        requires(Kind != core::SourceKind::named_query)
    {
        append_query(fragment);
    }
    void strata_define(core::Fragment& fragment) const
        requires(Kind == core::SourceKind::named_query)
    {
        append_query(fragment);
        fragment.push(core::Op::with, core::source_info<Source>(), static_cast<std::size_t>(materialize_),
                      recursive_ ? 1 : 0);
    }
    /// Run by itself, once; or as a part of the query that uses it. By default the database decides.
    [[nodiscard]] QueryTable materialized() const
        requires(Kind == core::SourceKind::named_query)
    {
        return with(core::Materialize::yes);
    }
    [[nodiscard]] QueryTable not_materialized() const
        requires(Kind == core::SourceKind::named_query)
    {
        return with(core::Materialize::no);
    }

    template <Name Other>
    [[nodiscard]] auto strata_renamed() const {
        if constexpr (Kind == core::SourceKind::named_query) {
            return QueryRows<RenamedSource<Source, Other, List>, List, Outer>();
        } else {
            return QueryTable<Kind, Other, List, Outer>(query_);
        }
    }

private:
    [[nodiscard]] QueryTable with(core::Materialize materialize) const {
        QueryTable next = *this;
        next.materialize_ = materialize;
        return next;
    }
    void append_query(core::Fragment& fragment) const {
        fragment.push(core::Op::query_begin);
        fragment.append(query_);
        fragment.push(core::Op::query_end);
    }

    core::Fragment query_;
    bool recursive_;
    core::Materialize materialize_ = core::Materialize::as_database_likes;
};

/// A query that is joined for each row of the tables before it.
template <Name N, class List, class Outer, class Correlated>
class LateralTable : public QueryTable<core::SourceKind::lateral, N, List, Outer> {
public:
    using strata_lateral = Correlated;
    using QueryTable<core::SourceKind::lateral, N, List, Outer>::QueryTable;
};

template <class T>
void append_value(core::Fragment& fragment, const T& value) {
    using Bare = typename core::detail::Bare<T>::type;
    static_assert(core::column_type<Bare> && !std::is_enum_v<Bare>,
                  "strata: values() takes numbers, texts, booleans, dates and times, and std::optional of these");
    append_typed<Bare>(fragment, value);
}

[[noreturn]] void fail_no_values();

/// A series as the rows of a source. Throws UsageError for a step of 0.
[[nodiscard]] Fragment series_of(Fragment&& bounds, std::int64_t step, core::RowsFunction function);
/// The elements of an array, which the fragment binds, as the rows of a source.
[[nodiscard]] Fragment elements_of(Fragment&& array);

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
[[nodiscard]] auto table_of(const Q& query, bool recursive = false) {
    using List = typename Q::strata_list;
    static_assert(are_there<List, typename Q::strata_outer>,
                  "strata: a query that others take rows from selects columns of a table that can be missing, not the "
                  "table");
    static_assert(std::is_same_v<typename Q::strata_correlated, Uses<>>,
                  "strata: a query that others take rows from cannot name their columns");
    return QueryTable<Kind, N, List, typename Q::strata_outer>(query.strata_fragment(), recursive);
}

}  // namespace detail

/// A query as a table: `const auto best = dal::derived<"best">(select(...)...); select(...).from(best)`. It is written
/// where it is used.
template <detail::Name N, class Q>
[[nodiscard]] auto derived(const Q& query) {
    return detail::table_of<core::SourceKind::derived, N>(query);
}

/// A query that is run for each row of the tables before it, whose columns it can name after correlate():
/// `dal::lateral<"last">(select(songs.title).from(songs).correlate(users).where(songs.user_id == users.id).limit(3))`,
/// then `.left_join(last)`. PostgreSQL's alone.
template <detail::Name N, class Q>
[[nodiscard]] auto lateral(const Q& query) {
    using List = typename Q::strata_list;
    static_assert(detail::are_there<List, typename Q::strata_outer>,
                  "strata: a query that others take rows from selects columns of a table that can be missing, not the "
                  "table");
    return detail::LateralTable<N, List, typename Q::strata_outer, typename Q::strata_correlated>(
        query.strata_fragment());
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

/// The numbers from one to another, both included, as a table of one column: `dal::series<"n">(1, 10)`. Throws
/// UsageError for a step of 0.
template <detail::Name N>
[[nodiscard]] auto series(std::int64_t first, std::int64_t last, std::int64_t step = 1) {
    core::Fragment bounds;
    bounds.bind(first);
    bounds.bind(last);
    return detail::QueryTable<core::SourceKind::derived, N,
                              detail::Items<detail::Item<std::int64_t, Uses<>, Nulls::never>>, Uses<>>(
        detail::series_of(std::move(bounds), step, core::RowsFunction::numbers));
}
/// The days from one to another, both included: for a report that shows days without rows, too.
template <detail::Name N>
[[nodiscard]] auto series(const Date& first, const Date& last, std::int64_t days = 1) {
    core::Fragment bounds;
    bounds.bind(core::type_of<Date>::info, &first);
    bounds.bind(core::type_of<Date>::info, &last);
    return detail::QueryTable<core::SourceKind::derived, N, detail::Items<detail::Item<Date, Uses<>, Nulls::never>>,
                              Uses<>>(detail::series_of(std::move(bounds), days, core::RowsFunction::days));
}
/// The elements of a vector as a table of two columns, the element and its position from 1, in one parameter:
/// `const auto wanted = dal::unnest<"wanted">(ids); const auto [id, position] = wanted.columns();`
template <detail::Name N, class T>
[[nodiscard]] auto unnest(const std::vector<T>& elements) {
    using Bare = typename core::detail::Bare<T>::type;
    static_assert(core::column_type<Bare> && !std::is_same_v<Bare, bool> && !std::is_same_v<Bare, Bytes>,
                  "strata: unnest() takes numbers, texts, enums, dates, times and UUIDs, and std::optional of these");
    core::Fragment array;
    if constexpr (core::column_type<Bare> && !std::is_same_v<Bare, bool>)
        array.bind(core::type_of<std::vector<T>>::info, &elements);
    constexpr Nulls nulls = core::detail::is_optional<T> ? Nulls::maybe : Nulls::never;
    return detail::QueryTable<
        core::SourceKind::derived, N,
        detail::Items<detail::Item<Bare, Uses<>, nulls>, detail::Item<std::int64_t, Uses<>, Nulls::never>>, Uses<>>(
        detail::elements_of(std::move(array)));
}

/// A query that is defined before the statement and used in it by its name, as often as needed (a common table
/// expression): `const auto best = dal::cte<"best">(select(...)...); select(...).with(best).from(best)`.
template <detail::Name N, class Q>
[[nodiscard]] auto cte(const Q& query) {
    return detail::table_of<core::SourceKind::named_query, N>(query);
}

/// A query that refers to its own rows, and runs until a step gives no more. `step` makes the query of the next rows
/// from the rows before:
///     dal::recursive<"below">(select(people.id).from(people).where(people.id == 1), [](const auto& below) {
///         return select(people.id).from(people).join(below, people.father_id == below.template column<0>()); });
template <detail::Name N, class Q, class Step>
[[nodiscard]] auto recursive(const Q& first, const Step& step) {
    const auto rows = detail::table_of<core::SourceKind::named_query, N>(first);
    const auto all = first.union_all(step(rows));
    using All = std::remove_const_t<decltype(all)>;
    static_assert(std::is_same_v<typename All::strata_row::type, typename Q::strata_row::type>,
                  "strata: the further rows can be NULL where the first ones cannot");
    return std::remove_const_t<decltype(rows)>(all.strata_fragment(), true);
}

}  // namespace strata::dal
