#include "detail/row_rules.hpp"

#include "detail/row_statements.hpp"
#include "detail/statement.hpp"

#include <strata/core/error.hpp>

namespace strata::dal::detail {

void check_members(const core::TableInfo& table, const void* row, std::span<const int> columns,
                   const std::string& prefix, Violations& found, bool rows) {
    core::Scratch scratch;
    for (const int index : columns) {
        const core::ColumnInfo& column = table.column(index);
        const std::string path = prefix.empty() ? std::string(column.member) : prefix + '.' + column.member;
        try {
            const core::Value value = column.type->view(static_cast<const char*>(row) + column.offset, scratch);
            core::check_column(table, index, value, path, found);
        } catch (const ValueError& error) {  // no column holds it, such as NaN; its message holds no value
            found.push_back({path, "value", error.what()});
        }
    }
    if (const core::RuleSet* const rules = table.facts().rules; rules != nullptr && rows)
        rules->check_row(row, prefix, found);
}

void check_rules(const RowPlan& plan, const void* row, std::span<const int> columns) {
    if (plan.facts.rules == nullptr) return;
    Violations found;
    check_members(plan.table, row, columns, {}, found);
    if (!found.empty()) throw ValidationError(std::move(found));
}

void check_set_columns(const RowPlan& plan, const void* row, std::span<const int> columns) {
    if (plan.facts.rules != nullptr) check_rules(plan, row, set_columns(columns, unset_columns(plan, row)));
}

const void* ManyRules::next() {
    constexpr std::size_t most = 100;
    const void* row = rows_();
    if (plan_.facts.rules == nullptr || row == nullptr) return row;
    Violations found;
    check_members(plan_.table, row, columns_, '[' + std::to_string(row_++) + ']', found);
    if (found.empty()) return row;
    while (found.size() < most && (row = rows_()) != nullptr)
        check_members(plan_.table, row, columns_, '[' + std::to_string(row_++) + ']', found);
    throw ValidationError(std::move(found));
}

void check_assigned(const Request& request) {
    const bool nested = has_writing(request.fragment);
    if (!nested && (request.source == nullptr || request.source->table->facts().rules == nullptr)) return;
    Violations found;
    std::size_t value = 0;
    const auto& tokens = request.fragment.tokens();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].op != core::Op::parameter || (tokens[i].flags & core::parameter_again) != 0) continue;
        const core::Value bound = request.fragment.value(value++);
        const bool assigned = (tokens[i].flags & core::parameter_assigned) != 0;
        if (!assigned || i + 1 == tokens.size() || tokens[i + 1].op != core::Op::assign) continue;
        const core::TableInfo& table = *request.fragment.descriptors()[tokens[i + 1].object - 1U].source->table;
        if (table.facts().rules == nullptr) continue;
        const int column = tokens[i + 1].number;
        core::check_column(table, column, bound, table.column(column).member, found);
    }
    if (!found.empty()) throw ValidationError(std::move(found));
}

}  // namespace strata::dal::detail
