#pragma once

#include <type_traits>
#include <utility>

namespace strata::core::detail {

/// A reference to a callable, for functions that call it before they return. It owns and allocates nothing: the
/// callable must outlive it, so do not store one in a member. Copies refer to the same callable; calling is as thread
/// safe as the callable. A const callable is called as const.
template <class Signature>
class FunctionRef;

template <class Result, class... Arguments>
class FunctionRef<Result(Arguments...)> {
public:
    template <class Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, FunctionRef>)
    FunctionRef(Callable&& callable) noexcept : call_(&call<std::remove_reference_t<Callable>>) {
        if constexpr (std::is_const_v<std::remove_reference_t<Callable>>) {
            callable_.constant = &callable;
        } else {
            callable_.variable = &callable;
        }
    }

    Result operator()(Arguments... arguments) const { return call_(callable_, std::forward<Arguments>(arguments)...); }

private:
    union Pointer {
        void* variable;
        const void* constant;
    };
    template <class Callable>
    static Result call(Pointer callable, Arguments... arguments) {
        if constexpr (std::is_const_v<Callable>) {
            return (*static_cast<Callable*>(callable.constant))(std::forward<Arguments>(arguments)...);
        } else {
            return (*static_cast<Callable*>(callable.variable))(std::forward<Arguments>(arguments)...);
        }
    }

    Pointer callable_;
    Result (*call_)(Pointer, Arguments...);
};

}  // namespace strata::core::detail
