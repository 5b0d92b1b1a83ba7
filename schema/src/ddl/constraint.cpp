#include "ddl/common_ddl.hpp"

#include <strata/schema/ddl.hpp>

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
