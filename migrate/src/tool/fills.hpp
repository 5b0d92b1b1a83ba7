#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Values for columns that become NOT NULL, which a revision gives to the rows that are there: `songs.rating=0`.
namespace strata::migrate {

/// A column that an operation makes NOT NULL while its table may have rows without a value.
struct ColumnToFill {
    std::size_t operation;  ///< its index: AddColumn or AlterColumn
    schema::QualifiedName table;
    schema::Column column;  ///< as the operation leaves it

    /// `songs.rating`, as the user names it
    [[nodiscard]] std::string name() const { return table.text() + "." + column.name; }
};
[[nodiscard]] std::vector<ColumnToFill> columns_to_fill(const std::vector<Operation>& operations,
                                                        schema::MetaData before);

/// The value of such a column as the user writes it: `0`, `true`, `2026-11-20`, `'text'` or text. Throws UsageError,
/// with one line that does not repeat the value, for one that the column's type does not take.
[[nodiscard]] Literal fill_value(const ColumnToFill& column, std::string_view text, const schema::DdlCompiler& ddl);

/// The operations, in which the columns that `fills` names (`songs.rating=0`) are filled before they become NOT NULL.
/// Throws UsageError for one that does not name such a column, and for a value that is not of its type.
[[nodiscard]] std::vector<Operation> with_fills(const std::vector<Operation>& operations,
                                                const std::vector<std::string>& fills, const schema::MetaData& before,
                                                const schema::DdlCompiler& ddl);

}  // namespace strata::migrate
