#include "scratch.hpp"

#include "catalogue.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/url.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/detail/sqlite/errors.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>

#include <algorithm>

namespace strata::migrate::sqlite {
namespace {

using core::Value;
using schema::detail::sqlite::is_about_schema;
using schema::detail::sqlite::same_name;

core::Url in_memory() {
    core::Url url;
    url.scheme = "sqlite";
    url.database = ":memory:";
    return url;
}

std::vector<std::string> first_column(core::Connection& connection, std::string_view sql) {
    std::vector<std::string> list;
    auto cursor = connection.query(sql);
    while (cursor.next()) list.emplace_back(cursor.row().text(0));
    return list;
}

}  // namespace

Scratch::Scratch(const Snapshot& shape) : connection_(in_memory()) {
    connection_.script("PRAGMA foreign_keys = OFF");
    if (shape.stored)
        copy(*shape.stored, shape);
    else
        for (const auto& sql : schema::create_all_sql(shape.metadata, connection_.dialect())) connection_.script(sql);
    connection_.begin();  // as the revision's statements run
}

void Scratch::copy(const std::vector<StoredObject>& objects, const Snapshot& shape) {
    for (const auto& object : objects) {
        if (object.sql.empty() || object.name.starts_with("sqlite_") || contains_name(shape.shadows, object.table))
            continue;
        try {
            connection_.execute(object.sql);
        } catch (const Error& error) {
            if (!is_about_schema(error)) throw;
            missing_.push_back({object.type, object.name, error.what()});
        }
    }
    if (shape.analyzed.empty()) return;
    connection_.execute("ANALYZE");
    for (const auto& table : shape.analyzed) {
        const Value values[] = {Value::text(table)};
        connection_.execute("INSERT INTO main.sqlite_stat1 (tbl) VALUES (?)", values);
    }
}

void Scratch::need(const std::string& table) const {
    for (const auto& each : missing_)
        if (same_name(each.name, table))
            throw MigrationError(each.type + " " + each.name + " cannot be made in a copy of the database (" +
                                 each.reason + "), which planning its change needs");
}

void Scratch::run(const Statement& statement) {
    const bool of_rows = statement.kind == StatementKind::data || statement.kind == StatementKind::assertion;
    if (of_rows || statement.kind == StatementKind::callback) return;
    connection_.script(statement.sql);
}

void Scratch::write_to(Snapshot& shape) {
    auto now = stored_shape(connection_);
    shape.stored = std::move(now.stored);
    shape.analyzed = std::move(now.analyzed);
    shape.shadows = std::move(now.shadows);
}

Snapshot stored_shape(core::Connection& connection) {
    Snapshot shape;
    shape.stored = schema_objects(connection);
    shape.shadows =
        first_column(connection, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'");
    const bool analyzed = std::any_of(shape.stored->begin(), shape.stored->end(),
                                      [](const auto& object) { return object.name == "sqlite_stat1"; });
    if (analyzed) shape.analyzed = first_column(connection, "SELECT DISTINCT tbl FROM main.sqlite_stat1");
    return shape;
}

}  // namespace strata::migrate::sqlite
