#include "driver.hpp"

#include <strata/core/error.hpp>
#include <strata/core/log.hpp>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <random>
#include <thread>

namespace strata::core::sqlite {

namespace {

bool same_file(int descriptor, const std::string& path) {
    struct stat opened{};
    struct stat named{};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

}  // namespace

/// A file beside the database, locked as a whole and removed by whoever holds the lock. The database file itself must
/// not be opened twice: closing it would give up SQLite's own locks.
/// https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
void Driver::lock_migrations(std::chrono::milliseconds timeout) {
    const char* file = sqlite3_db_filename(handle_, "main");
    if (file == nullptr || *file == '\0') return;  // no other connection has a database in memory
    lock_path_ = std::string(file) + "-migration";
    const auto until = detail::after(detail::Clock::now(), timeout);
    std::minstd_rand jitter(std::random_device{}());
    for (;;) {
        const int descriptor = ::open(lock_path_.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (descriptor < 0 && ::access(lock_path_.c_str(), F_OK) == 0)
            throw ConnectionError("cannot lock the database for a migration: " + lock_path_ +
                                  " cannot be opened; see whose file it is");
        if (descriptor < 0) {
            // If the file cannot be created, SQLite cannot write either, and reports that better.
            log::write(log::Level::debug, "no migration lock can be made beside the database");
            return;
        }
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
            lock_file_ = descriptor;
            if (same_file(descriptor, lock_path_)) return;
            lock_file_ = -1;  // its holder has just removed it
        }
        ::close(descriptor);
        if (std::chrono::steady_clock::now() >= until) {
            ErrorDetails details;
            details.retryable = true;
            throw Timeout("another migration run or create_all holds the migration lock of this database",
                          std::move(details));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5 + jitter() % 20));
    }
}

void Driver::unlock_migrations() noexcept {
    if (lock_file_ < 0 || inherited_) return;
    ::unlink(lock_path_.c_str());
    ::close(std::exchange(lock_file_, -1));
}

}  // namespace strata::core::sqlite
