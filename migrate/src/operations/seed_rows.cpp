#include "operations/seed_rows.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/schema/internal/row_order.hpp>
#include <strata/schema/internal/row_values.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace strata::migrate {
namespace {

using core::internal::contains;
using schema::MetaData;
using schema::SeedRows;
using schema::internal::canonical_rows;
using schema::internal::insert_rows_sql;
using schema::internal::RowOrder;
using schema::internal::value_sql;
using Row = std::vector<Literal>;

SeedRows without_rows(const SeedRows& list) { return {list.table, list.key, list.columns, {}}; }

std::vector<std::string> columns_beside_key(const SeedRows& list) {
    std::vector<std::string> columns = list.columns;
    std::erase_if(columns, [&](const std::string& name) { return contains(list.key, name); });
    return columns;
}

}  // namespace

void change_rows(MetaData& state, const ChangeRows& operation) {
    const auto& [before, after] = operation;
    const auto at = std::find_if(state.rows.begin(), state.rows.end(),
                                 [&](const SeedRows& list) { return list.table == after.table; });
    SeedRows& list = at != state.rows.end() ? *at : state.rows.emplace_back(without_rows(after));
    if (!after.rows.empty() && list.columns != after.columns) {
        for (Row& row : list.rows) row = list.values(row, after.columns);
        list.columns = after.columns;
        list.key = after.key;
    }
    std::erase_if(list.rows, [&](const Row& row) {
        const auto key = list.key_of(row);
        return before.find(key) != nullptr && after.find(key) == nullptr;
    });
    for (const Row& row : after.rows) {
        const auto key = after.key_of(row);
        const auto found =
            std::find_if(list.rows.begin(), list.rows.end(), [&](const Row& each) { return list.key_of(each) == key; });
        if (found != list.rows.end())
            *found = row;
        else
            list.rows.push_back(row);
    }
    if (list.rows.empty()) std::erase_if(state.rows, [&](const SeedRows& each) { return each.table == after.table; });
}

void rename_column_of_rows(MetaData& state, const RenameColumn& operation) {
    for (SeedRows& list : state.rows) {
        if (list.table != operation.table) continue;
        std::replace(list.columns.begin(), list.columns.end(), operation.from, operation.to);
        std::replace(list.key.begin(), list.key.end(), operation.from, operation.to);
    }
}

void drop_column_of_rows(MetaData& state, const DropColumn& operation) {
    for (SeedRows& list : state.rows) {
        if (list.table != operation.table || !contains(list.columns, operation.column)) continue;
        auto columns = list.columns;
        std::erase(columns, operation.column);
        for (Row& row : list.rows) row = list.values(row, columns);
        list.columns = std::move(columns);
    }
    // Without a column of their key the rows cannot be told apart.
    std::erase_if(state.rows, [&](const SeedRows& list) {
        return list.table == operation.table && contains(list.key, operation.column);
    });
}

namespace {

/// The rows of a change in the order in which a table's keys to itself allow it. Rows go first, since others may take
/// their values then, unless rows that stay refer to them so far.
struct RowSteps {
    enum class Removal : unsigned char { first, after_changes, last };

    RowSteps(const ChangeRows& operation, const schema::Table& table) {
        const auto& [before, after] = operation;
        const RowOrder old_order(table, before);
        const RowOrder new_order(table, after);
        for (const Row& row : before.rows)
            if (after.find(before.key_of(row)) == nullptr) gone.push_back(row);
        for (const Row& row : after.rows)
            if (before.find(after.key_of(row)) == nullptr) fresh.push_back(row);
        const auto new_names = new_order.names_of(fresh);
        std::vector<Row> old_of_changed;
        std::vector<Row> old_of_changed_to_fresh;
        for (const Row& row : after.rows) {
            const Row* const old = before.find(after.key_of(row));
            if (old == nullptr) continue;
            const bool late = meet(new_order.referred_by({row}), new_names);
            (late ? changed_to_fresh : changed).push_back(row);
            (late ? old_of_changed_to_fresh : old_of_changed).push_back(*old);
        }
        const auto gone_names = old_order.names_of(gone);
        if (meet(old_order.referred_by(old_of_changed_to_fresh), gone_names))
            removal = Removal::last;
        else if (meet(old_order.referred_by(old_of_changed), gone_names))
            removal = Removal::after_changes;
        gone = old_order.children_first(std::move(gone));
    }

    std::vector<Row> gone;
    std::vector<Row> fresh;
    std::vector<Row> changed;
    std::vector<Row> changed_to_fresh;  // that refer to a fresh row
    Removal removal = Removal::first;

private:
    static bool meet(const RowOrder::Names& some, const RowOrder::Names& others) {
        return std::any_of(some.begin(), some.end(), [&](const std::string& name) { return others.contains(name); });
    }
};

}  // namespace

