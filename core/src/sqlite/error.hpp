#pragma once

#include "../detail/limits.hpp"

#include <string_view>

struct sqlite3;

namespace strata::core::sqlite {

/// What is known of a statement that failed, beside SQLite's code.
struct FailedStatement {
    std::string_view sql;
    bool values_bound = false;  ///< SQLite's words may quote values that were bound
    bool read_only = false;     ///< its transaction was begun so
    detail::Interruption interruption = detail::Interruption::none;  ///< what we have ended it for
};

/// Throws the handle's last error as the matching Error subclass, by its extended code.
/// https://www.sqlite.org/rescode.html
[[noreturn]] void fail(::sqlite3* handle, const FailedStatement& statement);
[[noreturn]] void fail_interrupted(std::string_view sql, detail::Interruption interruption);
/// A writer's turn did not come.
[[noreturn]] void fail_locked(::sqlite3* handle, std::string_view sql);

}  // namespace strata::core::sqlite
