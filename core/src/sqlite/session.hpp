#pragma once

#include <memory>
#include <string>

namespace soci {
class session;
}
struct sqlite3;

namespace strata::core::sqlite {

/// Opens the file through SOCI, and creates it if asked. SOCI's header includes sqlite3.h in a namespace of its own, so
/// it is used in one source file only. Throws soci_error's reason as std::runtime_error.
std::unique_ptr<soci::session> open_session(const std::string& path, bool make);
/// The native handle; nullptr when the session is not SQLite's.
::sqlite3* native_handle(soci::session& session);

}  // namespace strata::core::sqlite
