#include "versions.hpp"

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

std::string create_table(const std::string& table) {
    return "CREATE TABLE IF NOT EXISTS " + table +
           R"( ("version_num" VARCHAR(32) NOT NULL, CONSTRAINT "pk_strata_version" PRIMARY KEY ("version_num")))";
}

RevisionIds select(core::Connection& connection, const std::string& table) {
    RevisionIds ids;
    auto cursor = connection.query("SELECT \"version_num\" FROM " + table);
    while (cursor.next()) ids.emplace_back(cursor.row().text(0));
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace

VersionTable::VersionTable(core::Connection& connection)
    : schema_(schema::current_schema(connection)),
      name_(connection.dialect().quoted(schema_) + "." + connection.dialect().quoted(schema::version_table)) {}

Versions VersionTable::read(core::Connection& connection) const {
    if (!schema::has_table(connection, schema_, schema::version_table)) return {};
    return {true, select(connection, name_)};
}

RevisionIds VersionTable::read_or_make(core::Connection& connection) const {
    if (!schema::has_table(connection, schema_, schema::version_table)) connection.script(create_table(name_));
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
                                 std::string(schema::version_table) + ", found " + std::to_string(rows));
        }
    }
}

std::string create_version_table_sql(const core::Dialect& dialect) {
    return create_table(dialect.quoted(schema::version_table));
}

std::vector<std::string> version_statements(const core::Dialect& dialect, const RevisionIds& from,
                                            const RevisionIds& to) {
    std::vector<std::string> statements;
    for (const auto& change : changes(from, to)) {
        statements.push_back(
            statement(dialect.quoted(schema::version_table), change,
                      [&](std::string& text, const std::string& id) { dialect.literal(text, Value::text(id)); }));
    }
    return statements;
}

}  // namespace strata::migrate
