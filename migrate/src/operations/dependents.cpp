#include "operations/dependents.hpp"

#include "operations/identifiers.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/schema/order.hpp>

#include <algorithm>

namespace strata::migrate {
namespace {

using core::internal::contains;
using schema::Object;
using schema::ObjectKind;
using schema::ObjectRef;

}  // namespace

bool is_view(ObjectKind kind) noexcept { return kind == ObjectKind::view || kind == ObjectKind::materialized_view; }
bool is_relation(ObjectKind kind) noexcept { return is_view(kind) || kind == ObjectKind::foreign_table; }

bool belongs_to(const ObjectRef& part, const ObjectRef& object) {
    return is_relation(object.kind) && !part.table.empty() && part.table == object.name;
}

bool needs(const Object& object, const ObjectRef& ref) {
    if (contains(object.needs, ref) || belongs_to(object.ref, ref)) return true;
    return object.needs.empty() && is_view(object.ref.kind) && is_relation(ref.kind) &&
           mentions(object.definition, ref.name.name);
}

std::vector<const Object*> dependents(const schema::MetaData& state, const std::set<ObjectRef>& objects) {
    std::set<ObjectRef> found = objects;
    for (std::size_t known = 0; known != found.size();) {
        known = found.size();
        for (const auto& object : state.objects)
            if (!found.contains(object.ref) &&
                std::any_of(found.begin(), found.end(), [&](const ObjectRef& ref) { return needs(object, ref); }))
                found.insert(object.ref);
    }
    std::vector<const Object*> list;
    if (found.size() == objects.size()) return list;
    for (const auto& item : schema::creation_order(state))
        if (const auto* object = std::get_if<const Object*>(&item))
            if (found.contains((*object)->ref) && !objects.contains((*object)->ref)) list.push_back(*object);
    return list;
}

const schema::Table* table_that_needs(const schema::MetaData& state, const std::set<ObjectRef>& objects) {
    for (const auto& table : state.tables)
        for (const auto& need : schema::needs_of(table))
            if (need.kind != ObjectKind::table && objects.contains(need)) return &table;
    return nullptr;
}

}  // namespace strata::migrate
