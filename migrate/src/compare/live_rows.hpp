#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/metadata.hpp>

#include <vector>

namespace strata::migrate {

/// The rows of `known`, which revisions have made, as they are in the database now; those that are gone are left out.
/// `live` is the shape of the database. Rows that no revision made are not read. Values of JSON, bytes and arrays are
/// taken as known.
[[nodiscard]] std::vector<schema::SeedRows> live_rows(core::Connection& connection, const schema::MetaData& live,
                                                      const std::vector<schema::SeedRows>& known);

}  // namespace strata::migrate
