#pragma once

#include <strata/core/detail/preprocessor.hpp>
#include <strata/core/enum.hpp>
#include <strata/core/facts.hpp>

#include <boost/describe/class.hpp>

#include <array>

namespace strata::core::detail {

template <std::size_t... N>
constexpr auto concat(const std::array<ColumnInfo, N>&... parts) {
    std::array<ColumnInfo, (N + ... + 0)> all{};
    std::size_t at = 0;
    const auto append = [&](const auto& part) {
        for (const ColumnInfo& column : part) all[at++] = column;
    };
    (append(parts), ...);
    return all;
}

/// The columns of a model's mixins, one mixin after the other.
template <class Source, int Base, class... Mixins>
struct MixinColumns {};
template <class Source, int Base, class First, class... Rest>
struct MixinColumns<Source, Base, First, Rest...> : First::template strata_handles<Source, Base>,
                                                    MixinColumns<Source, Base + First::count, Rest...> {};

template <class Part, class... Mixins>
struct Parts {
    template <class Source>
    struct strata_handles : Part::template strata_handles<Source, 0>, MixinColumns<Source, Part::count, Mixins...> {};
    template <class Model>
    static constexpr auto infos = concat(Part::template infos<Model>, Mixins::template infos<Model>...);
};

}  // namespace strata::core::detail

/// Describes a struct as a table, in the struct's own namespace, outside of functions:
///     STRATA_MODEL(User, users, id, email)
/// makes the handle `users` with a column handle per member (`users.id`) and describes the struct with Boost.Describe.
/// Parentheses mean "and what belongs to it":
///     STRATA_MODEL((Song, Timestamps), (songs, "music songs"), id, (class_, "class"))
/// Song inherits the mixin Timestamps (STRATA_MIXIN), the table is called "music songs", the member class_ is column
/// "class". A third name is the schema that the table is in: (songs, "songs", "music"). Up to 340 members; a wider
/// table inherits described parts.
#define STRATA_MODEL(TYPE, TABLE, ...) STRATA_PP_MODEL(STRATA_PP_WIDTH(__VA_ARGS__), TYPE, TABLE, __VA_ARGS__)

/// Describes a struct as a view in the same way: its rows are read as those of a table, and writing them does not
/// compile. It has no key, unless STRATA_FACTS names columns that are one. MetaData has its query:
///     view(song_list, "SELECT id, title FROM songs")
#define STRATA_VIEW(TYPE, VIEW, ...)                                                     \
    constexpr ::strata::core::ModelKind strata_model_kind(const STRATA_PP_HEAD(TYPE)*) { \
        return ::strata::core::ModelKind::view;                                          \
    }                                                                                    \
    STRATA_MODEL(TYPE, VIEW, __VA_ARGS__)

/// Describes a struct whose members are columns of every model that inherits it.
#define STRATA_MIXIN(TYPE, ...) STRATA_PP_MIXIN(STRATA_PP_WIDTH(__VA_ARGS__), TYPE, __VA_ARGS__)

/// The facts that both layers know about a model's columns (strata::facts has the words). Place it right after the
/// STRATA_MODEL.
#define STRATA_FACTS(TABLE, ...)                                                                              \
    inline ::strata::core::FactList strata_facts(const STRATA_PP_CAT(TABLE, _strata_table)::strata_model*) {  \
        using namespace ::strata::facts; /* NOLINT(google-build-using-namespace): the macro's own words */    \
        using ::strata::facts::primary_key, ::strata::facts::unique; /* also beside strata::schema's words */ \
        return ::strata::core::FactList{__VA_ARGS__};                                                         \
    }
