#include "catalogue.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/core/log.hpp>
#include <strata/schema/detail/sqlite/errors.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>
#include <strata/schema/internal/sqlite/object.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <optional>

namespace strata::migrate::sqlite {
namespace {

using core::Value;
using schema::detail::sqlite::identifier;
using schema::detail::sqlite::is_about_schema;
using schema::detail::sqlite::same_name;
using schema::detail::sqlite::tokenize;

/// The first column of each row.
std::vector<std::string> column_of(core::Connection& connection, std::string_view sql, std::string_view argument) {
    const Value values[] = {Value::text(argument)};
    std::vector<std::string> result;
    auto cursor = connection.query(sql, values);
    while (cursor.next()) result.emplace_back(cursor.row().text(0));
    return result;
}

/// The event that fires a trigger: DELETE, INSERT or UPDATE, and the columns of UPDATE OF.
struct Event {
    std::string kind;
    std::vector<std::string> columns;
};

Event event_of(std::string_view sql) {
    Event event;
    for (const auto& token : tokenize(sql)) {
        const auto text = token.span.of(sql);
        if (event.kind.empty()) {
            for (const char* kind : {"DELETE", "INSERT", "UPDATE"})  // reserved, so no name before equals one
                if (same_name(text, kind)) event.kind = kind;
        } else if (same_name(text, "ON")) {
            break;
        } else if (!same_name(text, "OF") && text != ",") {
            event.columns.push_back(identifier(text));
        }
    }
    return event;
}

/// Compiles the statement that would fire the trigger, and the trigger's body with it, without running it.
void try_trigger(core::Connection& connection, const StoredObject& trigger) {
    const auto& dialect = connection.dialect();
    const auto table = dialect.quoted(trigger.table);
    const auto event = event_of(trigger.sql);
    if (event.kind == "DELETE") return connection.script("EXPLAIN DELETE FROM " + table);
    if (event.kind == "INSERT") return connection.script("EXPLAIN INSERT INTO " + table + " DEFAULT VALUES");

    const auto columns =
        column_of(connection, "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", trigger.table);
    for (const auto& column : event.columns)
        if (!contains_name(columns, column)) throw Error("no such column: " + column);
    const auto& changed = event.columns.empty() ? columns : event.columns;
    if (changed.empty()) return;
    const auto name = dialect.quoted(changed.front());
    connection.script("EXPLAIN UPDATE " + table + " SET " + name + " = " + name);
}

}  // namespace

bool contains_name(const std::vector<std::string>& names, std::string_view name) {
    return std::any_of(names.begin(), names.end(), [&](const auto& other) { return same_name(other, name); });
}

std::vector<StoredObject> schema_objects(core::Connection& connection) {
    std::vector<StoredObject> objects;
    auto cursor =
        connection.query("SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema ORDER BY rowid");
    while (cursor.next()) {
        const auto& row = cursor.row();
        objects.push_back(
            {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))});
    }
    return objects;
}

void drop_if_exists(Journal& journal, const StoredObject& object) {
    using namespace schema::sqlite::statements;
    journal.execute(object.type == "view" ? drop_view_if_exists(object.name) : drop_trigger_if_exists(object.name));
}

void restore_views_and_triggers(Journal& journal, const std::vector<StoredObject>& objects) {
    core::Connection& connection = journal.connection();
    const auto missing = [&] {
        const auto now = schema_objects(connection);
        std::vector<const StoredObject*> list;
        for (const auto& object : objects)
            if ((object.type == "view" || object.type == "trigger") &&
                std::find(now.begin(), now.end(), object) == now.end())
                list.push_back(&object);
        return list;
    };
    for (const auto* object : missing()) drop_if_exists(journal, *object);
    for (const auto* object : missing()) journal.execute(object->sql);  // triggers on a view were dropped with it
}

