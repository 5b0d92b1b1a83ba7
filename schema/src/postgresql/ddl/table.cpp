#include "ddl/common_ddl.hpp"
#include "postgresql/ddl/parameters.hpp"
#include "postgresql/ddl/words.hpp"

#include <strata/schema/internal/postgresql/column.hpp>
#include <strata/schema/internal/postgresql/table.hpp>

namespace strata::schema::postgresql::statements {

std::string create_table(const Table& table, const InlineConstraints& constraints) {
    std::string sql = table.unlogged ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ";
    sql += quoted(table.name);
    if (!table.of_type.empty()) sql += " OF " + quoted(table.of_type);
    std::string lines;
    const auto line = [&](const std::string& text) { lines += (lines.empty() ? "\n    " : ",\n    ") + text; };
    const auto constraint = [&](const auto& each) { line(constraint_sql(postgresql_dialect(), each)); };
    for (const auto& column : table.columns) {
        if (!table.of_type.empty()) {
            const std::string options = column_options(table, column);
            if (!options.empty()) line(quoted(column.name) + " WITH OPTIONS" + options);
        } else if (!column.inherited) {
            line(column_definition(table, column));
        }
    }
    if (table.primary_key) constraint(*table.primary_key);
    for (const auto* unique : constraints.uniques) constraint(*unique);
    for (const auto* check : constraints.checks) constraint(*check);
    for (const auto& exclude : table.excludes) constraint(exclude);
    for (const auto* key : constraints.foreign_keys) constraint(*key);
    if (!lines.empty() || table.of_type.empty()) sql += " (" + lines + "\n)";
    if (!table.inherits.empty()) {
        sql += "\nINHERITS (";
        for (const auto& parent : table.inherits)
            sql += (&parent == &table.inherits.front() ? "" : ", ") + quoted(parent);
        sql += ")";
    }
    if (!table.partition_by.empty()) sql += "\nPARTITION BY " + table.partition_by;
    if (!table.access_method.empty()) sql += "\nUSING " + quoted(table.access_method);
    if (!table.parameters.empty())
        sql += "\nWITH (" + detail::parameter_list(postgresql_dialect(), table.parameters) + ")";
    if (!table.tablespace.empty()) sql += "\nTABLESPACE " + quoted(table.tablespace);
    return sql;
}

std::string set_unlogged(bool yes) { return yes ? "SET UNLOGGED" : "SET LOGGED"; }
std::string inherit(const QualifiedName& parent) { return "INHERIT " + quoted(parent); }
std::string no_inherit(const QualifiedName& parent) { return "NO INHERIT " + quoted(parent); }
std::string attach_partition(const QualifiedName& partition, const std::string& bound) {
    return "ATTACH PARTITION " + quoted(partition) + " " + bound;
}
std::string detach_partition(const QualifiedName& partition) { return "DETACH PARTITION " + quoted(partition); }
std::string set_type_of_table(const QualifiedName& composite_type) {
    return composite_type.empty() ? "NOT OF" : "OF " + quoted(composite_type);
}
std::string set_parameters(const std::vector<std::string>& parameters) { return set_parameters_sql(parameters); }
std::string reset_parameters(const std::vector<std::string>& parameters) { return reset_parameters_sql(parameters); }
std::string set_tablespace(const std::string& tablespace) {
    return "SET TABLESPACE " + quoted(tablespace.empty() ? "pg_default" : tablespace);
}
std::string set_access_method(const std::string& method) {
    return "SET ACCESS METHOD " + quoted(method.empty() ? "heap" : method);
}
std::string set_replica_identity(const std::string& identity) {
    return "REPLICA IDENTITY " + (identity.empty() ? "DEFAULT" : identity);
}
std::string cluster_on(const std::string& index) { return "CLUSTER ON " + quoted(index); }
std::string set_without_cluster() { return "SET WITHOUT CLUSTER"; }
std::string set_row_security(bool yes) { return std::string(yes ? "ENABLE" : "DISABLE") + " ROW LEVEL SECURITY"; }
std::string force_row_security(bool yes) { return std::string(yes ? "FORCE" : "NO FORCE") + " ROW LEVEL SECURITY"; }

}  // namespace strata::schema::postgresql::statements
