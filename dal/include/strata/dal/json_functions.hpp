#pragma once

#include <strata/dal/aggregates.hpp>

#include <string>

namespace strata::dal {

namespace detail {

/// Appends a step to a path. Throws UsageError for a key with " or \ in it, which no path of SQLite can name.
void append_key(std::string& path, std::string_view key);
void append_index(std::string& path, std::int64_t index);
/// Throws UsageError for the path of the whole document.
void check_path(std::string_view path);

// A value as a JSON document.
void bind_json(Fragment& fragment, std::string_view text);
void bind_json(Fragment& fragment, std::int64_t number);
void bind_json(Fragment& fragment, double number);
void bind_json(Fragment& fragment, bool value);
void bind_json(Fragment& fragment, std::nullopt_t);

template <class V>
void append_json(Fragment& fragment, const V& value) {
    if constexpr (operand<V> || std::is_same_v<V, Json>) {
        core::detail::append_operand<Json>(fragment, value);
    } else if constexpr (std::is_same_v<V, bool> || std::is_same_v<V, std::nullopt_t>) {
        bind_json(fragment, value);
    } else if constexpr (core::detail::integer<V>) {
        bind_json(fragment, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_floating_point_v<V>) {
        bind_json(fragment, static_cast<double>(value));
    } else {
        bind_json(fragment, std::string_view(value));
    }
}
/// What becomes a JSON value.
template <class V>
inline constexpr bool is_jsonable =
    argument_is<V, Json> ||
    (!operand<V> && (std::is_arithmetic_v<V> || std::is_same_v<V, std::nullopt_t> || argument_is<V, std::string>));

/// The function that reads a value of this type.
template <class T>
struct JsonAs {
    static constexpr bool known = false;
    static constexpr Function function = Function::json_text;
};
#define STRATA_DETAIL_JSON_AS(TYPE, FUNCTION)                    \
    template <>                                                  \
    struct JsonAs<TYPE> {                                        \
        static constexpr bool known = true;                      \
        static constexpr Function function = Function::FUNCTION; \
    };
STRATA_DETAIL_JSON_AS(std::string, json_text)
STRATA_DETAIL_JSON_AS(std::int64_t, json_integer)
STRATA_DETAIL_JSON_AS(double, json_real)
STRATA_DETAIL_JSON_AS(Decimal, json_decimal)
STRATA_DETAIL_JSON_AS(bool, json_boolean)
STRATA_DETAIL_JSON_AS(Json, json_get)
#undef STRATA_DETAIL_JSON_AS

}  // namespace detail

/// A place in a JSON document. Reading gives NULL where there is no such place, or a value of another kind.
template <class U, Nulls N>
class JsonPlace {
public:
    explicit JsonPlace(core::Fragment document, std::string path = "$")
        : document_(std::move(document)), path_(std::move(path)) {}

    /// A member of an object.
    [[nodiscard]] JsonPlace at(std::string_view key) const {
        JsonPlace inner = *this;
        detail::append_key(inner.path_, key);
        return inner;
    }
    /// An element of an array: 0 is the first, -1 the last.
    template <std::integral I>
    [[nodiscard]] JsonPlace at(I index) const {
        JsonPlace inner = *this;
        detail::append_index(inner.path_, static_cast<std::int64_t>(index));
        return inner;
    }
    template <class Step>
    [[nodiscard]] JsonPlace operator[](const Step& step) const {
        return at(step);
    }

    /// The value as a std::string (of a number, a boolean or a document its text), std::int64_t, double, Decimal, bool
    /// or Json (where JSON's null is a value). NULL for one of another kind.
    template <class T>
    [[nodiscard]] auto as() const {
        static_assert(detail::JsonAs<T>::known,
                      "strata: as() reads std::string, std::int64_t, double, Decimal, bool or Json");
        return call<T, Nulls::maybe>(detail::JsonAs<T>::function);
    }
    /// Whether there is a value, which may be JSON's null.
    [[nodiscard]] auto exists() const { return call<bool, N>(detail::Function::json_exists); }
    /// Whether there is a value and it is JSON's null.
    [[nodiscard]] auto is_json_null() const { return call<bool, N>(detail::Function::json_is_null); }
    /// "object", "array", "string", "number", "boolean" or "null".
    [[nodiscard]] auto type() const { return call<std::string, Nulls::maybe>(detail::Function::json_type); }
    /// How many elements the array has.
    [[nodiscard]] auto array_length() const {
        return call<std::int64_t, Nulls::maybe>(detail::Function::json_array_length);
    }
    /// Whether the value contains another one: the members of an object, the elements of an array, as @> of PostgreSQL.
    template <class V>
    [[nodiscard]] auto contains(const V& value) const {
        static_assert(detail::is_jsonable<V>, "strata: contains() takes Json, a text, a number, a boolean or nullopt");
        core::Fragment fragment = call<Json, N>(detail::Function::json_get).strata_fragment;
        return changed<bool, Nulls::maybe>(std::move(fragment), value, detail::Function::json_contains);
    }

