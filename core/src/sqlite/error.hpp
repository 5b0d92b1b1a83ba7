#pragma once

#include <string_view>

struct sqlite3;

namespace strata::core::sqlite {

/// Throws what SQLite's last error on the handle is, as the Error it stands for. Where values are bound, its message
/// quotes only what stands in the statement itself.
[[noreturn]] void fail(::sqlite3* handle, std::string_view statement, bool values_bound = false);

}  // namespace strata::core::sqlite
