#include "compiler.hpp"

#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/replay.hpp>

namespace strata::migrate {

const OperationCompiler& operation_compiler(const core::Dialect& dialect) { return detail::dialect_compiler(dialect); }

const detail::DialectOperationCompiler& detail::dialect_compiler(const core::Dialect& dialect) {
    for (const auto* compiler : {&sqlite::operation_compiler(), &postgresql::operation_compiler()})
        if (&compiler->dialect() == &dialect) return *compiler;
    throw UsageError("no operation compiler for " + std::string(dialect.name()));
}

namespace {

/// Throws for an unknown dialect name: its SQL would never run, and nobody would notice.
const core::Dialect& dialect_named(const std::string& name) {
    try {
        return core::dialect_for(name);
    } catch (const UsageError&) {
        throw MigrationError("SQL is given for '" + name +
                             "', which is not a database that Strata knows; it is sqlite or postgresql");
    }
}

}  // namespace

namespace detail {

std::vector<Statement> compile_execute(const Execute& operation, const core::Dialect& dialect) {
    for (const auto& [name, sql] : operation.per_dialect) {
        if (&dialect_named(name) != &dialect) continue;
        if (trimmed(sql).empty()) return {};
        return {Statement{sql, StatementKind::user}};
    }
    if (operation.sql.empty()) return {};
    return {Statement{operation.sql, StatementKind::user}};
}

std::vector<Statement> compile_rows(const BulkInsert& operation, const core::Dialect& dialect) {
    if (operation.rows.empty()) return {};
    std::string sql = "INSERT INTO " + dialect.quoted(operation.table) + " (";
    for (std::size_t i = 0; i < operation.columns.size(); ++i) {
        if (i > 0) sql += ", ";
        dialect.quote(sql, operation.columns[i]);
    }
    sql += ") VALUES";
    for (std::size_t r = 0; r < operation.rows.size(); ++r) {
        const auto& row = operation.rows[r];
        if (row.size() != operation.columns.size())
            throw MigrationError("bulk_insert into " + operation.table + ": row " + std::to_string(r + 1) + " has " +
                                 std::to_string(row.size()) + " values for " +
                                 std::to_string(operation.columns.size()) + " columns");
        sql += r == 0 ? "\n    (" : ",\n    (";
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) sql += ", ";
            dialect.literal(sql, row[i].value());
        }
        sql += ')';
    }
    Statement statement{std::move(sql), StatementKind::data};
    statement.rows = operation;
    return {std::move(statement)};
}

std::vector<Statement> compile_callback(const Run& operation) {
    Statement statement{{}, StatementKind::callback};
    if (!operation.name.empty()) statement.sql = describe(operation);
    statement.callback = operation.callback;
    return {std::move(statement)};
}

std::string compile_fill(const Fill& operation, const core::Dialect& dialect) {
    const auto column = dialect.quoted(operation.column);
    std::string sql = "UPDATE " + dialect.quoted(operation.table) + " SET " + column + " = ";
    dialect.literal(sql, operation.value.value());
    return sql + " WHERE " + column + " IS NULL";
}

schema::Table table_in(const schema::MetaData& state, const schema::QualifiedName& name, bool opaque) {
    if (const auto* table = state.find(name)) return *table;
    if (!opaque) throw MigrationError("there is no table " + name + " at this point of the history; check its name");
    schema::Table table;
    table.name = name;
    return table;
}

schema::Column column_in(const schema::Table& table, const std::string& name, bool opaque) {
    if (const auto* column = table.find_column(name)) return *column;
    if (!opaque)
        throw MigrationError("table " + table.name + " has no column " + name +
                             " at this point of the history; check its name");
    schema::Column column;
    column.name = name;
    column.type = schema::UnknownType();
    return column;
}

void advance(schema::MetaData& state, const Operation& operation, bool& opaque) {
    const auto* sql = std::get_if<Execute>(&operation);
    opaque = opaque || (sql != nullptr && sql->declared == nullptr) || std::holds_alternative<Run>(operation);
    try {
        apply(state, operation);
    } catch (const MigrationError&) {
        if (!opaque) throw;
    }
}

}  // namespace detail
}  // namespace strata::migrate
