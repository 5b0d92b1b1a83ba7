#include "session.hpp"

#include <strata/core/internal/pooler.hpp>

#include <libpq-fe.h>

#include <string>

namespace strata::core::detail {

bool has_pooler(Connection& connection) {
    ::PGconn* const handle = postgresql::native_handle(connection.session());
    if (handle == nullptr) return false;
    return connection.scalar("SELECT pg_catalog.pg_backend_pid()") != std::to_string(PQbackendPID(handle));
}

}  // namespace strata::core::detail
