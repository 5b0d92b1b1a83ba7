#pragma once

#include "connection/limits.hpp"

#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace strata::core::sqlite {

/// What is known about a failed statement, besides SQLite's code.
struct FailedStatement {
    std::string_view sql;
    bool values_bound = false;                                       ///< SQLite's message may quote bound values
    bool waited = true;                                              ///< for another connection
    bool read_only = false;                                          ///< its transaction is read-only
    detail::Interruption interruption = detail::Interruption::none;  ///< why we ended it
    ::sqlite3_stmt* changes = nullptr;                               ///< it changes rows, and its values are bound
};

/// Throws the handle's last error as the matching Error subclass, by its extended code.
/// https://www.sqlite.org/rescode.html
[[noreturn]] void fail(::sqlite3* handle, const FailedStatement& statement);
[[noreturn]] void fail_interrupted(std::string_view sql, detail::Interruption interruption);
/// Throws the error for a writer whose turn did not come in time.
[[noreturn]] void fail_locked(::sqlite3* handle, std::string_view sql);

}  // namespace strata::core::sqlite
