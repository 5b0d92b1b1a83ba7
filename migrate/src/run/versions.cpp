#include "versions.hpp"

#include "text.hpp"
#include "version_place.hpp"

#include <strata/core/dialect.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>

namespace strata::migrate {

namespace {

using core::Value;

/// A change of one row: UPDATE when both ids are given, INSERT or DELETE when one is empty.
struct RowChange {
    std::string from;
    std::string to;
};

std::vector<RowChange> changes(const RevisionIds& from, const RevisionIds& to) {
    RevisionIds gone;
    RevisionIds come;
    const auto missing_in = [](const RevisionIds& ids) {
        return [&](const std::string& id) { return std::find(ids.begin(), ids.end(), id) == ids.end(); };
    };
    std::copy_if(from.begin(), from.end(), std::back_inserter(gone), missing_in(to));
    std::copy_if(to.begin(), to.end(), std::back_inserter(come), missing_in(from));
    std::vector<RowChange> list(std::max(gone.size(), come.size()));
    for (std::size_t i = 0; i < gone.size(); ++i) list[i].from = gone[i];
    for (std::size_t i = 0; i < come.size(); ++i) list[i].to = come[i];
    return list;
}

/// The statement for the change; `value` writes an id into it.
template <class WriteId>
std::string statement(const std::string& table, const RowChange& change, const WriteId& value) {
    std::string sql;
    if (change.from.empty()) {
        sql = "INSERT INTO " + table + " (\"version_num\") VALUES (";
        value(sql, change.to);
        return sql + ")";
    }
    if (change.to.empty()) {
        sql = "DELETE FROM " + table;
    } else {
        sql = "UPDATE " + table + " SET \"version_num\" = ";
        value(sql, change.to);
    }
    sql += " WHERE \"version_num\" = ";
    value(sql, change.from);
    return sql;
}

/// `table` is quoted, and qualified where it has to be; `name` is its plain name.
std::string create_table(const core::Dialect& dialect, const std::string& table, const std::string& name) {
    return "CREATE TABLE IF NOT EXISTS " + table + R"( ("version_num" VARCHAR(32) NOT NULL, CONSTRAINT )" +
           dialect.quoted("pk_" + name) + R"( PRIMARY KEY ("version_num")))";
}

RevisionIds select(core::Connection& connection, const std::string& table) {
    RevisionIds ids;
    auto cursor = connection.query("SELECT \"version_num\" FROM " + table);
    while (cursor.next()) ids.emplace_back(cursor.row().text(0));
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace

VersionTable::VersionTable(core::Connection& connection, const schema::VersionTables& tables)
    : schema_(schema_of(connection, tables)),
      table_(tables.version),
      name_(connection.dialect().quoted(schema_) + "." + connection.dialect().quoted(table_)) {}

Versions VersionTable::read(core::Connection& connection) const {
    if (!schema::has_table(connection, schema_, table_)) return {};
    return {true, select(connection, name_)};
}

RevisionIds VersionTable::read_or_make(core::Connection& connection) const {
    if (!schema::has_table(connection, schema_, table_))
        connection.script(create_table(connection.dialect(), name_, table_));
    return select(connection, name_);
}

void VersionTable::write(core::Connection& connection, const RevisionIds& from, const RevisionIds& to) const {
    for (const auto& change : changes(from, to)) {
        std::vector<Value> values;
        const auto sql = statement(name_, change, [&](std::string& text, const std::string& id) {
            values.push_back(Value::text(id));
            connection.dialect().placeholder(text, static_cast<int>(values.size()));
        });
        const auto rows = connection.execute(sql, values);
        if (rows != 1) {
            throw MigrationError("expected one row '" + (change.from.empty() ? change.to : change.from) + "' in " +
                                 printable(table_) + ", found " + std::to_string(rows));
        }
    }
}

std::string create_version_table_sql(const core::Dialect& dialect, const schema::VersionTables& tables) {
    return create_table(dialect, script_name(dialect, tables, tables.version), tables.version);
}

std::vector<std::string> version_statements(const core::Dialect& dialect, const schema::VersionTables& tables,
                                            const RevisionIds& from, const RevisionIds& to) {
    const auto name = script_name(dialect, tables, tables.version);
    std::vector<std::string> statements;
    for (const auto& change : changes(from, to)) {
        statements.push_back(statement(
            name, change, [&](std::string& text, const std::string& id) { dialect.literal(text, Value::text(id)); }));
    }
    return statements;
}

}  // namespace strata::migrate
