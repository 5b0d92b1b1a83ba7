#include "strata/schema/metadata.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/naming.hpp>

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

MetaDataItem::MetaDataItem(Table table) : what_(std::move(table)) {}
MetaDataItem::MetaDataItem(ModelTable table) : what_(std::move(table)) {}
MetaDataItem::MetaDataItem(Object object) : what_(std::move(object)) {}
MetaDataItem::MetaDataItem(Privileges privileges) : what_(std::move(privileges)) {}
MetaDataItem::MetaDataItem(const PrivilegesSpec& privileges) : what_(Privileges(privileges)) {}
MetaDataItem::MetaDataItem(SeedRows rows) : what_(std::move(rows)) {}

MetaData::MetaData(std::initializer_list<MetaDataItem> list) : MetaData(NamingConvention(), list) {}
MetaData::MetaData(const NamingConvention& names, std::initializer_list<MetaDataItem> list) { add(names, list); }

void MetaData::add(const NamingConvention& names, std::initializer_list<MetaDataItem> list) {
    for (const MetaDataItem& item : list) {
        if (const auto* object = std::get_if<Object>(&item.what_)) {
            if (find(object->ref) != nullptr)
                throw UsageError(object->ref.text() + " is named twice in the metadata; list it once");
            objects.push_back(*object);
            continue;
        }
        if (const auto* said = std::get_if<Privileges>(&item.what_)) {
            if (std::any_of(privileges.begin(), privileges.end(),
                            [&](const Privileges& other) { return other.same_thing(*said); }))
                throw UsageError("the privileges of " + said->text() +
                                 " are said twice in the metadata; say them once");
            privileges.push_back(*said);
            continue;
        }
        if (const auto* said = std::get_if<SeedRows>(&item.what_)) {
            if (find_rows(said->table) != nullptr)
                throw UsageError("the rows of table " + said->table +
                                 " are said twice in the metadata; say them in one list");
            rows.push_back(*said);
            continue;
        }
        const auto* plain = std::get_if<Table>(&item.what_);
        Table table = plain != nullptr ? *plain : named_by(std::get<ModelTable>(item.what_).unresolved, names);
        if (find(table.name) != nullptr)
            throw UsageError("table " + table.name + " is named twice in the metadata; list each model once");
        tables.push_back(std::move(table));
        if (plain == nullptr) {
            const auto& former = std::get<ModelTable>(item.what_).former_names;
            former_names.insert(former_names.end(), former.begin(), former.end());
        }
    }
}

const Table* MetaData::find(const QualifiedName& table_name) const { return find_named(tables, table_name); }
Table* MetaData::find(const QualifiedName& table_name) { return find_named(tables, table_name); }

const SeedRows* MetaData::find_rows(const QualifiedName& table_name) const {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const auto& list) { return list.table == table_name; });
    return found == rows.end() ? nullptr : &*found;
}

const Object* MetaData::find(const ObjectRef& object) const {
    const auto found =
        std::find_if(objects.begin(), objects.end(), [&](const auto& each) { return each.ref == object; });
    return found == objects.end() ? nullptr : &*found;
}
Object* MetaData::find(const ObjectRef& object) { return const_cast<Object*>(std::as_const(*this).find(object)); }

}  // namespace strata::schema
