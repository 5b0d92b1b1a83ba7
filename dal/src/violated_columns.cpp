#include "detail/violated_columns.hpp"

#include <strata/core/internal/constraint_names.hpp>

namespace strata::dal::detail {

namespace {

std::vector<std::string> names_of(const core::TableInfo& table, const std::vector<int>& columns) {
    std::vector<std::string> names;
    for (const int column : columns) names.emplace_back(table.column(column).name);
    return names;
}

}  // namespace

void add_columns(ErrorDetails& details, const core::TableInfo& table) {
    if (!details.columns.empty() || details.constraint.empty() || details.table != table.name) return;
    const core::Facts& facts = table.facts();
    const auto take = [&](const std::vector<int>& columns, const std::string& said, const auto& by_convention) {
        if (!details.columns.empty() || columns.empty()) return;
        std::vector<std::string> names = names_of(table, columns);
        if (details.constraint == (said.empty() ? by_convention(names) : said)) details.columns = std::move(names);
    };
    using Names = std::vector<std::string>;
    take(facts.primary_key, facts.primary_key_name,
         [&](const Names&) { return core::internal::primary_key_name(table.name); });
    for (const core::UniqueFact& unique : facts.uniques)
        take(unique.columns, unique.name,
             [&](const Names& names) { return core::internal::unique_name(table.name, names); });
    for (const core::ReferenceFact& reference : facts.references) {
        take(reference.columns, reference.name, [&](const Names& names) {
            return core::internal::foreign_key_name(
                table.name, names,
                reference.referred != nullptr ? std::string(reference.referred->name) : reference.referred_name.name);
        });
    }
}

}  // namespace strata::dal::detail
