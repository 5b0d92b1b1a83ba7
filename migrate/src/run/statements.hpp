#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/plan.hpp>

#include <functional>
#include <optional>
#include <vector>

namespace strata::migrate {

/// Runs statements in order. `at` is where the run is, also after a failure; `check` is called after each statement, or
/// after several that went to the database together; `announce`, if it is given, before a callback that has a name,
/// with `run backfill slugs (version 2)`. Throws MigrationError for an assertion that does not hold.
void run_all(core::Connection& connection, const std::vector<Statement>& statements, std::optional<Place>& at,
             const std::function<void()>& check, const std::function<void(const std::string&)>& announce = {});

}  // namespace strata::migrate
