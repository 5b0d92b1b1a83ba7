#pragma once

#include <strata/core/statement_watch.hpp>

namespace strata::dal {

using core::StatementWatch;

}  // namespace strata::dal
