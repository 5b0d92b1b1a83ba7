#pragma once

namespace strata::core::detail {

/// When a fork() is told of. `before` and `in_parent` are for locks: a lock that another thread holds at the fork stays
/// locked in the child for ever.
enum class ForkMoment : unsigned char { before, in_parent, in_child };

/// Tells its owner of each fork() of the process, while it exists. What a session has open belongs to both processes
/// afterwards: they would read each other's answers, and the child's end would end the parent's session.
/// Make it the owner's last member, so that it tells only of an owner that is whole.
/// https://pubs.opengroup.org/onlinepubs/9699919799/functions/pthread_atfork.html
class ForkWatch {
public:
    /// Must not throw, and must not make or destroy a ForkWatch.
    using Call = void (*)(void* owner, ForkMoment moment);

    ForkWatch(void* owner, Call call);
    ForkWatch(const ForkWatch&) = delete;
    ForkWatch& operator=(const ForkWatch&) = delete;
    ~ForkWatch();

private:
    struct All;

    void* owner_;
    Call call_;
    ForkWatch* before_ = nullptr;
    ForkWatch* after_ = nullptr;
};

}  // namespace strata::core::detail
