#include "indexes.hpp"

#include <strata/core/internal/contains.hpp>

#include <algorithm>
#include <utility>

namespace strata::migrate::postgresql {

using core::internal::contains;

schema::Index attachable(const schema::MetaData& state, schema::Index index) {
    if (find_index(state, index.attached_to).index == nullptr) index.attached_to = {};
    return index;
}

schema::Table with_attachable(const schema::MetaData& state, schema::Table table) {
    for (auto& index : table.indexes) index = attachable(state, std::move(index));
    return table;
}

std::vector<std::string> indexes_again(const schema::MetaData& state, const schema::DdlCompiler& ddl,
                                       const std::vector<IndexPlace>& gone) {
    std::vector<std::string> statements;
    for (const auto& place : in_making_order(state, gone)) {
        schema::Index again = *place.index;
        const auto whole = find_index(state, again.attached_to);
        if (whole.index == nullptr || !whole.index->only || !contains(gone, whole)) again.attached_to = {};
        for (auto& sql : ddl.add_index(*place.table, again)) statements.push_back(std::move(sql));
    }
    return statements;
}

std::vector<std::string> drop_index(const schema::MetaData& state, const schema::DdlCompiler& ddl,
                                    const schema::Table& table, const std::string& name) {
    const auto wholes = with_wholes(state, {table.name.schema, name});
    if (std::none_of(wholes.begin(), wholes.end(), [](const auto& place) { return place.index->only; })) {
        schema::Index index;
        index.name = name;
        return {ddl.drop_index(table, index)};
    }
    auto gone = with_attached(state, wholes.back());
    std::vector<std::string> statements{ddl.drop_index(*gone.front().table, *gone.front().index)};
    const IndexPlace& dropped = wholes.front();
    const auto with_it = dropped.index->only ? std::vector{dropped} : with_attached(state, dropped);
    std::erase_if(gone, [&](const IndexPlace& place) { return contains(with_it, place); });
    for (auto& sql : indexes_again(state, ddl, gone)) statements.push_back(std::move(sql));
    return statements;
}

}  // namespace strata::migrate::postgresql
