#include "kept.hpp"

#include "enum_labels.hpp"
#include "lookup.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>
#include <numeric>

namespace strata::migrate {
namespace {

using core::internal::contains;
using schema::Column;
using schema::MetaData;
using schema::Table;

struct Parts {
    const MetaData& state;
    bool names_are_shared;
    bool types_are_shared;

    std::vector<Operation> operator()(const DropTable& op) const {
        if (op.kept_as.empty()) return {op};
        if (is_done(state, op)) return {};
        const Table& table = table_in(state, op.table);
        need_unreferred(state, op.table, nullptr);
        std::vector<Operation> parts;
        const auto drop = [&](const std::string& name) { parts.emplace_back(DropConstraint{op.table, name}); };
        for (const auto& key : table.foreign_keys) drop(key.name);
        for (const auto& index : table.indexes) parts.emplace_back(DropIndex{op.table, index.name});
        if (names_are_shared) {
            for (const auto& unique : table.uniques) drop(unique.name);
            for (const auto& exclude : table.excludes) drop(exclude.name);
            if (table.primary_key) drop(table.primary_key->name);
        }
        parts.emplace_back(RenameTable{op.table, op.kept_as});
        return parts;
    }
    std::vector<Operation> operator()(const CreateTable& op) const {
        if (op.restored_from.empty()) return {op};
        const Table& table = op.table;
        const schema::QualifiedName kept(table.name.schema, op.restored_from);
        if (state.find(kept) == nullptr)
            refuse("table " + table.name + " was not kept as " + kept + "; create it without .restore()");
        std::vector<Operation> parts{RenameTable{kept, table.name.name}};
        if (names_are_shared) {
            if (table.primary_key) parts.emplace_back(AddPrimaryKey{table.name, *table.primary_key});
            for (const auto& unique : table.uniques) parts.emplace_back(AddUnique{table.name, unique});
            for (const auto& exclude : table.excludes) parts.emplace_back(AddExclude{table.name, exclude});
        }
        for (const auto& key : table.foreign_keys) parts.emplace_back(AddForeignKey{table.name, key});
        for (const auto& index : table.indexes) parts.emplace_back(CreateIndex{table.name, index});
        return parts;
    }
    std::vector<Operation> operator()(const DropColumn& op) const {
        if (op.kept_as.empty()) return {op};
        if (is_done(state, op)) return {};
        const Table& table = table_in(state, op.table);
        const Column& column = column_in(table, op.column);
        const std::string name = op.table + "." + op.column;
        if (column.computed) refuse("column " + name + " is computed, so there is nothing to keep; drop it");
        if (table.primary_key && contains(table.primary_key->columns, op.column))
            refuse("column " + name + " is part of the primary key and cannot be kept; drop the key first");
        need_unreferred(state, op.table, &op.column);
        need_not_computed_from(table, op.column);
        std::vector<Operation> parts;
        const auto drop = [&](const std::string& constraint) {
            if (constraint.empty()) refuse("column " + name + " is in a check without a name and cannot be kept");
            parts.emplace_back(DropConstraint{op.table, constraint});
        };
        for (const auto& key : table.foreign_keys)
            if (contains(key.columns, op.column)) drop(key.name);
        for (const auto& check : table.checks)
            if (mentions(check.expression, op.column)) drop(check.name);
        for (const auto& exclude : table.excludes)
            if (uses(exclude, op.column)) drop(exclude.name);
        for (const auto& unique : table.uniques)
            if (holds(unique, op.column)) drop(unique.name);
        for (const auto& index : table.indexes)
            if (uses(index, op.column)) parts.emplace_back(DropIndex{op.table, index.name});
        AlterColumn free{op.table, op.column};
        if (!column.nullable) free.patch.set(&Column::nullable, true);
        if (column.identity) free.patch.set(&Column::identity, false);
        if (column.server_default) free.patch.set(&Column::server_default, std::nullopt);
        if (!free.patch.empty()) parts.emplace_back(std::move(free));
        parts.emplace_back(RenameColumn{op.table, op.column, op.kept_as});
        return parts;
    }
    std::vector<Operation> operator()(const AddColumn& op) const {
        if (op.restored_from.empty()) return {op};
        const Table& table = table_in(state, op.table);
        const Column* kept = table.find_column(op.restored_from);
        if (kept == nullptr)
            refuse("column " + op.table + "." + op.column.name + " was not kept as " + op.restored_from +
                   "; add it without .restore()");
        std::vector<Operation> parts{RenameColumn{op.table, op.restored_from, op.column.name}};
        AlterColumn back{op.table, op.column.name};
        if (kept->nullable != op.column.nullable) back.patch.set(&Column::nullable, op.column.nullable);
        if (op.column.server_default) back.patch.set(&Column::server_default, op.column.server_default);
        if (op.column.identity) back.patch.set(&Column::identity, op.column.identity);
        if (!back.patch.empty()) parts.emplace_back(std::move(back));
        return parts;
    }
    std::vector<Operation> operator()(const RenameEnumLabel& op) const {
        if (types_are_shared) return {op};
        return label_parts(op, state);
    }
    template <class O>
    std::vector<Operation> operator()(const O& op) const {
        return {op};
    }
};

}  // namespace

std::vector<Operation> parts_of(const Operation& operation, const MetaData& state, bool names_are_shared) {
    return std::visit(Parts{state, names_are_shared, true}, operation);
}

SplitOperations split(const std::vector<Operation>& operations, const MetaData& before, bool is_one_name_space) {
    SplitOperations split;
    const auto has_parts = [&](const Operation& operation) {
        if (!is_one_name_space && std::holds_alternative<RenameEnumLabel>(operation)) return true;
        return std::visit(
            [](const auto& op) {
                if constexpr (requires { op.kept_as; }) return !op.kept_as.empty();
                if constexpr (requires { op.restored_from; }) return !op.restored_from.empty();
                return false;
            },
            operation);
    };
    if (std::none_of(operations.begin(), operations.end(), has_parts)) {
        split.operations = operations;
        split.origin.resize(operations.size());
        std::iota(split.origin.begin(), split.origin.end(), std::size_t{0});
        return split;
    }
    MetaData state = before;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        for (auto& part : std::visit(Parts{state, is_one_name_space, is_one_name_space}, operations[i])) {
            split.operations.push_back(std::move(part));
            split.origin.push_back(i);
        }
        try {
            apply(state, operations[i]);
        } catch (const MigrationError&) {  // the compiler says whether that matters
        }
    }
    return split;
}

}  // namespace strata::migrate
