#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// Enum types that columns share. PostgreSQL can add a label to a type but neither take one away nor use a new one in
/// the same transaction, so a change of labels makes a new type:
/// https://www.postgresql.org/docs/current/sql-altertype.html
namespace strata::migrate::postgresql {

/// What has to run so that a column can have the type, given the columns there are. Where columns have the name with
/// other labels, their type is renamed out of the way, until they are altered too.
[[nodiscard]] std::vector<std::string> provide_type(const schema::Type& type, const schema::MetaData& state,
                                                    const core::Dialect& dialect);

/// DROP TYPE when no column of `state` has the type (any more).
[[nodiscard]] std::vector<std::string> release_type(const schema::Type& type, const schema::MetaData& state,
                                                    const core::Dialect& dialect);

/// Whether columns have the type's name with other labels.
[[nodiscard]] bool stands_otherwise(const schema::Type& type, const schema::MetaData& state);

/// Throws MigrationError when columns have one type's name with different labels.
void check_labels(const schema::MetaData& state);

}  // namespace strata::migrate::postgresql
