#include "sqlite/types.hpp"

#include "sqlite/ddl.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/sqlite_storage.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>

#include <array>
#include <charconv>

namespace strata::schema::sqlite {
namespace {

using core::sqlite::Storage;
using core::sqlite::stored_as;
using detail::sqlite::same_name;

struct Spelling {
    TypeKind kind;
    const char* column;
    const char* array;  ///< none contains INT, so that all have TEXT affinity
};

constexpr std::array<Spelling, 15> spellings{{
    {TypeKind::boolean, "INTEGER", "BOOLEAN_TEXT_ARRAY"},
    {TypeKind::small_integer, "SMALLINT", "I16_TEXT_ARRAY"},
    {TypeKind::integer, "INTEGER", "I32_TEXT_ARRAY"},
    {TypeKind::big_integer, "BIGINT", "I64_TEXT_ARRAY"},
    {TypeKind::real, "REAL", "REAL_TEXT_ARRAY"},
    {TypeKind::double_precision, "DOUBLE", "DOUBLE_TEXT_ARRAY"},
    {TypeKind::text, "TEXT", "TEXT_ARRAY"},
    {TypeKind::bytes, "BLOB", "BYTES_TEXT_ARRAY"},
    {TypeKind::numeric, "DECIMAL_TEXT", "NUMERIC_TEXT_ARRAY"},
    {TypeKind::date, "DATE", "DATE_TEXT_ARRAY"},
    {TypeKind::time, "TIME", "TIME_TEXT_ARRAY"},
    {TypeKind::timestamp, "TIMESTAMP", "TIMESTAMP_TEXT_ARRAY"},
    {TypeKind::timestamptz, "TIMESTAMPTZ", "TIMESTAMPTZ_TEXT_ARRAY"},
    {TypeKind::uuid, "CHAR(36)", "UUID_TEXT_ARRAY"},
    {TypeKind::json, "TEXT", "JSON_TEXT_ARRAY"},
}};
constexpr const char* enum_array = "ENUM_TEXT_ARRAY";

const Spelling* spelling_of(TypeKind kind) {
    for (const auto& each : spellings)
        if (each.kind == kind) return &each;
    return nullptr;
}

/// Reads `NAME(a,b)`; a number that is not given is -1. Returns false for any other form.
bool split(std::string_view declared, std::string_view& name, int& first, int& second) {
    first = second = -1;
    const auto open = declared.find('(');
    name = declared.substr(0, open);
    if (open == std::string_view::npos) return true;
    const char* at = declared.data() + open + 1;
    const char* const end = declared.data() + declared.size();
    auto read = std::from_chars(at, end, first);
    if (read.ec == std::errc() && read.ptr < end && *read.ptr == ',') read = std::from_chars(read.ptr + 1, end, second);
    return read.ec == std::errc() && read.ptr + 1 == end && *read.ptr == ')' && first >= 0 &&
           (second >= 0 || declared.find(',') == std::string_view::npos);
}

}  // namespace

std::string declared(const Type& type) {
    switch (type.form) {
        case TypeForm::native:
            return type.native;
        case TypeForm::none:
            return {};
        case TypeForm::user:
            throw UsageError("type " + type.name + " is user-defined, and SQLite has no such types");
        case TypeForm::unknown:
            return "unknown";
        case TypeForm::generic:
            if (!type.native.empty()) return type.native;  // another spelling of the same
            break;
    }
    const auto numbers = [&] {
        return type.precision == 0 ? std::string()
                                   : "(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
    };
    switch (type.kind) {
        case TypeKind::text:
            return type.length > 0 ? "VARCHAR(" + std::to_string(type.length) + ")" : "TEXT";
        case TypeKind::numeric:
            return (stored_as(type.kind, type.precision) == Storage::number ? "NUMERIC" : "DECIMAL_TEXT") + numbers();
        case TypeKind::enumeration:
            return "TEXT";
        case TypeKind::array:
            if (!type.element.front().generic())
                throw UsageError("an array of " + declared(type.element.front()) + " cannot be kept by SQLite");
            if (const auto* element = spelling_of(type.element.front().kind)) return element->array;
            return enum_array;
        case TypeKind::boolean:
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
        case TypeKind::real:
        case TypeKind::double_precision:
        case TypeKind::bytes:
        case TypeKind::date:
        case TypeKind::time:
        case TypeKind::timestamp:
        case TypeKind::timestamptz:
        case TypeKind::uuid:
        case TypeKind::json:
            return spelling_of(type.kind)->column;
    }
    return {};
}

Type parse_type(const std::string& declared) {
    if (declared.empty()) return NoType();
    std::string_view name;
    int first = 0;
    int second = 0;
    if (!split(declared, name, first, second)) return Native(declared);
    if (first < 0) {
        if (same_name(name, "INT") || same_name(name, "INTEGER")) return Integer();
        if (same_name(name, enum_array)) {
            Type element;
            element.kind = TypeKind::enumeration;
            return Array(std::move(element));
        }
        for (const auto& each : spellings) {
            Type type;
            type.kind = each.kind;
            if (same_name(name, each.array)) return Array(type);
            if (each.kind != TypeKind::boolean && each.kind != TypeKind::json && same_name(name, each.column))
                return type;
        }
    } else if (second < 0) {
        if (same_name(name, "VARCHAR") && first > 0) return String(first);
        if (same_name(name, "CHAR") && first == 36) return UuidType();
    } else {
        const Storage storage = stored_as(TypeKind::numeric, first);
        if (same_name(name, "NUMERIC") && storage == Storage::number) return Numeric(first, second);
        if (same_name(name, "DECIMAL_TEXT") && storage == Storage::decimal_text && first > 0)
            return Numeric(first, second);
    }
    return Native(declared);
}

}  // namespace strata::schema::sqlite
