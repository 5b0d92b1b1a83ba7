#include "ddl/foreign_key.hpp"

#include <algorithm>
#include <set>

namespace strata::schema::detail {

bool is_unique(const Table& table, const std::vector<std::string>& columns) {
    const auto are_these = [wanted = std::multiset<std::string>(columns.begin(), columns.end())](const auto& names) {
        return std::multiset<std::string>(names.begin(), names.end()) == wanted;
    };
    const auto by_index = [&](const Index& index) {
        std::vector<std::string> names;
        names.reserve(index.elements.size());
        for (const auto& element : index.elements) names.push_back(element.column);
        return index.unique && index.where.empty() && are_these(names);
    };
    return (table.primary_key && are_these(table.primary_key->columns)) ||
           std::any_of(table.uniques.begin(), table.uniques.end(),
                       [&](const auto& unique) { return are_these(unique.columns); }) ||
           std::any_of(table.indexes.begin(), table.indexes.end(), by_index);
}

bool has_referred_key(const Table& referred, const ForeignKey& key) {
    if (!key.referred_columns.empty()) return is_unique(referred, key.referred_columns);
    return referred.primary_key && referred.primary_key->columns.size() == key.columns.size();
}

}  // namespace strata::schema::detail
