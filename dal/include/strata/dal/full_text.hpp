#pragma once

#include <strata/dal/alias.hpp>
#include <strata/dal/raw.hpp>

namespace strata::dal {

namespace detail {

template <class T, class X>
auto text_search(Function function, const X& text, std::string_view query, std::string_view configuration) {
    static_assert(is_text_argument<X>, "strata: full text search takes text");
    Fragment fragment;
    text.strata_append(fragment);
    fragment.bind(query);
    fragment.push_text(configuration);
    fragment.push(Op::function, core::type_of<T>::info, 2, static_cast<unsigned>(function));
    return core::Expr<T, core::detail::UsesOf<X>, core::detail::nulls_of<X>>{{}, std::move(fragment)};
}

template <class T, class Table, class... X>
auto table_search(Function function, const Table&, const X&... arguments) {
    static_assert(table_handle<Table>, "strata: match() takes the handle of an fts5 table");
    using Source = typename Table::strata_source;
    Fragment fragment;
    fragment.push(Op::table_value, core::source_info<Source>());
    (append_argument(fragment, arguments), ...);
    fragment.push(Op::function, core::type_of<T>::info, sizeof...(X) + 1, static_cast<unsigned>(function));
    return core::Expr<T, Uses<Source>, Nulls::outer>{{}, std::move(fragment)};
}

}  // namespace detail

// PostgreSQL's full text search. On SQLite these throw UsageError.

/// Whether a text matches a query in the words of a search engine: `text_matches(songs.title, "cats -dogs")`. An index
/// on `to_tsvector('english', title)` serves it.
template <operand X>
[[nodiscard]] auto text_matches(const X& text, std::string_view query, FunctionName configuration = "english") {
    return detail::text_search<bool>(detail::Function::text_matches, text, query, configuration.view());
}
/// How well it matches; more is better.
template <operand X>
[[nodiscard]] auto text_rank(const X& text, std::string_view query, FunctionName configuration = "english") {
    return detail::text_search<double>(detail::Function::text_rank, text, query, configuration.view());
}
/// The text with its matches in <b>...</b>.
template <operand X>
[[nodiscard]] auto text_headline(const X& text, std::string_view query, FunctionName configuration = "english") {
    return detail::text_search<std::string>(detail::Function::text_headline, text, query, configuration.view());
}

// SQLite's FTS5, on a model whose table is `virtual_table("fts5(...)")`. On PostgreSQL these throw UsageError.

/// Whether a row matches a query of FTS5. https://www.sqlite.org/fts5.html#full_text_query_syntax
template <class Table>
[[nodiscard]] auto match(const Table& table, std::string_view query) {
    return detail::table_search<bool>(detail::Function::fts_matches, table, query);
}
/// How well a row that match() found does so, as bm25(): less is better.
template <class Table>
[[nodiscard]] auto match_rank(const Table& table) {
    return detail::table_search<double>(detail::Function::fts_rank, table);
}

}  // namespace strata::dal
