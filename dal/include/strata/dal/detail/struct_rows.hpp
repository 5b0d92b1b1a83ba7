#pragma once

#include <strata/dal/detail/rows.hpp>

#include <boost/describe/members.hpp>

namespace strata::dal::detail {

template <class S>
concept described = boost::describe::has_describe_members<S>::value;

template <class... E>
struct Elements {};

template <class S, class List>
struct StructMembers;
template <class S, template <class...> class List, class... D>
struct StructMembers<S, List<D...>> {
    static constexpr std::size_t count = sizeof...(D);
    template <class P>
    struct MemberOf;
    template <class C, class M>
    struct MemberOf<M C::*> {
        using type = M;
    };
    template <class Descriptor>
    using Type = typename MemberOf<std::remove_cv_t<decltype(Descriptor::pointer)>>::type;

    static void locate(void* row, void** places) {
        S& object = *static_cast<S*>(row);
        ((*places++ = &(object.*D::pointer)), ...);
    }
    static constexpr Cell cells[] = {Cell{&core::type_of<Type<D>>::info}...};
    static constexpr const char* names[] = {D::name...};
    static constexpr RowLayout by_position{cells, count, &locate};
    static constexpr RowLayout by_name{cells, count, &locate, names};

    /// Whether each member can store the element at its position.
    template <class... E>
    static constexpr bool takes(Elements<E...>*) {
        if constexpr (sizeof...(E) == sizeof...(D)) {
            return (can_take<Type<D>, E>() && ...);
        } else {
            return false;
        }
    }
    template <class M, class E>
    static constexpr bool can_take() {
        return core::detail::assignable_values<typename core::detail::Bare<M>::type,
                                               typename core::detail::Bare<E>::type>() &&
               (core::detail::is_optional<M> || !core::detail::is_optional<E>);
    }
};

/// The members of a described struct, those of its bases first.
template <class S>
using MembersOf =
    StructMembers<S,
                  boost::describe::describe_members<S, boost::describe::mod_public | boost::describe::mod_inherited>>;

/// A struct as the row of a query.
template <class S>
struct StructRow {
    using type = S;
    static constexpr const RowLayout& layout = MembersOf<S>::by_position;
};

template <class S, class List, class Outer>
struct FitsStruct;
template <class S, class... I, class Outer>
struct FitsStruct<S, Items<I...>, Outer> {
    static constexpr bool value =
        MembersOf<S>::takes(static_cast<Elements<typename ElementOf<I, Outer>::type...>*>(nullptr));
};

}  // namespace strata::dal::detail
