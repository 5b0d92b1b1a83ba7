#pragma once

#include <strata/core/detail/function_ref.hpp>
#include <strata/core/value.hpp>

#include <boost/describe/enumerators.hpp>

#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace strata {

/// How a column stores a type of your own. Specialise it with
///     using storage = std::string;                 // any type Strata knows
///     static storage encode(const Point&);
///     static Point decode(storage&&);
template <class T>
struct codec;

}  // namespace strata

namespace strata::core {

/// One enumerator: its number and its label in the database.
struct EnumLabel {
    std::int64_t value;
    const char* name;
};

/// A described enum; the labels are in declaration order, which is their rank.
struct EnumInfo {
    std::string (*name)();  ///< the type's name in snake_case, which PostgreSQL's type has
    const EnumLabel* labels;
    std::size_t count;
    const char* schema = "";        ///< that PostgreSQL's type is in; empty: the connection's current one
    std::uint64_t labels_hash = 0;  ///< tells enums apart in the key of a statement
};

/// How values of a C++ type are written to the database and read back. One static object per type.
struct TypeInfo {
    TypeKind kind;
    bool nullable;
    Value (*view)(const void* object, Scratch& scratch);
    void (*read)(const Row& row, int column, void* object);
    const TypeInfo* element = nullptr;               ///< of an array
    const EnumInfo* enumeration = nullptr;           ///< of an enum stored by its label
    bool (*is_unset)(const void* object) = nullptr;  ///< of a Default<T>
    /// Of bool, std::int32_t, std::int64_t, double, std::string and std::optional of these (nullable): the object may
    /// be accessed as such without a call of view or read.
    bool direct = false;
};

/// Stores an integer key that did not come from a result row (the database's last key) into an object of the type.
void read_number(const TypeInfo& type, std::int64_t number, void* object);
/// The same for a value's canonical text.
void read_text(const TypeInfo& type, std::string_view text, void* object);

namespace detail {
template <class T>
consteval TypeInfo unknown_type() {
    static_assert(!sizeof(T*),
                  "strata: no column can hold this type: describe an enum with BOOST_DESCRIBE_ENUM or STRATA_ENUM, or "
                  "write a strata::codec for the type");
    return {};
}
}  // namespace detail

/// `type_of<T>::info` and `::kind`. The types that Strata knows are specialised below; codec<T> adds a user's own.
/// Using the info of any other type is an error.
template <class T>
struct type_of {
    using strata_unknown = T;
    static constexpr TypeKind kind{};
    static constexpr TypeInfo info = detail::unknown_type<T>();
};

template <class T>
concept has_codec = requires { typename codec<T>::storage; };
/// STRATA_ENUM describes it (strata/core/enum.hpp).
template <class T>
concept named_enum = std::is_enum_v<T> && requires { strata_enum_info(static_cast<const T*>(nullptr)); };
template <class T>
concept described_enum =
    std::is_enum_v<T> && !has_codec<T> && (boost::describe::has_describe_enumerators<T>::value || named_enum<T>);
/// Whether a column can hold a T.
template <class T>
concept column_type = !requires { typename type_of<T>::strata_unknown; };
/// Whether an optional or a vector can be one: std has neither of an incomplete type, as Json is without its header.
template <class T>
concept column_element = column_type<T> && requires { sizeof(T); };

namespace detail {
template <class T>
inline constexpr bool is_direct =
    std::is_same_v<T, bool> || std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::int64_t> ||
    std::is_same_v<T, double> || std::is_same_v<T, std::string>;
}

#define STRATA_DETAIL_BUILT_IN(TYPE, KIND)                                                                     \
    template <>                                                                                                \
    struct type_of<TYPE> {                                                                                     \
        static constexpr TypeKind kind = TypeKind::KIND;                                                       \
        static Value view(const void* object, Scratch& scratch);                                               \
        static void read(const Row& row, int column, void* object);                                            \
        static constexpr TypeInfo info{                                                                        \
            .kind = kind, .nullable = false, .view = &view, .read = &read, .direct = detail::is_direct<TYPE>}; \
    };
STRATA_DETAIL_BUILT_IN(bool, boolean)
STRATA_DETAIL_BUILT_IN(std::int8_t, small_integer)
STRATA_DETAIL_BUILT_IN(std::uint8_t, small_integer)
STRATA_DETAIL_BUILT_IN(std::int16_t, small_integer)
STRATA_DETAIL_BUILT_IN(std::uint16_t, integer)
STRATA_DETAIL_BUILT_IN(std::int32_t, integer)
STRATA_DETAIL_BUILT_IN(std::uint32_t, big_integer)
STRATA_DETAIL_BUILT_IN(long, big_integer)
STRATA_DETAIL_BUILT_IN(unsigned long, big_integer)
STRATA_DETAIL_BUILT_IN(long long, big_integer)
STRATA_DETAIL_BUILT_IN(unsigned long long, big_integer)
STRATA_DETAIL_BUILT_IN(float, real)
STRATA_DETAIL_BUILT_IN(double, double_precision)
STRATA_DETAIL_BUILT_IN(std::string, text)
STRATA_DETAIL_BUILT_IN(Bytes, bytes)
STRATA_DETAIL_BUILT_IN(Decimal, numeric)
STRATA_DETAIL_BUILT_IN(Date, date)
STRATA_DETAIL_BUILT_IN(Time, time)
STRATA_DETAIL_BUILT_IN(Timestamp, timestamp)
STRATA_DETAIL_BUILT_IN(TimestampTz, timestamptz)
STRATA_DETAIL_BUILT_IN(Uuid, uuid)
STRATA_DETAIL_BUILT_IN(Json, json)
#undef STRATA_DETAIL_BUILT_IN

template <column_element T>
struct type_of<std::optional<T>> {
    static constexpr TypeKind kind = type_of<T>::kind;
    static Value view(const void* object, Scratch& scratch) {
        const auto& value = *static_cast<const std::optional<T>*>(object);
        return value ? type_of<T>::info.view(&*value, scratch) : Value::null();
    }
    static void read(const Row& row, int column, void* object) {
        auto& value = *static_cast<std::optional<T>*>(object);
        if (row.is_null(column)) {
            value.reset();
            return;
        }
        if (!value) value.emplace();
        type_of<T>::info.read(row, column, &*value);
    }
    static constexpr TypeInfo info{.kind = kind,
                                   .nullable = true,
                                   .view = &view,
                                   .read = &read,
                                   .element = type_of<T>::info.element,
                                   .enumeration = type_of<T>::info.enumeration,
                                   .direct = detail::is_direct<T>};
};

namespace detail {

/// The elements of an array of that size, by their addresses, as one value.
Value view_array(std::size_t size, FunctionRef<const void*(std::size_t index)> at, const TypeInfo& element,
                 Scratch& scratch);
/// Reads the elements of an array, each into an object that `append` makes.
void read_array(const Row& row, int column, FunctionRef<void*()> append, const TypeInfo& element);

Value view_enum(std::int64_t value, const EnumInfo& info);
std::int64_t read_enum(const Row& row, int column, const EnumInfo& info);
void check_enumerator(std::int64_t value, std::span<const EnumLabel> labels);
/// `JobStatus` of `app::JobStatus` as `job_status`.
std::string snake_case_type_name(const char* pretty_function);

Value keep(Value value, Scratch& scratch);

template <class E>
const char* pretty_name() {
    return __PRETTY_FUNCTION__;
}

template <class E>
std::string enum_type_name() {
    return snake_case_type_name(pretty_name<E>());
}

template <class List>
struct EnumLabels;
template <template <class...> class List, class... D>
struct EnumLabels<List<D...>> {
    static constexpr EnumLabel values[] = {{static_cast<std::int64_t>(D::value), D::name}...};
};

constexpr std::uint64_t hash_labels(const EnumLabel* labels, std::size_t count) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (std::size_t i = 0; i < count; ++i) {
        for (const char* c = labels[i].name; *c != '\0'; ++c)
            hash = (hash ^ static_cast<unsigned char>(*c)) * 0x100000001B3ULL;
        hash = (hash ^ 0x100U) * 0x100000001B3ULL;
    }
    return hash;
}

template <class E>
constexpr EnumInfo enum_info() {
    EnumInfo info{};
    if constexpr (named_enum<E>) {
        info = strata_enum_info(static_cast<const E*>(nullptr));
    } else {
        using labels = EnumLabels<boost::describe::describe_enumerators<E>>;
        info = {&enum_type_name<E>, labels::values, sizeof(labels::values) / sizeof(EnumLabel)};
    }
    info.labels_hash = hash_labels(info.labels, info.count);
    return info;
}

}  // namespace detail

