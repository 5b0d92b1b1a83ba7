#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// Enum types that columns share. PostgreSQL can add a label to a type but neither take one away nor use a new one in
/// the same transaction, so a change of labels makes a new type:
/// https://www.postgresql.org/docs/current/sql-altertype.html
namespace strata::migrate::postgresql {

/// What has to run so that the type can be used in a column of that type, given the columns there are.
/// Throws MigrationError when a column uses the name with other labels and `replace` is false.
[[nodiscard]] std::vector<std::string> provide_type(const schema::Type& type, const schema::MetaData& state,
                                                    const core::Dialect& dialect, bool replace = false);

/// DROP TYPE when no column of `state` has the type (any more).
[[nodiscard]] std::vector<std::string> release_type(const schema::Type& type, const schema::MetaData& state,
                                                    const core::Dialect& dialect);

}  // namespace strata::migrate::postgresql
