#pragma once

#include <strata/core/column.hpp>
#include <strata/core/facts.hpp>

#include <cstddef>

namespace strata::dal {

namespace detail {

/// A name as a template argument.
template <std::size_t N>
struct Name {
    char text[N]{};
    consteval Name(const char (&name)[N]) {  // NOLINT(google-explicit-constructor): alias<"father">
        for (std::size_t i = 0; i < N; ++i) text[i] = name[i];
    }
};

template <class Model, Name N>
struct Aliased {
    using strata_model = Model;
    static constexpr core::SourceInfo strata_source_info{core::SourceKind::table, &core::table_info<Model>(), N.text};
};

template <class Table, Name N>
struct AliasTable : Table::template strata_columns<Aliased<typename Table::strata_model, N>> {
    using strata_model = typename Table::strata_model;
    using strata_source = Aliased<strata_model, N>;
};

/// The handle of a table, or of an alias of it.
template <class X>
concept table_handle = requires {
    typename X::strata_source;
    typename X::strata_model;
} && !requires { typename X::strata_uses; };

template <class Source>
struct SourceModel {
    using type = Source;
};
template <core::described_source Source>
struct SourceModel<Source> {
    using type = typename Source::strata_model;
};
/// The source of rows that the columns of a whole row are taken from: the table or alias itself, or the query that the
/// row is a part of.
template <class Source>
struct OwnSource {
    using type = Source;
};
template <class Source>
    requires requires { typename Source::strata_part_of; }
struct OwnSource<Source> {
    using type = typename Source::strata_part_of;
};

/// A query as a source of rows.
template <class X>
concept query_table = requires { typename X::strata_query_table; };

/// The type of a row of this table or alias.
template <class Source>
using ModelOf = typename SourceModel<Source>::type;

}  // namespace detail

/// The table under another name, for joining it with itself: `constexpr auto father = dal::alias<"father">(people);`
template <detail::Name N, class Table>
[[nodiscard]] constexpr auto alias(const Table& table) {
    if constexpr (detail::query_table<Table>) {
        return table.template strata_renamed<N>();
    } else {
        return detail::AliasTable<Table, N>{};
    }
}

}  // namespace strata::dal
