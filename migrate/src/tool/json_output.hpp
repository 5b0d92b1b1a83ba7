#pragma once

#include <boost/json.hpp>

#include <string>
#include <vector>

/// What `--json` prints.
namespace strata::migrate {

[[nodiscard]] boost::json::array array_of(const std::vector<std::string>& texts);

/// Prints one object in a line to standard output: `format`, which changes when a member changes its meaning, and the
/// members.
void print_json(boost::json::object members);

}  // namespace strata::migrate
