#include "sqlite/ddl/column.hpp"

#include "ddl/common_ddl.hpp"
#include "sqlite/ddl.hpp"
#include "sqlite/ddl/server_default.hpp"
#include "sqlite/ddl/words.hpp"
#include "sqlite/refusal.hpp"
#include "sqlite/types.hpp"

#include <strata/core/internal/type_kinds.hpp>
#include <strata/schema/naming.hpp>

namespace strata::schema::sqlite {

bool sole_key(const Table& table, const Column& column) {
    return table.primary_key && table.primary_key->columns.size() == 1 &&
           table.primary_key->columns.front() == column.name;
}

std::optional<CheckConstraint> type_check(const Table& table, const Column& column) {
    if (!column.type.generic()) return std::nullopt;
    const auto make = [&](std::string_view kind, std::string expression) {
        return CheckConstraint{type_check_name(table.name.name, column.name, kind), std::move(expression)};
    };
    const std::string name = quoted(column.name);
    switch (column.type.kind) {
        case TypeKind::boolean:
            return make("boolean", name + " IN (0, 1)");
        case TypeKind::json:
        case TypeKind::array:
            // json_valid(NULL) is 0 before SQLite 3.42.
            return make("json", (column.nullable ? name + " IS NULL OR " : "") + "json_valid(" + name + ")");
        case TypeKind::enumeration: {
            std::string labels;
            for (const auto& label : column.type.labels) {
                if (!labels.empty()) labels += ", ";
                sqlite_dialect().literal(labels, core::Value::text(label));
            }
            return make("enum", name + " IN (" + labels + ")");
        }
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
        case TypeKind::real:
        case TypeKind::double_precision:
        case TypeKind::text:
        case TypeKind::bytes:
        case TypeKind::numeric:
        case TypeKind::date:
        case TypeKind::time:
        case TypeKind::timestamp:
        case TypeKind::timestamptz:
        case TypeKind::uuid:
            break;
    }
    return std::nullopt;
}

Type type_in(const Table& table, Type type) {
    if (!table.strict || !type.generic() || !type.native.empty()) return type;
    if (core::internal::is_integer(type.kind)) type.kind = TypeKind::integer;
    if (type.kind == TypeKind::double_precision) type.kind = TypeKind::real;
    return type;
}

namespace statements {

std::string column_definition(const Table& table, const Column& column) {
    std::string sql = quoted(column.name);
    if (const auto type = declared_type(table, column); !type.empty()) sql += " " + type;
    if (!column.nullable) {
        if (!column.not_null_name.empty()) sql += " CONSTRAINT " + quoted(column.not_null_name);
        sql += " NOT NULL";
        if (!column.on_conflict.empty()) sql += " ON CONFLICT " + column.on_conflict;
    }
    if (column.server_default) sql += " DEFAULT " + default_of(table, column);
    if (!column.collation.empty()) {
        if (!column.collation.schema.empty()) refuse(table, "collation " + column.collation.text());
        sql += " COLLATE " + quoted(column.collation);
    }
    if (column.computed)
        sql += " GENERATED ALWAYS AS (" + *column.computed + ")" + (column.computed_virtual ? " VIRTUAL" : " STORED");
    if (const auto check = type_check(table, column)) sql += " " + constraint_sql(sqlite_dialect(), *check);
    return sql;
}

std::string declared_type(const Table& table, const Column& column) {
    const bool key = sole_key(table, column);
    if (column.identity) {
        const std::string refused = "column " + table.name + "." + column.name + " cannot be numbered by SQLite";
        if (!key) throw UsageError(refused + ": only a key of one column can; make it the primary key");
        if (table.without_rowid)
            throw UsageError(refused +
                             ", since the table is WITHOUT ROWID; say not_generated() of it, or leave without_rowid() "
                             "out");
        return "INTEGER";
    }
    std::string type = declared(type_in(table, column.type));
    const bool ours = column.type.generic() && column.type.native.empty();
    return key && !table.without_rowid && type == "INTEGER" && ours ? "INT" : type;
}

std::string default_of(const Table& table, const Column& column) {
    return default_sql(column.type,
                       detail::own_default(sqlite_dialect(), table.name, column.name, *column.server_default));
}

}  // namespace statements
}  // namespace strata::schema::sqlite
