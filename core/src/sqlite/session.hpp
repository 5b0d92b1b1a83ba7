#pragma once

#include <memory>
#include <string>

namespace soci {
class session;
}
struct sqlite3;

namespace strata::core::sqlite {

/// Opens the file through SOCI. Its header takes sqlite3.h into a namespace of its own, so it stays in one source file.
std::unique_ptr<soci::session> open_session(const std::string& path, bool& failed, std::string& reason);
/// The native handle; nullptr when the session is not SQLite's.
::sqlite3* native_handle(soci::session& session);

}  // namespace strata::core::sqlite
