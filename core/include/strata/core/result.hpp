#pragma once

#include <strata/core/detail/function_ref.hpp>
#include <strata/core/error.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace strata {

namespace core::detail {

/// An error that was caught, of its own class.
class Failure : public SharedCount {
public:
    virtual ~Failure() = default;
    [[nodiscard]] virtual const Error& error() const noexcept = 0;
    [[noreturn]] virtual void raise() const = 0;
};
/// Null: there is none.
using Caught = Shared<Failure>;

/// Calls, and catches the Error that it throws; other exceptions pass. Nothing between the call and the error needs to
/// be compiled with exceptions.
[[nodiscard]] Caught attempt(FunctionRef<void()> call);
[[noreturn]] void fail_no_error();

}  // namespace core::detail

/// The error of a result, which is a result of any type: `if (!user) return user.failed();`
class Failed {
public:
    explicit Failed(core::detail::Caught failure) noexcept : failure_(std::move(failure)) {}
    [[nodiscard]] const core::detail::Caught& strata_failure() const noexcept { return failure_; }

private:
    core::detail::Caught failure_;
};

/// What a verb gives that throws no strata::Error: its value, or the error (as std::expected of C++23). The error is of
/// its own class: `dynamic_cast<const UniqueViolation*>(&result.error())`. Thread safe as its value.
template <class T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : value_(std::move(value)), failure_(nullptr) {}     // NOLINT(google-explicit-constructor)
    Result(const Failed& failed) : failure_(failed.strata_failure()) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    /// The value. Throws the error where there is none.
    [[nodiscard]] T& value() & {
        if (!value_) failure_->raise();
        return *value_;
    }
    [[nodiscard]] const T& value() const& {
        if (!value_) failure_->raise();
        return *value_;
    }
    [[nodiscard]] T&& value() && {
        if (!value_) failure_->raise();
        return *std::move(value_);
    }
    /// The value, which must be there.
    [[nodiscard]] T& operator*() & noexcept { return *value_; }
    [[nodiscard]] const T& operator*() const& noexcept { return *value_; }
    [[nodiscard]] T&& operator*() && noexcept { return *std::move(value_); }
    [[nodiscard]] T* operator->() noexcept { return &*value_; }
    [[nodiscard]] const T* operator->() const noexcept { return &*value_; }
    template <class U>
    [[nodiscard]] T value_or(U&& otherwise) const& {
        return value_ ? *value_ : static_cast<T>(std::forward<U>(otherwise));
    }

    /// The error. Throws UsageError where there is none.
    [[nodiscard]] const Error& error() const {
        if (value_) core::detail::fail_no_error();
        return failure_->error();
    }
    /// The error, to return as another result. To be called where there is one.
    [[nodiscard]] Failed failed() const noexcept { return Failed(failure_); }

    /// The result of a call with the value, or the error.
    template <class Call>
    auto transform(Call&& call) const& -> Result<std::decay_t<decltype(call(std::declval<const T&>()))>> {
        using Made = std::decay_t<decltype(call(std::declval<const T&>()))>;
        if (!value_) return failed();
        return Result<Made>(call(*value_));
    }
    /// The same of a call that gives a result itself.
    template <class Call>
    auto and_then(Call&& call) const& -> std::decay_t<decltype(call(std::declval<const T&>()))> {
        if (!value_) return failed();
        return call(*value_);
    }

private:
    std::optional<T> value_;
    core::detail::Caught failure_;
};

/// Of a verb that gives no value.
template <>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    Result() : failure_(nullptr) {}
    Result(const Failed& failed) : failure_(failed.strata_failure()) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool has_value() const noexcept { return failure_.get() == nullptr; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
    /// Throws the error, if there is one.
    void value() const {
        if (!has_value()) failure_->raise();
    }
    [[nodiscard]] const Error& error() const {
        if (has_value()) core::detail::fail_no_error();
        return failure_->error();
    }
    [[nodiscard]] Failed failed() const noexcept { return Failed(failure_); }

private:
    core::detail::Caught failure_;
};

namespace core::detail {

template <class T>
inline constexpr bool is_result = false;
template <class T>
inline constexpr bool is_result<Result<T>> = true;

/// The result of a call that may throw an Error; `take` gives the value once the call is done.
template <class Call, class Take>
auto attempted(const Call& call, const Take& take) -> Result<std::decay_t<decltype(take())>> {
    using Made = Result<std::decay_t<decltype(take())>>;
    Caught failure = attempt(call);
    if (failure.get() != nullptr) return Failed(std::move(failure));
    return Made(take());
}
/// The same of a call's own value.
template <class Call>
auto attempted(const Call& call) -> Result<std::decay_t<decltype(call())>> {
    using Value = std::decay_t<decltype(call())>;
    if constexpr (std::is_void_v<Value>) {
        Caught failure = attempt(call);
        if (failure.get() != nullptr) return Failed(std::move(failure));
        return {};
    } else {
        std::optional<Value> value;
        return attempted([&] { value.emplace(call()); }, [&] { return *std::move(value); });
    }
}

}  // namespace core::detail
}  // namespace strata
