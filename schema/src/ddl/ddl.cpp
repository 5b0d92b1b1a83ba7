#include "postgresql/ddl.hpp"

#include "ddl/common_ddl.hpp"
#include "sqlite/ddl.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/internal/row_values.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

namespace strata::schema {

const DdlCompiler& ddl_compiler(const core::Dialect& dialect) {
    for (const DdlCompiler* compiler : {&sqlite::ddl(), &postgresql::ddl()})
        if (&compiler->dialect() == &dialect) return *compiler;
    throw UsageError("no DDL is known for " + std::string(dialect.name()));
}

namespace {

/// Moves what may call a function out of the table, into statements that come after all objects.
void put_off(Table& table, const DdlCompiler& compiler, std::vector<std::string>& afterwards) {
    for (auto& column : table.columns) {
        if (!column.server_default || column.server_default->kind != ServerDefault::Kind::sql) continue;
        auto sql = compiler.set_default(table, column);
        if (sql.empty()) continue;
        afterwards.push_back(std::move(sql));
        column.server_default.reset();
    }
    std::erase_if(table.checks, [&](const CheckConstraint& check) {
        auto statements = compiler.add_check(table, check);
        std::move(statements.begin(), statements.end(), std::back_inserter(afterwards));
        return !statements.empty();
    });
    std::erase_if(table.indexes, [&](const Index& index) {
        if (!detail::has_expression(index)) return false;
        auto statements = compiler.add_index(table, index);
        std::move(statements.begin(), statements.end(), std::back_inserter(afterwards));
        return true;
    });
}

/// Whether CREATE TABLE may depend on tables that are there: on their enum types, on a parent's columns.
bool asks_for_others(const Item& item) {
    const auto* const* table = std::get_if<const Table*>(&item);
    return table != nullptr && (!(*table)->inherits.empty() ||
                                std::any_of((*table)->columns.begin(), (*table)->columns.end(),
                                            [](const Column& column) { return column.type.enum_type() != nullptr; }));
}

}  // namespace

std::vector<std::string> detail::creation_sql(const std::vector<Item>& items, MetaData state,
                                              const DdlCompiler& compiler) {
    std::map<QualifiedName, std::size_t> places;
    for (std::size_t i = 0; i < items.size(); ++i)
        if (const auto* table = std::get_if<const Table*>(&items[i])) places.emplace((*table)->name, i);
    std::set<ObjectRef> pending;
    for (const auto& item : items)
        if (const auto* object = std::get_if<const Object*>(&item)) pending.insert((*object)->ref);
    const bool asks = std::any_of(items.begin(), items.end(), asks_for_others);
    std::vector<std::string> statements;
    std::vector<std::string>
        of_partitions;  // foreign keys of a partition precede its parent's, which then takes them in
    std::vector<std::string> closing;
    std::vector<std::string> partitioned;
    std::vector<std::string> completions;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (const auto* object = std::get_if<const Object*>(&items[i])) {
            for (auto& sql : compiler.create_object(**object)) statements.push_back(std::move(sql));
            completions.insert(completions.end(), (*object)->completions.begin(), (*object)->completions.end());
            state.objects.push_back(**object);
            pending.erase((*object)->ref);
            continue;
        }
        const Table& whole = *std::get<const Table*>(items[i]);
        const bool put_off_indexes = std::any_of(whole.indexes.begin(), whole.indexes.end(), [](const Index& index) {
            return index.only || !index.attached_to.empty();
        });
        const auto needs = needs_of(whole);
        const bool put_off_calls =
            std::any_of(needs.begin(), needs.end(), [&](const auto& ref) { return pending.contains(ref); });
        std::optional<Table> part;  // a copy costs about as much as the rest of this, and few tables need one
        if (put_off_indexes || put_off_calls) part = whole;
        if (put_off_indexes)
            for (auto& sql : compiler.put_off_partitioned(*part)) partitioned.push_back(std::move(sql));
        if (put_off_calls) put_off(*part, compiler, closing);
        const Table& table = part ? *part : whole;
        std::vector<QualifiedName> later;
        for (const auto& key : table.foreign_keys) {
            const auto found = places.find(key.referred_table);
            if (found == places.end() || found->second <= i) continue;
            later.push_back(key.referred_table);
            if (auto sql = compiler.add_foreign_key(table, key); !sql.empty())
                (table.partition_of.empty() ? closing : of_partitions).push_back(std::move(sql));
        }
        for (auto& sql : compiler.create_table(table, state, later)) statements.push_back(std::move(sql));
        if (asks) state.tables.push_back(table);
    }
    for (auto* list : {&of_partitions, &closing, &partitioned, &completions})
        std::move(list->begin(), list->end(), std::back_inserter(statements));
    return statements;
}

std::vector<std::string> create_all_sql(const MetaData& metadata, const core::Dialect& dialect) {
    const DdlCompiler& compiler = ddl_compiler(dialect);
    std::vector<std::string> statements = compiler.before_creating(metadata);
    for (auto& sql : detail::creation_sql(creation_order(metadata), {}, compiler)) statements.push_back(std::move(sql));
    for (const Table* table : metadata.sorted_tables())
        if (const auto* rows = metadata.find_rows(table->name))
            for (auto& sql : internal::insert_rows_sql(*rows, *table, compiler)) statements.push_back(std::move(sql));
    for (auto& sql : detail::privileges_sql(metadata, compiler, [](const ObjectRef&) { return true; }))
        statements.push_back(std::move(sql));
    return statements;
}

QualifiedName detail::sequence_of(const Table& table, const Column& column) {
    if (!column.identity.sequence.empty()) return column.identity.sequence;
    return {table.name.schema, table.name.name + "_" + column.name + "_seq"};
}

std::vector<QualifiedName> detail::column_sequences(const Table& table) {
    std::vector<QualifiedName> names;
    for (const auto& column : table.columns)
        if (column.identity) names.push_back(sequence_of(table, column));
    return names;
}

std::vector<std::string> detail::privileges_sql(const MetaData& metadata, const DdlCompiler& compiler,
                                                const std::function<bool(const ObjectRef&)>& is_new) {
    std::vector<std::string> statements;
    for (const Privileges* each : in_order(metadata.privileges)) {
        // A schema may be there before; what numbers a column is no object of its own.
        const bool wanted = each->future || each->ref.kind == ObjectKind::schema || is_new(each->ref);
        if (!wanted) continue;
        for (auto& sql : compiler.set_privileges(nullptr, *each)) statements.push_back(std::move(sql));
    }
    return statements;
}

}  // namespace strata::schema
