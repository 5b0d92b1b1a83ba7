#pragma once

#include <strata/core/dialect.hpp>

namespace strata::core::sqlite {

const Dialect& dialect();

}  // namespace strata::core::sqlite
