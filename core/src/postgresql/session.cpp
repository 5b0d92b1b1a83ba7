#include "session.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

namespace strata::core::postgresql {

std::unique_ptr<soci::session> open_session(const std::string& conninfo, std::string& reason) {
    try {
        return std::make_unique<soci::session>(soci::postgresql, conninfo);
    } catch (const soci::soci_error& error) {
        reason = error.get_error_message();
        return nullptr;
    }
}

::pg_conn* native_handle(soci::session& session) {
    // By name: the libraries do not export the backends' type information for a dynamic_cast.
    if (session.get_backend_name() != "postgresql") return nullptr;
    auto* backend = static_cast<soci::postgresql_session_backend*>(session.get_backend());
    return backend->conn_;
}

}  // namespace strata::core::postgresql
