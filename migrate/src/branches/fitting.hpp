#pragma once

#include "operations/compiler.hpp"

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <vector>

namespace strata::migrate {

/// What a list of operations has to fit into beside the state.
struct Fitting {
    /// Whether the state is right about the table; operations on others are passed over. Empty: about all.
    std::function<bool(const schema::QualifiedName&)> known{};
    /// Operations of the other branch, which may have taken away what a view or a function names.
    std::vector<Operation> gone{};
    bool dangling_keys = false;  ///< whether a foreign key may refer to what is not there
};

/// Carries the operations out on the state, and looks at what replay leaves to the database: whether a name is free
/// among all tables and indexes, whether what an expression, a view or a row names is there, whether a foreign key
/// refers to something unique, whether what is replaced is what the operation replaces. Throws MigrationError that
/// begins with the operation.
void apply_fitting(schema::MetaData& state, const std::vector<Operation>& operations,
                   const detail::DialectOperationCompiler& compiler, const Fitting& fitting);

}  // namespace strata::migrate
