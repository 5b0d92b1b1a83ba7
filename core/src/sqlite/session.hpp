#pragma once

#include <memory>
#include <string>

namespace soci {
class session;
}
struct sqlite3;

namespace strata::core::sqlite {

/// Opens the file through SOCI, and makes it where asked. Its header takes sqlite3.h into a namespace of its own, so it
/// stays in one source file. Throws soci_error's reason as std::runtime_error.
std::unique_ptr<soci::session> open_session(const std::string& path, bool make);
/// The native handle; nullptr when the session is not SQLite's.
::sqlite3* native_handle(soci::session& session);

}  // namespace strata::core::sqlite
