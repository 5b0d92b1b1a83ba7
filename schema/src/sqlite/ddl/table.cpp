#include "sqlite/ddl/table.hpp"

#include "sqlite/ddl/column.hpp"
#include "sqlite/ddl/words.hpp"

#include <strata/schema/detail/sqlite/constraints.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>

namespace strata::schema::sqlite::statements {
namespace {

/// An INTEGER key in descending order is an alias of the rowid as a constraint of the table, and none as one of its
/// column. https://sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key
bool key_is_of_column(const Table& table, const Column& column) {
    const auto& order = table.primary_key->order;
    return !column.identity && !table.without_rowid && order.size() == 1 && order.front().descending &&
           order.front().collation.empty() && detail::sqlite::same_name(declared_type(table, column), "INTEGER");
}
std::string column_key(const PrimaryKey& key) {
    std::string sql = key.name.empty() ? std::string() : "CONSTRAINT " + quoted(key.name) + " ";
    sql += "PRIMARY KEY DESC";
    return key.on_conflict.empty() ? sql : sql + " ON CONFLICT " + key.on_conflict;
}

}  // namespace

std::string create_table(const Table& table) {
    using detail::sqlite::constraint_text;
    std::string sql = "CREATE TABLE " + quoted(table.name) + " (";
    const char* separator = "\n    ";
    bool key_said = false;
    const auto line = [&](const std::string& text) {
        sql += separator + text;
        separator = ",\n    ";
    };
    for (const auto& column : table.columns) {
        const bool key = sole_key(table, column) && key_is_of_column(table, column);
        line(column_definition(table, column) + (key ? " " + column_key(*table.primary_key) : ""));
        if (key) key_said = true;
    }
    if (table.primary_key && !key_said) line(constraint_text(table, *table.primary_key));
    for (const auto& unique : table.uniques) line(constraint_text(table, unique));
    for (const auto& check : table.checks) line(constraint_text(table, check));
    for (const auto& key : table.foreign_keys) line(constraint_text(table, key));
    sql += "\n)";
    if (table.without_rowid) sql += " WITHOUT ROWID";
    if (table.strict) sql += table.without_rowid ? ", STRICT" : " STRICT";
    return sql;
}

std::string create_virtual_table(const Table& table) {
    return "CREATE VIRTUAL TABLE " + quoted(table.name) + " USING " + table.module;
}

}  // namespace strata::schema::sqlite::statements
