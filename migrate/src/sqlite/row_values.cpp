#include "row_values.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/sqlite_storage.hpp>

#include <optional>

namespace strata::migrate::sqlite {

namespace {

using core::TypeKind;

/// The text that a column of the type stores for a value; std::nullopt where SQLite or the caller's own form decides.
std::optional<std::string> stored_text(const schema::Type& type, const std::string& text) {
    if (!type.generic()) return std::nullopt;
    switch (type.kind) {
        case TypeKind::numeric:
            if (core::sqlite::stored_as(type.kind, type.precision) != core::sqlite::Storage::decimal_text)
                return std::nullopt;
            if (type.precision == 0) return Decimal::parse(text).to_string();
            return Decimal::parse(text).rounded(type.scale).to_string();
        case TypeKind::date:
            return Date::parse(text).to_string();
        case TypeKind::time:
            return Time::parse(text).to_string();
        case TypeKind::timestamp:
            return Timestamp::parse(text).to_string();
        case TypeKind::timestamptz:
            return Timestamp(TimestampTz::parse(text).microseconds).to_string();
        case TypeKind::uuid:
            return Uuid::parse(text).to_string();
        default:
            return std::nullopt;
    }
}

}  // namespace

BulkInsert stored_rows(BulkInsert insert, const schema::MetaData& state) {
    const schema::Table* const table = state.find(insert.table);
    if (table == nullptr) return insert;
    for (std::size_t i = 0; i < insert.columns.size(); ++i) {
        const schema::Column* const column = table->find_column(insert.columns[i]);
        if (column == nullptr) continue;
        for (std::size_t r = 0; r < insert.rows.size(); ++r) {
            if (i >= insert.rows[r].size() || insert.rows[r][i].kind != core::Value::Kind::text) continue;
            try {
                if (auto text = stored_text(column->type, insert.rows[r][i].chars))
                    insert.rows[r][i] = std::move(*text);
            } catch (const ValueError&) {
                throw MigrationError("bulk_insert into " + insert.table + ": the value of column " + column->name +
                                     " in row " + std::to_string(r + 1) + " is not of the column's type");
            }
        }
    }
    return insert;
}

Fill stored_value(Fill fill, const schema::MetaData& state) {
    const schema::Table* const table = state.find(fill.table);
    const schema::Column* const column = table == nullptr ? nullptr : table->find_column(fill.column);
    if (column == nullptr || fill.value.kind != core::Value::Kind::text) return fill;
    try {
        if (auto text = stored_text(column->type, fill.value.chars)) fill.value = std::move(*text);
    } catch (const ValueError&) {
        throw MigrationError("fill column " + fill.table + "." + fill.column +
                             ": the value is not of the column's type");
    }
    return fill;
}

}  // namespace strata::migrate::sqlite
