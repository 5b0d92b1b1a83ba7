#pragma once

#include <sqlite3.h>

#include <memory>
#include <stdexcept>
#include <string>

// SQLite's C interface, as a careful program uses it.
namespace bench::sqlite {

inline void check(sqlite3* handle, int code) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
        throw std::runtime_error(sqlite3_errmsg(handle));
}

struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using Prepared = std::unique_ptr<sqlite3_stmt, Close>;

inline void run(sqlite3* handle, const char* sql) {
    check(handle, sqlite3_exec(handle, sql, nullptr, nullptr, nullptr));
}

inline Prepared prepare(sqlite3* handle, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(handle, sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    return Prepared(statement);
}

inline std::string text(sqlite3_stmt* statement, int column) {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

/// Without mutexes, as Strata opens it: one thread uses a connection.
inline Handle open(const std::string& path) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    Handle owner(handle);
    check(handle, code);
    return owner;
}

}  // namespace bench::sqlite
