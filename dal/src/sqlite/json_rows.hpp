#pragma once

#include "../detail/sql_writer.hpp"

namespace strata::dal::detail::sqlite {

/// Whether the rows are the elements or the members of a JSON document.
[[nodiscard]] bool is_json(const FunctionRows& rows);
/// Writes json_each() of a document of the right kind: it gives rows for others, too.
void json_rows(SqlWriter& out, const FunctionRows& rows);
/// Writes a column of these rows, by what json_each() calls them: it has the value of a text or a number, and of
/// documents their JSON.
void json_column(SqlWriter& out, const core::SourceInfo& source, const FunctionRows& rows, std::size_t index);
/// Writes a query of these rows.
void json_query(SqlWriter& out, const FunctionRows& rows);

}  // namespace strata::dal::detail::sqlite
