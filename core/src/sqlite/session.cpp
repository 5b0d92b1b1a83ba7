#include "session.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace strata::core::sqlite {

std::unique_ptr<soci::session> open_session(const std::string& path, bool& failed, std::string& reason) {
    // SOCI takes a string without '=' as the path itself; otherwise it wants db="..." and has no escape for '"'.
    const bool plain = path.find('=') == std::string::npos;
    failed = !plain && path.find('"') != std::string::npos;
    if (failed) {
        reason = "a path with both '=' and '\"' cannot be opened";
        return nullptr;
    }
    try {
        return std::make_unique<soci::session>(soci::sqlite3, plain ? path : "db=\"" + path + "\"");
    } catch (const soci::soci_error& error) {
        failed = true;
        reason = error.get_error_message();
        constexpr std::string_view prefix = "Cannot establish connection to the database. ";
        if (reason.starts_with(prefix)) reason.erase(0, prefix.size());
        return nullptr;
    }
}

::sqlite3* native_handle(soci::session& session) {
    // By name: the libraries do not export the backends' type information for a dynamic_cast.
    if (session.get_backend_name() != "sqlite3") return nullptr;
    auto* backend = static_cast<soci::sqlite3_session_backend*>(session.get_backend());
    return reinterpret_cast<::sqlite3*>(backend->conn_);
}

}  // namespace strata::core::sqlite
