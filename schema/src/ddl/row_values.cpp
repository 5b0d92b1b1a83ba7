#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/core/types.hpp>
#include <strata/schema/internal/row_order.hpp>
#include <strata/schema/internal/row_values.hpp>

#include <optional>
#include <utility>

namespace strata::schema::internal {
namespace {

using core::TypeKind;
using core::Value;

/// A value that is written as text, in the form in which its type is printed.
struct Canonical {
    Value::Kind kind;
    std::string text;
};
/// std::nullopt for a type whose values are written as they are. Throws ValueError.
std::optional<Canonical> canonical(const Type& type, const std::string& text) {
    if (!type.generic()) return std::nullopt;
    switch (type.kind) {
        case TypeKind::numeric: {
            auto value = Decimal::parse(text);
            if (type.precision > 0) value = value.rounded(type.scale);
            return Canonical{Value::Kind::numeric, value.to_string()};
        }
        case TypeKind::date:
            return Canonical{Value::Kind::date, Date::parse(text).to_string()};
        case TypeKind::time:
            return Canonical{Value::Kind::time, Time::parse(text).to_string()};
        case TypeKind::timestamp:
            return Canonical{Value::Kind::timestamp, Timestamp::parse(text).to_string()};
        case TypeKind::timestamptz:
            return Canonical{Value::Kind::timestamptz, TimestampTz::parse(text).to_string()};
        case TypeKind::uuid:
            return Canonical{Value::Kind::uuid, Uuid::parse(text).to_string()};
        default:
            return std::nullopt;
    }
}

bool is_text(const Literal& value) { return value.kind == Value::Kind::text; }

}  // namespace

SeedRows canonical_rows(SeedRows list, const Table& table) {
    for (std::size_t i = 0; i < list.columns.size(); ++i) {
        const Column* const column = table.find_column(list.columns[i]);
        if (column == nullptr) continue;
        for (auto& row : list.rows) {
            if (i >= row.size()) continue;
            Literal& value = row[i];
            const bool number = value.kind == Value::Kind::integer;
            if (number && (column->type.kind == TypeKind::real || column->type.kind == TypeKind::double_precision))
                value = static_cast<double>(value.number);
            if (number && column->type.generic() && column->type.kind == TypeKind::numeric)
                value = std::to_string(value.number);
            if (!is_text(value)) continue;
            try {
                if (auto form = canonical(column->type, value.chars)) value = std::move(form->text);
            } catch (const ValueError&) {  // it is reported where it is written
            }
        }
    }
    return list;
}

std::string value_sql(const core::Dialect& dialect, const Table& table, const std::string& column,
                      const Literal& value) {
    const Column* const known = table.find_column(column);
    std::string sql;
    try {
        const auto form = known != nullptr && is_text(value) ? canonical(known->type, value.chars) : std::nullopt;
        if (form && form->kind == Value::Kind::numeric)  // SQLite stores some of them as text
            dialect.literal(sql, Value::text(form->text));
        else if (form)
            dialect.literal_text(sql, form->kind, form->text);
        else
            dialect.literal(sql, value.value());
    } catch (const ValueError&) {
        throw UsageError("the rows of table " + table.name + ": a value of column " + column +
                         " is not of the column's type");
    }
    return sql;
}

std::vector<std::string> insert_rows_sql(const SeedRows& list, const Table& table, const DdlCompiler& ddl) {
    std::vector<std::string> statements;
    if (list.rows.empty()) return statements;
    const auto& dialect = ddl.dialect();
    const auto joined = [&](const std::vector<std::string>& columns) {
        std::string sql;
        for (const auto& column : columns) sql += (sql.empty() ? "" : ", ") + dialect.quoted(column);
        return sql;
    };
    std::string update;
    for (const auto& column : list.columns)
        if (!core::internal::contains(list.key, column))
            update += (update.empty() ? "" : ", ") + dialect.quoted(column) + " = excluded." + dialect.quoted(column);
    for (const auto& row : RowOrder(table, list).parents_first(list.rows)) {
        std::string values;
        for (std::size_t i = 0; i < list.columns.size(); ++i)
            values += (i > 0 ? ", " : "") + value_sql(dialect, table, list.columns[i], row[i]);
        statements.push_back("INSERT INTO " + dialect.quoted(list.table) + " (" + joined(list.columns) + ") VALUES (" +
                             values + ") ON CONFLICT (" + joined(list.key) + ") DO " +
                             (update.empty() ? "NOTHING" : "UPDATE SET " + update));
    }
    for (const auto& name : list.columns)
        if (const Column* const column = table.find_column(name); column != nullptr && column->identity)
            for (auto& sql : ddl.count_past_rows(table, *column)) statements.push_back(std::move(sql));
    return statements;
}

}  // namespace strata::schema::internal
