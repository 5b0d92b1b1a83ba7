#pragma once

#include <strata/core/detail/fact_macros.hpp>
#include <strata/dal/arguments.hpp>

#include <string_view>

/// The key of a model, as its facts tell it to the compiler.
namespace strata::dal::detail {

/// The position of a column in its table's key, from 1; 0 is none. `said` is what the facts say of the column.
constexpr unsigned place_in_key(unsigned said) {
    return (said & core::detail::said_key) != 0 ? 1 : said / core::detail::said_place;
}

/// The column at this place of the key, from 1; -1 is none. Where no fact names the key, it is a table's `id`.
template <class Model>
consteval int key_column(unsigned place) {
    using core::strata_facts_say;
    constexpr const core::TableInfo& table = core::table_info<Model>();
    constexpr const Model* model = nullptr;
    int id = -1;
    bool said = core::is_view<Model>;
    for (int i = 0; i < table.column_count; ++i) {
        const unsigned facts = strata_facts_say(model, i);
        if (place_in_key(facts) == place) return i;
        said = said || (facts & core::detail::said_keys) != 0;
        if (std::string_view(table.columns[i].name) == "id") id = i;
    }
    return said || place != 1 ? -1 : id;
}

/// Whether a value of a V can be looked for in a key's column.
template <class V>
consteval bool fits_key(const core::TypeInfo& column) {
    if constexpr (std::is_convertible_v<const V&, std::string_view>) {
        return column.kind == core::TypeKind::text && column.enumeration == nullptr;
    } else if constexpr (core::detail::integer<V>) {
        return column.kind == core::TypeKind::small_integer || column.kind == core::TypeKind::integer ||
               column.kind == core::TypeKind::big_integer || column.kind == core::TypeKind::numeric;
    } else if constexpr (core::column_type<V>) {
        return column.kind == core::type_of<V>::kind && column.enumeration == core::type_of<V>::info.enumeration;
    } else {
        return true;  // parameter() reports it
    }
}

/// Reports what is given to get() and is not the model's key. A model without one is told at run time.
template <class Model, class... Key>
consteval bool check_key_values() {
    static_assert(sizeof...(Key) > 0, "strata: get() needs the key's value");
    constexpr bool keyed = key_column<Model>(1) >= 0;
    constexpr bool counted = !keyed || sizeof...(Key) == 0 ||
                             (key_column<Model>(sizeof...(Key)) >= 0 && key_column<Model>(sizeof...(Key) + 1) < 0);
    static_assert(counted, "strata: get() takes one value for each column of the key, in the key's order");
    if constexpr (keyed && counted && sizeof...(Key) > 0) {
        constexpr const core::ColumnInfo* columns = core::table_info<Model>().columns;
        unsigned place = 0;
        const bool fits = (fits_key<Key>(*columns[key_column<Model>(++place)].type) && ...);
        return fits;
    }
    return true;
}

}  // namespace strata::dal::detail
