#pragma once

#include <strata/dal/detail/backend.hpp>
#include <strata/dal/detail/struct_rows.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

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

/// Adds a value, whose texts are copied.
void keep_argument(std::vector<Argument>& list, core::Scratch& texts, std::string_view name, const core::Value& value);

}  // namespace detail

/// Values for raw SQL that are collected at run time, with names or without:
///     dal::Arguments values;
///     if (owner) sql += " AND owner_id = :owner", values.add("owner", *owner);
///     db.query<Report>(unchecked_sql(sql), values);
/// It owns what it was given. Names that the text does not have are left out.
class Arguments {
public:
    Arguments() = default;
    Arguments(const Arguments&) = delete;
    Arguments& operator=(const Arguments&) = delete;
    ~Arguments() = default;

    template <class T>
    Arguments& add(std::string_view name, const T& value) {
        core::Scratch scratch;
        detail::keep_argument(list_, texts_, name, detail::parameter(value, scratch));
        return *this;
    }
    template <class T>
    Arguments& add(const T& value) {
        return add({}, value);
    }

    [[nodiscard]] std::span<const detail::Argument> strata_list() const { return list_; }

private:
    std::vector<detail::Argument> list_;
    core::Scratch texts_;  // what the values and the names borrow
};

namespace detail {

/// The values of a call, for as long as it lasts.
template <class... A>
class ArgumentList {
public:
    explicit ArgumentList(const A&... arguments) : list_{argument(arguments, scratch_)..., Argument{}} {}
    operator RawArguments() const { return {{list_, sizeof...(A)}}; }

private:
    core::Scratch scratch_;
    Argument list_[sizeof...(A) + 1];
};
template <>
class ArgumentList<Arguments> {
public:
    explicit ArgumentList(const Arguments& arguments) : list_(arguments.strata_list()) {}
    operator RawArguments() const { return {list_, true}; }

private:
    std::span<const Argument> list_;
};

}  // namespace detail
}  // namespace strata::dal

namespace strata {
using dal::arg;
}
