#include "write_queue.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <map>

namespace strata::core::sqlite {

FileIdentity FileIdentity::of(const std::string& path) noexcept {
    struct stat file{};
    if (path.empty() || ::stat(path.c_str(), &file) != 0) return {};
    return {file.st_dev, file.st_ino};
}

std::shared_ptr<WriteQueue> WriteQueue::of_file(const std::string& path) {
    const FileIdentity file = FileIdentity::of(path);
    if (file == FileIdentity{}) return std::make_shared<WriteQueue>();
    static std::mutex mutex;
    static std::map<FileIdentity, std::weak_ptr<WriteQueue>> queues;
    const std::lock_guard lock(mutex);
    std::erase_if(queues, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<WriteQueue>& known = queues[file];
    std::shared_ptr<WriteQueue> queue = known.lock();
    if (!queue) known = queue = std::make_shared<WriteQueue>();
    return queue;
}

bool WriteQueue::enter(std::chrono::steady_clock::time_point until, const detail::Deadline& deadline,
                       const std::atomic<bool>& cancelled) {
    std::unique_lock lock(mutex_);
    if (!taken_ && waiting_.empty()) return taken_ = true;
    Waiter waiter;
    const auto place = waiting_.insert(waiting_.end(), &waiter);
    while (!waiter.served) {
        // A request to stop is a flag without a notification, so it is checked now and then.
        const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(10);
        const auto next = std::min({until, deadline.at, soon});
        waiter.turn.wait_until(lock, next);
        if (waiter.served) break;
        if (std::chrono::steady_clock::now() >= until || cancelled.load(std::memory_order_relaxed) ||
            deadline.reached() != detail::Interruption::none) {
            waiting_.erase(place);
            return false;
        }
    }
    return true;
}

void WriteQueue::leave() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
        taken_ = false;
        return;
    }
    Waiter* const next = waiting_.front();
    waiting_.pop_front();
    next->served = true;
    next->turn.notify_one();  // under the mutex, since the waiter is destroyed as soon as it sees that it is served
}

}  // namespace strata::core::sqlite
