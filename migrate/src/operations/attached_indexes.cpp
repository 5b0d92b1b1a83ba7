#include "operations/attached_indexes.hpp"

#include <strata/core/internal/contains.hpp>

namespace strata::migrate {

using core::internal::contains;

IndexPlace find_index(const schema::MetaData& state, const schema::QualifiedName& name) {
    for (const auto& table : state.tables)
        if (table.name.schema == name.schema)
            for (const auto& index : table.indexes)
                if (index.name == name.name) return {&table, &index};
    return {};
}

std::vector<IndexPlace> with_attached(const schema::MetaData& state, const IndexPlace& root) {
    std::vector<IndexPlace> found{root};
    for (std::size_t i = 0; i < found.size(); ++i)
        for (const auto& table : state.tables)
            for (const auto& index : table.indexes)
                if (index.attached_to == found[i].name() && !contains(found, IndexPlace{&table, &index}))
                    found.push_back({&table, &index});
    return found;
}

std::vector<IndexPlace> with_wholes(const schema::MetaData& state, const schema::QualifiedName& name) {
    std::vector<IndexPlace> found;
    for (IndexPlace next = find_index(state, name); next.index != nullptr && !contains(found, next);
         next = find_index(state, next.index->attached_to))
        found.push_back(next);
    return found;
}

std::vector<IndexPlace> in_making_order(const schema::MetaData& state, const std::vector<IndexPlace>& indexes) {
    std::vector<IndexPlace> order;
    const auto make = [&](const auto& self, const IndexPlace& place) -> void {
        if (contains(order, place) || !contains(indexes, place)) return;
        const auto whole = find_index(state, place.index->attached_to);
        if (whole.index != nullptr && whole.index->only) self(self, whole);
        if (!place.index->only)
            for (const auto& part : indexes)
                if (part.index->attached_to == place.name()) self(self, part);
        if (!contains(order, place)) order.push_back(place);
    };
    for (const auto& place : indexes) make(make, place);
    return order;
}

}  // namespace strata::migrate
