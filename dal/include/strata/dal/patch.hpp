#pragma once

#include <concepts>
#include <optional>
#include <utility>

namespace strata::dal {

/// A member of a patch struct, or of an input struct, that may be absent: `Patch<std::string>` is absent or a text,
/// `Patch<std::optional<std::string>>` is absent, NULL or a text. Only what is there is written.
template <class T>
class Patch {
public:
    using value_type = T;

    Patch() = default;
    template <class V>
        requires std::constructible_from<T, V&&> && (!std::same_as<std::remove_cvref_t<V>, Patch>)
    Patch(V&& value) : value_(std::in_place, std::forward<V>(value)) {}  // NOLINT: a member is assigned its value
    template <class V>
        requires std::constructible_from<T, V&&> && (!std::same_as<std::remove_cvref_t<V>, Patch>)
    Patch& operator=(V&& value) {
        value_.emplace(std::forward<V>(value));
        return *this;
    }

    [[nodiscard]] bool is_absent() const noexcept { return !value_.has_value(); }
    [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }
    /// Undefined when absent.
    [[nodiscard]] const T& operator*() const noexcept { return *value_; }
    [[nodiscard]] const T* operator->() const noexcept { return &*value_; }
    [[nodiscard]] T& emplace() { return value_.emplace(); }
    /// Makes it absent.
    void reset() noexcept { value_.reset(); }
    bool operator==(const Patch&) const = default;

private:
    std::optional<T> value_;
};

}  // namespace strata::dal
