#pragma once

#include <strata/dal/detail/backend.hpp>
#include <strata/dal/detail/struct_rows.hpp>

#include <string_view>
#include <type_traits>
#include <utility>

namespace strata::dal {

/// A value and its parameter's name in raw SQL. Text given as a view or a literal must outlive it.
template <class T>
struct NamedArgument {
    std::string_view name;
    T value;
};

/// `db.query<Report>("SELECT ... WHERE id > :least", arg("least", 10))`
template <class T>
[[nodiscard]] NamedArgument<std::decay_t<T>> arg(std::string_view name, T&& value) {
    return {name, std::forward<T>(value)};
}

namespace detail {

/// A plain value as a parameter of raw SQL, or as a key.
template <class X>
core::Value parameter(const X& value, core::Scratch& scratch) {
    if constexpr (std::is_same_v<X, std::nullopt_t>) {
        return core::Value::null();
    } else if constexpr (core::detail::is_optional<X>) {
        return value ? parameter(*value, scratch) : core::Value::null();
    } else if constexpr (std::is_convertible_v<const X&, std::string_view>) {
        return core::Value::text(value);
    } else {
        static_assert(core::column_type<X>, "strata: a value of this type cannot be bound; give it a strata::codec");
        if constexpr (core::column_type<X>) {
            return core::type_of<X>::info.view(&value, scratch);
        } else {
            return core::Value::null();
        }
    }
}

template <class X>
Argument argument(const X& value, core::Scratch& scratch) {
    return {{}, parameter(value, scratch)};
}
template <class T>
Argument argument(const NamedArgument<T>& named, core::Scratch& scratch) {
    return {named.name, parameter(named.value, scratch)};
}

/// Converts the rows of raw SQL to an R.
template <class R>
struct RawRow;
template <core::column_type R>
struct RawRow<R> {
    static constexpr Cell cells[] = {Cell{&core::type_of<R>::info}};
    static constexpr RowLayout layout{cells, 1, nullptr};
};
template <class... T>
struct RawRow<std::tuple<T...>> {
    static constexpr Cell cells[] = {Cell{&core::type_of<T>::info}...};
    static constexpr RowLayout layout{cells, sizeof...(T), &locate_tuple<std::tuple<T...>>};
};
template <class R>
concept model = requires { strata_table_info(static_cast<const R*>(nullptr)); };
template <model R>
struct RawRow<R> {
    static constexpr Cell cells[] = {Cell{nullptr, &core::table_info<R>()}};
    static constexpr const char* names[] = {nullptr};
    static constexpr RowLayout layout{cells, 1, nullptr, names};
};
template <class R>
    requires(described<R> && !model<R> && !core::column_type<R>)
struct RawRow<R> {
    static constexpr const RowLayout& layout = MembersOf<R>::by_name;
};
template <class R>
concept raw_row = requires { RawRow<R>::layout; };

}  // namespace detail
}  // namespace strata::dal

namespace strata {
using dal::arg;
}
