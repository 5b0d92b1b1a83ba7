#include "detail/row_statements.hpp"

#include "detail/read_rows.hpp"

#include <strata/core/internal/contains.hpp>

#include <vector>

namespace strata::dal::detail {

namespace {

/// Whether a member holds what its type has without a value.
bool holds_nothing(const Value& value) {
    if (value.is_null()) return true;
    if (value.kind() == Value::Kind::real) return value.floating() == 0;
    if (value.kind() == Value::Kind::uuid || value.kind() == Value::Kind::numeric)
        return value.chars().find_first_not_of(value.kind() == Value::Kind::uuid
                                                   ? std::string_view("\0", 1)
                                                   : std::string_view("0.")) == std::string_view::npos;
    return value.borrows() ? value.chars().empty() : value.number() == 0;
}

}  // namespace

Value made_by_client(const RowPlan& plan, int column, const Value& value, const void* row, bool inserts,
                     core::Scratch& scratch) {
    const core::ColumnFacts& facts = plan.facts_of(column);
    if (facts.computed_on_write != nullptr) return facts.computed_on_write(row, scratch);
    if (inserts && facts.client_default != nullptr && holds_nothing(value)) return facts.client_default(scratch);
    return value;
}

void check_uuid_key(const RowPlan& plan, int column, const Value& value) {
    if (value.kind() != Value::Kind::uuid || !core::internal::contains(plan.facts.primary_key, column) ||
        !holds_nothing(value))
        return;
    throw UsageError(
        std::string("the key ") + plan.table.name + "." + plan.table.column(column).name +
        " is the UUID of zeros: give it a value, or the model a client_default(...) or server_default(...)");
}

std::int64_t key_number(const RowPlan& plan, const void* row) {
    core::Scratch scratch;
    const core::ColumnInfo& key = plan.table.column(plan.generated_key);
    return key.type->view(static_cast<const char*>(row) + key.offset, scratch).number();
}

void check_key_is_set(const RowPlan& plan, const void* row, const char* verb) {
    if (key_number(plan, row) == 0)
        throw UsageError(std::string(verb) + ": the key of a row of " + plan.table.name + " is 0, which none has");
}

std::vector<int> unset_columns(const RowPlan& plan, const void* row) {
    std::vector<int> unset;
    for (const int index : plan.may_be_unset) {
        const core::ColumnInfo& column = plan.table.column(index);
        if (column.type->is_unset(static_cast<const char*>(row) + column.offset)) unset.push_back(index);
    }
    return unset;
}

std::vector<int> set_columns(std::span<const int> columns, std::span<const int> unset) {
    std::vector<int> set(columns.begin(), columns.end());
    std::erase_if(set, [&](int column) { return core::internal::contains(unset, column); });
    return set;
}

std::vector<int> inserted_columns(const RowPlan& plan, std::span<const int> unset, bool keep_keys) {
    std::vector<int> columns = plan.statement(keep_keys ? Verb::insert_row_with_keys : Verb::insert_row).written;
    const auto makes = [&](int column) { return plan.facts_of(column).client_default != nullptr; };
    std::erase_if(columns, [&](int column) { return core::internal::contains(unset, column) && !makes(column); });
    for (const int column : plan.may_be_unset) {
        if (!core::internal::contains(unset, column) && !core::internal::contains(columns, column))
            columns.push_back(column);
    }
    return columns;
}

std::vector<int> updated_columns(const RowPlan& plan, std::span<const int> unset) {
    std::vector<int> columns = plan.statement(Verb::update_row).written;
    std::erase_if(columns, [&](int column) { return core::internal::contains(unset, column); });
    return columns;
}

void add_client_defaults(core::Fragment& out, const RowPlan& plan, std::span<const int> assigned) {
    for (const int column : plan.made_by_client) {
        const auto make = plan.facts_of(column).client_default;
        if (make == nullptr || core::internal::contains(assigned, column)) continue;
        core::Scratch scratch;
        out.bind(*plan.table.column(column).type, make(scratch), core::ForColumn{&plan.source, column, true});
        out.push(core::Op::assign, plan.source, static_cast<std::size_t>(column));
    }
}

bool names_key(const Request& request, const RowPlan& plan) {
    bool names = false;
    for_each_assignment(request.fragment,
                        [&](const core::Token& token) { names = names || int{token.number} == plan.generated_key; });
    return names;
}

core::Fragment with_client_defaults(const core::Fragment& assignments, const RowPlan& plan) {
    core::Fragment all = assignments;
    std::vector<int> assigned;
    for_each_assignment(assignments, [&](const core::Token& token) { assigned.push_back(token.number); });
    add_client_defaults(all, plan, assigned);
    return all;
}

void add_row_values(core::Fragment& fragment, const RowPlan& plan, std::span<const int> columns, core::RowUse use) {
    for (const int column : columns)
        fragment.push(core::Op::row_value, plan.source, static_cast<std::size_t>(column), static_cast<unsigned>(use));
}

core::Fragment whole_row(const RowPlan& plan) {
    core::Fragment items;
    items.push(core::Op::select_row, plan.source);
    return items;
}

std::vector<int> all_columns(const RowPlan& plan) {
    std::vector<int> columns(static_cast<std::size_t>(plan.table.column_count));
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = static_cast<int>(i);
    return columns;
}

void add_values(RowValues& values, const RowCall& call, const void* row) {
    values.add(call.columns().written, row, true);
    values.add(call.columns().matched, row, false);
    values.add(call.values());
}

bool run_for_row(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const RowCall& call,
                 void* row, bool* more) {
    RowValues values(plan, call.request().verb == Verb::insert_columns);
    add_values(values, call, row);
    Cursor cursor = start(connection, compiler, call, values.get());
    if (!cursor.next()) return false;
    read_columns(cursor.row(), plan.table, all_columns(plan), row);
    if (more != nullptr) *more = cursor.row().boolean(plan.table.column_count);
    finish(cursor);
    return true;
}

void keep_as_stored(const RowPlan& plan, std::span<const int> columns, void* row) {
    for (const int index : columns) {
        const core::ColumnInfo& column = plan.table.column(index);
        if (column.type->kind != core::TypeKind::numeric ||
            plan.facts.columns[static_cast<std::size_t>(index)].precision == 0)
            continue;
        void* const member = static_cast<char*>(row) + column.offset;
        core::Scratch scratch;
        const Value value = column.type->view(member, scratch);
        if (value.is_null()) continue;
        const Value stored = checked_value(plan.table, index, value, scratch);
        if (stored.chars() != value.chars()) core::read_text(*column.type, stored.chars(), member);
    }
}

void fail_only_key(const RowPlan& plan) {
    throw UsageError(std::string(plan.table.model) + " has nothing but its key, so there is nothing to update");
}

void fail_unreturned(const RowPlan& plan) {
    throw Error(std::string("the database made no row of an insert into ") + plan.table.name);
}

namespace {

bool row_exists(Connection& connection, const QueryCompiler& compiler, const RowCall& get, std::span<const Value> key) {
    std::vector<Value> values(key.begin(), key.end());
    values.insert(values.end(), get.values().begin(), get.values().end());
    Cursor cursor = start(connection, compiler, get, values);
    return cursor.next();
}

}  // namespace

bool is_stale(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const RowCall& get,
              const void* row) {
    if (plan.facts.version_column < 0) return false;
    RowValues key(plan);
    key.add(plan.facts.primary_key, row, false);
    return row_exists(connection, compiler, get, key.get());
}

void fail_unmatched(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const RowCall& get,
                    const void* row, const char* verb) {
    RowValues key(plan);
    key.add(plan.facts.primary_key, row, false);
    fail_unmatched(connection, compiler, plan, get, key.get(), verb);
}

void fail_unmatched(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const RowCall& get,
                    std::span<const Value> key, const char* verb) {
    ErrorDetails details;
    details.table = plan.table.name;
    if (plan.facts.version_column >= 0 && row_exists(connection, compiler, get, key)) {
        throw StaleRow(std::string(verb) + ": the row of " + plan.table.name +
                           " was changed by someone else since it was read; read it again",
                       std::move(details));
    }
    throw NotFound(std::string(verb) + ": there is no row with that key in " + plan.table.name, std::move(details));
}

}  // namespace strata::dal::detail