template <column_element T>
    requires(!std::same_as<T, std::byte>)
struct type_of<std::vector<T>> {
    static_assert(type_of<T>::kind != TypeKind::array, "strata: an array of arrays has no column type");
    static constexpr TypeKind kind = TypeKind::array;
    static Value view(const void* object, Scratch& scratch) {
        const auto& array = *static_cast<const std::vector<T>*>(object);
        const auto at = [&](std::size_t index) -> const void* { return &array[index]; };
        return detail::view_array(array.size(), at, type_of<T>::info, scratch);
    }
    static void read(const Row& row, int column, void* object) {
        std::vector<T> array;
        const auto append = [&]() -> void* { return &array.emplace_back(); };
        detail::read_array(row, column, append, type_of<T>::info);
        *static_cast<std::vector<T>*>(object) = std::move(array);
    }
    static constexpr TypeInfo info{kind, false, &view, &read, &type_of<T>::info};
};

template <described_enum E>
struct type_of<E> {
    static constexpr EnumInfo enum_info = detail::enum_info<E>();
    static constexpr TypeKind kind = TypeKind::enumeration;
    static Value view(const void* object, Scratch&) {
        return detail::view_enum(static_cast<std::int64_t>(*static_cast<const E*>(object)), enum_info);
    }
    static void read(const Row& row, int column, void* object) {
        *static_cast<E*>(object) = static_cast<E>(detail::read_enum(row, column, enum_info));
    }
    static constexpr TypeInfo info{kind, false, &view, &read, nullptr, &enum_info};
};

