#include <strata/core/error.hpp>
#include <strata/dal/conflict.hpp>

namespace strata::dal::detail {

Fragment finished_conflict(const Fragment& target, core::ConflictAction action, const Fragment& assignments) {
    Fragment rules = target;
    rules.push(Op::conflict_action, static_cast<std::size_t>(action));
    rules.append(assignments);
    rules.push(Op::conflict_end);
    return rules;
}

Fragment index_condition(Fragment&& condition) {
    if (condition.value_count() > 0) {
        throw UsageError(
            "the condition of a partial index is given without values, by which no index is found: is_null(), "
            "is_not_null() and columns that are booleans");
    }
    condition.push(Op::conflict_index);
    return std::move(condition);
}

}  // namespace strata::dal::detail
