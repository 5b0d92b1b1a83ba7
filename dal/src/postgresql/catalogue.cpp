#include "catalogue.hpp"

#include <initializer_list>

namespace strata::dal::detail::postgresql {

namespace {

/// A domain is looked through, an enum is called "enum"; an array has its element's name after "[]".
constexpr std::string_view columns_of_table = R"sql(
WITH RECURSIVE its_columns AS (
    SELECT a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated <> '' AS computed
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = pg_catalog.to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped),
bases AS (
    SELECT c.attnum, t.oid, t.typname, t.typtype, t.typbasetype, t.typelem, t.typlen, t.typnotnull
    FROM its_columns AS c JOIN pg_catalog.pg_type AS t ON t.oid = c.atttypid
    UNION ALL
    SELECT b.attnum, t.oid, t.typname, t.typtype, t.typbasetype, t.typelem, t.typlen, b.typnotnull OR t.typnotnull
    FROM bases AS b JOIN pg_catalog.pg_type AS t ON t.oid = b.typbasetype
    WHERE b.typtype = 'd')
SELECT c.attname::text, pg_catalog.format_type(c.atttypid, c.atttypmod),
       CASE WHEN b.typelem <> 0 AND b.typlen = -1
            THEN '[]' || CASE e.typtype WHEN 'e' THEN 'enum' ELSE e.typname::text END
            WHEN b.typtype = 'e' THEN 'enum' ELSE b.typname::text END,
       NOT (c.attnotnull OR b.typnotnull), c.computed
FROM its_columns AS c JOIN bases AS b ON b.attnum = c.attnum AND b.typtype <> 'd'
LEFT JOIN pg_catalog.pg_type AS e ON e.oid = b.typelem
ORDER BY c.attnum
)sql";

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    for (const std::string_view each : names) {
        if (each == name) return true;
    }
    return false;
}

/// Whether an element of this type holds the member's values and the other way round.
bool fits_type(core::TypeKind kind, std::string_view name) {
    using core::TypeKind;
    switch (kind) {
        case TypeKind::boolean:
            return name == "bool";
        case TypeKind::small_integer:
            return name == "int2";
        case TypeKind::integer:
            return is_one_of(name, {"int2", "int4"});
        case TypeKind::big_integer:
            return is_one_of(name, {"int2", "int4", "int8", "oid"});
        case TypeKind::real:
            return is_one_of(name, {"float4", "float8"});
        case TypeKind::double_precision:
            return is_one_of(name, {"float4", "float8", "numeric"});
        case TypeKind::numeric:
            return is_one_of(name, {"numeric", "int2", "int4", "int8"});
        case TypeKind::bytes:
            return name == "bytea";
        case TypeKind::date:
            return name == "date";
        case TypeKind::time:
            return name == "time";
        case TypeKind::timestamp:
            return name == "timestamp";
        case TypeKind::timestamptz:
            return name == "timestamptz";
        case TypeKind::uuid:
            return name == "uuid";
        case TypeKind::json:
            return is_one_of(name, {"json", "jsonb"});
        case TypeKind::enumeration:
            return is_one_of(name, {"enum", "text", "varchar", "bpchar"});
        case TypeKind::text:  // any type has a text form
            return !is_one_of(name, {"bool", "int2", "int4", "int8", "float4", "float8", "numeric", "bytea"});
        case TypeKind::array:
            return false;
    }
    return false;
}

}  // namespace

std::vector<StoredColumn> stored_columns(core::Connection& connection, const core::QualifiedName& table) {
    const std::string name = connection.dialect().quoted(table);
    const core::Value values[] = {core::Value::text(name)};
    std::vector<StoredColumn> columns;
    core::Cursor cursor = connection.query(columns_of_table, values);
    while (cursor.next()) {
        const core::Row& row = cursor.row();
        columns.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), row.boolean(3),
                           row.boolean(4)});
    }
    return columns;
}

bool fits(const core::TypeInfo& type, const StoredColumn& column) {
    constexpr std::string_view array = "[]";
    if (type.kind != core::TypeKind::array) return fits_type(type.kind, column.storage);
    return column.storage.starts_with(array) && type.element != nullptr &&
           fits_type(type.element->kind, std::string_view(column.storage).substr(array.size()));
}

}  // namespace strata::dal::detail::postgresql
