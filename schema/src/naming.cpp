#include "strata/schema/naming.hpp"

#include <cstdint>
#include <cstdio>

namespace strata::schema {
namespace {

// PostgreSQL's NAMEDATALEN - 1, used for both databases so that a name is the same on both.
constexpr std::size_t max_length = 63;

std::string hash_of(std::string_view text) {  // FNV-1a
    std::uint32_t hash = 2166136261U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08x", hash);
    return digits;
}

std::string fitted(const std::string& name, std::size_t length = max_length) {
    if (name.size() <= length) return name;
    std::size_t kept = length - 9;
    while (kept > 0 && (static_cast<unsigned char>(name[kept]) & 0xC0U) == 0x80U)
        --kept;  // not inside a UTF-8 character
    return name.substr(0, kept) + "_" + hash_of(name);
}

void append(std::string& name, std::string_view part) {
    name += '_';
    name += part;
}

void append(std::string& name, const std::vector<std::string>& parts) {
    for (const auto& part : parts) append(name, part);
}

}  // namespace

std::string primary_key_name(std::string_view table) { return fitted("pk_" + std::string(table)); }

std::string unique_name(std::string_view table, const std::vector<std::string>& columns) {
    std::string name = "uq_" + std::string(table);
    append(name, columns);
    return fitted(name);
}

std::string foreign_key_name(std::string_view table, const std::vector<std::string>& columns,
                             std::string_view referred_table) {
    std::string name = "fk_" + std::string(table);
    append(name, columns);
    append(name, referred_table);
    return fitted(name);
}

std::string check_name(std::string_view table, std::string_view name) {
    if (name.starts_with("ck_")) return fitted(std::string(name));
    return fitted("ck_" + std::string(table) + "_" + std::string(name));
}

std::string type_check_name(std::string_view table, std::string_view column, std::string_view kind) {
    std::string name = "ck_" + std::string(table) + "_" + std::string(column);
    return fitted(name, max_length - kind.size() - 1) + "_" + std::string(kind);
}

std::string index_name(std::string_view table, const std::vector<IndexElement>& elements) {
    std::string name = "ix_" + std::string(table);
    for (const auto& element : elements)
        append(name, element.column.empty() ? hash_of(element.expression) : element.column);
    return fitted(name);
}

void name_constraints(Table& table) {
    if (table.primary_key && table.primary_key->name.empty())
        table.primary_key->name = primary_key_name(table.name.name);
    for (auto& unique : table.uniques)
        if (unique.name.empty()) unique.name = unique_name(table.name.name, unique.columns);
    for (auto& key : table.foreign_keys)
        if (key.name.empty()) key.name = foreign_key_name(table.name.name, key.columns, key.referred_table.name);
    for (auto& index : table.indexes)
        if (index.name.empty()) index.name = index_name(table.name.name, index.elements);
}

}  // namespace strata::schema
