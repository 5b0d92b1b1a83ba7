#include <strata/core/internal/constraint_names.hpp>

#include <cstdint>
#include <cstdio>

namespace strata::core::internal {

namespace {

std::string joined(std::string name, const std::vector<std::string>& parts) {
    for (const std::string& part : parts) name.append("_").append(part);
    return name;
}

}  // namespace

std::string name_hash(std::string_view text) {  // FNV-1a
    std::uint32_t hash = 2166136261U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08x", hash);
    return digits;
}

std::string fitted_name(const std::string& name, std::size_t length) {
    if (name.size() <= length) return name;
    std::size_t kept = length - 9;
    while (kept > 0 && (static_cast<unsigned char>(name[kept]) & 0xC0U) == 0x80U)
        --kept;  // not inside a UTF-8 character
    return name.substr(0, kept) + "_" + name_hash(name);
}

std::string primary_key_name(std::string_view table) { return fitted_name("pk_" + std::string(table)); }

std::string unique_name(std::string_view table, const std::vector<std::string>& columns) {
    return fitted_name(joined("uq_" + std::string(table), columns));
}

std::string foreign_key_name(std::string_view table, const std::vector<std::string>& columns,
                             std::string_view referred_table) {
    return fitted_name(joined("fk_" + std::string(table), columns) + "_" + std::string(referred_table));
}

}  // namespace strata::core::internal
