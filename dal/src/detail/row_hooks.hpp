#pragma once

#include "row_plan.hpp"

#include <vector>

namespace strata::dal::detail {

/// The callbacks of a Database, by model. At least one model has some.
class RowHooks {
public:
    [[nodiscard]] RowHooks with(const core::detail::Shared<RowHook>& hook) const {
        RowHooks more = *this;
        more.hooks_.push_back(hook);
        return more;
    }
    [[nodiscard]] bool empty() const noexcept { return hooks_.empty(); }
    [[nodiscard]] const std::vector<core::detail::Shared<RowHook>>& all() const noexcept { return hooks_; }

private:
    std::vector<core::detail::Shared<RowHook>> hooks_;
};

}  // namespace strata::dal::detail
