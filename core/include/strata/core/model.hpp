#pragma once

#include <strata/core/default.hpp>
#include <strata/core/detail/fact_macros.hpp>
#include <strata/core/detail/model_macros.hpp>
#include <strata/core/enum.hpp>
#include <strata/core/fact_words.hpp>

#include <boost/describe/class.hpp>

#include <array>
#include <concepts>
#include <initializer_list>
#include <type_traits>
#include <utility>

namespace strata::core::detail {

/// Whether the offsets of a model's members differ: it names each once.
consteval bool distinct(std::initializer_list<std::size_t> offsets) {
    std::size_t highest = 0;
    for (const std::size_t* at = offsets.begin(); at != offsets.end(); ++at) {
        if (at == offsets.begin() || *at > highest) {
            highest = *at;
            continue;
        }
        for (const std::size_t* before = offsets.begin(); before != at; ++before) {
            if (*before == *at) return false;
        }
    }
    return true;
}

/// In place of what a check does not look at.
struct Nothing {
    using strata_base = Nothing;
    static constexpr bool strata_once = true;
};
template <bool condition, class Else>
using NothingIf = std::conditional_t<condition, Nothing, Else>;

/// Whether a model may name a member of that type. A name that the struct lacks, which is reported elsewhere, has the
/// type of strata_indexes.
template <class T>
concept column_member = column_type<T> || requires { T::strata_count; };

template <class T>
inline constexpr const TypeInfo* info_of = nullptr;
template <column_type T>
inline constexpr const TypeInfo* info_of<T> = &type_of<T>::info;

// What Boost.Describe finds of a model.
template <auto... Pointer>
struct Pointers {};
template <class Part, class Model, auto Pointer, std::size_t I>
struct DescribedMember {
    static constexpr auto pointer = Pointer;
    static constexpr const char* name = Part::template infos<Model>[I].member;
    static constexpr unsigned modifiers = boost::describe::mod_public;
};
template <class Part, class Model, class Members, class Indexes>
struct MemberList;
template <class Part, class Model, auto... Pointer, std::size_t... I>
struct MemberList<Part, Model, Pointers<Pointer...>, std::index_sequence<I...>> {
    using type = boost::describe::detail::list<DescribedMember<Part, Model, Pointer, I>...>;
};
template <class Part, class Model, class Members = typename Part::template strata_pointers<Model>>
using DescribedMembers = typename MemberList<Part, Model, Members, std::make_index_sequence<Part::count>>::type;
template <class Model, class... Mixins>
using DescribedBases = boost::describe::detail::list<boost::describe::detail::base_descriptor<Model, Mixins>...>;

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
    /// The first column has the position `Base`.
    template <class Source, int Base = 0>
    struct strata_handles : Part::template strata_handles<Source, Base>,
                            MixinColumns<Source, Base + Part::count, Mixins...> {};
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
#define STRATA_VIEW(TYPE, VIEW, ...) \
    STRATA_PP_VIEW(TYPE)             \
    STRATA_MODEL(TYPE, VIEW, __VA_ARGS__)

/// Describes a struct whose members are columns of every model that inherits it.
#define STRATA_MIXIN(TYPE, ...) STRATA_PP_MIXIN(STRATA_PP_WIDTH(__VA_ARGS__), TYPE, __VA_ARGS__)

/// The facts that both layers know about a model's columns (strata::facts has the words). Place it right after the
/// STRATA_MODEL.
#define STRATA_FACTS(TABLE, ...)                                                                              \
    inline ::strata::core::FactList strata_facts(const STRATA_PP_CAT(TABLE, _strata_table) < false >          \
                                                 ::strata_model*) {                                           \
        using namespace ::strata::facts; /* NOLINT(google-build-using-namespace): the macro's own words */    \
        using ::strata::facts::primary_key, ::strata::facts::unique; /* also beside strata::schema's words */ \
        return ::strata::core::FactList{__VA_ARGS__};                                                         \
    }                                                                                                         \
    constexpr unsigned strata_facts_say(const STRATA_PP_CAT(TABLE, _strata_table) < false > ::strata_model*,  \
                                        [[maybe_unused]] int strata_column) {                                 \
        return 0U STRATA_PP_EACH(STRATA_PP_WIDTH(__VA_ARGS__), STRATA_PP_OR_SAYS, ~, __VA_ARGS__);            \
    }
