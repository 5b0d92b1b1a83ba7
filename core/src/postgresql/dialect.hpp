#pragma once

#include <strata/core/dialect.hpp>

namespace strata::core::postgresql {

const Dialect& dialect();

}  // namespace strata::core::postgresql
