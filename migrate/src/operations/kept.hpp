#pragma once

#include <strata/migrate/compiler.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <vector>

/// Tables and columns that are kept aside instead of being dropped, and taken back. Both are done by the operations
/// that there are for other purposes: a rename, and drops and additions of what would be in the way.
namespace strata::migrate {

/// The operations that a drop which keeps, or an addition which takes back, consists of; any other operation alone.
/// `names_are_shared`: the names of keys are those of indexes, so that a table of the old name could not have them.
/// Throws MigrationError when the operation does not fit the state.
[[nodiscard]] std::vector<Operation> parts_of(const Operation& operation, const schema::MetaData& state,
                                              bool names_are_shared);

/// Compiles operations of which those that keep or take back are written as what they consist of.
[[nodiscard]] std::vector<Step> compile_parts(
    const std::vector<Operation>& operations, const schema::MetaData& before, bool names_are_shared,
    const std::function<std::vector<Step>(const std::vector<Operation>&)>& compile);

}  // namespace strata::migrate
