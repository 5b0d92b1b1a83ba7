#include "value/text.hpp"

#include <strata/core/server_default.hpp>

namespace strata::core {

ServerDefault ServerDefault::literal(const Value& value) {
    ServerDefault result{Kind::literal, value.kind(), {}};
    detail::append_canonical(result.text, value);
    return result;
}

}  // namespace strata::core
