#include "postgresql/ddl.hpp"

#include "ddl/common_ddl.hpp"
#include "sqlite/ddl.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/ddl.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

namespace strata::schema {
namespace {

const char* action_sql(ReferentialAction action) {
    switch (action) {
        case ReferentialAction::no_action:
            return "";
        case ReferentialAction::restrict:
            return "RESTRICT";
        case ReferentialAction::cascade:
            return "CASCADE";
        case ReferentialAction::set_null:
            return "SET NULL";
        case ReferentialAction::set_default:
            return "SET DEFAULT";
    }
    return "";
}

std::string named(const core::Dialect& dialect, const std::string& name) {
    return name.empty() ? std::string() : "CONSTRAINT " + dialect.quoted(name) + " ";
}

}  // namespace

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
    for (auto& sql : detail::privileges_sql(metadata, compiler, [](const ObjectRef&) { return true; }))
        statements.push_back(std::move(sql));
    return statements;
}

std::vector<QualifiedName> detail::column_sequences(const Table& table) {
    std::vector<QualifiedName> names;
    for (const auto& column : table.columns) {
        if (!column.identity) continue;
        if (column.identity.sequence.empty())
            names.emplace_back(table.name.schema, table.name.name + "_" + column.name + "_seq");
        else
            names.push_back(column.identity.sequence);
    }
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

namespace {

/// The columns of a key, each with its collation and direction where SQLite keeps them.
std::string key_columns(const core::Dialect& dialect, const std::vector<std::string>& columns,
                        const std::vector<KeyOrder>& order) {
    if (order.empty()) return detail::column_list(dialect, columns);
    std::string sql;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) sql += ", ";
        dialect.quote(sql, columns[i]);
        if (i >= order.size()) continue;
        if (!order[i].collation.empty()) sql += " COLLATE " + dialect.quoted(order[i].collation);
        if (order[i].descending) sql += " DESC";
    }
    return sql;
}

/// What follows the columns of a constraint that an index keeps.
template <class Constraint>
std::string index_clauses(const core::Dialect& dialect, const Constraint& constraint) {
    std::string sql;
    if (!constraint.include.empty()) sql += " INCLUDE (" + detail::column_list(dialect, constraint.include) + ")";
    if (!constraint.parameters.empty()) sql += " WITH (" + detail::parameter_list(dialect, constraint.parameters) + ")";
    if (!constraint.tablespace.empty()) sql += " USING INDEX TABLESPACE " + dialect.quoted(constraint.tablespace);
    return sql;
}

const char* deferrable_sql(Deferrable deferrable) {
    switch (deferrable) {
        case Deferrable::no:
            return "";
        case Deferrable::initially_immediate:
            return " DEFERRABLE";
        case Deferrable::initially_deferred:
            return " DEFERRABLE INITIALLY DEFERRED";
    }
    return "";
}

std::string conflict_sql(const std::string& action) { return action.empty() ? action : " ON CONFLICT " + action; }

}  // namespace

std::string constraint_sql(const core::Dialect& dialect, const PrimaryKey& key) {
    return named(dialect, key.name) + "PRIMARY KEY (" + key_columns(dialect, key.columns, key.order) + ")" +
           index_clauses(dialect, key) + deferrable_sql(key.deferrable) + conflict_sql(key.on_conflict);
}

std::string constraint_sql(const core::Dialect& dialect, const UniqueConstraint& unique) {
    return named(dialect, unique.name) + (unique.nulls_not_distinct ? "UNIQUE NULLS NOT DISTINCT (" : "UNIQUE (") +
           key_columns(dialect, unique.columns, unique.order) + ")" + index_clauses(dialect, unique) +
           deferrable_sql(unique.deferrable) + conflict_sql(unique.on_conflict);
}

std::string constraint_sql(const core::Dialect& dialect, const ForeignKey& key) {
    std::string sql = named(dialect, key.name) + "FOREIGN KEY (" + detail::column_list(dialect, key.columns) +
                      ") REFERENCES " + dialect.quoted(key.referred_table);
    if (!key.referred_columns.empty()) sql += " (" + detail::column_list(dialect, key.referred_columns) + ")";
    if (key.match == Match::full) sql += " MATCH FULL";
    if (key.match == Match::partial) sql += " MATCH PARTIAL";
    if (key.on_delete != ReferentialAction::no_action) sql += std::string(" ON DELETE ") + action_sql(key.on_delete);
    if (!key.set_columns.empty()) sql += " (" + detail::column_list(dialect, key.set_columns) + ")";
    if (key.on_update != ReferentialAction::no_action) sql += std::string(" ON UPDATE ") + action_sql(key.on_update);
    sql += deferrable_sql(key.deferrable);
    if (key.not_valid) sql += " NOT VALID";
    return sql;
}

std::string constraint_sql(const core::Dialect& dialect, const CheckConstraint& check) {
    std::string sql = named(dialect, check.name) + "CHECK (" + check.expression + ")";
    if (check.no_inherit) sql += " NO INHERIT";
    if (check.not_valid) sql += " NOT VALID";
    return sql;
}

std::string constraint_sql(const core::Dialect& dialect, const ExcludeConstraint& exclude) {
    std::string sql = named(dialect, exclude.name) + "EXCLUDE USING " + dialect.quoted(exclude.method) + " (";
    for (std::size_t i = 0; i < exclude.elements.size(); ++i) {
        if (i > 0) sql += ", ";
        sql += detail::element_sql(dialect, exclude.elements[i]) + " WITH ";
        if (i < exclude.operators.size()) sql += exclude.operators[i];
    }
    sql += ")" + index_clauses(dialect, exclude);
    if (!exclude.where.empty()) sql += " WHERE (" + exclude.where + ")";
    return sql + deferrable_sql(exclude.deferrable);
}

}  // namespace strata::schema
