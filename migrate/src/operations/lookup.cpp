#include "operations/lookup.hpp"

namespace strata::migrate {

using core::internal::contains;

void need_unreferred(const schema::MetaData& state, const schema::QualifiedName& table, const std::string* column) {
    for (const auto& other : state.tables) {
        for (const auto& key : other.foreign_keys) {
            if (key.referred_table != table || (other.name == table && column == nullptr)) continue;
            if (column != nullptr && !contains(key.referred_columns, *column)) continue;
            if (column != nullptr && other.name == table && contains(key.columns, *column)) continue;
            refuse((column != nullptr ? "column " + table + "." + *column : "table " + table) +
                   " is referred to by the foreign key " + key.name + " of table " + other.name + "; drop that first");
        }
    }
}

void need_not_computed_from(const schema::Table& table, const std::string& column) {
    for (const auto& other : table.columns)
        if (other.computed && other.name != column && mentions(*other.computed, column))
            refuse("column " + table.name + "." + other.name + " is computed from " + column + "; drop it first");
}

bool is_type_of_column(const schema::MetaData& state, const schema::ObjectRef& object) {
    return object.kind == schema::ObjectKind::enum_type &&
           std::any_of(state.tables.begin(), state.tables.end(), [&](const auto& table) {
               return std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& column) {
                   const schema::Type* const type = column.type.enum_type();
                   return type != nullptr && type->name == object.name;
               });
           });
}

}  // namespace strata::migrate
