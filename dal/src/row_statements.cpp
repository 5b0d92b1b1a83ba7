#include "detail/row_statements.hpp"

#include <vector>

namespace strata::dal::detail {

void rethrow_explained(const Error& error, bool typed) {
    const bool explained = dynamic_cast<const NoSuchTable*>(&error) != nullptr ||
                           (typed && dynamic_cast<const NoSuchColumn*>(&error) != nullptr);
    if (!explained) throw;
    error.raise_again(std::string(error.what()) + "; run db_migrate.sh upgrade", error.details());
}

std::int64_t key_number(const RowPlan& plan, const void* row) {
    core::Scratch scratch;
    const core::ColumnInfo& key = plan.table.column(plan.generated_key);
    return key.type->view(static_cast<const char*>(row) + key.offset, scratch).number();
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
