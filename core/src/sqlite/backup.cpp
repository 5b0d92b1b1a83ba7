#include <strata/core/error.hpp>
#include <strata/core/internal/backup.hpp>

#include <sqlite3.h>

#include <memory>
#include <string>

namespace strata::core::sqlite {
namespace {

using Handle = std::unique_ptr<::sqlite3, decltype(&sqlite3_close)>;

Handle open(const std::string& path, int flags) {
    ::sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    Handle owner(handle, &sqlite3_close);
    if (code != SQLITE_OK) throw ConnectionError("cannot open " + path + ": " + sqlite3_errstr(code));
    sqlite3_busy_timeout(handle, 30'000);
    return owner;
}

}  // namespace

void back_up(const Url& url, const std::filesystem::path& file) {
    if (url.database == ":memory:") throw UsageError("a database in memory cannot be backed up");
    const auto source = open(url.database, SQLITE_OPEN_READONLY);
    const auto target = open(file.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    ::sqlite3_backup* const backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
    int code = backup == nullptr ? sqlite3_errcode(target.get()) : sqlite3_backup_step(backup, -1);
    if (backup != nullptr) sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) throw Error("the backup " + file.string() + " cannot be written: " + sqlite3_errstr(code));
}

}  // namespace strata::core::sqlite
