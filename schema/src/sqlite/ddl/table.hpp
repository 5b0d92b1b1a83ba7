#pragma once

#include <strata/schema/internal/statements.hpp>
#include <strata/schema/metadata.hpp>

#include <string>

namespace strata::schema::sqlite::statements {

using namespace schema::statements;

[[nodiscard]] std::string create_table(const Table& table);
[[nodiscard]] std::string create_virtual_table(const Table& table);

}  // namespace strata::schema::sqlite::statements
