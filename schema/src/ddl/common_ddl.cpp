#include "ddl/common_ddl.hpp"

#include <strata/core/error.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

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

std::string CommonDdl::table_statement(const Table& table, const std::vector<const ForeignKey*>& inline_keys) const {
    std::string sql = "CREATE TABLE " + dialect().quoted(table.name) + " (";
    const char* separator = "\n    ";
    const auto line = [&](const std::string& text) {
        sql += separator + text;
        separator = ",\n    ";
    };
    for (const auto& column : table.columns) line(column_definition(table, column));
    if (table.primary_key) line(constraint_sql(dialect(), *table.primary_key));
    for (const auto& unique : table.uniques) line(constraint_sql(dialect(), unique));
    for (const auto& check : table.checks) line(constraint_sql(dialect(), check));
    for (const auto* key : inline_keys) line(constraint_sql(dialect(), *key));
    return sql + "\n)";
}

std::vector<std::string> CommonDdl::create_object(const Object& object) const { return {object.definition}; }

std::vector<std::string> CommonDdl::drop_object(const ObjectRef& object) const {
    return {"DROP " + std::string(name_of(object.kind)) + " " + dialect().quoted(object.name)};
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

std::string element_sql(const core::Dialect& dialect, const IndexElement& element) {
    std::string sql = element.column.empty() ? "(" + element.expression + ")" : dialect.quoted(element.column);
    if (!element.collation.empty()) sql += " COLLATE " + dialect.quoted(element.collation);
    if (!element.operator_class.empty()) sql += " " + dialect.quoted(element.operator_class);
    if (!element.operator_class_options.empty()) sql += " (" + element.operator_class_options + ")";
    if (element.descending) sql += " DESC";
    if (element.nulls == Nulls::first) sql += " NULLS FIRST";
    if (element.nulls == Nulls::last) sql += " NULLS LAST";
    return sql;
}

bool has_expression(const Index& index) {
    return !index.where.empty() || std::any_of(index.elements.begin(), index.elements.end(),
                                               [](const IndexElement& element) { return element.column.empty(); });
}

std::string CommonDdl::create_index(const Table& table, const Index& index) const {
    check_name("index", index.name);
    std::string sql = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    sql += dialect().quoted(index.name) + (index.only ? " ON ONLY " : " ON ") + dialect().quoted(table.name) + " ";
    if (!index.method.empty()) sql += "USING " + dialect().quoted(index.method) + " ";
    sql += "(";
    for (const auto& element : index.elements)
        sql += (&element == &index.elements.front() ? "" : ", ") + element_sql(dialect(), element);
    sql += ")";
    if (!index.include.empty()) sql += " INCLUDE (" + column_list(dialect(), index.include) + ")";
    if (index.nulls_not_distinct) sql += " NULLS NOT DISTINCT";
    if (!index.parameters.empty()) sql += " WITH (" + parameter_list(dialect(), index.parameters) + ")";
    if (!index.tablespace.empty()) sql += " TABLESPACE " + dialect().quoted(index.tablespace);
    if (!index.where.empty()) sql += " WHERE " + index.where;
    return sql;
}

std::string CommonDdl::drop_index(const Table& table, const Index& index) const {
    return "DROP INDEX " + dialect().quoted(QualifiedName(table.name.schema, index.name));
}

void CommonDdl::check_name(std::string_view what, std::string_view name) const {
    if (name.size() > dialect().max_identifier_length())
        throw UsageError("the name of " + std::string(what) + " " + std::string(name) + " is longer than the " +
                         std::to_string(dialect().max_identifier_length()) + " bytes that " +
                         std::string(dialect().name()) + " keeps; give it a shorter name");
}

ServerDefault CommonDdl::own_default(const Table& table, const Column& column) const {
    return dialect().own_default(*column.server_default, "column " + table.name + "." + column.name);
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

namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<bool> parse_boolean(std::string_view text) {
    if (text == "true" || text == "t" || text == "1") return true;
    if (text == "false" || text == "f" || text == "0") return false;
    return std::nullopt;
}

ServerDefault parsed(const Type& type, const std::string& text) {
    using core::Value;
    switch (type.kind) {
        case TypeKind::numeric:
            return ServerDefault::literal(Value::numeric(Decimal::parse(text).to_string()));
        case TypeKind::date:
            return ServerDefault::literal(Value::date(Date::parse(text)));
        case TypeKind::time:
            return ServerDefault::literal(Value::time(Time::parse(text)));
        case TypeKind::timestamp:
            return ServerDefault::literal(Value::timestamp(Timestamp::parse(text)));
        case TypeKind::timestamptz:
            return ServerDefault::literal(Value::timestamptz(TimestampTz::parse(text)));
        case TypeKind::uuid: {
            const Uuid uuid = Uuid::parse(text);
            return ServerDefault::literal(Value::uuid(uuid));
        }
        case TypeKind::json:
            return ServerDefault::literal(Value::json(text));
        case TypeKind::array:
            return ServerDefault::literal(Value::array(text));
        case TypeKind::bytes:
            return {ServerDefault::Kind::literal, Value::Kind::bytes, text};
        case TypeKind::boolean:
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
        case TypeKind::real:
        case TypeKind::double_precision:
        case TypeKind::text:
        case TypeKind::enumeration:
            break;
    }
    return ServerDefault::literal(Value::text(text));
}

}  // namespace

std::optional<ServerDefault> literal_default(const Type& type, const std::string& text) {
    using core::Value;
    if (!type.generic()) return std::nullopt;
    switch (type.kind) {
        case TypeKind::boolean:
            if (const auto value = parse_boolean(text)) return ServerDefault::literal(Value::boolean(*value));
            return std::nullopt;
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            if (const auto value = parse_number<std::int64_t>(text))
                return ServerDefault::literal(Value::integer(*value));
            return std::nullopt;
        case TypeKind::real:
        case TypeKind::double_precision:
            if (const auto value = parse_number<double>(text); value && !std::isnan(*value))
                return ServerDefault::literal(Value::real(*value));
            return std::nullopt;
        case TypeKind::text:
        case TypeKind::bytes:
        case TypeKind::numeric:
        case TypeKind::date:
        case TypeKind::time:
        case TypeKind::timestamp:
        case TypeKind::timestamptz:
        case TypeKind::uuid:
        case TypeKind::json:
        case TypeKind::array:
        case TypeKind::enumeration:
            break;
    }
    try {
        return parsed(type, text);
    } catch (const ValueError&) {
        return std::nullopt;  // then it is an expression
    }
}

}  // namespace strata::schema::detail
