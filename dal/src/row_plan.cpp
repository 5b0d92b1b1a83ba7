#include "detail/row_plan.hpp"

#include "detail/shape.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

#include <deque>
#include <mutex>

namespace strata::dal::detail {

RowPlan::RowPlan(const core::TableInfo& info) : table(info), facts(info.facts()) {
    using core::Op;
    const auto is_key = [&](int column) { return core::internal::contains(facts.primary_key, column); };
    for (int i = 0; i < table.column_count; ++i) {
        const core::ColumnFacts& column = facts.columns[static_cast<std::size_t>(i)];
        (column.server_made() ? returned : inserted).push_back(i);
        (column.computed ? returned_kept : inserted_kept).push_back(i);
        const bool by_database = i == facts.version_column || column.set_on_update.has_value();
        if (by_database && !is_key(i)) set_by_database.push_back(i);
        if (by_database || column.computed) {
            returned_updated.push_back(i);
        } else if (!is_key(i)) {
            updated.push_back(i);
        }
        if (column.generated_key) generated_key = i;
        rounds = rounds || column.precision > 0;
        const core::ColumnInfo& described = table.column(i);
        columns.push_back({described.type->view, static_cast<std::uint32_t>(described.offset),
                           column.max_length > 0 || described.type->kind == core::TypeKind::numeric});
    }
    matched = facts.primary_key;
    if (facts.version_column >= 0) matched.push_back(facts.version_column);

    const auto planned = [&](Op op, std::uint16_t flags) {
        PlannedStatement statement{{op, flags, 0, &table}, 0};
        statement.hash = hash_tokens({&statement.token, 1});
        return statement;
    };
    insert = planned(Op::insert_row, 0);
    insert_kept = planned(Op::insert_row, 1);
    update = planned(Op::update_row, 0);
    remove = planned(Op::remove_row, 0);
    get = planned(Op::get_row, 0);
}

void RowPlan::need_key(const char* verb) const {
    if (!facts.primary_key.empty()) return;
    throw UsageError(std::string(verb) + " needs a key, but " + table.model + " (table " + table.name +
                     ") has none: give it a member id or primary_key(...) in STRATA_FACTS");
}

const RowPlan& make_plan(const core::TableInfo& table) {
    static std::mutex mutex;
    static std::deque<RowPlan> plans;
    const std::lock_guard lock(mutex);
    for (const RowPlan& plan : plans) {
        if (&plan.table == &table) return plan;
    }
    return plans.emplace_back(table);
}

}  // namespace strata::dal::detail