BrokenObjects broken_objects(core::Connection& connection, const std::vector<std::string>& ignored) {
    BrokenObjects broken;
    for (const auto& object : schema_objects(connection)) {
        try {
            if (object.type == "view")
                connection.script("EXPLAIN SELECT * FROM " + connection.dialect().quoted(object.name) + " LIMIT 0");
            if (object.type == "trigger" && !contains_name(ignored, object.table)) try_trigger(connection, object);
        } catch (const Error& error) {
            if (!is_about_schema(error)) throw;
            broken.emplace(object.type + " " + object.name, error.what());
        }
    }
    return broken;
}

void check_unbroken(core::Connection& connection, const BrokenObjects& before,
                    const std::vector<std::string>& ignored) {
    const auto broken = broken_objects(connection, ignored);
    for (const std::string_view kind : {"view ", "trigger "})  // a trigger may break only because its view did
        for (const auto& [name, reason] : broken) {
            if (!name.starts_with(kind) || before.contains(name)) continue;
            throw MigrationError(name + " needs what the change takes away (" + reason + "); drop or change it first");
        }
}

namespace {

Violation violation_of(const core::Row& row) {
    return {std::string(row.text(0)), row.is_null(1) ? "" : std::string(row.text(1)), std::string(row.text(2))};
}

const schema::Table* table_named(const schema::MetaData& metadata, const std::string& name) {
    const auto found = std::find_if(metadata.tables.begin(), metadata.tables.end(),
                                    [&](const auto& table) { return same_name(table.name.name, name); });
    return found == metadata.tables.end() ? nullptr : &*found;
}

/// The tables to which the table's keys refer without a key there to check by.
std::vector<std::string> mismatched(const schema::MetaData& metadata, const std::string& name) {
    std::vector<std::string> referred;
    if (const auto* table = table_named(metadata, name))
        for (const auto& key : table->foreign_keys)
            if (key.dangling && table_named(metadata, key.referred_table.name) != nullptr)
                referred.push_back(key.referred_table.name);
    // The schema layer does not read every table.
    return referred.empty() ? std::vector<std::string>{""} : referred;
}

/// A SELECT of the rows that find no partner by the key: all that have one where `referred` is null.
std::string orphan_query(const schema::Table& table, const schema::ForeignKey& key, const schema::Table* referred,
                         const core::Dialect& dialect) {
    const auto literal = [&](const std::string& name) {
        std::string sql;
        dialect.literal(sql, Value::text(name));
        return sql;
    };
    auto columns = key.referred_columns;
    if (columns.empty() && referred != nullptr && referred->primary_key) columns = referred->primary_key->columns;
    std::string filled, same;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
        const auto column = "c." + dialect.quoted(key.columns[i]);
        filled += " AND " + column + " IS NOT NULL";
        // The referred column is first, since its collation counts.
        if (i < columns.size())
            same += (same.empty() ? "" : " AND ") + ("p." + dialect.quoted(columns[i])) + " = " + column;
    }
    std::string sql = "SELECT " + literal(table.name.name) + ", " + (table.without_rowid ? "NULL" : "c.rowid") + ", " +
                      literal(key.referred_table.name) + " FROM main." + dialect.quoted(table.name.name) +
                      " AS c WHERE 1" + filled;
    if (referred != nullptr)
        sql +=
            " AND NOT EXISTS (SELECT 1 FROM main." + dialect.quoted(referred->name.name) + " AS p WHERE " + same + ")";
    return sql;
}

}  // namespace

std::vector<std::string> orphan_queries(core::Connection& connection, const std::vector<std::string>& tables) {
    std::vector<std::string> queries;
    if (tables.empty()) return queries;
    const auto metadata = schema::reflect(connection);
    for (const auto& table : metadata.tables) {
        if (!contains_name(tables, table.name.name)) continue;
        for (const auto& key : table.foreign_keys) {
            const auto* referred = table_named(metadata, key.referred_table.name);
            if (referred == nullptr || !key.dangling)
                queries.push_back(orphan_query(table, key, referred, connection.dialect()));
        }
    }
    return queries;
}

