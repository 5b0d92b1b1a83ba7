#pragma once

#include <memory>
#include <string>

namespace soci {
class session;
}
struct pg_conn;

namespace strata::core::postgresql {

/// Opens a session through SOCI; on failure returns nullptr and libpq's reason.
std::unique_ptr<soci::session> open_session(const std::string& conninfo, std::string& reason);
/// The native handle; nullptr when the session is not PostgreSQL's.
::pg_conn* native_handle(soci::session& session);

}  // namespace strata::core::postgresql
