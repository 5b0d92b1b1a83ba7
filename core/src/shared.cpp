#include <strata/core/detail/shared.hpp>

#include <atomic>

namespace strata::core::detail {

void SharedCount::retain() const noexcept { std::atomic_ref(owners_).fetch_add(1, std::memory_order_relaxed); }

bool SharedCount::release() const noexcept {
    return std::atomic_ref(owners_).fetch_sub(1, std::memory_order_acq_rel) == 1;
}

}  // namespace strata::core::detail
