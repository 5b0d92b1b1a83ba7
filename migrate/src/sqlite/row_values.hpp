#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

namespace strata::migrate::sqlite {

/// The rows with the texts of dates, times, UUIDs and decimals in the form that their columns store. SQLite keeps a
/// text as it is, and compares it as text. Throws MigrationError for one that is no value of its column. A table that
/// is not in the state has its rows as they are.
[[nodiscard]] BulkInsert stored_rows(BulkInsert insert, const schema::MetaData& state);
/// The same for the value of a filled column.
[[nodiscard]] Fill stored_value(Fill fill, const schema::MetaData& state);

}  // namespace strata::migrate::sqlite
