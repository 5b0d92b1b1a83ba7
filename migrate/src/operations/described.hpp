#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>

#include <string>
#include <vector>

namespace strata::migrate {

/// describe() of each operation, with what a column's type and default were and become:
/// `alter column songs.title (type): VARCHAR(255) -> TEXT`. The state is that before the first operation.
[[nodiscard]] std::vector<std::string> described(const std::vector<Operation>& operations, schema::MetaData before,
                                                 const schema::DdlCompiler& ddl);

}  // namespace strata::migrate
