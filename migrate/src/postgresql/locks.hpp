#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/migrate/plan.hpp>

#include <vector>

namespace strata::migrate::postgresql {

/// The locks on tables that carrying out an operation takes, as far as they are known from it alone; the strongest of
/// each table. https://www.postgresql.org/docs/15/explicit-locking.html#LOCKING-TABLES
[[nodiscard]] std::vector<Lock> locks_of(const Operation& operation);

}  // namespace strata::migrate::postgresql
