#pragma once

#include "support/database.hpp"

#include <string>

namespace strata::test {

/// What the database's own catalogue says of the schema, whatever the order of columns, and without the tables of
/// migrations.
[[nodiscard]] std::string catalogue_text(const TestDatabase& db);

}  // namespace strata::test
