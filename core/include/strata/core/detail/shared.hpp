#pragma once

#include <type_traits>
#include <utility>

namespace strata::core::detail {

/// Counts the owners of the object that derives from it; a new object has one. Copying the object does not copy its
/// owners. The count is changed in a source file, so that programs read neither <atomic> nor <memory> for it (they
/// would take a third longer to compile).
class SharedCount {
public:
    SharedCount() noexcept = default;
    SharedCount(const SharedCount&) noexcept {}
    SharedCount& operator=(const SharedCount&) noexcept { return *this; }

    void retain() const noexcept;
    /// Removes an owner; returns whether it was the last.
    [[nodiscard]] bool release() const noexcept;

protected:
    ~SharedCount() = default;

private:
    mutable int owners_ = 1;
};

/// A shared pointer to a T that derives from SharedCount. Copies own the T together and the last one deletes it;
/// distinct copies may be used, copied and destroyed by different threads at once. Empty after it was moved from.
template <class T>
class Shared {
public:
    /// Takes ownership of an object made by new.
    explicit Shared(T* made) noexcept : object_(made) {}
    Shared(const Shared& other) noexcept : object_(other.object_) {
        if (object_ != nullptr) object_->retain();
    }
    Shared(Shared&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    /// An object of a class that derives from T, whose destructor is virtual.
    template <class U>
        requires(!std::is_same_v<U, T> && std::is_convertible_v<U*, T*>)
    Shared(const Shared<U>& other) noexcept : object_(other.get()) {  // NOLINT(google-explicit-constructor)
        if (object_ != nullptr) object_->retain();
    }
    Shared& operator=(Shared other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Shared() {
        if (object_ != nullptr && object_->release()) delete object_;
    }

    [[nodiscard]] T* get() const noexcept { return object_; }
    T* operator->() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }

private:
    T* object_;
};

}  // namespace strata::core::detail
