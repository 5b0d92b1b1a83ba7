#pragma once

#include <strata/core/detail/statement_class.hpp>  // IWYU pragma: export
