#include "session.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <stdexcept>

namespace strata::core::sqlite {

namespace {

soci::sqlite3_session_backend& backend_of(soci::session& session) {
    return *static_cast<soci::sqlite3_session_backend*>(session.get_backend());
}

/// Reopens the file: SOCI opens with SQLite's mutexes, which cost a tenth of an INSERT, and creates missing files; it
/// has no option for either. A connection of ours is used by one thread at a time and needs no mutex.
/// https://www.sqlite.org/threadsafe.html
void reopen(soci::session& session, const std::string& path, bool make) {
    sqlite_api::sqlite3* handle = nullptr;
    // Otherwise a URI, whose parameters would be read: https://www.sqlite.org/uri.html
    const std::string file = path.starts_with("file:") ? "./" + path : path;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (make ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite_api::sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    if (code != SQLITE_OK) {
        const std::string reason = sqlite_api::sqlite3_errstr(code);
        sqlite_api::sqlite3_close(handle);
        throw std::runtime_error(reason);
    }
    sqlite_api::sqlite3_close(backend_of(session).conn_);
    backend_of(session).conn_ = handle;
}

}  // namespace

std::unique_ptr<soci::session> open_session(const std::string& path, bool make) {
    // SOCI opens the session without a file: a path may contain characters that its connection string cannot escape.
    try {
        auto session = std::make_unique<soci::session>(soci::sqlite3, ":memory:");
        reopen(*session, path, make);
        return session;
    } catch (const soci::soci_error& error) {
        throw std::runtime_error(error.get_error_message());
    }
}

::sqlite3* native_handle(soci::session& session) {
    // By name: the libraries do not export the backends' type information for a dynamic_cast.
    if (session.get_backend_name() != "sqlite3") return nullptr;
    return reinterpret_cast<::sqlite3*>(backend_of(session).conn_);
}

}  // namespace strata::core::sqlite
