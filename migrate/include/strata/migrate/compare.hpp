#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <vector>

namespace strata::migrate {

/// The operations that turn `database` into `models`, in an order that runs: autogenerate writes them and `check` lists
/// them. Everything is compared as this dialect stores it, expressions by `comparer`, and everything in the database is
/// taken as ours; ours_of() says what is. Empty when there is no difference.
[[nodiscard]] std::vector<Operation> compare_metadata(const schema::MetaData& database, const schema::MetaData& models,
                                                      const schema::DdlCompiler& ddl,
                                                      schema::ExpressionComparer& comparer);

}  // namespace strata::migrate
