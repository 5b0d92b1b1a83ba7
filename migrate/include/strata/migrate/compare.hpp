#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <vector>

namespace strata::migrate {

/// The operations that turn `database` into `models`, in an order that runs: autogenerate writes them and `check` lists
/// them. Types and columns are compared as this dialect stores them, expressions by `comparer`. Tables whose features
/// are only in `not_compared` are left alone. Empty when there is no difference.
[[nodiscard]] std::vector<Operation> compare_metadata(const schema::MetaData& database, const schema::MetaData& models,
                                                      const schema::DdlCompiler& ddl,
                                                      schema::ExpressionComparer& comparer);

}  // namespace strata::migrate
