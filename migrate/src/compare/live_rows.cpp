#include "live_rows.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/types.hpp>
#include <strata/schema/internal/row_values.hpp>

#include <algorithm>
#include <optional>

namespace strata::migrate {
namespace {

using core::TypeKind;
using schema::Literal;
using schema::SeedRows;
using Row = std::vector<Literal>;

/// std::nullopt where the value is not compared.
std::optional<Literal> read(const core::Row& row, int position, const schema::Type& type) {
    if (row.is_null(position)) return Literal(nullptr);
    if (!type.generic()) return std::nullopt;
    switch (type.kind) {
        case TypeKind::boolean:
            return row.boolean(position);
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return row.integer(position);
        case TypeKind::real:
        case TypeKind::double_precision:
            return row.real(position);
        case TypeKind::text:
        case TypeKind::enumeration:
            return std::string(row.text(position));
        case TypeKind::numeric:
            return row.numeric(position).to_string();
        case TypeKind::date:
            return row.date(position).to_string();
        case TypeKind::time:
            return row.time(position).to_string();
        case TypeKind::timestamp:
            return row.timestamp(position).to_string();
        case TypeKind::timestamptz:
            return row.timestamptz(position).to_string();
        case TypeKind::uuid:
            return row.uuid(position).to_string();
        case TypeKind::bytes:
        case TypeKind::json:
        case TypeKind::array:
            break;
    }
    return std::nullopt;
}

std::optional<Row> find_row(core::Connection& connection, const schema::Table& table, const SeedRows& list,
                            const Row& known) {
    const auto& dialect = connection.dialect();
    std::string sql;
    for (const auto& column : list.columns) sql += (sql.empty() ? "SELECT " : ", ") + dialect.quoted(column);
    sql += " FROM " + dialect.quoted(list.table) + " WHERE ";
    const Row key = list.key_of(known);
    for (std::size_t i = 0; i < key.size(); ++i)
        sql += (i > 0 ? " AND " : "") + dialect.quoted(list.key[i]) + " = " +
               schema::internal::value_sql(dialect, table, list.key[i], key[i]);
    auto cursor = connection.query(sql);
    if (!cursor.next()) return std::nullopt;
    Row row = known;
    for (std::size_t i = 0; i < list.columns.size(); ++i)
        if (auto value = read(cursor.row(), static_cast<int>(i), table.find_column(list.columns[i])->type))
            row[i] = std::move(*value);
    return row;
}

}  // namespace

std::vector<SeedRows> live_rows(core::Connection& connection, const schema::MetaData& live,
                                const std::vector<SeedRows>& known) {
    std::vector<SeedRows> result;
    for (const SeedRows& list : known) {
        const schema::Table* const table = live.find(list.table);
        if (table == nullptr || !std::ranges::all_of(list.columns, [&](const std::string& name) {
                return table->find_column(name) != nullptr;
            }))
            continue;
        SeedRows found{list.table, list.key, list.columns, {}};
        for (const Row& row : list.rows)
            if (auto there = find_row(connection, *table, list, row)) found.rows.push_back(std::move(*there));
        if (!found.rows.empty()) result.push_back(std::move(found));
    }
    return result;
}

}  // namespace strata::migrate
