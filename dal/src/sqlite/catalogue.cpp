#include "catalogue.hpp"

#include <strata/core/internal/sqlite_storage.hpp>

#include <algorithm>

namespace strata::dal::detail::sqlite {

namespace {

/// https://www.sqlite.org/datatype3.html#determination_of_column_affinity
std::string_view affinity(std::string type) {
    std::ranges::transform(type, type.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
    if (has("INT")) return "integer";
    if (has("CHAR") || has("CLOB") || has("TEXT")) return "text";
    if (has("BLOB") || type.empty() || type == "ANY") return "blob";
    if (has("REAL") || has("FLOA") || has("DOUB")) return "real";
    return "numeric";
}

}  // namespace

std::vector<StoredColumn> stored_columns(core::Connection& connection, const core::QualifiedName& table) {
    const core::Value values[] = {core::Value::text(table.name),
                                  core::Value::text(table.schema.empty() ? "main" : std::string_view(table.schema))};
    std::vector<StoredColumn> columns;
    // A column is NOT NULL by the word, or as the key that is the rowid. hidden: 1 a module's own, 2 and 3 computed.
    core::Cursor cursor = connection.query(
        "SELECT name, type, \"notnull\" = 0 AND NOT (pk = 1 AND upper(type) = 'INTEGER' AND "
        "(SELECT max(pk) FROM pragma_table_xinfo(?1, ?2)) = 1), hidden IN (2, 3) "
        "FROM pragma_table_xinfo(?1, ?2) WHERE hidden <> 1 ORDER BY cid",
        values);
    while (cursor.next()) {
        const core::Row& row = cursor.row();
        const std::string type(row.text(1));
        columns.push_back({std::string(row.text(0)), type.empty() ? "any" : type, std::string(affinity(type)),
                           row.integer(2) != 0, row.integer(3) != 0});
    }
    return columns;
}

bool fits(const core::TypeInfo& type, const core::ColumnFacts& facts, const StoredColumn& column) {
    using core::sqlite::Storage;
    switch (core::sqlite::stored_as(type.kind, facts.precision)) {
        case Storage::integer:
        case Storage::real:
        case Storage::number:
            return column.storage != "text";
        case Storage::decimal_text:
            return column.storage == "text" || column.storage == "blob";
        case Storage::text:
        case Storage::canonical_text:
        case Storage::instant_text:
            return column.storage != "integer" && column.storage != "real";
        case Storage::blob:
            return true;
    }
    return true;
}

}  // namespace strata::dal::detail::sqlite
