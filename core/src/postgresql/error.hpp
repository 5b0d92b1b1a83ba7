#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string_view>

namespace strata::core::postgresql {

struct ClearResult {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

/// Throws what a failed result is, as the Error it stands for. DETAIL and the text of class 22 carry values and are
/// left out.
[[noreturn]] void fail(PGconn* connection, const PGresult* result, std::string_view statement);

}  // namespace strata::core::postgresql
