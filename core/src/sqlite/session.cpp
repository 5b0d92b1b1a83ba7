#include "session.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace strata::core::sqlite {

namespace {

soci::sqlite3_session_backend& backend_of(soci::session& session) {
    return *static_cast<soci::sqlite3_session_backend*>(session.get_backend());
}

/// SOCI opens with SQLite's mutexes, which cost a tenth of an INSERT. A connection of ours is used by one thread at a
/// time and needs none; SOCI has no option for it. https://www.sqlite.org/threadsafe.html
void reopen_without_mutex(soci::session& session, const std::string& path) {
    sqlite_api::sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite_api::sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    if (code != SQLITE_OK) {  // SOCI has just opened it, so keep that one
        sqlite_api::sqlite3_close(handle);
        return;
    }
    sqlite_api::sqlite3_close(backend_of(session).conn_);
    backend_of(session).conn_ = handle;
}

}  // namespace

std::unique_ptr<soci::session> open_session(const std::string& path, bool& failed, std::string& reason) {
    // SOCI takes a string without '=' as the path itself; otherwise it wants db="..." and has no escape for '"'.
    const bool plain = path.find('=') == std::string::npos;
    failed = !plain && path.find('"') != std::string::npos;
    if (failed) {
        reason = "a path with both '=' and '\"' cannot be opened";
        return nullptr;
    }
    try {
        auto session = std::make_unique<soci::session>(soci::sqlite3, plain ? path : "db=\"" + path + "\"");
        reopen_without_mutex(*session, path);
        return session;
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
    return reinterpret_cast<::sqlite3*>(backend_of(session).conn_);
}

}  // namespace strata::core::sqlite
