#include "postgresql/ddl.hpp"

#include "detail/common_ddl.hpp"
#include "sqlite/ddl.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/ddl.hpp>

#include <algorithm>

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

std::vector<std::string> create_all_sql(const MetaData& metadata, const core::Dialect& dialect) {
    const DdlCompiler& compiler = ddl_compiler(dialect);
    std::vector<std::string> statements;
    MetaData state;
    std::vector<QualifiedName> later;
    const auto sorted = metadata.sorted_tables();
    later.reserve(sorted.size());
    for (const Table* table : sorted) later.push_back(table->name);
    for (const Table* table : sorted) {
        later.erase(later.begin());
        for (auto& sql : compiler.create_table(*table, state, later)) statements.push_back(std::move(sql));
        state.tables.push_back(*table);
    }
    for (auto i = sorted.begin(); i != sorted.end(); ++i) {
        for (const auto& key : (*i)->foreign_keys) {
            const bool closes_cycle =
                std::any_of(i + 1, sorted.end(), [&](const Table* other) { return other->name == key.referred_table; });
            if (!closes_cycle) continue;
            if (auto sql = compiler.add_foreign_key(**i, key); !sql.empty()) statements.push_back(std::move(sql));
        }
    }
    return statements;
}

std::string constraint_sql(const core::Dialect& dialect, const PrimaryKey& key) {
    return named(dialect, key.name) + "PRIMARY KEY (" + detail::column_list(dialect, key.columns) + ")";
}

std::string constraint_sql(const core::Dialect& dialect, const UniqueConstraint& unique) {
    return named(dialect, unique.name) + "UNIQUE (" + detail::column_list(dialect, unique.columns) + ")";
}

std::string constraint_sql(const core::Dialect& dialect, const ForeignKey& key) {
    std::string sql = named(dialect, key.name) + "FOREIGN KEY (" + detail::column_list(dialect, key.columns) +
                      ") REFERENCES " + dialect.quoted(key.referred_table) + " (" +
                      detail::column_list(dialect, key.referred_columns) + ")";
    if (key.on_delete != ReferentialAction::no_action) sql += std::string(" ON DELETE ") + action_sql(key.on_delete);
    if (key.on_update != ReferentialAction::no_action) sql += std::string(" ON UPDATE ") + action_sql(key.on_update);
    return sql;
}

std::string constraint_sql(const core::Dialect& dialect, const CheckConstraint& check) {
    return named(dialect, check.name) + "CHECK (" + check.expression + ")";
}

}  // namespace strata::schema
