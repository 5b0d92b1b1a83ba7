#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/object.hpp>

#include <string>
#include <vector>

namespace strata::migrate::postgresql {

/// The statements that give a sequence the options of `after`, whose definition is a CREATE SEQUENCE. The sequence goes
/// on counting where it is, which one that is dropped and created would not. An option that the definition does not say
/// is PostgreSQL's own. https://www.postgresql.org/docs/current/sql-altersequence.html
[[nodiscard]] std::vector<std::string> alter_sequence(const schema::Object& before, const schema::Object& after,
                                                      const core::Dialect& dialect);

}  // namespace strata::migrate::postgresql
