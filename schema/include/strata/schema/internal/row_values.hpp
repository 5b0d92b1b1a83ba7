#pragma once

#include <strata/schema/ddl.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// The values of rows that belong to the schema, by the types of their columns.
namespace strata::schema::internal {

/// The rows with dates, times, UUIDs and decimals in the form in which such values are printed, so that equal values
/// are equal. A text that is no value of its column stays as it is.
[[nodiscard]] SeedRows canonical_rows(SeedRows list, const Table& table);

/// A value of the table's column as SQL. Throws UsageError for a text that is no value of the column's type.
[[nodiscard]] std::string value_sql(const core::Dialect& dialect, const Table& table, const std::string& column,
                                    const Literal& value);

/// An INSERT for each row, which gives a row that is there already its values, and what lets the database go on
/// numbering. https://sqlite.org/lang_upsert.html
[[nodiscard]] std::vector<std::string> insert_rows_sql(const SeedRows& list, const Table& table,
                                                       const DdlCompiler& ddl);

}  // namespace strata::schema::internal
