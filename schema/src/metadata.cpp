#include "strata/schema/metadata.hpp"

#include <strata/core/error.hpp>

#include <algorithm>
#include <utility>

namespace strata::schema {
namespace {

template <class Items, class Name>
auto find_named(Items& items, const Name& name) -> decltype(items.data()) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
    return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Column* Table::find_column(std::string_view column_name) const { return find_named(columns, column_name); }
Column* Table::find_column(std::string_view column_name) { return find_named(columns, column_name); }

MetaData::MetaData(std::initializer_list<Table> list) : tables(list) {
    for (const Table& table : tables)
        if (find(table.name) != &table)
            throw UsageError("table " + table.name + " is named twice in the metadata; list each model once");
}

const Table* MetaData::find(const QualifiedName& table_name) const { return find_named(tables, table_name); }
Table* MetaData::find(const QualifiedName& table_name) { return find_named(tables, table_name); }

const Object* MetaData::find(const ObjectRef& object) const {
    const auto found =
        std::find_if(objects.begin(), objects.end(), [&](const auto& each) { return each.ref == object; });
    return found == objects.end() ? nullptr : &*found;
}
Object* MetaData::find(const ObjectRef& object) { return const_cast<Object*>(std::as_const(*this).find(object)); }

}  // namespace strata::schema