    // The document with a change, for an assignment: `songs.attrs = json(songs.attrs).at("color").set("red")`.

    /// With this value at the place. Nothing changes where the object or array that it is in is not there; an index
    /// past the end of an array adds an element. Throws UsageError for the whole document.
    template <class V>
    [[nodiscard]] auto set(const V& value) const {
        static_assert(detail::is_jsonable<V>, "strata: set() takes Json, a text, a number, a boolean or nullopt");
        detail::check_path(path_);
        core::Fragment fragment = document_;
        fragment.bind_pattern(path_, core::Form::path, false);
        detail::append_json(fragment, value);
        fragment.push(core::Op::function, core::type_of<Json>::info, 3,
                      static_cast<unsigned>(detail::Function::json_set));
        return core::Expr<Json, core::detail::Merged<U, core::detail::UsesOf<V>>, N>{{}, std::move(fragment)};
    }
    /// Without the value. Throws UsageError for the whole document.
    [[nodiscard]] auto remove() const {
        detail::check_path(path_);
        return call<Json, N>(detail::Function::json_remove);
    }
    /// With the members of another object, which count where both have one; only of a whole document.
    template <class V>
    [[nodiscard]] auto merge(const V& value) const {
        static_assert(detail::argument_is<V, Json>, "strata: merge() takes a Json document");
        core::Fragment fragment = document_;
        return changed<Json, N>(std::move(fragment), value, detail::Function::json_merge);
    }

private:
    template <class T, Nulls Result>
    [[nodiscard]] core::Expr<T, U, Result> call(detail::Function function) const {
        core::Fragment fragment = document_;
        fragment.bind_pattern(path_, core::Form::path, false);
        fragment.push(core::Op::function, core::type_of<T>::info, 2, static_cast<unsigned>(function));
        return core::Expr<T, U, Result>{{}, std::move(fragment)};
    }
    template <class T, Nulls Result, class V>
    static auto changed(core::Fragment&& fragment, const V& value, detail::Function function) {
        detail::append_json(fragment, value);
        fragment.push(core::Op::function, core::type_of<T>::info, 2, static_cast<unsigned>(function));
        return core::Expr<T, core::detail::Merged<U, core::detail::UsesOf<V>>,
                          core::detail::max_nulls(Result, core::detail::nulls_of<V>)>{{}, std::move(fragment)};
    }

    core::Fragment document_;
    std::string path_;
};

/// The document of a JSON column or expression: `json(songs.attrs).at("color").as<std::string>() == "red"`.
template <operand X>
[[nodiscard]] auto json(const X& document) {
    static_assert(detail::argument_is<X, Json>, "strata: json() takes a column or an expression of Json");
    core::Fragment fragment;
    document.strata_append(fragment);
    return JsonPlace<typename X::strata_uses, X::strata_nulls>(std::move(fragment));
}

namespace detail {

template <class... X>
inline constexpr bool are_members = true;
template <class K, class V, class... Rest>
inline constexpr bool are_members<K, V, Rest...> =
    argument_is<K, std::string> && is_json_value<ArgumentType<V>> && are_members<Rest...>;
template <class K>
inline constexpr bool are_members<K> = false;

}  // namespace detail

/// A JSON object of keys and values: `json_object("id", songs.id, "title", songs.title)`.
template <class... X>
[[nodiscard]] auto json_object(const X&... keys_and_values) {
    static_assert(
        detail::are_members<X...>,
        "strata: json_object() takes a text and a value in turn; values are text, numbers, booleans, enums and "
        "Json: cast what is not");
    core::Fragment fragment = detail::call<Json>(detail::Function::json_object, keys_and_values...).strata_fragment;
    return core::Expr<Json, detail::UsesOfAll<X...>, Nulls::never>{{}, std::move(fragment)};
}

}  // namespace strata::dal
