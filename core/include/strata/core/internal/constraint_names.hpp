#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The names that constraints have where nobody has given them one: pk_TABLE, uq_TABLE_COLUMNS,
/// fk_TABLE_COLUMNS_REFERRED.
namespace strata::core::internal {

/// The name, truncated to PostgreSQL's 63 bytes or less; a truncated one ends in a hash of the full name.
[[nodiscard]] std::string fitted_name(const std::string& name, std::size_t length = 63);
/// A hash of a text, as names have it.
[[nodiscard]] std::string name_hash(std::string_view text);

[[nodiscard]] std::string primary_key_name(std::string_view table);
[[nodiscard]] std::string unique_name(std::string_view table, const std::vector<std::string>& columns);
[[nodiscard]] std::string foreign_key_name(std::string_view table, const std::vector<std::string>& columns,
                                           std::string_view referred_table);

}  // namespace strata::core::internal
