#include "ddl/common_ddl.hpp"
#include "postgresql/ddl/parameters.hpp"
#include "postgresql/ddl/words.hpp"
#include "postgresql/types.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/internal/postgresql/column.hpp>
#include <strata/schema/internal/postgresql/sequence.hpp>

namespace strata::schema::postgresql::statements {
namespace {

std::string alter(const std::string& column, const std::string& change) {
    return "ALTER COLUMN " + quoted(column) + " " + change;
}

std::string collated(const QualifiedName& collation) {
    return collation.empty() ? std::string() : " COLLATE " + quoted(collation);
}

/// Where the database keeps values of a type unless it is told otherwise; PostgreSQL 15 has no word for it.
const char* usual_storage(const Type& type) {
    if (type.generic() && type.kind == TypeKind::numeric) return "MAIN";
    const bool wide = !type.generic() || type.kind == TypeKind::text || type.kind == TypeKind::bytes ||
                      type.kind == TypeKind::json || type.kind == TypeKind::array;
    return wide ? "EXTENDED" : "PLAIN";
}

}  // namespace

std::string default_sql(const QualifiedName& table, const std::string& column, const ServerDefault& value) {
    std::string sql;
    postgresql_dialect().server_default(sql, detail::own_default(postgresql_dialect(), table, column, value));
    if (sql.empty()) throw UsageError("a server default is empty; write NULL or leave it out");
    return sql;
}

std::string column_definition(const Table& table, const Column& column) {
    std::string sql = quoted(column.name) + " " + spelled(column.type, postgresql_dialect());
    if (!column.compression.empty()) sql += " COMPRESSION " + column.compression;
    return sql + collated(column.collation) + column_options(table, column);
}

std::string column_options(const Table& table, const Column& column) {
    std::string sql = numbering(table, column);
    if (column.server_default) sql += " DEFAULT " + default_sql(table.name, column.name, *column.server_default);
    if (column.computed) {
        if (column.computed_virtual)
            throw UsageError("column " + table.name + "." + column.name +
                             " is a virtual generated column, which PostgreSQL 15 has not; make it stored");
        sql += " GENERATED ALWAYS AS (" + *column.computed + ") STORED";
    }
    if (!column.nullable) sql += " NOT NULL";
    return sql;
}

std::string set_type(const std::string& column, const Type& type, const QualifiedName& collation,
                     const std::string& using_expression) {
    return alter(column, "TYPE " + spelled(type, postgresql_dialect()) + collated(collation) +
                             (using_expression.empty() ? "" : " USING " + using_expression));
}
std::string set_default(const QualifiedName& table, const std::string& column, const ServerDefault& value) {
    return alter(column, "SET DEFAULT " + default_sql(table, column, value));
}
std::string drop_default(const std::string& column) { return alter(column, "DROP DEFAULT"); }
std::string set_nullable(const std::string& column, bool nullable) {
    return alter(column, nullable ? "DROP NOT NULL" : "SET NOT NULL");
}
std::string drop_expression(const std::string& column) { return alter(column, "DROP EXPRESSION"); }
std::string set_storage(const std::string& column, const std::string& storage, const Type& type) {
    return alter(column, "SET STORAGE " + (storage.empty() ? usual_storage(type) : storage));
}
std::string set_compression(const std::string& column, const std::string& method) {
    return alter(column, "SET COMPRESSION " + (method.empty() ? "default" : method));
}
std::string set_statistics(const std::string& column, int target) {
    return alter(column, "SET STATISTICS " + std::to_string(target));
}
std::string set_options_of_new(const std::string& column, const std::vector<std::string>& options) {
    return alter(column, "SET (" + detail::parameter_list(postgresql_dialect(), options) + ")");
}
std::string set_options(const std::string& column, const std::vector<std::string>& options) {
    return alter(column, set_parameters_sql(options));
}
std::string reset_options(const std::string& column, const std::vector<std::string>& options) {
    return alter(column, reset_parameters_sql(options));
}

std::string comment_on_column(const QualifiedName& table, const std::string& column, const std::string& text) {
    return comment_sql("COLUMN " + quoted(table) + "." + quoted(column), text);
}

}  // namespace strata::schema::postgresql::statements
