#include "ddl/common_ddl.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/internal/statements.hpp>

#include <algorithm>
#include <cctype>

namespace strata::schema::detail {

std::string column_list(const core::Dialect& dialect, const std::vector<std::string>& columns) {
    std::string sql;
    for (const auto& column : columns) {
        if (!sql.empty()) sql += ", ";
        dialect.quote(sql, column);
    }
    return sql;
}

std::set<std::string> schemas_of(const MetaData& metadata) {
    std::set<std::string> schemas{std::string()};  // the version table's
    for (const auto& table : metadata.tables) schemas.insert(table.name.schema);
    return schemas;
}

std::string parameter_list(const core::Dialect& dialect, const std::vector<std::string>& parameters) {
    std::string sql;
    for (const auto& parameter : parameters) {
        if (!sql.empty()) sql += ", ";
        const auto equals = parameter.find('=');
        sql += parameter.substr(0, equals);  // a name of the server's, which is not quoted
        if (equals == std::string::npos) continue;
        const std::string value = parameter.substr(equals + 1);
        sql += '=';
        if (std::all_of(value.begin(), value.end(), [](unsigned char c) { return std::isalnum(c) != 0; }))
            sql += value;
        else
            dialect.literal(sql, core::Value::text(value));
    }
    return sql;
}

std::string CommonDdl::create_index(const Table& table, const Index& index) const {
    check_name("index", index.name);
    return statements::create_index(dialect(), table.name, index);
}

std::string CommonDdl::drop_index(const Table& table, const Index& index) const {
    return statements::drop_index(dialect(), {table.name.schema, index.name});
}

void CommonDdl::check_name(std::string_view what, std::string_view name) const {
    if (name.size() > dialect().max_identifier_length())
        throw UsageError("the name of " + std::string(what) + " " + std::string(name) + " is longer than the " +
                         std::to_string(dialect().max_identifier_length()) + " bytes that " +
                         std::string(dialect().name()) + " keeps; give it a shorter name");
}

ServerDefault own_default(const core::Dialect& dialect, const QualifiedName& table, const std::string& column,
                          const ServerDefault& value) {
    return dialect.own_default(value, "column " + table + "." + column);
}

void CommonDdl::check_names(const Table& table) const {
    check_name("table", table.name.name);
    if (!table.name.schema.empty()) check_name("schema", table.name.schema);
    for (const auto& column : table.columns) {
        check_name("column", column.name);
        if (const Type* type = column.type.enum_type()) check_name("enum type", type->name.name);
    }
    if (table.primary_key) check_name("primary key", table.primary_key->name);
    for (const auto& each : table.uniques) check_name("unique constraint", each.name);
    for (const auto& each : table.foreign_keys) check_name("foreign key", each.name);
    for (const auto& each : table.checks) check_name("check", each.name);
}

}  // namespace strata::schema::detail
