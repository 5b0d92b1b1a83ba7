#pragma once

#include "support/database.hpp"

#include <map>
#include <string>

/// A SQLite database as text that is the same for databases of the same meaning. Only how its SQL is written does not
/// count: white space, quotes, the case of types, and whether a constraint is a column's or the table's.
namespace strata::test {

/// sqlite_schema: each object that has SQL, by its kind and name.
[[nodiscard]] std::map<std::string, std::string> sqlite_objects(const TestDatabase& db);
/// What SQLite itself makes of the columns, indexes and foreign keys, besides its names for them.
[[nodiscard]] std::string sqlite_pragmas(const TestDatabase& db);

}  // namespace strata::test
