#include "ddl/common_ddl.hpp"
#include "reflect/catalogue.hpp"

#include <strata/schema/internal/object_kinds.hpp>
#include <strata/schema/order.hpp>

#include <algorithm>
#include <set>

namespace strata::schema::detail {
namespace {

bool fits_kinds(ObjectKind kind, const ReflectOptions& options) {
    return options.kinds.empty() || std::find(options.kinds.begin(), options.kinds.end(), kind) != options.kinds.end();
}

/// Whether it was asked for by name and kind. What belongs to a table is asked for with it.
bool asked(const ObjectRef& ref, const ReflectOptions& options) {
    if (!fits_kinds(ref.kind, options)) return false;
    return fits_names(ref.name, options) || (!ref.table.empty() && fits_names(ref.table, options));
}

}  // namespace

bool fits_names(const QualifiedName& name, const ReflectOptions& options) {
    return options.names.empty() ||
           std::any_of(options.names.begin(), options.names.end(), [&](const std::string& pattern) {
               return fits_pattern(name.name, pattern) || fits_pattern(name.text(), pattern);
           });
}

bool wants_kind(ObjectKind kind, const ReflectOptions& options) {
    return internal::traits_of(kind).is_needed || fits_kinds(kind, options);
}

void keep_asked(MetaData& metadata, const ReflectOptions& options) {
    if (options.names.empty() && options.kinds.empty()) return;
    const auto table_ref = [](const Table& table) { return ObjectRef{ObjectKind::table, table.name, {}, {}}; };
    std::set<ObjectRef> kept;
    std::vector<ObjectRef> open;
    for (const auto& table : metadata.tables)
        if (asked(table_ref(table), options)) open.push_back(table_ref(table));
    for (const auto& object : metadata.objects)
        if (asked(object.ref, options)) open.push_back(object.ref);
    while (!open.empty()) {
        const auto ref = open.back();
        open.pop_back();
        if (!kept.insert(ref).second) continue;
        // What is in a schema needs it.
        if (!ref.name.schema.empty()) open.push_back({ObjectKind::schema, ref.name.schema, {}, {}});
        if (!ref.table.empty()) open.push_back({ObjectKind::table, ref.table, {}, {}});
        if (const auto* object = metadata.find(ref))
            open.insert(open.end(), object->needs.begin(), object->needs.end());
        if (ref.kind != ObjectKind::table) continue;
        if (const auto* table = metadata.find(ref.name)) {
            const auto needs = needs_of(*table);
            open.insert(open.end(), needs.begin(), needs.end());
        }
    }
    std::erase_if(metadata.notes, [&](const Unmanaged& each) {
        return each.ref.kind != ObjectKind::schema && !kept.contains(each.ref);
    });
    // A table can be read without those that it refers to, and created where they are.
    for (const auto& table : metadata.tables) {
        if (!kept.contains(table_ref(table))) continue;
        std::set<QualifiedName> left_out;
        for (const auto& key : table.foreign_keys)
            if (metadata.find(key.referred_table) != nullptr &&
                !kept.contains({ObjectKind::table, key.referred_table, {}, {}}) &&
                left_out.insert(key.referred_table).second)
                metadata.notes.push_back(
                    {table_ref(table), "it refers to table " + key.referred_table + ", which was not asked for"});
    }
    for (const auto& table : metadata.tables)
        if (kept.contains(table_ref(table)))
            for (const auto& sequence : column_sequences(table)) kept.insert({ObjectKind::sequence, sequence, {}, {}});
    std::erase_if(metadata.tables, [&](const Table& table) { return !kept.contains(table_ref(table)); });
    std::erase_if(metadata.objects, [&](const Object& object) { return !kept.contains(object.ref); });
    std::erase_if(metadata.unmanaged, [&](const Unmanaged& each) {
        return each.ref.name.name != "*" && !asked(each.ref, options);  // `*`: a kind that cannot be read
    });
    // Default privileges are of nothing that was asked for.
    std::erase_if(metadata.privileges, [&](const Privileges& each) { return each.future || !kept.contains(each.ref); });
}

}  // namespace strata::schema::detail
