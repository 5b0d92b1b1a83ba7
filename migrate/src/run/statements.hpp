#pragma once

#include "row_meter.hpp"

#include <strata/core/connection.hpp>
#include <strata/migrate/plan.hpp>

#include <functional>
#include <optional>
#include <vector>

namespace strata::migrate {

/// What else happens while statements run. Each may be left out.
struct RunWatch {
    std::function<void()> check{};  ///< called after a statement, or after several that went to the database together
    /// Called before a callback that has a name, with `run backfill slugs (version 2)`.
    std::function<void(const std::string&)> announce{};
    RowMeter* meter = nullptr;  ///< counts the rows that are written
};

/// Runs statements in order. `at` is where the run is, also after a failure. Throws MigrationError for an assertion
/// that does not hold.
void run_all(core::Connection& connection, const std::vector<Statement>& statements, std::optional<Place>& at,
             const RunWatch& watch = {});

}  // namespace strata::migrate
