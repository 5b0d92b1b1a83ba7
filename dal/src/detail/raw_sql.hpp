#pragma once

#include "query_compiler.hpp"

#include <string>
#include <vector>

namespace strata::dal::detail {

/// Raw SQL as the database takes it, and the values in the order of its placeholders.
struct RawSql {
    std::string sql;
    std::vector<core::Value> values;
};

/// Replaces `?` and `:name`, but not in strings, names and comments; `??` is a question mark and `\:` a colon.
/// Throws UsageError for arguments that do not fit the placeholders, and for a statement that is not about rows.
[[nodiscard]] RawSql bind_raw(const QueryCompiler& compiler, std::string_view sql, std::span<const Argument> arguments);

}  // namespace strata::dal::detail
