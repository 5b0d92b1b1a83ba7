#include "ddl/common_ddl.hpp"

#include <strata/schema/internal/statements.hpp>

#include <algorithm>

namespace strata::schema {

std::string detail::element_sql(const core::Dialect& dialect, const IndexElement& element) {
    std::string sql = element.column.empty() ? "(" + element.expression + ")" : dialect.quoted(element.column);
    if (!element.collation.empty()) sql += " COLLATE " + dialect.quoted(element.collation);
    if (!element.operator_class.empty()) sql += " " + dialect.quoted(element.operator_class);
    if (!element.operator_class_options.empty()) sql += " (" + element.operator_class_options + ")";
    if (element.descending) sql += " DESC";
    if (element.nulls == Nulls::first) sql += " NULLS FIRST";
    if (element.nulls == Nulls::last) sql += " NULLS LAST";
    return sql;
}

bool detail::has_expression(const Index& index) {
    return !index.where.empty() || std::any_of(index.elements.begin(), index.elements.end(),
                                               [](const IndexElement& element) { return element.column.empty(); });
}

std::string statements::create_index(const core::Dialect& dialect, const QualifiedName& table, const Index& index) {
    std::string sql = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    sql += dialect.quoted(index.name) + (index.only ? " ON ONLY " : " ON ") + dialect.quoted(table) + " ";
    if (!index.method.empty()) sql += "USING " + dialect.quoted(index.method) + " ";
    sql += "(";
    for (const auto& element : index.elements)
        sql += (&element == &index.elements.front() ? "" : ", ") + detail::element_sql(dialect, element);
    sql += ")";
    if (!index.include.empty()) sql += " INCLUDE (" + detail::column_list(dialect, index.include) + ")";
    if (index.nulls_not_distinct) sql += " NULLS NOT DISTINCT";
    if (!index.parameters.empty()) sql += " WITH (" + detail::parameter_list(dialect, index.parameters) + ")";
    if (!index.tablespace.empty()) sql += " TABLESPACE " + dialect.quoted(index.tablespace);
    if (!index.where.empty()) sql += " WHERE " + index.where;
    return sql;
}

std::string statements::drop_index(const core::Dialect& dialect, const QualifiedName& index) {
    return "DROP INDEX " + dialect.quoted(index);
}

}  // namespace strata::schema
