#include "fork_watch.hpp"

#include <pthread.h>

#include <mutex>

namespace strata::core::detail {

/// All watches of the process, as a list that needs no memory of its own.
struct ForkWatch::All {
    std::mutex mutex;
    ForkWatch* first = nullptr;

    static All& instance() {
        // Never destroyed: sessions may be closed after the destructors of static objects have begun.
        static All* const all = [] {
            pthread_atfork(
                [] {
                    instance().mutex.lock();
                    instance().tell(ForkMoment::before);
                },
                [] {
                    instance().tell(ForkMoment::in_parent);
                    instance().mutex.unlock();
                },
                [] {
                    instance().tell(ForkMoment::in_child);
                    instance().mutex.unlock();
                });
            return new All;
        }();
        return *all;
    }

    void tell(ForkMoment moment) const {
        for (const ForkWatch* each = first; each != nullptr; each = each->after_) each->call_(each->owner_, moment);
    }
};

ForkWatch::ForkWatch(void* owner, Call call) : owner_(owner), call_(call) {
    All& all = All::instance();
    const std::lock_guard lock(all.mutex);
    after_ = all.first;
    if (after_ != nullptr) after_->before_ = this;
    all.first = this;
}

ForkWatch::~ForkWatch() {
    All& all = All::instance();
    const std::lock_guard lock(all.mutex);
    (before_ != nullptr ? before_->after_ : all.first) = after_;
    if (after_ != nullptr) after_->before_ = before_;
}

}  // namespace strata::core::detail