template <has_codec T>
struct type_of<T> {
    using storage = typename codec<T>::storage;
    static constexpr TypeKind kind = type_of<storage>::kind;
    static Value view(const void* object, Scratch& scratch) {
        const storage stored = codec<T>::encode(*static_cast<const T*>(object));
        return detail::keep(type_of<storage>::info.view(&stored, scratch), scratch);
    }
    static void read(const Row& row, int column, void* object) {
        storage stored{};
        type_of<storage>::info.read(row, column, &stored);
        *static_cast<T*>(object) = codec<T>::decode(std::move(stored));
    }
    static constexpr TypeInfo info{kind,  type_of<storage>::info.nullable, &view,
                                   &read, type_of<storage>::info.element,  type_of<storage>::info.enumeration};
};

}  // namespace strata::core

namespace strata {

/// Stores a described enum by its number: `template <> struct strata::codec<Status> : strata::enum_as_integer<Status>
/// {};` Writing or reading a number that no enumerator has throws ValueError; combined flags need a codec of their own.
template <class E>
struct enum_as_integer {
    using storage = std::int64_t;
    static storage encode(const E& value) { return checked(static_cast<storage>(value)); }
    static E decode(storage value) { return static_cast<E>(checked(value)); }

private:
    using labels = core::detail::EnumLabels<boost::describe::describe_enumerators<E>>;
    static storage checked(storage value) {
        core::detail::check_enumerator(value, labels::values);
        return value;
    }
};

}  // namespace strata
