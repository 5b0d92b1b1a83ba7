#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <vector>

namespace strata::migrate {

/// The operations that make `database` what `models` say, in an order that runs: what autogenerate writes and `check`
/// lists. Types and columns are compared as this dialect stores them, expressions as `comparer` understands them.
/// Tables that hold only what is `not_compared` are left alone. Empty when in step.
[[nodiscard]] std::vector<Operation> compare_metadata(const schema::MetaData& database, const schema::MetaData& models,
                                                      const schema::DdlCompiler& ddl,
                                                      schema::ExpressionComparer& comparer);

}  // namespace strata::migrate