bool ViolationOrder::operator()(const Violation& left, const Violation& right) const {
    const auto& [table, rowid, referred] = left;
    const auto& [other_table, other_rowid, other_referred] = right;
    const auto before = [](const std::string& name, const std::string& other) {
        return std::lexicographical_compare(name.begin(), name.end(), other.begin(), other.end(), [](char a, char b) {
            return core::internal::lower(a) < core::internal::lower(b);
        });
    };
    if (!same_name(table, other_table)) return before(table, other_table);
    if (rowid != other_rowid) return rowid < other_rowid;
    return before(referred, other_referred);
}

Violations foreign_key_violations(core::Connection& connection) {
    std::vector<std::string> tables, refused;
    {
        auto cursor = connection.query(
            "SELECT DISTINCT m.name FROM main.sqlite_schema AS m, pragma_foreign_key_list(m.name) WHERE m.type = "
            "'table'");
        while (cursor.next()) tables.emplace_back(cursor.row().text(0));
    }
    Violations violations;
    for (const auto& table : tables) {
        try {
            auto cursor = connection.query("PRAGMA main.foreign_key_check(" + connection.dialect().quoted(table) + ")");
            while (cursor.next()) ++violations[violation_of(cursor.row())];
        } catch (const Error& error) {  // "foreign key mismatch"
            if (!is_about_schema(error)) throw;
            refused.push_back(table);
        }
    }
    if (refused.empty()) return violations;
    const auto metadata = schema::reflect(connection);
    for (const auto& table : refused)
        for (const auto& referred : mismatched(metadata, table)) ++violations[{table, mismatch, referred}];
    for (const auto& query : orphan_queries(connection, refused)) {
        auto cursor = connection.query(query);
        while (cursor.next()) ++violations[violation_of(cursor.row())];
    }
    return violations;
}

std::string new_violations(const Violations& before, const Violations& after) {
    std::map<std::pair<std::string, std::string>, int> rows;
    std::string line;
    const auto add = [&](const std::string& words) { line += (line.empty() ? "" : "; ") + words; };
    for (const auto& [key, count] : after) {
        const auto& [table, rowid, referred] = key;
        const auto old = before.find(key);
        const int more = count - (old == before.end() ? 0 : old->second);
        if (more <= 0) continue;
        if (rowid == mismatch)
            add("a foreign key of " + table + " refers to columns " + (referred.empty() ? "" : "of " + referred + " ") +
                "that are not unique any more");
        else
            rows[{table, referred}] += more;
    }
    for (const auto& [tables, count] : rows)
        add(std::to_string(count) + (count == 1 ? " row of " : " rows of ") + tables.first + " would refer to " +
            tables.second + " without finding a row there");
    return line;
}

std::vector<std::string> referring_tables(core::Connection& connection, const std::string& table,
                                          const std::vector<std::string>& columns) {
    const auto key = column_of(connection, "SELECT name FROM pragma_table_info(?) WHERE pk > 0", table);
    const Value values[] = {Value::text(table), Value::text(table)};
    auto cursor = connection.query(
        "SELECT m.name, f.\"to\" FROM main.sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f "
        "WHERE m.type = 'table' AND f.\"table\" = ? COLLATE NOCASE AND m.name <> ? COLLATE NOCASE",
        values);
    std::vector<std::string> tables;
    while (cursor.next()) {
        const auto& row = cursor.row();
        const std::string name(row.text(0));
        bool refers = columns.empty();
        for (const auto& column : columns)  // a key that names no columns refers to the primary key
            refers = refers || (row.is_null(1) ? contains_name(key, column) : same_name(row.text(1), column));
        if (refers && !contains_name(tables, name)) tables.push_back(name);
    }
    return tables;
}

}  // namespace strata::migrate::sqlite
