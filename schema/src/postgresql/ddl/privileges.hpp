#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/privileges.hpp>

#include <string>
#include <vector>

namespace strata::schema::postgresql {

/// ALTER ... OWNER TO, REVOKE and GRANT that make `after` of `before`; null: of a new object, which has no owner yet.
/// Throws UsageError for a kind that has neither owner nor privileges.
/// https://www.postgresql.org/docs/15/sql-grant.html,
/// https://www.postgresql.org/docs/15/sql-alterdefaultprivileges.html
[[nodiscard]] std::vector<std::string> privileges_sql(const core::Dialect& dialect, const Privileges* before,
                                                      const Privileges& after);

}  // namespace strata::schema::postgresql
