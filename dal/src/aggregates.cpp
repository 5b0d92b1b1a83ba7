#include <strata/dal/aggregates.hpp>

namespace strata::dal::detail {

Fragment reopened(const Fragment& fragment) {
    Fragment open;
    open.append(fragment, 0, fragment.tokens().size() - 1);
    return open;
}

Fragment collected_once(const Fragment& fragment) {
    Fragment once;
    once.push(Op::constant, 1);
    once.append(fragment, 1, fragment.tokens().size());
    return once;
}

void close(Fragment& fragment, const Fragment& before, const core::TypeInfo& type, std::size_t more) {
    const core::Token& last = before.tokens()[before.tokens().size() - 1];
    fragment.push(Op::function, type, last.number + more, last.flags);
}

}  // namespace strata::dal::detail
