#pragma once

#include "connection/limits.hpp"

#include <libpq-fe.h>

#include <memory>
#include <string_view>

namespace strata::core::postgresql {

struct ClearResult {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

/// What the client knows about a failed call, besides the server's answer.
struct FailedCall {
    std::string_view statement;
    bool values_bound = false;    ///< the server's message may quote bound values
    bool only_prepared = false;   ///< nothing ran yet: the server's message can quote the statement alone
    bool may_write = true;        ///< false: nothing can have been changed
    bool commits = false;         ///< the call is a COMMIT
    bool in_transaction = false;  ///< a transaction was open before the call, so a lost connection undoes the call
    bool not_sent = false;        ///< the connection was known to be lost before the call
    bool completed = false;       ///< the server had reported success before it failed: a COMMIT may have taken effect
    detail::Interruption interruption = detail::Interruption::none;  ///< why we asked the server to end it
};

/// Throws a failed result as the matching Error subclass. The class comes from the SQLSTATE, names come from the
/// diagnostic fields or, by the error's position, from the statement itself; the words are only shown. DETAIL and the
/// text of class 22 carry values and are left out.
/// https://www.postgresql.org/docs/15/errcodes-appendix.html
[[noreturn]] void fail(PGconn* connection, const PGresult* result, const FailedCall& call);

/// The SQLSTATE of a result; empty where it has none.
[[nodiscard]] std::string_view sqlstate(const PGresult* result) noexcept;

}  // namespace strata::core::postgresql
