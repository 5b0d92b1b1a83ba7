#pragma once

#include <strata/dal/relations.hpp>

#include <concepts>

namespace strata::dal::detail {

template <std::size_t I, class Row, class R>
void load_related(Backend& backend, std::vector<Row>& rows, const R& relation);

/// Rows with what is loaded for them, one relation after the other.
template <class Model, class... R>
auto with_related(Backend& backend, std::vector<Model>&& models, const R&... relations) {
    if constexpr (sizeof...(R) == 0) {
        return std::move(models);
    } else {
        std::vector<typename RowWith<Model, R...>::type> rows;
        rows.reserve(models.size());
        for (Model& model : models) rows.emplace_back(std::move(model), typename R::strata_result()...);
        models.clear();
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (load_related<I + 1>(backend, rows, relations), ...);
        }(std::index_sequence_for<R...>());
        return rows;
    }
}

template <class Element>
void add_related(std::vector<Element>& to, Element&& row) {
    to.push_back(std::move(row));
}
template <class Element>
void add_related(std::optional<Element>& to, Element&& row) {
    to = std::move(row);
}

/// Fills in one relation of rows. Rows that have the same related rows get copies of them.
template <std::size_t I, class Row, class R>
void load_related(Backend& backend, std::vector<Row>& rows, const R& relation) {
    using Model = std::tuple_element_t<0, Row>;
    RelatedRows related;
    std::vector<typename R::strata_model> models;
    related.load(
        backend, relation.strata_info(), relation.strata_clauses(), core::table_info<Model>(), rows.size(),
        [&](std::size_t row) -> const void* { return &std::get<0>(rows[row]); },
        AppendTo<typename R::strata_model>{models});
    auto elements =
        std::apply([&](const auto&... nested) { return with_related(backend, std::move(models), nested...); },
                   relation.strata_nested());
    using Element = typename decltype(elements)::value_type;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        auto& to = std::get<I>(rows[row]);
        const std::span<const std::uint32_t> own = related.of(row);
        if constexpr (requires { to.reserve(own.size()); }) to.reserve(own.size());
        const bool last = related.is_last(row);
        for (const std::uint32_t at : own) add_related(to, last ? std::move(elements[at]) : Element(elements[at]));
    }
}

/// The rows that load() begins with.
template <class X>
struct LoadedFrom {
    using model = void;
};
template <model Model>
struct LoadedFrom<Model> {
    using model = Model;
};
template <model Model>
struct LoadedFrom<std::vector<Model>> {
    using model = Model;
};
template <model Model>
struct LoadedFrom<std::optional<Model>> {
    using model = Model;
};
template <any_query Q>
    requires model<RowType<Q>>
struct LoadedFrom<Q> {
    using model = RowType<Q>;
};
template <std::derived_from<SetBase> X>
    requires requires(const X& set) { set.all(); }
struct LoadedFrom<X> {
    using model = typename X::Model;
};

/// What Session::load() does.
template <class Given, class... R>
struct LoadOf {
    using Model = typename LoadedFrom<Given>::model;

    template <class Rows>
    static auto run(const Session& session, Backend& backend, Rows&& rows, const R&... relations) {
        constexpr bool loadable = !std::is_void_v<Model>;
        static_assert(
            loadable,
            "strata: load() takes rows of one model: a set, a query that selects one table, a vector, or a row");
        static_assert(sizeof...(R) > 0, "strata: load() takes relations: dal::has_many(users.id, songs.user_id)");
        if constexpr (loadable && sizeof...(R) > 0) {
            if constexpr (check_relations<Model, R...>()) {
                if constexpr (std::is_same_v<Given, Model>) {
                    std::vector<Model> one;
                    one.push_back(std::forward<Rows>(rows));
                    return std::move(with_related(backend, std::move(one), relations...).front());
                } else if constexpr (std::is_same_v<Given, std::optional<Model>>) {
                    std::vector<Model> found;
                    if (rows) found.push_back(*std::forward<Rows>(rows));
                    auto loaded = with_related(backend, std::move(found), relations...);
                    return loaded.empty() ? std::nullopt : std::optional(std::move(loaded.front()));
                } else if constexpr (std::is_same_v<Given, std::vector<Model>>) {
                    return with_related(backend, std::vector<Model>(std::forward<Rows>(rows)), relations...);
                } else if constexpr (any_query<Given>) {
                    return with_related(backend, session.all(rows), relations...);
                } else {
                    return with_related(backend, rows.all(), relations...);
                }
            }
        }
    }
};

}  // namespace strata::dal::detail
