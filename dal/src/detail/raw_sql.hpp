#pragma once

#include "query_compiler.hpp"

#include <string>
#include <vector>

namespace strata::dal::detail {

/// Raw SQL with the database's placeholders, and the values in the order of these.
struct RawSql {
    std::string sql;
    std::vector<core::Value> values;
};

/// Replaces `?` and `:name`, except in strings, names and comments; `??` is a question mark and `\:` a colon. Throws
/// UsageError for arguments that do not match the placeholders, and for a statement that does not work on rows.
[[nodiscard]] RawSql bind_raw(const QueryCompiler& compiler, std::string_view sql, const RawArguments& arguments);

}  // namespace strata::dal::detail
