#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace strata::core::detail {

template <class Signature>
class FunctionRef;

/// A view of something that can be called, for the time of a call: what std::function is without owning or allocating.
/// It borrows the callable, which must outlive it.
template <class Result, class... Arguments>
class FunctionRef<Result(Arguments...)> {
public:
    template <class Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, FunctionRef> &&
                 std::is_invocable_r_v<Result, Callable&, Arguments...>)
    FunctionRef(
        Callable&& callable) noexcept  // NOLINT(google-explicit-constructor,bugprone-forwarding-reference-overload)
        : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
          call_([](void* object, Arguments... arguments) -> Result {
              return (*static_cast<std::remove_reference_t<Callable>*>(object))(std::forward<Arguments>(arguments)...);
          }) {}

    Result operator()(Arguments... arguments) const { return call_(object_, std::forward<Arguments>(arguments)...); }

private:
    void* object_;
    Result (*call_)(void* object, Arguments... arguments);
};

}  // namespace strata::core::detail
