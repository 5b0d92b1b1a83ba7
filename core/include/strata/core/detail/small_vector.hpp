#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

namespace strata::core::detail {

/// A vector of plain data with room for its first elements inside itself, so that a short query allocates nothing.
template <class T, std::size_t Inline>
class SmallVector {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    SmallVector() noexcept {}  // NOLINT: the room stays uninitialised
    SmallVector(const SmallVector& other) {
        if (other.data_ == other.room()) {
            copy_room(other);
        } else {
            append(other.data_, other.size_);
        }
    }
    SmallVector(SmallVector&& other) noexcept { take(other); }
    SmallVector& operator=(const SmallVector& other) {
        if (this != &other) {
            size_ = 0;
            append(other.data_, other.size_);
        }
        return *this;
    }
    SmallVector& operator=(SmallVector&& other) noexcept {
        if (this != &other) {
            release();
            take(other);
        }
        return *this;
    }
    ~SmallVector() { release(); }

    [[nodiscard]] const T* data() const noexcept { return data_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] const T* begin() const noexcept { return data_; }
    [[nodiscard]] const T* end() const noexcept { return data_ + size_; }
    [[nodiscard]] const T& operator[](std::size_t index) const { return data_[index]; }
    [[nodiscard]] T& operator[](std::size_t index) { return data_[index]; }

    void push_back(const T& element) {
        if (size_ == capacity_) grow(size_ + 1);
        std::memcpy(static_cast<void*>(data_ + size_), &element, sizeof(T));
        ++size_;
    }
    /// Adds uninitialised room for elements, which the caller constructs there.
    [[nodiscard]] T* add_room(std::size_t count) {
        if (size_ + count > capacity_) grow(size_ + count);
        size_ += count;
        return data_ + size_ - count;
    }
    void append(const T* elements, std::size_t count) {
        if (count == 0) return;
        if (size_ + count > capacity_) grow(size_ + count);
        std::memcpy(static_cast<void*>(data_ + size_), elements, count * sizeof(T));
        size_ += count;
    }
    void clear() noexcept { size_ = 0; }

private:
    [[nodiscard]] T* room() noexcept { return reinterpret_cast<T*>(room_); }
    void release() noexcept {
        if (data_ != room()) ::operator delete(data_);
    }
    [[nodiscard]] const T* room() const noexcept { return reinterpret_cast<const T*>(room_); }
    /// Copies all of the room, since a number of bytes that the compiler knows takes fewer instructions than a call of
    /// memcpy.
    void copy_room(const SmallVector& other) noexcept {
        size_ = other.size_;
        std::memcpy(room_, other.room_, sizeof room_);
    }
    void take(SmallVector& other) noexcept {
        if (other.data_ == other.room()) {
            data_ = room();
            capacity_ = Inline;
            copy_room(other);
        } else {
            data_ = other.data_;
            capacity_ = other.capacity_;
            size_ = other.size_;
            other.data_ = other.room();
            other.capacity_ = Inline;
        }
        other.size_ = 0;
    }
    void grow(std::size_t needed) {
        const std::size_t capacity = needed > capacity_ * 2 ? needed : capacity_ * 2;
        T* const larger = static_cast<T*>(::operator new(capacity * sizeof(T)));
        std::memcpy(static_cast<void*>(larger), data_, size_ * sizeof(T));
        release();
        data_ = larger;
        capacity_ = capacity;
    }

    T* data_ = room();
    std::size_t size_ = 0;
    std::size_t capacity_ = Inline;
    alignas(T) unsigned char room_[Inline * sizeof(T)];
};

}  // namespace strata::core::detail
