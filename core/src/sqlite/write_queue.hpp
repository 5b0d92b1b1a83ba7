#pragma once

#include "connection/limits.hpp"

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <compare>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace strata::core::sqlite {

/// Which file it is, whatever its name.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;

    /// All zero: there is no such file.
    [[nodiscard]] static FileIdentity of(const std::string& path) noexcept;
    friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

/// The writers of one database file in this process, first come first served: SQLite itself lets waiting writers poll,
/// and an unlucky one fails. Writers of other processes still meet at SQLite's own lock. Thread safe.
class WriteQueue {
public:
    /// The queue of a file, shared by all connections to it.
    static std::shared_ptr<WriteQueue> of_file(const std::string& path);

    /// Waits for the turn; false when the deadline came first.
    bool enter(std::chrono::steady_clock::time_point until, const detail::Deadline& deadline,
               const std::atomic<bool>& cancelled);
    void leave();

private:
    struct Waiter {
        std::condition_variable turn;
        bool served = false;
    };

    std::mutex mutex_;
    std::list<Waiter*> waiting_;
    bool taken_ = false;
};

}  // namespace strata::core::sqlite
