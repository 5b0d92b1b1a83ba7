#pragma once

#include <strata/core/column.hpp>
#include <strata/core/facts.hpp>
#include <strata/dal/detail/related_rows.hpp>

#include <type_traits>

namespace strata::dal::detail {

/// The types of a key's columns.
template <class... T>
struct KeyTypes {};

/// Several columns of one table as a key.
template <class Source, class... T>
struct ColumnGroup {
    RelationColumns positions;
};

/// The columns on one side of a relation.
template <class X>
struct KeyColumns {
    static constexpr bool value = false;
    using source = void;
    using types = KeyTypes<>;
};
template <class Source, class T>
struct KeyColumns<core::Column<Source, T>> {
    static constexpr bool value = true;
    using source = Source;
    using types = KeyTypes<typename core::detail::Bare<T>::type>;
    static constexpr RelationColumns positions(const core::Column<Source, T>& column) {
        return {1, {column.strata_index()}};
    }
};
template <class Source, class... T>
struct KeyColumns<ColumnGroup<Source, T...>> {
    static constexpr bool value = true;
    using source = Source;
    using types = KeyTypes<typename core::detail::Bare<T>::type...>;
    static constexpr RelationColumns positions(const ColumnGroup<Source, T...>& group) { return group.positions; }
};

template <class T, class U>
inline constexpr bool is_same_key = std::is_same_v<T, U> || (core::detail::integer<T> && core::detail::integer<U>);
/// Whether columns of these types can be a key.
template <class Types>
inline constexpr bool is_key = false;
template <class... T>
inline constexpr bool is_key<KeyTypes<T...>> =
    ((core::type_of<T>::kind != core::TypeKind::json && core::type_of<T>::kind != core::TypeKind::array &&
      (sizeof...(T) == 1 || core::type_of<T>::kind != core::TypeKind::bytes)) &&
     ...);
template <class Left, class Right>
inline constexpr bool are_same_keys = false;
template <class... T, class... U>
    requires(sizeof...(T) == sizeof...(U))
inline constexpr bool are_same_keys<KeyTypes<T...>, KeyTypes<U...>> = (is_same_key<T, U> && ...);

/// The checks of two sides whose columns are equal. Returns whether both are columns.
template <class Left, class Right>
consteval bool check_sides() {
    constexpr bool columns = KeyColumns<Left>::value && KeyColumns<Right>::value;
    static_assert(columns,
                  "strata: a relation is between columns: dal::has_many(users.id, songs.user_id), several as "
                  "dal::columns(a, b)");
    constexpr bool same = are_same_keys<typename KeyColumns<Left>::types, typename KeyColumns<Right>::types>;
    static_assert(same || !columns,
                  "strata: the two sides of a relation are not keys of one kind: as many columns, in order, text with "
                  "text, integers with integers, else the same type");
    constexpr bool keys = is_key<typename KeyColumns<Left>::types>;
    static_assert(keys || !columns || !same,
                  "strata: the columns of a relation hold neither JSON nor arrays, and none of several holds bytes");
    return columns;
}

}  // namespace strata::dal::detail
