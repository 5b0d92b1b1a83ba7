#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/reflection.hpp>

#include <memory>

namespace strata::schema::postgresql {

[[nodiscard]] std::unique_ptr<ExpressionComparer> comparer(core::Connection& connection);

}  // namespace strata::schema::postgresql
