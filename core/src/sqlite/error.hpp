#pragma once

#include <string_view>

struct sqlite3;

namespace strata::core::sqlite {

/// Throws what SQLite's last error on the handle is, as the Error it stands for.
[[noreturn]] void fail(::sqlite3* handle, std::string_view statement);

}  // namespace strata::core::sqlite