std::vector<Statement> compile_changed_rows(const ChangeRows& operation, const schema::Table& table,
                                            const schema::DdlCompiler& ddl) {
    const auto& [before, after] = operation;
    if (before.table != after.table || before.key != after.key || after.key.empty())
        throw MigrationError("the rows of " + after.table +
                             ": what was and what becomes of them needs the same table and the same key");
    for (const auto* list : {&before, &after})
        for (const Row& row : list->rows)
            if (row.size() != list->columns.size())
                throw MigrationError("the rows of " + list->table + ": a row has " + std::to_string(row.size()) +
                                     " values for " + std::to_string(list->columns.size()) + " columns");
    const auto& dialect = ddl.dialect();
    const auto name = dialect.quoted(after.table);
    const auto equations = [&](const std::vector<std::string>& columns, const Row& values, const char* separator) {
        std::string sql;
        for (std::size_t i = 0; i < columns.size(); ++i)
            sql += (i > 0 ? separator : "") + dialect.quoted(columns[i]) + " = " +
                   value_sql(dialect, table, columns[i], values[i]);
        return sql;
    };
    std::vector<Statement> statements;
    const auto emit = [&](std::string sql) { statements.push_back(Statement{std::move(sql), StatementKind::data}); };
    const RowSteps steps(operation, table);
    const auto remove = [&] {
        for (const Row& row : steps.gone)
            emit("DELETE FROM " + name + " WHERE " + equations(before.key, before.key_of(row), " AND "));
    };
    const auto change = [&](const std::vector<Row>& rows) {
        const auto columns = columns_beside_key(after);
        if (columns.empty()) return;
        for (const Row& row : rows)
            emit("UPDATE " + name + " SET " + equations(columns, after.values(row, columns), ", ") + " WHERE " +
                 equations(after.key, after.key_of(row), " AND "));
    };
    if (steps.removal == RowSteps::Removal::first) remove();
    change(steps.changed);
    if (steps.removal == RowSteps::Removal::after_changes) remove();
    SeedRows fresh = without_rows(after);
    fresh.rows = steps.fresh;
    for (auto& sql : insert_rows_sql(fresh, table, ddl)) emit(std::move(sql));
    change(steps.changed_to_fresh);
    if (steps.removal == RowSteps::Removal::last) remove();
    return statements;
}

RowChanges compare_rows(const MetaData& database, const MetaData& models) {
    const auto rows_of = [](const MetaData& state, const schema::Table& table) -> std::optional<SeedRows> {
        const SeedRows* const list = state.find_rows(table.name);
        return list == nullptr ? std::nullopt : std::optional(canonical_rows(*list, table));
    };
    RowChanges changes;
    const auto referred = [&](const schema::QualifiedName& table) {
        return std::any_of(models.tables.begin(), models.tables.end(), [&](const schema::Table& other) {
            return models.find_rows(other.name) != nullptr &&
                   std::any_of(other.foreign_keys.begin(), other.foreign_keys.end(),
                               [&](const schema::ForeignKey& key) { return key.referred_table == table; });
        });
    };
    std::vector<Operation> late_deletions;
    for (const auto* table : database.sorted_tables()) {
        const auto old = rows_of(database, *table);
        if (!old) continue;
        const schema::Table* const model = models.find(table->name);
        const auto now = model == nullptr ? std::nullopt : rows_of(models, *model);
        SeedRows gone = without_rows(*old);
        std::copy_if(old->rows.begin(), old->rows.end(), std::back_inserter(gone.rows), [&](const Row& row) {
            return !now || now->key != old->key || now->find(old->key_of(row)) == nullptr;
        });
        if (gone.rows.empty()) continue;
        const bool late = referred(table->name) && model != nullptr;
        auto& list = late ? late_deletions : changes.before_tables;
        SeedRows none = without_rows(gone);
        list.insert(list.begin(), ChangeRows{std::move(gone), std::move(none)});
    }
    for (const auto* table : models.sorted_tables()) {
        const auto now = rows_of(models, *table);
        if (!now) continue;
        const schema::Table* const there = database.find(table->name);
        const auto old = there == nullptr ? std::nullopt : rows_of(database, *there);
        const bool same_key = old && old->key == now->key;
        SeedRows fresh = without_rows(*now);
        SeedRows was = without_rows(*now);
        SeedRows changed = without_rows(*now);
        if (same_key)  // a new column had no values before
            std::erase_if(was.columns, [&](const std::string& name) { return !contains(old->columns, name); });
        for (const Row& row : now->rows) {
            const Row* const known = same_key ? old->find(now->key_of(row)) : nullptr;
            if (known == nullptr) {
                fresh.rows.push_back(row);
            } else if (old->values(*known, now->columns) != row) {
                was.rows.push_back(old->values(*known, was.columns));
                changed.rows.push_back(row);
            }
        }
        if (!fresh.rows.empty()) {
            SeedRows none = without_rows(fresh);
            changes.after_tables.emplace_back(ChangeRows{std::move(none), std::move(fresh)});
        }
        if (!changed.rows.empty()) changes.after_tables.emplace_back(ChangeRows{std::move(was), std::move(changed)});
    }
    std::move(late_deletions.begin(), late_deletions.end(), std::back_inserter(changes.after_tables));
    return changes;
}

}  // namespace strata::migrate
