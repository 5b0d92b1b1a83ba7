#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>

#include <vector>

namespace strata::migrate {

/// The renames that give the tables and columns of `state` the spelling that `wanted` has for them, where the database
/// takes both for one name. None where it tells them apart. Names that `settled` has keep their spelling.
[[nodiscard]] std::vector<Operation> respellings(const schema::MetaData& state, const schema::MetaData& wanted,
                                                 const schema::DdlCompiler& ddl, const schema::MetaData& settled = {});

}  // namespace strata::migrate
