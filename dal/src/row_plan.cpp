#include "detail/row_plan.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

#include <algorithm>
#include <deque>
#include <mutex>

namespace strata::dal::detail {

namespace {

bool key_takes(core::TypeKind kind, core::Value::Kind value) {
    using core::TypeKind;
    using core::Value;
    switch (kind) {
        case TypeKind::boolean:
            return value == Value::Kind::boolean;
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return value == Value::Kind::integer;
        case TypeKind::real:
        case TypeKind::double_precision:
            return value == Value::Kind::real || value == Value::Kind::integer;
        case TypeKind::text:
        case TypeKind::enumeration:
            return value == Value::Kind::text;
        case TypeKind::bytes:
            return value == Value::Kind::bytes;
        case TypeKind::numeric:
            return value == Value::Kind::numeric || value == Value::Kind::integer;
        case TypeKind::date:
            return value == Value::Kind::date;
        case TypeKind::time:
            return value == Value::Kind::time;
        case TypeKind::timestamp:
            return value == Value::Kind::timestamp;
        case TypeKind::timestamptz:
            return value == Value::Kind::timestamptz;
        case TypeKind::uuid:
            return value == Value::Kind::uuid;
        case TypeKind::json:
            return value == Value::Kind::json;
        case TypeKind::array:
            return value == Value::Kind::array;
    }
    return false;
}

}  // namespace

const core::Fragment& RowStatement::nothing() {
    static const core::Fragment fragment;
    return fragment;
}

RowPlan::RowPlan(const core::TableInfo& info)
    : table(info),
      source{core::SourceKind::table, &info},
      excluded{core::SourceKind::table, &info, "excluded"},
      facts(info.facts()),
      insert_(Verb::insert_row, source),
      insert_with_keys_(Verb::insert_row_with_keys, source),
      update_(Verb::update_row, source),
      remove_(Verb::remove_row, source),
      get_(Verb::get_row, source) {
    const auto is_key = [&](int column) { return core::internal::contains(facts.primary_key, column); };
    for (int i = 0; i < table.column_count; ++i) {
        const core::ColumnFacts& column = facts.columns[static_cast<std::size_t>(i)];
        const bool by_client = column.client_default != nullptr || column.computed_on_write != nullptr;
        const bool written = !column.server_made() || (by_client && !column.computed);
        if (written) insert_.written.push_back(i);
        if (!written || by_client) insert_.returned.push_back(i);
        if (!column.computed) insert_with_keys_.written.push_back(i);
        if (column.computed || by_client) insert_with_keys_.returned.push_back(i);
        if (by_client) made_by_client.push_back(i);
        if (table.column(i).type->is_unset != nullptr && !column.computed) may_be_unset.push_back(i);
        const bool zero_key = is_key(i) && table.column(i).type->kind == core::TypeKind::uuid && !column.server_made();
        const bool by_database = i == facts.version_column || column.set_on_update.has_value();
        if (by_database && !is_key(i)) set_by_database.push_back(i);
        if (by_database || column.computed) {
            update_.returned.push_back(i);
        } else if (!is_key(i)) {
            update_.written.push_back(i);
            if (column.computed_on_write != nullptr) update_.returned.push_back(i);
        }
        if (column.generated_key) generated_key = i;
        rounds = rounds || column.precision > 0;
        const core::ColumnInfo& described = table.column(i);
        columns.push_back(
            {described.type->view, static_cast<std::uint32_t>(described.offset), described.type->kind,
             described.type->direct, described.type->nullable,
             column.max_length > 0 || described.type->kind == core::TypeKind::numeric || by_client || zero_key});
    }
    const auto as_it_is = [&](int column) {
        const PlannedColumn& planned = columns[static_cast<std::size_t>(column)];
        return planned.direct && !planned.checked;
    };
    for (RowStatement* const statement : {&insert_, &insert_with_keys_}) {
        if (!std::ranges::all_of(statement->written, as_it_is)) continue;
        for (const int column : statement->written) {
            const PlannedColumn& planned = columns[static_cast<std::size_t>(column)];
            statement->fields.push_back({planned.offset, planned.kind, planned.nullable});
        }
    }
    inserts_as_it_is = !insert_.fields.empty() && returns_only_key() && facts.rules == nullptr && !rounds;
    get_.matched = facts.primary_key;
    std::vector<int> matched = facts.primary_key;
    if (facts.version_column >= 0) matched.push_back(facts.version_column);
    update_.matched = matched;
    remove_.matched = std::move(matched);
}

const RowStatement& RowPlan::statement(Verb verb) const {
    for (const RowStatement* const statement : {&insert_, &insert_with_keys_, &update_, &remove_, &get_}) {
        if (statement->verb == verb) return *statement;
    }
    throw UsageError("this statement is not about one row");
}

void RowPlan::need_key(const char* verb) const {
    if (!facts.primary_key.empty()) return;
    throw UsageError(std::string(verb) + " needs a key, but " + table.model + " (table " + table.name +
                     ") has none: give it a member id or primary_key(...) in STRATA_FACTS");
}

const RowPlan& make_plan(const core::TableInfo& table) {
    static std::mutex mutex;
    static std::deque<RowPlan> plans;
    const std::uint32_t number = table.facts().number;
    const std::lock_guard lock(mutex);
    for (const RowPlan& plan : plans) {
        if (plan.facts.number == number) return plan;
    }
    return plans.emplace_back(table);
}

void check_key(const RowPlan& plan, std::span<const core::Value> key, const char* verb) {
    plan.need_key(verb);
    const std::vector<int>& columns = plan.facts.primary_key;
    if (key.size() != columns.size()) {
        throw UsageError("the key of " + std::string(plan.table.name) + " has " + std::to_string(columns.size()) +
                         " columns, but " + verb + "() is given " + std::to_string(key.size()) + " values");
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const core::ColumnInfo& column = plan.table.column(columns[i]);
        if (key_takes(column.type->kind, key[i].kind())) continue;
        throw UsageError(std::string(verb) + "() is given a value of another type than the key column " +
                         std::string(plan.table.name) + "." + column.name);
    }
}

}  // namespace strata::dal::detail
