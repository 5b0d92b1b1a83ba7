#pragma once

#include <strata/core/facts.hpp>
#include <strata/dal/arguments.hpp>
#include <strata/dal/patch.hpp>

#include <optional>
#include <vector>

/// Structs as data, for the code that reads, writes and checks them without their types.
namespace strata::dal::detail {

struct StructInfo;

/// What a member is. Constant data of a type.
struct FieldType {
    enum class Holder : unsigned char { value, structure, optional, patch, list };
    Holder holder;
    const core::TypeInfo* type = nullptr;               ///< of a value that a column can hold
    const StructInfo* structure = nullptr;              ///< of a described struct or a model
    const FieldType* element = nullptr;                 ///< of an optional, a patch, a list
    std::size_t (*size)(const void* holder) = nullptr;  ///< 0 or 1 for an optional and a patch
    const void* (*at)(const void* holder, std::size_t index) = nullptr;
    void* (*append)(void* holder) = nullptr;
    void (*clear)(void* holder) = nullptr;
};

/// A described struct's members, or a model's columns.
struct StructInfo {
    const core::TableInfo* table = nullptr;  ///< of a model: the rest is empty
    const char* (*pretty_name)() = nullptr;
    std::size_t count = 0;
    const char* const* names = nullptr;
    const FieldType* const* types = nullptr;
    void (*locate)(void* row, void** places) = nullptr;
    const core::TableInfo* rules_of = nullptr;  ///< the model that the struct names: `using Model = User;`
};

template <class T>
inline constexpr bool is_patch = false;
template <class T>
inline constexpr bool is_patch<Patch<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

/// Whether a column can hold a T; core reports an array of arrays where it is asked.
template <class T>
consteval bool is_cell() {
    if constexpr (is_vector<T> && !std::is_same_v<T, Bytes>) {
        using Element = typename core::detail::Bare<typename T::value_type>::type;
        if constexpr (is_vector<Element> && !std::is_same_v<Element, Bytes>) {
            return false;
        } else {
            return core::column_type<T>;
        }
    } else if constexpr (core::detail::is_optional<T>) {
        return is_cell<typename T::value_type>();
    } else {
        return core::column_type<T>;
    }
}
template <class T>
concept cell = is_cell<T>();

/// Whether JSON has a form for a member of that type.
template <class T>
struct HasFields : std::bool_constant<cell<T> || model<T> || described<T>> {};
template <class T>
    requires(!cell<std::optional<T>>)
struct HasFields<std::optional<T>> : HasFields<T> {};
template <class T>
struct HasFields<Patch<T>> : HasFields<T> {};
template <class T>
    requires(!cell<std::vector<T>>)
struct HasFields<std::vector<T>> : HasFields<T> {};

template <class T>
struct FieldOf;

template <class S, class List>
struct StructFields;
template <class S, template <class...> class List, class... D>
struct StructFields<S, List<D...>> {
    using Members = StructMembers<S, List<D...>>;
    static constexpr bool all = (HasFields<typename Members::template Type<D>>::value && ...);
    static_assert(all,
                  "strata: a member of this struct has no form in JSON: it takes what columns take, described structs, "
                  "and std::optional, std::vector and dal::Patch of these");
    static constexpr const core::TableInfo* rules_of() {
        if constexpr (requires { requires model<typename S::Model>; }) {
            return &core::table_info<typename S::Model>();
        } else {
            return nullptr;
        }
    }
    static constexpr const FieldType* types[] = {
        &FieldOf<std::conditional_t<all, typename Members::template Type<D>, int>>::type..., nullptr};
    static constexpr StructInfo info{
        nullptr, &core::detail::pretty_name<S>, sizeof...(D), Members::names, types, &Members::locate, rules_of()};
};

template <class S>
struct StructOf
    : StructFields<S,
                   boost::describe::describe_members<S, boost::describe::mod_public | boost::describe::mod_inherited>> {
};
template <model S>
struct StructOf<S> {
    static constexpr StructInfo info{.table = &core::table_info<S>()};
};

template <class T>
struct FieldOf {
    static constexpr FieldType type{.holder = FieldType::Holder::structure, .structure = &StructOf<T>::info};
};
template <cell T>
struct FieldOf<T> {
    static constexpr FieldType type{.holder = FieldType::Holder::value, .type = &core::type_of<T>::info};
};
template <class H, class T, FieldType::Holder holder>
struct HolderOf {
    static std::size_t size(const void* object) { return static_cast<const H*>(object)->has_value() ? 1 : 0; }
    static const void* at(const void* object, std::size_t) { return &**static_cast<const H*>(object); }
    static void* append(void* object) { return &static_cast<H*>(object)->emplace(); }
    static void clear(void* object) { static_cast<H*>(object)->reset(); }
    static constexpr FieldType type{
        .holder = holder, .element = &FieldOf<T>::type, .size = &size, .at = &at, .append = &append, .clear = &clear};
};
template <class T>
    requires(!cell<std::optional<T>>)
struct FieldOf<std::optional<T>> : HolderOf<std::optional<T>, T, FieldType::Holder::optional> {};
template <class T>
struct FieldOf<Patch<T>> : HolderOf<Patch<T>, T, FieldType::Holder::patch> {};
template <class T>
    requires(!cell<std::vector<T>>)
struct FieldOf<std::vector<T>> {
    using List = std::vector<T>;
    static std::size_t size(const void* object) { return static_cast<const List*>(object)->size(); }
    static const void* at(const void* object, std::size_t index) { return &(*static_cast<const List*>(object))[index]; }
    static void* append(void* object) { return &static_cast<List*>(object)->emplace_back(); }
    static void clear(void* object) { static_cast<List*>(object)->clear(); }
    static constexpr FieldType type{.holder = FieldType::Holder::list,
                                    .element = &FieldOf<T>::type,
                                    .size = &size,
                                    .at = &at,
                                    .append = &append,
                                    .clear = &clear};
};

/// What a function that takes any struct takes: a model, a described struct, or a vector of these.
template <class T>
concept structured = HasFields<T>::value;

}  // namespace strata::dal::detail
