#include "ddl/foreign_key.hpp"

#include "reflect/catalogue.hpp"

#include <algorithm>
#include <set>

namespace strata::schema::detail {
namespace {

/// Whether the columns are the table's primary key, or another key of it: of a unique constraint, or of a unique index
/// on all rows.
bool is_unique(const Table& table, const std::vector<std::string>& columns, const Catalogue* catalogue) {
    const auto are_these = [wanted = std::multiset<std::string>(columns.begin(), columns.end())](const auto& names) {
        return std::multiset<std::string>(names.begin(), names.end()) == wanted;
    };
    const auto is_compared = [&](const std::string& column, const std::string& collation) {
        return catalogue == nullptr || catalogue->is_key_by(table, column, collation);
    };
    const auto by_constraint = [&](const auto& key) {
        if (!are_these(key.columns)) return false;
        for (std::size_t i = 0; i < key.columns.size() && i < key.order.size(); ++i)
            if (!is_compared(key.columns[i], key.order[i].collation)) return false;
        return true;
    };
    const auto by_index = [&](const Index& index) {
        std::vector<std::string> names;
        names.reserve(index.elements.size());
        for (const auto& element : index.elements) names.push_back(element.column);
        return index.unique && index.where.empty() && are_these(names) &&
               std::all_of(index.elements.begin(), index.elements.end(),
                           [&](const auto& element) { return is_compared(element.column, element.collation.name); });
    };
    return (table.primary_key && by_constraint(*table.primary_key)) ||
           std::any_of(table.uniques.begin(), table.uniques.end(), by_constraint) ||
           std::any_of(table.indexes.begin(), table.indexes.end(), by_index);
}

}  // namespace

bool has_referred_key(const Table& referred, const ForeignKey& key, const Catalogue* catalogue) {
    if (!key.referred_columns.empty()) return is_unique(referred, key.referred_columns, catalogue);
    return referred.primary_key && referred.primary_key->columns.size() == key.columns.size();
}

}  // namespace strata::schema::detail
