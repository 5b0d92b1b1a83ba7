#include "enum_types.hpp"

#include <strata/core/error.hpp>
#include <strata/core/value.hpp>

#include <algorithm>

namespace strata::migrate::postgresql {
namespace {

using schema::MetaData;
using schema::Type;

template <class Test>
bool any_column(const MetaData& state, const Test& test) {
    return std::any_of(state.tables.begin(), state.tables.end(), [&](const auto& table) {
        return std::any_of(table.columns.begin(), table.columns.end(),
                           [&](const auto& column) { return test(column.type); });
    });
}

bool is_enum(const Type& type) {
    const bool enums = type.kind == core::TypeKind::enumeration ||
                       (type.kind == core::TypeKind::array && type.element == core::TypeKind::enumeration);
    return enums && !type.name.empty() && type.native.empty();
}

/// The type's temporary name while columns are moved away from it.
std::string old_name(const Type& type) {
    std::size_t length = std::min<std::size_t>(type.name.size(), 63 - 5);
    while (length > 0 && length < type.name.size() && (static_cast<unsigned char>(type.name[length]) & 0xC0U) == 0x80U)
        --length;  // not inside a UTF-8 character
    return type.name.substr(0, length) + "__old";
}

}  // namespace

std::vector<std::string> ensure_type(const Type& type, const MetaData& state, const core::Dialect& dialect) {
    if (!is_enum(type)) return {};
    const auto same = [&](const Type& other) { return is_enum(other) && other.name == type.name; };
    if (any_column(state, [&](const Type& other) { return same(other) && other.labels == type.labels; })) return {};

    std::vector<std::string> statements;
    if (any_column(state, same))
        statements.push_back("ALTER TYPE " + dialect.quoted(type.name) + " RENAME TO " +
                             dialect.quoted(old_name(type)));
    std::string create = "CREATE TYPE " + dialect.quoted(type.name) + " AS ENUM (";
    for (std::size_t i = 0; i < type.labels.size(); ++i) {
        if (i > 0) create += ", ";
        dialect.literal(create, core::Value::text(type.labels[i]));
    }
    statements.push_back(create + ")");
    return statements;
}

std::vector<std::string> drop_unused_type(const Type& type, const MetaData& state, const core::Dialect& dialect) {
    if (!is_enum(type)) return {};
    const auto same = [&](const Type& other) { return is_enum(other) && other.name == type.name; };
    if (any_column(state, [&](const Type& other) { return same(other) && other.labels == type.labels; })) return {};
    // Another column uses the name with new labels, so our type was renamed when it got them.
    const auto name = any_column(state, same) ? old_name(type) : type.name;
    return {"DROP TYPE " + dialect.quoted(name)};
}

bool has_other_labels(const Type& type, const MetaData& state) {
    return is_enum(type) && any_column(state, [&](const Type& other) {
               return is_enum(other) && other.name == type.name && other.labels != type.labels;
           });
}

void check_labels(const MetaData& state) {
    for (const auto& table : state.tables)
        for (const auto& column : table.columns)
            if (has_other_labels(column.type, state))
                throw MigrationError("enum type " + column.type.name + " of column " + table.name + "." + column.name +
                                     " has other labels in another column; alter every column that uses it");
}

}  // namespace strata::migrate::postgresql
